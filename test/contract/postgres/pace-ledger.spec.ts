import assert from 'node:assert/strict';
import { TEAMS_LIMITS } from '../../../bot/teams-limits.ts';
import { forgetOld } from '../../../src/adapters/jobs/promote.ts';
import { postgresPaceLedger } from '../../../src/adapters/postgres/pace-ledger.ts';
import type { PacedCall } from '../../../src/ports/pace.ts';
import { aFixture, type Fixture } from './fixture.ts';

const to = (place: string): PacedCall => ({ kind: 'send', place });

describe('counting of calls in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const aReplica = () => postgresPaceLedger({ pool: on.pool, clock: on.clock, limits: TEAMS_LIMITS });
  const waits = async (replica: ReturnType<typeof aReplica>, ...places: readonly string[]) =>
    (await replica.book(places.map(to), 0)).verdicts.map((verdict) =>
      verdict.kind === 'later' ? verdict.atMs - on.clock.now().epochMilliseconds : verdict.kind,
    );

  it('is shared by replicas: together they keep the limit of a conversation', async () => {
    const [here, there] = [aReplica(), aReplica()];
    assert.deepEqual(await waits(here, 'a:1', 'a:1', 'a:1', 'a:1'), ['go', 'go', 'go', 'go']);
    assert.deepEqual(await waits(there, 'a:1', 'a:1', 'a:1', 'a:1'), ['go', 'go', 'go', 1_500]);
  });

  it('is shared by replicas that ask at the same instant: together they keep the limit of the bot', async () => {
    const replicas = [aReplica(), aReplica(), aReplica(), aReplica()];
    const asked = replicas.flatMap((replica, index) =>
      Array.from({ length: 10 }, (_, n) => waits(replica, `a:${index}-${n}`, `b:${index}-${n}`)),
    );
    const verdicts = (await Promise.all(asked)).flat();
    assert.equal(verdicts.filter((verdict) => verdict === 'go').length, 20);
    assert.equal(verdicts.filter((verdict) => verdict === 'in-turn').length, 60);
  });

  it('keeps the silence that one replica was asked for in all of them, and never shortens it', async () => {
    const [here, there] = [aReplica(), aReplica()];
    const { now } = on.clock;
    await here.pause(to('a:1'), now().add({ seconds: 9 }));
    await there.pause(to('a:1'), now().add({ seconds: 2 }));
    assert.deepEqual(await waits(there, 'a:1', 'a:2'), [9_000, 'go']);
    await here.pause(null, now().add({ seconds: 5 }));
    assert.deepEqual(await waits(there, 'a:2'), ['in-turn']);
    on.clock.advance({ seconds: 9 });
    assert.deepEqual(await waits(there, 'a:1'), ['go']);
  });

  it('forgets conversations that were quiet for a day, but not the whole bot', async () => {
    await waits(aReplica(), 'a:1');
    on.clock.advance({ hours: 25 });
    await forgetOld(on.pool, on.clock.now());
    const { rows } = await on.pool.query('select key from pimlico.paces');
    assert.deepEqual(rows, [{ key: 'all' }]);
  });
});

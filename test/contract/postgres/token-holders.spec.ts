import assert from 'node:assert/strict';
import { createTokenHolders, type TokenHolders } from '../../../src/adapters/postgres/token-holders.ts';
import type { Log } from '../../../src/ports/log.ts';
import { createLeaveToHolder } from '../../../src/use-cases/leave-to-holder.ts';
import { aFixture, type Fixture } from './fixture.ts';

const APPLICATION = 'pimlico-token-holders';
const ASK = '7F3K';

describe('Tokens that wait in one replica', () => {
  let on: Fixture;
  let here: TokenHolders;
  let there: TokenHolders;
  let logged: string[];
  before(async () => {
    on = await aFixture();
  });
  beforeEach(() => {
    logged = [];
    const note = (event: string): void => void logged.push(event);
    const log: Log = { error: note, warn: note, info: note };
    const holders = () => createTokenHolders({ pool: on.pool, address: on.url, log });
    here = holders();
    there = holders();
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    await on.clear();
  });
  after(() => on.drop());

  const connections = async (): Promise<number> => {
    const { rows } = await on.pool.query<{ count: number }>(
      'select count(*)::int from pg_stat_activity where application_name = $1 and datname = current_database()',
      [APPLICATION],
    );
    return rows[0]?.count ?? -1;
  };

  it('are seen by the others, and not taken for one another', async () => {
    await here.show(ASK);
    assert.deepEqual(await Promise.all([there.isElsewhere(ASK), here.isElsewhere(ASK)]), [true, false]);
    assert.equal(await there.isElsewhere('9Q2M'), false);
  });

  it('are not seen any more when they are released, and keep no connection then', async () => {
    await here.show(ASK);
    await here.show('9Q2M');
    here.hide(ASK);
    await here.show('9Q2M');
    assert.deepEqual(await Promise.all([there.isElsewhere(ASK), there.isElsewhere('9Q2M')]), [false, true]);
    here.hide('9Q2M');
    await here.close();
    assert.equal(await there.isElsewhere('9Q2M'), false);
    while ((await connections()) > 0) {
      // The server notices that the connection ended a moment after us.
    }
  });

  it('are gone with the replica that held them', async () => {
    await here.show(ASK);
    await here.close();
    while (await there.isElsewhere(ASK)) {
      // As above.
    }
  });

  it('are shown again on a new connection when one broke', async () => {
    await here.show(ASK);
    await on.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      APPLICATION,
    ]);
    while (!(await there.isElsewhere(ASK))) {
      // It is tried again after a second.
    }
    assert.deepEqual(logged, []);
  });

  describe('when the timer for one fires', () => {
    const timer = { kind: 'activation.carry-out-wish', subject: ASK, attempt: 2 } as const;
    const dueAt = Temporal.Instant.from('2026-11-23T08:00:00Z');
    const timers = async () => (await on.pool.query('select kind, subject, due_at, attempt from pimlico.timers')).rows;

    function leaveThere(isHeld = false) {
      const note = (event: string): void => void logged.push(event);
      return createLeaveToHolder({
        store: on.there.store,
        clock: on.clock,
        signIns: { isHeld: () => isHeld },
        elsewhere: there,
        log: { error: note, warn: note, info: note },
      });
    }

    it('leave it to the replica that holds the token, a moment later', async () => {
      await here.show(ASK);
      assert.equal(await leaveThere()({ ...timer, dueAt }), true);
      const later = Temporal.Instant.from('2026-11-23T08:00:01Z');
      assert.deepEqual(await timers(), [{ kind: timer.kind, subject: ASK, due_at: later, attempt: 2 }]);
      assert.deepEqual(logged, ['timer.left_to_holder']);
    });

    it('fire it where the token is held, where it is nowhere, and when it needs none', async () => {
      assert.equal(await leaveThere()({ ...timer, dueAt }), false);
      await here.show(ASK);
      assert.equal(await leaveThere(true)({ ...timer, dueAt }), false);
      assert.equal(await leaveThere()({ ...timer, kind: 'activation.end', dueAt }), false);
      assert.deepEqual(await timers(), []);
    });

    it('do not wait for a holder for ever', async () => {
      await here.show(ASK);
      const leave = leaveThere();
      let times = 0;
      while (await leave({ ...timer, dueAt })) {
        times += 1;
      }
      assert.equal(times, 20);
      assert.equal(await leave({ ...timer, dueAt }), true);
    });
  });
});

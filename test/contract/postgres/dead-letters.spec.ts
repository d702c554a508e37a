import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promoteDue } from '../../../src/adapters/jobs/promote.ts';
import { postgresDeadLetters } from '../../../src/adapters/postgres/dead-letters.ts';
import type { CardId } from '../../../src/domain/ids.ts';
import { APPROVER, aDraft, aFixture, aNotice, aRequest, delivered, ENGINEER, type Fixture } from './fixture.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('messages that were given up', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const letters = () => postgresDeadLetters(on.pool);
  const now = () => on.clock.now();
  /** Posts a card that cannot be delivered. */
  const aDead = async (story: string, reason = 'ambiguous', recipient = ENGINEER): Promise<CardId> => {
    const id = await on.here.store.now.cards.post(aDraft(story, aNotice('secret words'), recipient));
    await on.here.outbox.claim([id], 1);
    await on.here.outbox.settle(id, 1, { kind: 'dead', reason });
    return id;
  };
  const audit = async () =>
    (await on.pool.query('select event, request_id, facts from pimlico.audit_trail order by position')).rows;
  const run = (...args: readonly string[]): Promise<Ended> => {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const child = execFile(
      process.execPath,
      ['cli/outbox.ts', ...args],
      { env: { ...process.env, PIMLICO_DATABASE_URL: '' } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    return promise;
  };

  it('are listed, the oldest first, with ids and codes and nothing that they say', async () => {
    const first = await aDead('7F3K');
    on.clock.advance({ minutes: 5 });
    const second = await aDead('9QXM', 'MessageWritesBlocked', APPROVER);
    await on.here.store.now.cards.post(aDraft('A111'));
    const listed = await letters().list();
    assert.deepEqual(
      listed.map(({ diedAt, ...letter }) => ({ ...letter, diedAt: diedAt.toString() })),
      [
        {
          id: first,
          card: 'help',
          story: '7F3K',
          recipient: ENGINEER,
          operation: 'send',
          reason: 'ambiguous',
          attempts: 1,
          isAmbiguous: true,
          isOver: false,
          diedAt: '2026-11-23T08:00:00Z',
        },
        {
          id: second,
          card: 'help',
          story: '9QXM',
          recipient: APPROVER,
          operation: 'send',
          reason: 'MessageWritesBlocked',
          attempts: 1,
          isAmbiguous: false,
          isOver: false,
          diedAt: '2026-11-23T08:05:00Z',
        },
      ],
    );
    assert.deepEqual(await letters().find(first), listed[0]);
    assert.doesNotMatch(JSON.stringify(listed), /secret/);
  });

  it('are due again when they are replayed, once, as what may have arrived, and the trail says so', async () => {
    await on.here.store.now.requests.insert(aRequest());
    const before = (await audit()).length;
    const id = await aDead('7F3K');
    assert.deepEqual([await letters().replay(id, now()), await letters().replay(id, now())], ['replayed', 'waiting']);
    await on.pool.query('delete from graphile_worker._private_jobs');
    await promoteDue(on.pool, on.clock.now());
    assert.deepEqual(await on.jobs(), [`outbox.deliver:${id}`]);
    const [entry] = await on.there.outbox.claim([id], 1);
    assert.deepEqual([entry?.card.id, entry?.attempt, entry?.wasAmbiguous], [id, 0, true]);
    await on.there.outbox.settle(id, 1, delivered('1:a'));
    assert.equal(await letters().replay(id, now()), 'unknown');
    const facts = { cardId: id, card: 'help', recipient: ENGINEER, reason: 'ambiguous' };
    assert.deepEqual((await audit()).slice(before), [{ event: 'message.replayed', request_id: '7F3K', facts }]);
  });

  it('are not replayed when the card was retired or withdrawn meanwhile, and can be dropped', async () => {
    const { cards } = on.here.store.now;
    const retired = await aDead('7F3K');
    const withdrawn = await aDead('9QXM', 'ambiguous', APPROVER);
    await cards.retire('7F3K', ENGINEER);
    await on.pool.query('update pimlico.cards set activity_id = $2 where id = $1', [withdrawn, '1:x']);
    await on.pool.query('update pimlico.cards set is_withdrawn = true where id = $1', [withdrawn]);
    assert.deepEqual(
      [await letters().replay(retired, now()), await letters().replay(withdrawn, now())],
      ['over', 'over'],
    );
    assert.deepEqual(
      [await letters().drop(retired, now()), await letters().drop(retired, now())],
      ['dropped', 'unknown'],
    );
    assert.equal((await cards.find(retired))?.isRetired, true);
    assert.deepEqual((await audit()).at(-1)?.event, 'message.dropped');
  });

  it('stop being listed when a newer version is due', async () => {
    const id = await aDead('7F3K');
    await on.here.store.now.cards.revise('7F3K', ENGINEER, 'help', aNotice('newer'));
    assert.deepEqual([await letters().list(), await letters().replay(id, now())], [[], 'waiting']);
  });

  it('are there from the command line', async () => {
    const first = await aDead('A');
    on.clock.advance({ seconds: 1 });
    const second = await aDead('B', '413', APPROVER);
    on.clock.advance({ seconds: 1 });
    const third = await aDead('C');
    await on.here.store.now.cards.retire('C', ENGINEER);
    const url = ['--url', on.url];
    assert.deepEqual((await run('list', ...url)).stdout.split('\n'), [
      `2026-11-23T08:00:00Z  ${first}  help to ${ENGINEER}: ambiguous, 1 attempt`,
      `2026-11-23T08:00:01Z  ${second}  help to ${APPROVER}: 413, 1 attempt`,
      `2026-11-23T08:00:02Z  ${third}  help to ${ENGINEER}: ambiguous, 1 attempt, over`,
      '',
    ]);
    assert.match((await run('show', second, ...url)).stdout, /^reason +413$/m);
    const all = await run('replay', '--all', '--json', ...url);
    assert.deepEqual(
      all.stdout.trimEnd().split('\n'),
      [first, second].map((id) => JSON.stringify({ id, verdict: 'replayed' })),
    );
    const over = await run('replay', third, first, ...url);
    assert.deepEqual(over, {
      code: 1,
      stdout:
        `${third} is over: the card was retired or withdrawn meanwhile. It is not sent; drop it\n` +
        `${first} is due by itself: nothing to do\n`,
      stderr: '',
    });
    assert.equal((await run('drop', third, ...url)).code, 0);
  });

  it('are not touched when it is asked wrongly', async () => {
    assert.match((await run('--help')).stdout, /^Shows the messages that were given up/);
    for (const [args, problem] of [
      [['list'], /No database/],
      [['replay'], /replay takes IDs, or --all/],
      [['burn', '--fast'], /--fast/],
    ] as const) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.match(stderr, problem);
    }
    const away = await run('list', '--url', 'postgres://x:x@127.0.0.1:1/x');
    assert.deepEqual([away.code, /database_unavailable/.test(away.stderr)], [1, true]);
  });
});

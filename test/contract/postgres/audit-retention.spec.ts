import assert from 'node:assert/strict';
import { runAudit } from '../../../cli/audit/run.ts';
import { startAuditRetention } from '../../../src/adapters/audit/retention.ts';
import { ADVISORY_LOCKS } from '../../../src/adapters/postgres/advisory-locks.ts';
import { linkAudit } from '../../../src/adapters/postgres/audit-linker.ts';
import { pruneAudit } from '../../../src/adapters/postgres/audit-retention.ts';
import { verifyAudit } from '../../../src/adapters/postgres/audit-verify.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture, id } from './fixture.ts';

describe('keeping what the audit trail tells of people for a time', () => {
  let on: Fixture;
  beforeEach(async () => {
    on = await aFixture();
  });
  afterEach(() => on.drop());

  const ago = (duration: Temporal.DurationLike): Temporal.Instant => on.clock.now().subtract(duration);
  async function record(at: Temporal.Instant, actorId = ENGINEER): Promise<void> {
    const facts = { justification: 'INC-42', role: 'r' };
    const event = { event: 'activation.intended', at, actorId, requestId: id('7F3K'), facts } as const;
    await on.record(event);
  }
  async function told(): Promise<readonly unknown[]> {
    const { rows } = await on.pool.query('select actor_id, facts from pimlico.audit_trail order by position');
    return rows;
  }
  const KEPT = { actor_id: ENGINEER, facts: { justification: 'INC-42', role: 'r' } };
  const FORGOTTEN = { actor_id: null, facts: { role: 'r' } };

  it('erases it in records from before an instant, that one left alone, and the chain still holds', async () => {
    await record(ago({ hours: 3 }));
    await record(ago({ hours: 2 }));
    await record(ago({ hours: 1 }));
    await linkAudit(on.pool);
    const before = await verifyAudit(on.pool, []);
    assert.equal(await pruneAudit(on.pool, ago({ hours: 2 })), 2);
    assert.deepEqual(await told(), [FORGOTTEN, KEPT, KEPT]);
    const after = await verifyAudit(on.pool, []);
    assert.deepEqual([after.broken, after.linked, after.erased], [null, before.linked, 2]);
    assert.equal(await pruneAudit(on.pool, ago({ hours: 2 })), 0);
  });

  it('erases more than goes at a time', async () => {
    await on.pool.query(`
      insert into pimlico.audit (event, at, facts) select 'x', '2026-11-23T00:00:00Z', '{}' from generate_series(1, 5100);
      insert into pimlico.audit_personal select position, 'actor', 's', 'v' from pimlico.audit`);
    assert.equal(await pruneAudit(on.pool, on.clock.now()), 5_100);
  });

  it('is done by one process at a time', async () => {
    await record(ago({ hours: 3 }));
    const other = await on.pool.connect();
    await other.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS['audit-retention']]);
    let isDone = false;
    const pruning = pruneAudit(on.pool, on.clock.now()).finally(() => {
      isDone = true;
    });
    const waiting = `select count(*)::integer as n from pg_locks where locktype = 'advisory' and not granted`;
    while ((await other.query<{ n: number }>(waiting)).rows[0]?.n === 0) {
      // Until it waits for the other.
    }
    assert.equal(isDone, false);
    assert.deepEqual(await told(), [KEPT]);
    await other.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS['audit-retention']]);
    other.release();
    assert.equal(await pruning, 2);
  });

  it('is done by a bot again and again, by its clock', async () => {
    await record(ago({ hours: 30 }));
    await record(ago({ hours: 23 }), APPROVER);
    const rounds: number[] = [];
    const heard = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const log = {
      ...silentLog,
      info: (_event: string, fields: Readonly<Record<string, unknown>> = {}) => {
        rounds.push(Number(fields.fields));
        heard[rounds.length - 1]?.resolve();
      },
    };
    const keepFor = Temporal.Duration.from({ hours: 24 });
    const retention = startAuditRetention({ pool: on.pool, clock: on.clock, log, keepFor, everyMs: 1 });
    await heard[0]?.promise;
    assert.deepEqual(await told(), [FORGOTTEN, { ...KEPT, actor_id: APPROVER }]);
    on.clock.advance({ hours: 2 });
    await heard[1]?.promise;
    await retention.stop();
    assert.deepEqual(await told(), [FORGOTTEN, FORGOTTEN]);
    assert.deepEqual(rounds, [2, 2]);
  });

  it('tells of a database that is away, and goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const pool = Object.assign(Object.create(on.pool), {
      connect: () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
    });
    const log = { ...silentLog, warn: (event: string) => resolve(event) };
    const keepFor = Temporal.Duration.from({ hours: 24 });
    const retention = startAuditRetention({ pool, clock: on.clock, log, keepFor, everyMs: 1 });
    assert.equal(await promise, 'audit.not_pruned');
    await retention.stop();
  });

  describe('from the command line', () => {
    const prune = (...args: readonly string[]): Promise<Ran> =>
      runCommand(runAudit, ['prune', ...args], { PIMLICO_DATABASE_URL: on.url });

    it('erases when that is confirmed', async () => {
      const old = Temporal.Instant.from('2020-01-01T00:00:00Z');
      await record(old);
      assert.match((await prune('--before', '2020-01-02T00:00:00Z')).err, /say --yes/);
      assert.deepEqual(await told(), [KEPT]);
      const { code, out } = await prune('--before', '2020-01-02T00:00:00Z', '--yes');
      assert.deepEqual([code, out], [0, '2 fields were erased.\n']);
      assert.deepEqual(await told(), [FORGOTTEN]);
    });

    const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [[], /^prune takes --before/],
      [['--before', 'last year'], /^--before must be an instant/],
      [['--before', '2999-01-01T00:00:00Z'], /^--before must be in the past/],
      [['--before', '2020-01-01T00:00:00Z', 'now'], /^“now” is too much/],
      [['--before', '2020-01-01T00:00:00Z', '--json'], /^prune takes no --json/],
    ];
    for (const [args, says] of WRONG) {
      it(`refuses “${args.join(' ')}”, and erases nothing`, async () => {
        await record(Temporal.Instant.from('2019-01-01T00:00:00Z'));
        const { code, err } = await prune(...args, '--yes');
        assert.equal(code, 2);
        assert.match(err, says);
        assert.deepEqual(await told(), [KEPT]);
      });
    }
  });
});

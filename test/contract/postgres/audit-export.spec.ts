import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { runAudit } from '../../../cli/audit/run.ts';
import { linkAudit } from '../../../src/adapters/postgres/audit-linker.ts';
import { erasePerson, verifyAudit } from '../../../src/adapters/postgres/audit-verify.ts';
import type { AuditEvent } from '../../../src/domain/audit.ts';
import { noInput, type Ran, runCommand } from '../../support/command.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture, id } from './fixture.ts';

interface Line {
  readonly position: number;
  readonly event: string;
  readonly at: string;
  readonly actorId: string | null;
  readonly requestId: string | null;
  readonly facts: Readonly<Record<string, string>>;
}

describe('npm run audit -- export', () => {
  let on: Fixture;
  beforeEach(async () => {
    on = await aFixture();
  });
  afterEach(() => on.drop());

  const audit = (...args: readonly string[]): Promise<Ran> =>
    runCommand(runAudit, args, { PIMLICO_DATABASE_URL: on.url });
  async function exported(...args: readonly string[]): Promise<readonly Line[]> {
    const { code, out, err } = await audit('export', ...args);
    assert.deepEqual([code, err], [0, '']);
    return out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  }
  const positions = async (...args: readonly string[]): Promise<readonly number[]> =>
    (await exported(...args)).map(({ position }) => position);
  async function record(event: Partial<AuditEvent> = {}): Promise<void> {
    await on.record({
      event: 'activation.intended',
      at: on.clock.now(),
      actorId: ENGINEER,
      requestId: id('7F3K'),
      facts: { role: 'r', justification: 'INC-42' },
      ...event,
    });
  }
  /** Four records, an hour apart. */
  async function someRecords(): Promise<void> {
    await record();
    on.clock.advance('PT1H');
    await record({ event: 'activation.active', actorId: null, facts: { until: 'x' } });
    on.clock.advance('PT1H');
    await record({ event: 'approval.decided', actorId: APPROVER, requestId: id('9Q2M') });
    on.clock.advance('PT1H');
    await record({ event: 'assignment.changed', actorId: APPROVER, requestId: null, facts: { principal: ENGINEER } });
  }
  async function manyRecords(count: number): Promise<void> {
    await on.pool.query(
      `insert into pimlico.audit (event, at, facts) select 'message.dropped', '2026-11-23T08:00:00.123456Z', '{}'
        from generate_series(1, $1)`,
      [count],
    );
  }

  it('prints one object a line, in the order of the trail, with what tells of people where it belongs', async () => {
    await someRecords();
    const [first, second] = await exported();
    assert.deepEqual(first, {
      position: 1,
      event: 'activation.intended',
      at: '2026-11-23T08:00:00Z',
      actorId: ENGINEER,
      requestId: '7F3K',
      facts: { role: 'r', justification: 'INC-42' },
    });
    assert.deepEqual([second?.position, second?.actorId], [2, null]);
  });

  const FILTERS: readonly (readonly [what: string, args: readonly string[], positions: readonly number[]])[] = [
    ['from an instant on, that one included', ['--since', '2026-11-23T09:00:00Z'], [2, 3, 4]],
    ['up to an instant, that one left out', ['--until', '2026-11-23T10:00:00+00:00'], [1, 2]],
    ['between two instants', ['--since', '2026-11-23T09:00:00Z', '--until', '2026-11-23T09:00:01Z'], [2]],
    ['of a person who acted or was acted upon', ['--person', ENGINEER.toUpperCase()], [1, 4]],
    ['of one ask, as people type it', ['--request', '#7f3k'], [1, 2]],
    ['of one event', ['--event', 'approval.decided'], [3]],
    ['where everything holds', ['--person', APPROVER, '--event', 'approval.decided', '--request', '9Q2M'], [3]],
    ['where nothing is', ['--request', 'NONE'], []],
  ];
  for (const [what, args, expected] of FILTERS) {
    it(`finds records ${what}`, async () => {
      await someRecords();
      assert.deepEqual(await positions(...args), expected);
    });
  }

  it('finds a person in records from before there were erasable fields', async () => {
    await on.pool.query(
      `insert into pimlico.audit (event, at, actor_id, facts) values
        ('activation.intended', now(), $1, '{}'), ('assignment.changed', now(), null, jsonb_build_object('principal', $1)),
        ('activation.intended', now(), null, jsonb_build_object('role', $1))`,
      [ENGINEER],
    );
    assert.deepEqual(await positions('--person', ENGINEER), [1, 2]);
  });

  it('finds nothing of a person who was erased, and their records without them', async () => {
    await record();
    await erasePerson(on.pool, ENGINEER);
    assert.deepEqual(await exported('--person', ENGINEER), []);
    const [first] = await exported();
    assert.deepEqual([first?.actorId, first?.facts], [null, { role: 'r' }]);
  });

  it('is itself in the trail, with what was asked for and how much it was, and in the chain', async () => {
    await someRecords();
    await exported('--person', ENGINEER, '--since', '2026-11-23T08:00:00Z', '--format', 'ocsf');
    const [made] = await exported('--event', 'export.made');
    assert.deepEqual([made?.actorId, made?.requestId], [null, null]);
    assert.deepEqual(made?.facts, {
      of: 'audit',
      format: 'ocsf',
      rows: '2',
      since: '2026-11-23T08:00:00Z',
      person: ENGINEER,
    });
    await linkAudit(on.pool);
    const { linked, broken } = await verifyAudit(on.pool, []);
    assert.deepEqual([linked, broken], [6, null]);
    assert.equal(await erasePerson(on.pool, ENGINEER), 4);
    assert.equal((await exported('--event', 'export.made'))[0]?.facts.person, undefined);
  });

  it('is in the trail before the first line is out', async () => {
    await record();
    const broken = { code: 'EPIPE' };
    const context = {
      env: { PIMLICO_DATABASE_URL: on.url },
      out: () => {
        throw broken;
      },
      err: () => undefined,
      input: noInput,
      drained: async () => undefined,
    };
    await assert.rejects(runAudit(['export'], context), (error) => error === broken);
    assert.equal((await exported('--event', 'export.made')).length, 1);
  });

  it('prints a thousand records at most before it waits for them to be taken', async () => {
    await manyRecords(2_500);
    const pieces: number[] = [];
    let waits = 0;
    const context = {
      env: { PIMLICO_DATABASE_URL: on.url },
      out: (text: string) => {
        assert.equal(waits, pieces.length, 'went on before what it printed was taken');
        pieces.push(text.split('\n').length - 1);
      },
      err: () => undefined,
      input: noInput,
      drained: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        waits += 1;
      },
    };
    assert.equal(await runAudit(['export'], context), 0);
    assert.deepEqual(pieces, [1_000, 1_000, 500]);
  });

  it('ends without a word when its reader goes', async () => {
    await manyRecords(20_000);
    const env = { ...process.env, PIMLICO_DATABASE_URL: on.url };
    const child = spawn(process.execPath, ['cli/audit.ts', 'export'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([code, said], [2, '']);
  });

  it('prints CSV with one header, facts as JSON, and formulas made harmless', async () => {
    await manyRecords(1_000);
    await on.pool.query(
      `insert into pimlico.audit (event, at, request_id, facts) values
        ('message.dropped', '2026-11-23T08:00:00Z', '=HYPERLINK("http://x")', '{"words": "a \\"quote\\",\\nand a line"}')`,
    );
    const { out } = await audit('export', '--format', 'csv');
    assert.equal(out.indexOf('\ufeff'), out.lastIndexOf('\ufeff'));
    assert.ok(out.startsWith('\ufeffposition,event,at,actorId,requestId,facts\r\n1,message.dropped,'));
    assert.equal(out.split('\r\n').length, 1_003);
    const last = String.raw`1001,message.dropped,2026-11-23T08:00:00Z,,"'=HYPERLINK(""http://x"")","{""words"":""a \""quote\"",\nand a line""}"`;
    assert.ok(out.endsWith(`${last}\r\n`), out.slice(-200));
  });

  it('prints the header of CSV also where nothing is found', async () => {
    assert.equal((await audit('export', '--format', 'csv')).out, '\ufeffposition,event,at,actorId,requestId,facts\r\n');
  });

  it('names the role and the person of the ask in OCSF, where the record does not', async () => {
    await someRecords();
    const { out } = await audit('export', '--format', 'ocsf', '--event', 'activation.active');
    const { class_uid, privileges, user } = JSON.parse(out);
    assert.deepEqual([class_uid, privileges, user.uid], [3005, ['r'], ENGINEER]);
    await erasePerson(on.pool, ENGINEER);
    const erased = await audit('export', '--format', 'ocsf', '--event', 'activation.active');
    assert.deepEqual(JSON.parse(erased.out).user, { name: 'Unknown', type: 'Unknown', type_id: 0 });
  });

  const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['--since', 'yesterday'], /^--since must be an instant with its offset, .*“yesterday” is none/],
    [['--until', '2026-11-23'], /^--until must be an instant/],
    [['--since', '2026-11-23T09:00:00Z', '--until', '2026-11-23T08:00:00Z'], /^--until must be later than --since/],
    [['--person', 'Alex'], /^--person must be the object id/],
    [['--request', ' '], /^--request must not be empty/],
    [['--event', 'activation.done'], /^There is no event “activation.done”\. There are activation\.intended, /],
    [['--format', 'xml'], /^--format must be ndjson, csv, ocsf/],
    [['everything'], /^“everything” is too much/],
    [['--yes'], /^export takes no --yes/],
  ];
  for (const [args, says] of WRONG) {
    it(`refuses ${args.join(' ')}, and exports nothing`, async () => {
      const { code, out, err } = await audit('export', ...args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, says);
      assert.deepEqual(await exported('--event', 'export.made'), []);
    });
  }
});

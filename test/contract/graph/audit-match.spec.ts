import assert from 'node:assert/strict';
import { runAudit } from '../../../cli/audit/run.ts';
import type { AuditEvent } from '../../../src/domain/audit.ts';
import { type RequestId, requestId } from '../../../src/domain/ids.ts';
import type { RoleManagement, TenantRequest } from '../../../src/ports/role-management.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { aFixture, aRequest, type Fixture } from '../postgres/fixture.ts';
import type { Handle } from '../role-management-bench.ts';
import { activatesAs, createSignedInBench, type GraphBench } from './graph-bench.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';

describe('npm run audit -- match', () => {
  let on: Fixture;
  let bench: GraphBench;
  before(async () => {
    on = await aFixture();
  });
  after(() => on.drop());
  beforeEach(async () => {
    await on.clear();
    bench = await createSignedInBench();
    bench.sandbox.world.settings.auditDelay = Temporal.Duration.from({ minutes: 5 });
  });
  afterEach(() => bench.close());

  function match(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    return runCommand(runAudit, ['match', ...args], {
      ...commandEnvironment(bench.sandbox),
      PIMLICO_DATABASE_URL: on.url,
      PIMLICO_CLOCK_URL: `${bench.sandbox.urls.control}/clock`,
      ...env,
    });
  }
  const activates = (roles: RoleManagement, holder: Handle, roleName: string): Promise<TenantRequest> =>
    activatesAs({ principalId: bench.idOf(holder) }, roles, {
      roleName,
      duration: Temporal.Duration.from('PT2H'),
      justification: 'INC-42',
    });
  const decides = (request: TenantRequest): Promise<void> =>
    bench.roles.decide({ principalId: bench.idOf('approver') }, request, { outcome: 'approve', justification: 'ok' });

  /** What the bot writes down when it does these things. */
  async function wroteDown(request: TenantRequest, name = '7F3K'): Promise<RequestId> {
    const id = requestId(name);
    const { principalId: requesterId, role, id: scheduleRequestId } = request;
    const record = aRequest({ id, role, requesterId, scheduleRequestId, requestedAt: bench.now(), state: 'active' });
    await on.here.store.now.requests.insert(record);
    await records(id, 'activation.intended', {});
    await records(id, 'activation.submitted', { scheduleRequestId, state: request.state });
    return id;
  }
  async function records(
    id: RequestId,
    event: AuditEvent['event'],
    facts: AuditEvent['facts'],
    by: Handle = 'engineer',
  ): Promise<void> {
    const actorId = bench.idOf(by);
    await on.record({ event, at: bench.now(), actorId, requestId: id, facts });
  }

  it('finds nothing where everything came through the bot', async () => {
    const request = await activates(bench.roles, 'engineer', OPERATOR);
    const id = await wroteDown(request);
    await decides(request);
    await records(id, 'approval.decided', { outcome: 'approve', justification: 'ok' });
    await bench.advance({ minutes: 10 });
    await records(id, 'activation.deactivation_intended', {});
    await bench.roles.deactivate({ principalId: bench.idOf('engineer') }, request.role);
    await records(id, 'activation.ended', { reason: 'deactivated' });
    await bench.advance({ hours: 2 });
    const { code, out, err } = await match();
    assert.deepEqual([code, err], [0, '']);
    assert.match(
      out,
      /^Nothing differs between Entra’s log and the trail from 2026-11-22T10:10:00Z to 2026-11-23T10:10:00Z; 4 rows/,
    );
  });

  it('does not take an administrator’s removal for the holder’s own end, though the holder had begun one', async () => {
    const request = await activates(bench.roles, 'engineer', OPERATOR);
    const id = await wroteDown(request);
    await decides(request);
    await records(id, 'approval.decided', { outcome: 'approve', justification: 'ok' });
    await records(id, 'activation.deactivation_intended', {});
    await bench.advance({ minutes: 10 });
    await records(id, 'activation.ended', { reason: 'removed' }, 'admin');
    await bench.advance({ hours: 2 });
    const { code, out } = await match();
    assert.equal(code, 0, out);
  });

  it('finds what was activated, decided and given back past the bot, on every surface of Graph', async () => {
    const engineer = bench.idOf('engineer');
    const request = await activates(bench.roles, 'engineer', OPERATOR);
    await decides(request);
    const group = await activates(bench.groups, 'engineer', 'sg-payments-oncall');
    await bench.advance({ minutes: 10 });
    await bench.groups.deactivate({ principalId: engineer }, group.role);
    await bench.advance({ minutes: 30 });
    const { code, out } = await match(['--json']);
    assert.equal(code, 1);
    const found = out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      found.map((one) => `${one.found} ${one.outcome ?? one.kind} ${one.roleName}`),
      [
        `elsewhere activation ${OPERATOR}`,
        `elsewhere approve ${OPERATOR}`,
        'elsewhere activation sg-payments-oncall',
        'elsewhere deactivation sg-payments-oncall',
      ],
    );
    assert.deepEqual(
      [found[1].scheduleRequestId, found[1].principalId, found[1].by],
      [request.id, engineer, bench.idOf('approver')],
    );
    const inWords = await match();
    assert.ok(
      inWords.out.includes(
        `approval of ${OPERATOR} on / for ${engineer} by ${bench.idOf('approver')} (request ${request.id}): not through the bot`,
      ),
      inWords.out,
    );
    assert.match(inWords.out, /4 differ between Entra’s log and the trail/);
  });

  it('finds a decision that was made elsewhere of an ask that came through the bot, also when the bot heard of it', async () => {
    const request = await activates(bench.roles, 'engineer', OPERATOR);
    const id = await wroteDown(request);
    await decides(request);
    await records(id, 'approval.decided', { outcome: 'approve', foundBy: 'log' });
    await bench.advance({ hours: 2 });
    const { code, out } = await match();
    assert.equal(code, 1);
    assert.match(out, /^\S+ approval of [^\n]*: not through the bot\n1 differ/);
  });

  it('knows an ask whose answer was lost by what was found out later', async () => {
    const request = await activates(bench.roles, 'engineer', 'Security Reader');
    const id = requestId('L0ST');
    const { principalId: requesterId, role, id: scheduleRequestId } = request;
    await on.here.store.now.requests.insert(aRequest({ id, role, requesterId, scheduleRequestId, state: 'active' }));
    await bench.advance({ minutes: 30 });
    assert.equal((await match()).code, 1);
    await records(id, 'activation.intended', {});
    assert.equal((await match()).code, 0);
  });

  it('finds what the bot claims and Entra’s log does not show, when an hour has passed', async () => {
    const eligible = await bench.roles.listEligible({ principalId: bench.idOf('engineer') });
    const [role] = eligible.filter((one) => one.roleName === 'Security Reader');
    assert.ok(role !== undefined);
    const id = requestId('C1A1');
    await on.here.store.now.requests.insert(
      aRequest({ id, role, requesterId: bench.idOf('engineer'), state: 'active' }),
    );
    await records(id, 'activation.submitted', { scheduleRequestId: crypto.randomUUID(), state: 'provisioned' });
    await bench.advance({ minutes: 59 });
    assert.equal((await match()).code, 0);
    await bench.advance({ minutes: 1 });
    const { code, out } = await match();
    assert.equal(code, 1);
    assert.match(
      out,
      /^\S+ activation of Security Reader on \/ for \S+ \(#C1A1, request \S+\): claimed, not seen in Entra’s log\n/,
    );
  });

  it('does not judge what is younger than a quarter of an hour', async () => {
    await activates(bench.roles, 'engineer', 'Security Reader');
    await bench.advance({ minutes: 14 });
    assert.equal((await match()).code, 0);
    await bench.advance({ minutes: 1 });
    assert.equal((await match()).code, 1);
  });

  it('looks at the period that is asked for', async () => {
    await activates(bench.roles, 'engineer', 'Security Reader');
    await bench.advance({ hours: 2 });
    assert.equal((await match(['--since', '2026-11-23T08:00:00Z', '--until', '2026-11-23T08:00:01Z'])).code, 1);
    assert.equal((await match(['--since', '2026-11-23T08:00:01Z'])).code, 0);
  });

  it('exits with 2 when it could not look, and never says that nothing differs', async () => {
    const wrong: readonly (readonly [args: readonly string[], env: Readonly<Record<string, string>>, says: RegExp])[] =
      [
        [['--since', 'yesterday'], {}, /^--since must be an instant/],
        [['--since', '2026-11-23T09:00:00Z', '--until', '2026-11-23T08:00:00Z'], {}, /^--until must be later/],
        [['--since', '2026-11-24T08:00:00Z'], {}, /^--since must be in the past/],
        [
          ['--since', '2026-10-01T08:00:00Z'],
          {},
          /^Entra keeps its log for 30 days: --since must be 2026-10-25T08:00:00Z/,
        ],
        [['--event', 'export.made'], {}, /^match takes no --event/],
        [[], { PIMLICO_READER_APP_SECRET: 'wrong' }, /^config\.invalid: No token/],
        [[], { PIMLICO_TENANT_ID: 'nowhere' }, /^config\.invalid: PIMLICO_TENANT_ID/],
      ];
    for (const [args, env, says] of wrong) {
      const { code, out, err } = await match(args, env);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, says);
    }
  });
});

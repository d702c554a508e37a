import assert from 'node:assert/strict';
import type { EligibleAssignment, RoleAtScope } from '../../src/domain/assignment.ts';
import type { PrincipalId } from '../../src/domain/ids.ts';
import { scheduleRequestId } from '../../src/domain/ids.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { AccessError } from '../../src/errors.ts';
import type { ActivationOrder, Actor, RoleManagement } from '../../src/ports/role-management.ts';
import type { TenantReader } from '../../src/ports/tenant-reader.ts';

export const EVERYBODY = [
  'engineer',
  'contractor',
  'approver',
  'approver2',
  'oncall',
  'oncall2',
  'admin',
  'newcomer',
] as const;
export type Handle = (typeof EVERYBODY)[number];

/** One tenant seeded as DESIGN §6 says, with everybody signed in (without MFA) and a clock that only `advance` moves. */
export interface RoleManagementBench {
  readonly roles: RoleManagement;
  readonly reader: TenantReader;
  idOf(handle: Handle): PrincipalId;
  /** Gives the person a fresh sign-in, as their client does each hour. */
  signIn(handle: Handle): Promise<void>;
  now(): Temporal.Instant;
  advance(duration: Temporal.DurationLike): Promise<void>;
  close(): Promise<void>;
}

const OPERATOR = 'Contoso-App-Assignment-Operator';

/** What every adapter of RoleManagement promises, whoever is behind it. */
export function describeRoleManagementContract(name: string, create: () => Promise<RoleManagementBench>): void {
  describe(name, () => {
    let bench: RoleManagementBench;

    beforeEach(async () => {
      bench = await create();
    });

    afterEach(async () => {
      await bench.close();
    });

    const as = (handle: Handle): Actor => ({ principalId: bench.idOf(handle) });

    async function eligible(handle: Handle, roleName: string, scopeName = 'Whole tenant'): Promise<EligibleAssignment> {
      const rows = await bench.roles.listEligible(as(handle));
      const row = rows.find((one) => one.roleName === roleName && one.scope.name === scopeName);
      assert.ok(row, `${handle} is eligible for ${roleName} on ${scopeName}`);
      return row;
    }

    const order = (role: RoleAtScope, overrides: Partial<ActivationOrder> = {}): ActivationOrder => ({
      role,
      startsAt: null,
      duration: Temporal.Duration.from('PT1H'),
      justification: 'INC-42 broken sign-in',
      ticket: null,
      marker: 'marker-1',
      ...overrides,
    });

    const rejects = (work: Promise<unknown>, code: ErrorCode): Promise<AccessError> => refusal(work, code);

    describe('listEligible', () => {
      it('names roles and scopes, and the person as principal', async () => {
        const rows = await bench.roles.listEligible(as('engineer'));
        const names = rows.map((row) => `${row.roleName} @ ${row.scope.name}`).sort();
        assert.deepEqual(names, [
          'Contoso-App-Assignment-Operator @ Whole tenant',
          'Contoso-App-Configuration-Administrator @ Whole tenant',
          'Global Reader @ Whole tenant',
          'Helpdesk Administrator @ Branch Lisbon',
          'Helpdesk Administrator @ Branch Madrid',
          'Security Reader @ Whole tenant',
          'User Administrator @ Whole tenant',
        ]);
        assert.ok(rows.every((row) => row.principalId === bench.idOf('engineer') && row.surface === 'directory'));
      });

      it('is empty for somebody who is eligible for nothing', async () => {
        assert.deepEqual(await bench.roles.listEligible(as('newcomer')), []);
      });
    });

    describe('activate', () => {
      it('gives access at once when nobody has to approve', async () => {
        const role = await eligible('engineer', 'Security Reader');
        const request = await bench.roles.activate(as('engineer'), order(role, { ticket: 'INC-42' }));
        assert.equal(request.state, 'provisioned');
        assert.equal(request.principalId, bench.idOf('engineer'));
        assert.equal(request.role.roleName, 'Security Reader');
        assert.equal(request.startsAt, null);
        assert.equal(request.duration?.total('minutes'), 60);
        assert.equal(request.justification, 'INC-42 broken sign-in');
        assert.equal(request.ticket, 'INC-42');
        assert.equal(request.marker, 'marker-1');
      });

      it('shows up among the active assignments with its end', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await bench.roles.activate(as('engineer'), order(role));
        const endsAt = bench.now().add({ hours: 1 });
        await bench.advance({ seconds: 30 });
        const active = (await bench.roles.listActive(as('engineer'))).filter(
          (row) => row.assignmentType === 'activated',
        );
        assert.equal(active.length, 1);
        assert.equal(active[0]?.roleName, 'Security Reader');
        assert.equal(active[0]?.endsAt?.toString(), endsAt.toString());
      });

      it('disappears from the active assignments when the time is over', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await bench.roles.activate(as('engineer'), order(role, { duration: Temporal.Duration.from('PT30M') }));
        await bench.advance({ minutes: 31 });
        const active = await bench.roles.listActive(as('engineer'));
        assert.deepEqual(
          active.filter((row) => row.assignmentType === 'activated'),
          [],
        );
      });

      it('activates at the scope of an administrative unit only there', async () => {
        const madrid = await eligible('engineer', 'Helpdesk Administrator', 'Branch Madrid');
        const lisbon = await eligible('engineer', 'Helpdesk Administrator', 'Branch Lisbon');
        await bench.roles.activate(as('engineer'), order(madrid));
        await bench.advance({ seconds: 30 });
        assert.ok(await bench.reader.findActive(bench.idOf('engineer'), madrid));
        assert.equal(await bench.reader.findActive(bench.idOf('engineer'), lisbon), null);
      });

      it('waits for a decision where the policy wants one', async () => {
        const role = await eligible('engineer', OPERATOR);
        const request = await bench.roles.activate(as('engineer'), order(role));
        assert.equal(request.state, 'awaiting-approval');
        const open = await bench.roles.listOpenRequests(as('engineer'));
        assert.deepEqual(
          open.map(({ id, state, marker }) => ({ id, state, marker })),
          [{ id: request.id, state: 'awaiting-approval', marker: 'marker-1' }],
        );
        assert.equal(open[0]?.role.roleName, OPERATOR);
      });

      it('schedules a start that lies ahead', async () => {
        const role = await eligible('engineer', 'Security Reader');
        const startsAt = bench.now().add({ hours: 3 });
        const request = await bench.roles.activate(as('engineer'), order(role, { startsAt }));
        assert.equal(request.state, 'scheduled');
        assert.equal(request.startsAt?.toString(), startsAt.toString());
        const open = await bench.roles.listOpenRequests(as('engineer'));
        assert.deepEqual(
          open.map(({ id, state }) => [id, state]),
          [[request.id, 'scheduled']],
        );
        await bench.advance({ hours: 3, minutes: 1 });
        await bench.signIn('engineer');
        assert.deepEqual(await bench.roles.listOpenRequests(as('engineer')), []);
        assert.ok(await bench.reader.findActive(bench.idOf('engineer'), role));
      });

      it('refuses a second activation of a running one', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await bench.roles.activate(as('engineer'), order(role));
        await rejects(
          bench.roles.activate(as('engineer'), order(role, { marker: 'marker-2' })),
          'activation.already_active',
        );
      });

      it('refuses a second request while one waits for approval', async () => {
        const role = await eligible('engineer', OPERATOR);
        await bench.roles.activate(as('engineer'), order(role));
        await rejects(
          bench.roles.activate(as('engineer'), order(role, { marker: 'marker-2' })),
          'activation.already_pending',
        );
      });

      it('refuses a role the person is not eligible for', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await rejects(bench.roles.activate(as('contractor'), order(role)), 'activation.not_eligible');
      });

      it('refuses a duration beyond the policy', async () => {
        const role = await eligible('engineer', 'Security Reader');
        const tooLong = order(role, { duration: Temporal.Duration.from('PT9H') });
        await rejects(bench.roles.activate(as('engineer'), tooLong), 'activation.too_long');
      });

      it('refuses an empty justification where one is wanted', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await rejects(
          bench.roles.activate(as('engineer'), order(role, { justification: '' })),
          'activation.justification_required',
        );
      });

      it('names all rules when several are broken', async () => {
        const role = await eligible('engineer', 'Security Reader');
        const bad = order(role, { justification: '', duration: Temporal.Duration.from('PT9H') });
        const error = await rejects(bench.roles.activate(as('engineer'), bad), 'activation.refused_by_policy');
        assert.equal(error.facts.rules, 'ExpirationRule, JustificationRule');
      });

      it('asks for a step-up with the claims of the authentication context', async () => {
        const role = await eligible('oncall', 'Privileged Role Administrator');
        const error = await rejects(bench.roles.activate(as('oncall'), order(role)), 'activation.step_up_required');
        assert.deepEqual(JSON.parse(error.facts.claims ?? ''), {
          access_token: { acrs: { essential: true, value: 'c1' } },
        });
      });
    });

    describe('deactivate', () => {
      it('refuses in the first five minutes and ends access after them', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await bench.roles.activate(as('engineer'), order(role));
        await bench.advance({ minutes: 4 });
        await rejects(bench.roles.deactivate(as('engineer'), role), 'activation.too_short');
        await bench.advance({ minutes: 1, seconds: 30 });
        await bench.roles.deactivate(as('engineer'), role);
        await bench.advance({ seconds: 30 });
        assert.equal(await bench.reader.findActive(bench.idOf('engineer'), role), null);
      });

      it('refuses when nothing is active', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await rejects(bench.roles.deactivate(as('engineer'), role), 'activation.not_active');
      });
    });

    describe('cancel', () => {
      it('withdraws a request that waits', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        await bench.roles.cancel(as('engineer'), id);
        assert.deepEqual(await bench.roles.listOpenRequests(as('engineer')), []);
        assert.equal((await bench.roles.findByMarker(as('engineer'), 'marker-1'))?.state, 'canceled');
      });

      it('refuses what is over', async () => {
        const role = await eligible('engineer', 'Security Reader');
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        await rejects(bench.roles.cancel(as('engineer'), id), 'activation.not_cancellable');
      });

      it('refuses a request nobody made', async () => {
        const id = scheduleRequestId('0f0f0f0f-0000-4000-8000-00000000f00d');
        await rejects(bench.roles.cancel(as('engineer'), id), 'activation.request_unknown');
      });
    });

    describe('findByMarker', () => {
      it('finds the own request that carries the marker, whatever became of it', async () => {
        const role = await eligible('engineer', 'Security Reader');
        const { id } = await bench.roles.activate(as('engineer'), order(role, { marker: 'marker-77' }));
        const found = await bench.roles.findByMarker(as('engineer'), 'marker-77');
        assert.equal(found?.id, id);
        assert.equal(found?.state, 'provisioned');
        assert.equal(found?.role.scope.name, 'Whole tenant');
      });

      it('finds nothing for a marker nobody sent, and not the request of another person', async () => {
        const role = await eligible('engineer', 'Security Reader');
        await bench.roles.activate(as('engineer'), order(role, { marker: 'marker-77' }));
        assert.equal(await bench.roles.findByMarker(as('engineer'), 'marker-78'), null);
        assert.equal(await bench.roles.findByMarker(as('contractor'), 'marker-77'), null);
      });
    });

    describe('decisions', () => {
      it('shows a waiting request to each approver and to nobody else', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        for (const approver of ['approver', 'approver2'] as const) {
          const waiting = await bench.roles.listAwaitingDecision(as(approver));
          assert.deepEqual(
            waiting.map((request) => [request.id, request.principalId, request.role.roleName]),
            [[id, bench.idOf('engineer'), OPERATOR]],
          );
        }
        const read = await bench.roles.readAwaitingDecision(as('approver'), id);
        assert.equal(read?.duration?.total('minutes'), 60);
        assert.equal(read?.startsAt, null);
        assert.equal(read?.justification, 'INC-42 broken sign-in');
        assert.deepEqual(await bench.roles.listAwaitingDecision(as('contractor')), []);
        assert.equal(await bench.roles.readAwaitingDecision(as('contractor'), id), null);
        assert.equal(await bench.roles.readAwaitingDecision(as('engineer'), id), null);
      });

      it('gives access from the moment of an approval', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        await bench.advance({ minutes: 10 });
        await bench.roles.decide(as('approver'), id, { outcome: 'approve', justification: 'looks right' });
        const endsAt = bench.now().add({ hours: 1 });
        await bench.advance({ seconds: 30 });
        const active = await bench.reader.findActive(bench.idOf('engineer'), role);
        assert.equal(active?.endsAt?.toString(), endsAt.toString());
        assert.equal(active?.roleName, OPERATOR);
        assert.equal(await bench.roles.readAwaitingDecision(as('approver'), id), null);
      });

      it('gives no access after a denial', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        await bench.roles.decide(as('approver'), id, { outcome: 'deny', justification: 'not today' });
        await bench.advance({ seconds: 30 });
        assert.equal(await bench.reader.findActive(bench.idOf('engineer'), role), null);
        assert.equal((await bench.roles.findByMarker(as('engineer'), 'marker-1'))?.state, 'denied');
      });

      it('refuses a second decision', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        await bench.roles.decide(as('approver'), id, { outcome: 'approve', justification: 'looks right' });
        const late = bench.roles.decide(as('approver2'), id, { outcome: 'deny', justification: 'too late' });
        await rejects(late, 'approval.already_decided');
      });

      it('refuses a decision without the justification that the policy wants', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        const empty = bench.roles.decide(as('approver'), id, { outcome: 'approve', justification: '' });
        await rejects(empty, 'approval.justification_required');
      });

      it('refuses people who are not asked, the requester among them', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        for (const stranger of ['contractor', 'engineer'] as const) {
          const decision = bench.roles.decide(as(stranger), id, { outcome: 'approve', justification: 'mine' });
          await rejects(decision, 'approval.not_an_approver');
        }
      });

      it('refuses a decision on a request nobody made', async () => {
        const id = scheduleRequestId('0f0f0f0f-0000-4000-8000-00000000f00d');
        const decision = bench.roles.decide(as('approver'), id, { outcome: 'approve', justification: 'fine' });
        await rejects(decision, 'approval.not_an_approver');
      });

      it('refuses a decision after 24 hours', async () => {
        const role = await eligible('engineer', OPERATOR);
        const { id } = await bench.roles.activate(as('engineer'), order(role));
        await bench.advance({ hours: 24, minutes: 1 });
        await Promise.all([bench.signIn('approver'), bench.signIn('engineer')]);
        assert.equal(await bench.roles.readAwaitingDecision(as('approver'), id), null);
        const late = bench.roles.decide(as('approver'), id, { outcome: 'approve', justification: 'late' });
        await rejects(late, 'approval.expired');
        assert.equal((await bench.roles.findByMarker(as('engineer'), 'marker-1'))?.state, 'failed');
      });
    });
  });
}

async function refusal(work: Promise<unknown>, code: ErrorCode): Promise<AccessError> {
  const error: unknown = await work.then(
    () => assert.fail(`nothing was refused; expected ${code}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AccessError)) {
    throw error;
  }
  assert.equal(error.code, code, error.message);
  return error;
}

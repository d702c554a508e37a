import assert from 'node:assert/strict';
import { createGroupRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import { scheduleRequestId } from '../../../src/domain/ids.ts';
import type { Actor, RoleManagement } from '../../../src/ports/role-management.ts';
import { aGroupRole } from '../../support/fakes/builders.ts';
import type { Handle } from '../role-management-bench.ts';
import type { GraphBench } from './graph-bench.ts';
import { createSignedInBench, graphCallsSince, settingsOf, steppedUpTokens } from './graph-bench.ts';
import { breakGlass, GROUPS_PATH, makeOwner, order, PAYMENTS, payments, refuses, TIER0, tier0 } from './group-roles.ts';

const MINE = "filterByCurrentUser(on='principal')";
const READ = `GET ${GROUPS_PATH}/assignmentScheduleRequests/${MINE}`;
const BY_IDS = 'POST /v1.0/directoryObjects/getByIds';

describe('GroupRoleManagement before the sandbox', () => {
  let bench: GraphBench;
  let groups: RoleManagement;
  let engineer: Actor;
  let oncall: Actor;
  let oncall2: Actor;

  beforeEach(async () => {
    bench = await createSignedInBench();
    const { sandbox } = bench;
    groups = createGroupRoleManagement({ ...settingsOf(sandbox), tokens: steppedUpTokens(sandbox) });
    engineer = as('engineer');
    oncall = as('oncall');
    oncall2 = as('oncall2');
  });

  afterEach(async () => {
    await bench.close();
  });

  const as = (handle: Handle): Actor => ({ principalId: bench.idOf(handle) });
  const mark = (): number => bench.sandbox.calls.lastSeq;
  const callsSince = (seq: number) => graphCallsSince(bench.sandbox, seq);

  describe('lists', () => {
    it('shows groups as roles with one call each', async () => {
      const before = mark();
      const rows = await groups.listEligible(oncall);
      assert.deepEqual(
        rows.map(({ endsAt, principalId: person, ...role }) => role),
        [payments, breakGlass, tier0],
      );
      assert.ok(rows.every((row) => row.principalId === oncall.principalId));
      await groups.listActive(oncall);
      await groups.listOpenRequests(oncall);
      assert.deepEqual(callsSince(before), [
        `GET ${GROUPS_PATH}/eligibilityScheduleInstances/${MINE}`,
        `GET ${GROUPS_PATH}/assignmentScheduleInstances/${MINE}`,
        READ,
      ]);
    });

    it('shows both roles of a group as two', async () => {
      const owner = await makeOwner(bench, 'engineer');
      await bench.advance({ seconds: 45 });
      const rows = await groups.listEligible(engineer);
      assert.deepEqual(
        rows.map(({ roleName, scope }) => [roleName, scope]),
        [
          ['sg-payments-oncall', payments.scope],
          ['sg-payments-oncall', owner.scope],
        ],
      );
    });

    it('asks once for all the names that an expansion forgot', async () => {
      bench.sandbox.faults.add({ name: 'group-expand-null', times: 3 });
      const before = mark();
      const rows = await groups.listEligible(oncall);
      assert.deepEqual(
        rows.map(({ roleName }) => roleName),
        ['sg-payments-oncall', 'sg-breakglass-payments', 'sg-breakglass-tier0'],
      );
      assert.deepEqual(callsSince(before), [`GET ${GROUPS_PATH}/eligibilityScheduleInstances/${MINE}`, BY_IDS]);
    });

    it('names a group by its id where names may not be read', async () => {
      bench.sandbox.faults.add({ name: 'group-expand-null', times: 1 });
      bench.sandbox.faults.add({ name: 'error', match: 'getByIds', status: 403, code: 'Authorization_RequestDenied' });
      const [row] = await groups.listEligible(engineer);
      assert.deepEqual([row?.roleName, row?.scope], [PAYMENTS, payments.scope]);
    });

    it('does not take a failure of the names for a group without one', async () => {
      bench.sandbox.faults.add({ name: 'group-expand-null', times: 1 });
      bench.sandbox.faults.add({ name: 'error', match: 'getByIds', status: 503 });
      await refuses(groups.listEligible(engineer), 'graph.unavailable');
    });
  });

  describe('decisions', () => {
    const yes = { outcome: 'approve', justification: 'looks right' } as const;

    it('shows what waits to the other lead, by name', async () => {
      const { id } = await groups.activate(oncall, order(tier0));
      const waiting = await groups.listAwaitingDecision(oncall2);
      assert.deepEqual(
        waiting.map((request) => [request.id, request.role.roleName, request.principalId]),
        [[id, 'sg-breakglass-tier0', oncall.principalId]],
      );
      assert.equal((await groups.readAwaitingDecision(oncall2, { id, role: tier0 }))?.id, id);
      assert.equal(await groups.readAwaitingDecision(oncall, { id, role: tier0 }), null);
    });

    it('goes through the stages of v1.0', async () => {
      const request = await groups.activate(oncall, order(tier0));
      const before = mark();
      await groups.decide(oncall2, request, yes);
      const [read, write, ...more] = callsSince(before);
      assert.equal(read, `GET ${GROUPS_PATH}/assignmentApprovals/${request.id}/stages`);
      assert.match(write ?? '', /^PATCH \/v1\.0\/.*\/stages\//);
      assert.deepEqual(more, []);
      await bench.advance({ seconds: 45 });
      assert.ok(await bench.reader.findActive(oncall.principalId, tier0));
    });

    for (const [status, code] of [
      [404, 'ResourceNotFound'],
      [400, 'BadRequest'],
    ] as const) {
      it(`falls back to the steps of beta where v1.0 answers the segment with ${status}`, async () => {
        const request = await groups.activate(oncall, order(tier0));
        bench.sandbox.faults.add({ name: 'error', match: '/stages', status, code });
        const before = mark();
        await groups.decide(oncall2, request, yes);
        const calls = callsSince(before);
        assert.equal(calls[1], `GET ${GROUPS_PATH.replace('v1.0', 'beta')}/assignmentApprovals/${request.id}/steps`);
        assert.match(calls[2] ?? '', /^PATCH \/beta\/.*\/steps\//);
        assert.equal((await groups.findByMarker(oncall, 'm-1', tier0))?.state, 'provisioning');
      });
    }

    it('is in doubt when the answer was lost, and decides nowhere else', async () => {
      const request = await groups.activate(oncall, order(tier0));
      bench.sandbox.faults.add({ name: 'ambiguous', match: 'PATCH', close: true, times: 1 });
      await refuses(groups.decide(oncall2, request, yes), 'approval.in_doubt');
      assert.equal(callsSince(0).filter((call) => call.startsWith('PATCH')).length, 1);
    });

    it('refuses the requester, strangers and requests nobody made', async () => {
      const request = await groups.activate(oncall, order(tier0));
      await refuses(groups.decide(oncall, request, yes), 'approval.not_an_approver');
      await refuses(groups.decide(engineer, request, yes), 'approval.not_an_approver');
      const unknown = { ...request, id: scheduleRequestId('0f0f0f0f-0000-4000-8000-00000000f00d') };
      await refuses(groups.decide(oncall2, unknown, yes), 'approval.not_an_approver');
    });
  });

  it('offers no extensions and no narrower scopes, and asks nobody for them', async () => {
    const before = mark();
    const endsAt = bench.now().add({ hours: 24 });
    const extension = { action: 'extend', kind: 'eligible', role: payments, endsAt, justification: 'more' } as const;
    await refuses(groups.requestExtension(engineer, extension), 'activation.extension_impossible');
    assert.deepEqual(await groups.findNarrowerScopes(engineer, payments, 'anything'), []);
    assert.deepEqual(callsSince(before), []);
  });

  describe('the reader', () => {
    it('reads the settings of the two roles of a group apart', async () => {
      const member = await bench.reader.readPolicy(tier0);
      assert.equal(member.maximumDuration.toString(), 'PT1H');
      assert.equal(member.authenticationContext, 'c1');
      assert.equal(member.isTicketRequired, true);
      assert.deepEqual(
        member.approvers.map(({ kind }) => kind),
        ['group'],
      );
      const owner = await bench.reader.readPolicy(aGroupRole({ id: TIER0, name: 'sg-breakglass-tier0' }, 'owner'));
      assert.equal(owner.maximumDuration.toString(), 'PT8H');
      assert.equal(owner.isApprovalRequired, false);
    });

    it('finds the same settings again after a group was onboarded under other ids', async () => {
      const before = await bench.reader.readPolicy(payments);
      await groups.activate(engineer, order(payments));
      await bench.advance({ minutes: 11 });
      assert.deepEqual(await bench.reader.readPolicy(payments), before);
    });

    it('says that a group without settings has none, and asks again the next time', async () => {
      bench.sandbox.faults.add({ name: 'group-policies-late', times: 1 });
      await refuses(bench.reader.readPolicy(payments), 'graph.not_found');
      assert.equal((await bench.reader.readPolicy(payments)).maximumDuration.toString(), 'PT4H');
      const unknown = aGroupRole({ id: '2a91b3c4-dead-4d5e-8f60-a1b2c3d4e5ff', name: 'gone' });
      await refuses(bench.reader.readPolicy(unknown), 'graph.not_found');
    });

    it('knows no actions of groups', async () => {
      await refuses(bench.reader.readRoleActions(payments), 'graph.not_found');
    });

    it('finds what is active of exactly this role of the group', async () => {
      const owner = await makeOwner(bench, 'engineer');
      await groups.activate(engineer, order(payments));
      await bench.advance({ seconds: 45 });
      const active = await bench.reader.findActive(engineer.principalId, payments);
      assert.equal(active?.roleName, 'sg-payments-oncall');
      assert.equal(active?.endsAt?.toString(), '2026-11-23T09:00:00Z');
      assert.equal(await bench.reader.findActive(engineer.principalId, owner), null);
      assert.equal(await bench.reader.findActive(oncall.principalId, payments), null);
    });
  });
});

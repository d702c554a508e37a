import assert from 'node:assert/strict';

import { type Body, type GraphSandbox, type Send, startGraph, verdict } from './graph-calls.ts';
import { APPROVERS, activate, BREAK_GLASS, LEADS, makeAdministrator, PAYMENTS, TIER0 } from './groups-calls.ts';

const ASSIGNMENTS = '/v1.0/policies/roleManagementPolicyAssignments';
const POLICIES = '/v1.0/policies/roleManagementPolicies';
const DENIED = '403 Authorization_RequestDenied';
const MISSING = '403 UnknownError(PermissionScopeNotGranted)';

function of(groupId: string, access?: string): string {
  const role = access === undefined ? '' : ` and roleDefinitionId eq '${access}'`;
  const filter = `scopeId eq '${groupId}' and scopeType eq 'Group'${role}`;
  return `${ASSIGNMENTS}?$filter=${encodeURIComponent(filter)}&$expand=policy($expand=rules)`;
}

describe('settings of groups', () => {
  let graph: GraphSandbox;
  let reader: Send;
  beforeEach(async () => {
    graph = await startGraph();
    reader = await graph.as(null);
  });
  afterEach(() => graph.sandbox.close());

  const read = async (groupId: string, access = 'member'): Promise<Body> => {
    const { value } = (await reader('GET', of(groupId, access))).body;
    assert.equal(value.length, 1);
    return value[0];
  };
  const rules = async (groupId: string, access = 'member'): Promise<Record<string, Body>> => {
    const { policy } = await read(groupId, access);
    return Object.fromEntries(policy.rules.map((rule: Body) => [rule.id, rule]));
  };
  const changed = async (policyId: string, maximumDuration: string): Promise<[path: string, body: Body]> => {
    const path = `${POLICIES}/${policyId}/rules/Expiration_EndUser_Assignment`;
    const { '@odata.context': _, ...current } = (await reader('GET', path)).body;
    return [path, { ...current, maximumDuration }];
  };

  it('are two policies with ids of the group', async () => {
    const { value } = (await reader('GET', of(PAYMENTS))).body;
    assert.deepEqual(
      value.map((row: Body) => [row.roleDefinitionId, row.scopeId, row.scopeType, row.policy.rules.length]),
      [
        ['member', PAYMENTS, 'Group', 17],
        ['owner', PAYMENTS, 'Group', 17],
      ],
    );
    const [member, owner] = value;
    assert.match(member.policyId, new RegExp(`^Group_${PAYMENTS}_[0-9a-f-]{36}$`));
    assert.equal(member.id, `${member.policyId}_member`);
    assert.equal(owner.id, `${owner.policyId}_owner`);
    assert.notEqual(member.policyId, owner.policyId);
    assert.deepEqual(
      [member.policy.displayName, member.policy.scopeId, member.policy.scopeType],
      ['Group', PAYMENTS, 'Group'],
    );
    assert.equal((await reader('GET', `${ASSIGNMENTS}/${member.id}`)).body.policyId, member.policyId);
  });

  const seeded: readonly [
    name: string,
    groupId: string,
    maximum: string,
    enabled: string[],
    context: string | null,
    approver: string | null,
  ][] = [
    ['sg-payments-oncall', PAYMENTS, 'PT4H', ['Justification'], null, null],
    ['sg-breakglass-payments', BREAK_GLASS, 'PT1H', ['Justification', 'Ticketing'], 'c1', null],
    ['sg-breakglass-tier0', TIER0, 'PT1H', ['Justification', 'Ticketing'], 'c1', LEADS],
  ];
  for (const [name, groupId, maximum, enabled, context, approver] of seeded) {
    it(`are those of the design for ${name}`, async () => {
      const found = await rules(groupId);
      const { setting } = found.Approval_EndUser_Assignment;
      assert.equal(found.Expiration_EndUser_Assignment.maximumDuration, maximum);
      assert.deepEqual(found.Enablement_EndUser_Assignment.enabledRules, enabled);
      assert.equal(found.AuthenticationContext_EndUser_Assignment.claimValue, context);
      assert.equal(setting.isApprovalRequired, approver !== null);
      assert.equal(setting.approvalStages[0].primaryApprovers[0]?.groupId ?? null, approver);
    });
  }

  it('begin stricter than those of roles about what is given for good', async () => {
    const found = await rules(PAYMENTS, 'owner');
    assert.equal(found.Expiration_EndUser_Assignment.maximumDuration, 'PT8H');
    assert.deepEqual(found.Enablement_EndUser_Assignment.enabledRules, ['Justification']);
    assert.deepEqual(
      ['Expiration_Admin_Eligibility', 'Expiration_Admin_Assignment'].map((id) => [
        found[id].isExpirationRequired,
        found[id].maximumDuration,
      ]),
      [
        [true, 'P365D'],
        [true, 'P180D'],
      ],
    );
  });

  it('are read by people who read the directory or manage the group, or by everybody in a kinder tenant', async () => {
    const me = await graph.as('engineer');
    const { policyId } = await read(PAYMENTS);
    assert.equal(verdict(await me('GET', of(PAYMENTS, 'member'))), DENIED);
    assert.equal(verdict(await me('GET', `${POLICIES}/${policyId}`)), DENIED);
    graph.sandbox.world.tenant.groups.get(PAYMENTS)?.ownerIds.push(graph.id('engineer'));
    assert.equal((await me('GET', of(PAYMENTS, 'member'))).status, 200);
    assert.equal((await me('GET', `${POLICIES}/${policyId}?$expand=rules`)).body.rules.length, 17);
    assert.equal(verdict(await me('GET', of(TIER0, 'member'))), DENIED);
    graph.sandbox.world.settings.policyReadableByEveryone = true;
    assert.equal((await me('GET', of(TIER0, 'member'))).status, 200);
  });

  it('are changed by who manages the group, bind at once and leave an audit row', async () => {
    const { policyId } = await read(PAYMENTS);
    const [path, body] = await changed(policyId, 'PT30M');
    const admin = await graph.as('admin', { app: 'admin' });
    const self = await graph.as('admin');
    assert.equal(verdict(await self('PATCH', path, body)), MISSING);
    assert.equal(verdict(await admin('PATCH', path, body)), DENIED);
    makeAdministrator(graph);
    assert.equal(verdict(await admin('PATCH', path, { ...body, maximumDuration: 'P2D' })), '400 BadRequest');
    assert.equal((await admin('PATCH', path, body)).status, 204);
    assert.equal((await rules(PAYMENTS)).Expiration_EndUser_Assignment.maximumDuration, 'PT30M');
    const after = await read(PAYMENTS);
    assert.deepEqual([after.policyId, after.policy.lastModifiedBy.displayName], [policyId, 'Patti Fernandez']);
    const refused = await activate(graph, 'engineer', PAYMENTS);
    assert.equal(verdict(refused), '400 RoleAssignmentRequestPolicyValidationFailed');
    await graph.pass('PT5M');
    const { value } = (await reader('GET', "/v1.0/auditLogs/directoryAudits?$filter=category eq 'GroupManagement'"))
      .body;
    assert.deepEqual(
      value.map((row: Body) => row.activityDisplayName),
      ['Update role setting in PIM'],
    );
  });

  it('may be changed by an application, unlike those of roles', async () => {
    const app = await graph.as(null, { permissions: ['RoleManagementPolicy.ReadWrite.AzureADGroup'] });
    const [path, body] = await changed((await read(PAYMENTS)).policyId, 'PT2H');
    assert.equal((await app('PATCH', path, body)).status, 204);
    const [tier0, strict] = await changed((await read(TIER0)).policyId, 'PT2H');
    assert.equal(verdict(await app('PATCH', tier0, strict)), DENIED);
    assert.equal((await read(PAYMENTS)).policy.lastModifiedBy.id, null);
  });

  it('get other ids when the group is onboarded, which a change of them does', async () => {
    makeAdministrator(graph);
    const admin = await graph.as('admin', { app: 'admin' });
    const before = await read(APPROVERS);
    const [path, body] = await changed(before.policyId, 'PT2H');
    assert.equal((await admin('PATCH', path, body)).status, 204);
    const after = await read(APPROVERS);
    assert.notEqual(after.policyId, before.policyId);
    assert.equal(after.id, `${after.policyId}_member`);
    assert.equal(verdict(await admin('PATCH', path, body)), '404 Request_ResourceNotFound');
    assert.equal(verdict(await reader('GET', `${POLICIES}/${before.policyId}`)), '404 Request_ResourceNotFound');
    assert.equal((await rules(APPROVERS)).Expiration_EndUser_Assignment.maximumDuration, 'PT2H');
    await graph.pass('PT5M');
    const { value } = (await reader('GET', "/v1.0/auditLogs/directoryAudits?$filter=category eq 'GroupManagement'"))
      .body;
    assert.deepEqual(value.map((row: Body) => row.activityDisplayName).sort(), [
      'Onboarded resource to PIM',
      'Update role setting in PIM',
    ]);
  });

  it('are not there for a group that nobody knows, and late when told so', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    assert.deepEqual((await reader('GET', of(unknown))).body.value, []);
    assert.equal(
      verdict(await reader('GET', `${POLICIES}/Group_${unknown}_${unknown}`)),
      '404 Request_ResourceNotFound',
    );
    const several = `scopeType eq 'Group' and (scopeId eq '${PAYMENTS}' or scopeId eq '${TIER0}')`;
    assert.equal((await reader('GET', `${ASSIGNMENTS}?$filter=${several}`)).status, 501);
    const both = `scopeId eq '${PAYMENTS}' and scopeType eq 'Group' and (roleDefinitionId eq 'member' or roleDefinitionId eq 'owner')`;
    assert.equal((await reader('GET', `${ASSIGNMENTS}?$filter=${both}`)).body.value.length, 2);
    graph.sandbox.faults.add({ name: 'group-policies-late', times: 1 });
    assert.deepEqual((await reader('GET', of(PAYMENTS))).body.value, []);
    assert.equal((await reader('GET', of(PAYMENTS))).body.value.length, 2);
  });
});

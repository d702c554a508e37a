import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import {
  ACCESS,
  AUTHORIZATION,
  CONTRIBUTOR,
  MANAGEMENT_GROUP,
  ON_CALL_GROUP,
  PIM,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  STAGING,
  VM_OPERATOR,
} from '../sandbox/arm-calls.ts';
import type { ArmBench } from './arm-bench.ts';
import { anOrder, aRole, createArmBench, refusal } from './arm-bench.ts';

const BREAK_GLASS_GROUP = '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4';

interface Given {
  readonly roleDefinitionId: string;
  readonly principalId: string;
  readonly principalType: string;
}

describe('ArmReader', () => {
  let bench: ArmBench;

  beforeEach(async () => {
    bench = await createArmBench();
  });

  afterEach(() => bench.close());

  const groupNamed = (name: string): string => {
    const group = [...bench.arm.sandbox.world.tenant.groups.values()].find(({ displayName }) => displayName === name);
    return group?.id ?? BREAK_GLASS_GROUP;
  };

  it('reads what an activation takes, once in ten minutes', async () => {
    const role = aRole(RG_WEB, CONTRIBUTOR);
    bench.calls();
    const policy = await bench.reader.readPolicy(role);
    assert.deepEqual(
      { ...policy, maximumDuration: policy.maximumDuration.toString() },
      {
        maximumDuration: 'PT4H',
        isJustificationRequired: true,
        isTicketRequired: false,
        isMfaRequired: false,
        authenticationContext: null,
        isApprovalRequired: true,
        isApproverJustificationRequired: true,
        approvers: [{ kind: 'person', id: bench.actor('approver').principalId, name: 'Megan Bowen' }],
      },
    );
    assert.deepEqual(bench.calls(), [`GET ${RG_WEB}${AUTHORIZATION}/roleManagementPolicyAssignments`]);
    await bench.reader.readPolicy({ ...role, scope: { id: `${RG_WEB.toUpperCase()}/`, name: 'x' } });
    assert.deepEqual(bench.calls(), []);
    await bench.arm.pass('PT11M');
    await bench.reader.readPolicy(role);
    assert.equal(bench.calls().length, 1);
  });

  it('reads the settings of exactly this scope: nothing is inherited', async () => {
    assert.equal((await bench.reader.readPolicy(aRole(PRODUCTION, READER))).isJustificationRequired, false);
    assert.equal((await bench.reader.readPolicy(aRole(RG_PAYMENTS, READER))).isJustificationRequired, true);
    const odd = { ...aRole(RG_WEB, CONTRIBUTOR), roleDefinitionId: roleDefinitionId(roleId(STAGING, CONTRIBUTOR)) };
    assert.equal((await bench.reader.readPolicy(odd)).isApprovalRequired, true);
  });

  it('knows no settings of a role or a scope that is not there', async () => {
    await refusal(bench.reader.readPolicy(aRole(RG_WEB, randomUUID())), 'graph.not_found');
    await refusal(bench.reader.readPolicy(aRole(`${PRODUCTION}/resourceGroups/rg-nowhere`, READER)), 'graph.not_found');
  });

  it('does not guess at settings of a shape that is not known', async () => {
    const rules = (change: object): string => {
      const rule = (id: string, rest: object) => ({ id, ...rest, ...(id in change ? (change as never)[id] : {}) });
      const effectiveRules = [
        rule('Expiration_EndUser_Assignment', { maximumDuration: 'PT8H' }),
        rule('Enablement_EndUser_Assignment', { enabledRules: ['Ticketing', 'MultiFactorAuthentication'] }),
        rule('AuthenticationContext_EndUser_Assignment', { isEnabled: true, claimValue: 'c7' }),
        rule('Approval_EndUser_Assignment', { setting: { isApprovalRequired: false, approvalStages: null } }),
      ];
      const properties = { scope: RG_WEB, roleDefinitionId: roleId(RG_WEB, CONTRIBUTOR), effectiveRules };
      return JSON.stringify({ value: [{ properties }] });
    };
    const read = async (body: string) => {
      const fault = { name: 'error', service: 'arm', status: 200, times: 1, contentType: 'application/json' };
      await bench.arm.fault({ ...fault, body, match: 'roleManagementPolicyAssignments' });
      return bench.reader.readPolicy(aRole(RG_WEB, CONTRIBUTOR));
    };
    for (const change of [
      { Expiration_EndUser_Assignment: { maximumDuration: 'PT0S' } },
      { Expiration_EndUser_Assignment: { maximumDuration: null } },
      { Enablement_EndUser_Assignment: { enabledRules: 'Ticketing' } },
      { AuthenticationContext_EndUser_Assignment: { claimValue: '' } },
      { Approval_EndUser_Assignment: { setting: {} } },
      {
        Approval_EndUser_Assignment: {
          setting: {
            isApprovalRequired: true,
            approvalStages: [{ primaryApprovers: [{ id: 'x', userType: 'Robot', description: '' }] }],
          },
        },
      },
    ]) {
      await refusal(read(rules(change)), 'graph.unexpected_answer');
    }
    const policy = await read(rules({}));
    assert.deepEqual(
      [policy.isTicketRequired, policy.isMfaRequired, policy.isJustificationRequired, policy.authenticationContext],
      [true, true, false, 'c7'],
    );
  });

  it('reads what a role allows, once for all scopes', async () => {
    const actions = await bench.reader.readRoleActions(aRole(RG_PAYMENTS, VM_OPERATOR));
    assert.ok(actions.includes('Microsoft.Compute/virtualMachines/restart/action'), actions.join());
    bench.calls();
    assert.deepEqual(await bench.reader.readRoleActions(aRole(STAGING, VM_OPERATOR)), actions);
    assert.deepEqual(bench.calls(), []);
    await refusal(bench.reader.readRoleActions(aRole(RG_PAYMENTS, randomUUID())), 'graph.not_found');
    const { roleDefinitionId: _, ...rest } = aRole(RG_PAYMENTS, VM_OPERATOR);
    const nameless = { ...rest, roleDefinitionId: roleDefinitionId('Contributor') };
    await refusal(bench.reader.readRoleActions(nameless), 'graph.not_found');
  });

  it('shows an activation of exactly this scope', async () => {
    const wide = aRole(PRODUCTION, READER);
    await bench.roles.activate(bench.actor('engineer'), anOrder(wide));
    await bench.arm.pass('PT5S');
    const { principalId } = bench.actor('engineer');
    const active = await bench.reader.findActive(principalId, wide);
    assert.deepEqual(
      [active?.assignmentType, active?.startsAt?.toString(), active?.endsAt?.toString(), active?.scope],
      ['activated', '2026-11-23T08:00:00Z', '2026-11-23T09:00:00Z', wide.scope],
    );
    assert.equal(await bench.reader.findActive(principalId, aRole(RG_PAYMENTS, READER)), null);
    assert.equal(await bench.reader.findActive(principalId, aRole(PRODUCTION, CONTRIBUTOR)), null);
    assert.equal(await bench.reader.findActive(bench.actor('contractor').principalId, wide), null);
  });

  it('is refused where its own role does not reach', async () => {
    const { principalId } = bench.actor('engineer');
    await refusal(bench.reader.findActive(principalId, aRole('/', READER)), 'graph.forbidden');
    await refusal(bench.reader.readPolicy(aRole('/', READER)), 'graph.forbidden');
  });

  it('tells what membership of a group gives, to activate and at once', async () => {
    const told = async (groupId: string) =>
      (await bench.reader.listHeldByGroup(groupId)).map(
        ({ gives, roleName, scope, endsAt }) => `${gives} ${roleName} @ ${scope.name} until ${endsAt}`,
      );
    bench.calls();
    assert.deepEqual(await told(ON_CALL_GROUP.toUpperCase()), ['eligible Contributor @ rg-payments until null']);
    assert.equal(bench.calls().length, 8, 'two lists of scopes, and two lists at each of the three');
    assert.deepEqual(await told(groupNamed('sg-breakglass-payments')), ['active Contributor @ rg-payments until null']);
    assert.deepEqual(await told(groupNamed('sg-app-approvers')), []);
  });

  it('tells once what a group holds above and is listed below, with its end', async () => {
    const admin = await bench.arm.as('admin');
    const put = async (scope: string, role: string, endDateTime: string): Promise<void> => {
      const properties = {
        principalId: ON_CALL_GROUP,
        requestType: 'AdminAssign',
        roleDefinitionId: roleId(scope, role),
        justification: 'why',
        scheduleInfo: { expiration: { type: 'AfterDateTime', endDateTime } },
      };
      const path = `${scope}${AUTHORIZATION}/roleEligibilityScheduleRequests/${randomUUID()}?${PIM}`;
      assert.equal((await admin('PUT', path, { properties })).status, 201);
    };
    await put(MANAGEMENT_GROUP, READER, '2026-12-01T00:00:00Z');
    await put(PRODUCTION, VM_OPERATOR, '2026-11-23T09:00:00Z');
    await bench.arm.pass('PT5S');
    const held = await bench.reader.listHeldByGroup(ON_CALL_GROUP);
    assert.deepEqual(held.map(({ roleName, scope, endsAt }) => `${roleName} @ ${scope.name} until ${endsAt}`).sort(), [
      'Contributor @ rg-payments until null',
      'Reader @ mg-contoso until 2026-12-01T00:00:00Z',
      'Virtual Machine Operator @ Contoso Production until 2026-11-23T09:00:00Z',
    ]);
    bench.arm.sandbox.world.settings.azureUnlistLag = Temporal.Duration.from('PT10M');
    await bench.arm.pass('PT1H');
    assert.equal((await bench.reader.listHeldByGroup(ON_CALL_GROUP)).length, 2);
  });

  it('is not told of a group what it may not see', async () => {
    await bench.arm.fault({
      name: 'error',
      service: 'arm',
      match: `${STAGING}`,
      status: 403,
      code: 'AuthorizationFailed',
    });
    await refusal(bench.reader.listHeldByGroup(ON_CALL_GROUP), 'graph.forbidden');
  });

  it('does not take an Azure that shows it nothing for one where nobody has anything, until it has a role', async () => {
    const admin = await bench.arm.as('admin');
    const own = `${MANAGEMENT_GROUP}${AUTHORIZATION}/roleAssignments`;
    const { body } = await admin('GET', `${own}?${ACCESS}`);
    const given = body.value.find((row: { properties: Given }) => row.properties.principalType === 'ServicePrincipal');
    assert.equal((await admin('DELETE', `${own}/${given.name}?${ACCESS}`)).status, 200);
    const { principalId } = bench.actor('engineer');
    await refusal(bench.reader.listActive(principalId), 'graph.forbidden');
    await refusal(bench.reader.listHeldByGroup(ON_CALL_GROUP), 'graph.forbidden');
    const { roleDefinitionId: role, principalId: app } = given.properties as Given;
    const properties = { roleDefinitionId: role, principalId: app, principalType: 'ServicePrincipal' };
    assert.equal((await admin('PUT', `${own}/${randomUUID()}?${ACCESS}`, { properties })).status, 201);
    assert.deepEqual(await bench.reader.listActive(principalId), []);
    assert.equal((await bench.reader.listHeldByGroup(ON_CALL_GROUP)).length, 1);
  });

  it("takes its own sign-in troubles for the operator's", async () => {
    await bench.arm.fault({ name: 'error', service: 'arm', status: 401, code: 'InvalidAuthenticationToken' });
    await refusal(bench.reader.readPolicy(aRole(RG_WEB, CONTRIBUTOR)), 'graph.unauthorized');
  });
});

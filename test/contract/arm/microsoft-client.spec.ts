import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RoleAssignmentScheduleRequest, RoleManagementPolicy } from '@azure/arm-authorization';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { ArmSandbox } from '../sandbox/arm-calls.ts';
import {
  CONTRIBUTOR,
  ON_CALL_GROUP,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  startArm,
  VM,
  VM_OPERATOR,
} from '../sandbox/arm-calls.ts';

const OWN = { filter: 'asTarget()' };
const SUBSCRIPTION = PRODUCTION.slice('/subscriptions/'.length);

async function all<T>(rows: AsyncIterable<T>): Promise<readonly T[]> {
  return Array.fromAsync(rows);
}

describe("Microsoft's @azure/arm-authorization, unchanged but for its endpoint", () => {
  let arm: ArmSandbox;

  beforeEach(async () => {
    arm = await startArm();
  });

  afterEach(() => arm.sandbox.close());

  /** The client of a person, or of the reader app for null. */
  function clientOf(handle: string | null, endpoint = arm.sandbox.urls.arm): AuthorizationManagementClient {
    const { apps, issuer } = arm.sandbox;
    const getToken = async () => ({
      token: await issuer.accessToken({
        app: apps[handle === null ? 'reader' : 'selfService'],
        audience: 'https://management.azure.com',
        ...(handle !== null && { personId: arm.id(handle) }),
      }),
      expiresOnTimestamp: arm.sandbox.clock.now().epochMilliseconds + 3_600_000,
    });
    return new AuthorizationManagementClient({ getToken }, SUBSCRIPTION, { endpoint });
  }

  function activation(scope: string, role: string): RoleAssignmentScheduleRequest {
    return {
      principalId: arm.id('engineer'),
      roleDefinitionId: roleId(scope, role),
      requestType: 'SelfActivate',
      justification: 'INC-42',
      scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT1H' } },
    };
  }

  it('lists what may be activated, at the root and at a scope', async () => {
    const client = clientOf('engineer');
    const rows = await all(client.roleEligibilityScheduleInstances.listForScope('', OWN));
    assert.deepEqual(rows.map((row) => row.expandedProperties?.roleDefinition?.displayName).sort(), [
      'Contributor',
      'Reader',
      'Reader',
      'Virtual Machine Operator',
    ]);
    const [row] = rows;
    assert.deepEqual([row?.principalType, row?.memberType, row?.status], ['User', 'Direct', 'Provisioned']);
    assert.ok(row?.createdOn instanceof Date && !Number.isNaN(row.createdOn.getTime()));
    const here = await all(client.roleEligibilityScheduleInstances.listForScope(RG_PAYMENTS, OWN));
    assert.deepEqual(here.map(({ scope, memberType }) => [scope, memberType]).sort(), [
      [PRODUCTION, 'Inherited'],
      [RG_PAYMENTS, 'Direct'],
    ]);
    const schedules = await all(client.roleEligibilitySchedules.listForScope('', OWN));
    assert.equal(schedules.length, 4);
    const one = await clientOf(null).roleEligibilitySchedules.get(RG_PAYMENTS, nameAt(schedules, RG_PAYMENTS));
    assert.equal(one.expandedProperties?.scope?.displayName, 'rg-payments');
    const instance = await clientOf(null).roleEligibilityScheduleInstances.get(RG_PAYMENTS, nameAt(rows, RG_PAYMENTS));
    assert.equal(instance.principalId, arm.id('engineer'));
  });

  it('validates, activates, reads, finds it active, and deactivates', async () => {
    const client = clientOf('engineer');
    const body = activation(RG_PAYMENTS, VM_OPERATOR);
    const dry = await client.roleAssignmentScheduleRequests.validate(RG_PAYMENTS, randomUUID(), body);
    assert.equal(dry.requestType, 'SelfActivate');
    assert.equal(
      (await all(client.roleAssignmentScheduleRequests.listForScope('', { filter: 'asRequestor()' }))).length,
      0,
    );
    const name = randomUUID();
    const made = await client.roleAssignmentScheduleRequests.create(RG_PAYMENTS, name, body);
    assert.deepEqual(
      [made.name, made.status, made.justification, made.scheduleInfo?.expiration?.duration, made.requestorId],
      [name, 'Provisioned', 'INC-42', 'PT1H', arm.id('engineer')],
    );
    assert.equal((await client.roleAssignmentScheduleRequests.get(RG_PAYMENTS, name)).status, 'Provisioned');
    await arm.pass('PT6M');
    const active = await all(client.roleAssignmentScheduleInstances.listForScope('', OWN));
    assert.deepEqual(
      active.map(({ assignmentType, scope, endDateTime }) => [assignmentType, scope, endDateTime?.toISOString()]),
      [['Activated', RG_PAYMENTS, '2026-11-23T09:00:00.000Z']],
    );
    const [schedule] = await all(client.roleAssignmentSchedules.listForScope('', OWN));
    assert.equal(schedule?.assignmentType, 'Activated');
    const reader = clientOf(null);
    const seen = await reader.roleAssignmentSchedules.get(RG_PAYMENTS, schedule?.name ?? '');
    assert.equal(seen.principalId, arm.id('engineer'));
    const instance = await reader.roleAssignmentScheduleInstances.get(RG_PAYMENTS, active[0]?.name ?? '');
    assert.equal(instance.roleDefinitionId, roleId(RG_PAYMENTS, VM_OPERATOR));
    const end = await client.roleAssignmentScheduleRequests.create(RG_PAYMENTS, randomUUID(), {
      principalId: arm.id('engineer'),
      roleDefinitionId: roleId(RG_PAYMENTS, VM_OPERATOR),
      requestType: 'SelfDeactivate',
    });
    assert.equal(end.status, 'Revoked');
  });

  it('cancels what waits for an approver', async () => {
    const client = clientOf('engineer');
    const name = randomUUID();
    const made = await client.roleAssignmentScheduleRequests.create(RG_WEB, name, activation(RG_WEB, CONTRIBUTOR));
    assert.equal(made.status, 'PendingApproval');
    assert.match(made.approvalId ?? '', /^\/providers\/Microsoft\.Authorization\/roleAssignmentApprovals\//);
    const waiting = await all(
      clientOf('approver').roleAssignmentScheduleRequests.listForScope('', { filter: 'asApprover()' }),
    );
    assert.deepEqual(
      waiting.map((row) => row.name),
      [name],
    );
    await client.roleAssignmentScheduleRequests.cancel(RG_WEB, name);
    assert.equal((await client.roleAssignmentScheduleRequests.get(RG_WEB, name)).status, 'Canceled');
  });

  it('hears refusals as errors with code and message', async () => {
    const client = clientOf('engineer');
    const tooLong = { ...activation(RG_PAYMENTS, VM_OPERATOR) };
    tooLong.scheduleInfo = { expiration: { type: 'AfterDuration', duration: 'PT9H' } };
    await assert.rejects(client.roleAssignmentScheduleRequests.create(RG_PAYMENTS, randomUUID(), tooLong), {
      statusCode: 400,
      code: 'RoleAssignmentRequestPolicyValidationFailed',
    });
    await assert.rejects(
      all(client.roleEligibilityScheduleInstances.listForScope(PRODUCTION, { filter: 'atScope()' })),
      {
        statusCode: 400,
        code: 'InsufficientPermissions',
      },
    );
  });

  it('assigns and removes an eligible role as an administrator', async () => {
    const admin = clientOf('admin');
    const body = {
      principalId: arm.id('newcomer'),
      roleDefinitionId: roleId(RG_WEB, READER),
      justification: 'joins',
      scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'P30D' } },
    };
    const name = randomUUID();
    const requests = admin.roleEligibilityScheduleRequests;
    const dry = await requests.validate(RG_WEB, randomUUID(), { ...body, requestType: 'AdminAssign' });
    assert.equal(dry.principalId, arm.id('newcomer'));
    const made = await requests.create(RG_WEB, name, { ...body, requestType: 'AdminAssign' });
    assert.equal(made.status, 'Provisioned');
    assert.equal((await requests.get(RG_WEB, name)).name, name);
    await arm.pass('PT6M');
    const held = { filter: `principalId eq ${arm.id('newcomer')}` };
    assert.equal((await all(admin.roleEligibilityScheduleInstances.listForScope(RG_WEB, held))).length, 1);
    const gone = await requests.create(RG_WEB, randomUUID(), { ...body, requestType: 'AdminRemove' });
    assert.equal(gone.status, 'Revoked');
    assert.equal((await all(requests.listForScope(RG_WEB, held))).length, 2);
    const extension = clientOf('newcomer').roleEligibilityScheduleRequests;
    await requests.create(RG_WEB, randomUUID(), { ...body, requestType: 'AdminAssign' });
    const more = randomUUID();
    const asked = await extension.create(RG_WEB, more, {
      ...body,
      requestType: 'SelfExtend',
      scheduleInfo: { expiration: { type: 'AfterDateTime', endDateTime: new Date('2027-02-01T00:00:00Z') } },
    });
    assert.equal(asked.status, 'PendingAdminDecision');
    await extension.cancel(RG_WEB, more);
  });

  it('reads policies and their assignments, and changes a rule', async () => {
    const admin = clientOf('admin');
    const filter = `roleDefinitionId eq '${roleId(RG_WEB, CONTRIBUTOR)}'`;
    // Microsoft's client has no filter here, as the specification has none: it reads all and looks.
    const assignments = await all(admin.roleManagementPolicyAssignments.listForScope(RG_WEB));
    const own = assignments.find(({ roleDefinitionId }) => filter.includes(roleDefinitionId ?? '?'));
    assert.equal(own?.effectiveRules?.length, 17);
    assert.equal(own.policyAssignmentProperties?.roleDefinition?.displayName, 'Contributor');
    const same = await admin.roleManagementPolicyAssignments.get(RG_WEB, own.name ?? '');
    assert.equal(same.policyId, own.policyId);
    const policyName = own.policyId?.split('/').at(-1) ?? '';
    const policies = await all(admin.roleManagementPolicies.listForScope(RG_WEB));
    assert.ok(policies.some(({ name }) => name === policyName));
    const policy = await admin.roleManagementPolicies.get(RG_WEB, policyName);
    assert.equal(maximumOf(policy), 'PT4H');
    assert.deepEqual(policy.rules?.map(({ ruleType }) => ruleType).sort(), [
      'RoleManagementPolicyApprovalRule',
      'RoleManagementPolicyAuthenticationContextRule',
      'RoleManagementPolicyEnablementRule',
      'RoleManagementPolicyEnablementRule',
      'RoleManagementPolicyEnablementRule',
      'RoleManagementPolicyExpirationRule',
      'RoleManagementPolicyExpirationRule',
      'RoleManagementPolicyExpirationRule',
      ...Array.from({ length: 9 }, () => 'RoleManagementPolicyNotificationRule'),
    ]);
    const changed = await admin.roleManagementPolicies.update(RG_WEB, policyName, {
      rules: [
        {
          id: 'Expiration_EndUser_Assignment',
          ruleType: 'RoleManagementPolicyExpirationRule',
          isExpirationRequired: true,
          maximumDuration: 'PT2H',
          target: { caller: 'EndUser', operations: ['All'], level: 'Assignment' },
        },
      ],
    });
    assert.equal(maximumOf(changed), 'PT2H');
  });

  it('reads, writes and deletes role definitions', async () => {
    const admin = clientOf('admin');
    const [operator] = await all(
      admin.roleDefinitions.list(PRODUCTION, { filter: "roleName eq 'Virtual Machine Operator'" }),
    );
    assert.equal(operator?.name, VM_OPERATOR);
    assert.equal(operator.roleType, 'CustomRole');
    const got = await admin.roleDefinitions.get(PRODUCTION, VM_OPERATOR);
    assert.ok(got.permissions?.[0]?.actions?.includes('Microsoft.Compute/virtualMachines/restart/action'));
    assert.equal((await admin.roleDefinitions.getById(got.id ?? '')).name, VM_OPERATOR);
    const name = randomUUID();
    const written = await admin.roleDefinitions.createOrUpdate(PRODUCTION, name, {
      roleName: 'Restarter',
      description: 'Restarts machines',
      roleType: 'CustomRole',
      permissions: [{ actions: ['Microsoft.Compute/virtualMachines/restart/action'], notActions: [] }],
      assignableScopes: [PRODUCTION],
    });
    assert.equal(written.roleName, 'Restarter');
    assert.equal((await admin.roleDefinitions.delete(PRODUCTION, name)).name, name);
  });

  it('reads, writes and deletes role assignments outside PIM', async () => {
    const admin = clientOf('admin');
    const held = await all(admin.roleAssignments.listForScope(RG_PAYMENTS, { filter: 'atScope()' }));
    assert.ok(held.some(({ principalType }) => principalType === 'Group'));
    const name = randomUUID();
    const made = await admin.roleAssignments.create(RG_WEB, name, {
      roleDefinitionId: roleId(RG_WEB, READER),
      principalId: ON_CALL_GROUP,
      principalType: 'Group',
    });
    assert.equal(made.scope, RG_WEB);
    assert.equal((await admin.roleAssignments.get(RG_WEB, name)).principalId, ON_CALL_GROUP);
    assert.equal((await admin.roleAssignments.getById(made.id ?? '')).name, name);
    const ofSubscription = await all(admin.roleAssignments.listForSubscription());
    assert.ok(ofSubscription.some((row) => row.name === name));
    const ofGroup = await all(admin.roleAssignments.listForResourceGroup('rg-web'));
    assert.ok(ofGroup.some((row) => row.name === name));
    assert.equal((await admin.roleAssignments.delete(RG_WEB, name)).name, name);
    const other = await admin.roleAssignments.createById(made.id ?? '', {
      roleDefinitionId: roleId(RG_WEB, READER),
      principalId: ON_CALL_GROUP,
    });
    assert.equal((await admin.roleAssignments.deleteById(other.id ?? '')).name, name);
  });

  it('reads what lies below, what is allowed here, what is denied, and what operations there are', async () => {
    const client = clientOf('engineer');
    const filter = "resourceType eq 'resourcegroup'";
    const children = await all(client.eligibleChildResources.list(PRODUCTION, { filter }));
    assert.deepEqual(children.map(({ name, type }) => `${type} ${name}`).sort(), [
      'resourcegroup rg-payments',
      'resourcegroup rg-web',
    ]);
    const admin = clientOf('admin');
    const mine = await all(admin.permissions.listForResourceGroup('rg-payments'));
    assert.ok(mine.some(({ actions }) => actions?.includes('Microsoft.Authorization/*')));
    assert.deepEqual(await all(admin.denyAssignments.listForScope(RG_PAYMENTS)), []);
    const denials = [{ name: 'stack', scope: RG_PAYMENTS, actions: ['*/delete'], excludePrincipals: ['admin'] }];
    const init = { method: 'PUT', body: JSON.stringify(denials) };
    await fetch(`${arm.sandbox.urls.control}/azure/deny-assignments`, init);
    const [denial] = await all(admin.denyAssignments.listForScope(RG_PAYMENTS));
    assert.deepEqual(
      [denial?.denyAssignmentName, denial?.permissions?.[0]?.actions, denial?.doNotApplyToChildScopes],
      ['stack', ['*/delete'], false],
    );
    assert.equal(denial?.principals?.[0]?.type, 'SystemDefined');
    assert.equal(denial?.excludePrincipals?.[0]?.id, arm.id('admin'));
    assert.equal((await admin.denyAssignments.getById(denial?.id ?? '')).name, denial?.name);
    const compute = await client.providerOperationsMetadataOperations.get('Microsoft.Compute', {
      expand: 'resourceTypes',
    });
    const machines = compute.resourceTypes?.find(({ name }) => name === 'virtualMachines');
    const restart = machines?.operations?.find(({ name }) => name?.endsWith('/restart/action'));
    assert.deepEqual([restart?.displayName, restart?.isDataAction], ['Restart Virtual Machine', false]);
    const providers = await all(client.providerOperationsMetadataOperations.list());
    assert.ok(providers.some(({ name }) => name === 'Microsoft.Authorization'));
  });

  it('pages through its iterators', async () => {
    await arm.sandbox.close();
    arm = await startArm({ pageSize: 3 });
    const client = clientOf('engineer');
    assert.equal((await all(client.roleEligibilityScheduleInstances.listForScope('', OWN))).length, 4);
    const pages = await all(client.roleEligibilityScheduleInstances.listForScope('', OWN).byPage());
    assert.deepEqual(
      pages.map((page) => page.length),
      [3, 1],
    );
    const definitions = await all(clientOf('admin').roleDefinitions.list(VM).byPage());
    assert.ok(definitions.length > 4 && definitions.every((page) => page.length <= 3));
    assert.equal(new Set(definitions.flat().map(({ name }) => name)).size, definitions.flat().length);
  });

  it('sends no token without TLS', async () => {
    const plain = clientOf('engineer', arm.sandbox.urls.control);
    await assert.rejects(all(plain.roleEligibilityScheduleInstances.listForScope('', OWN)), /TLS/);
  });

  it('has no operation that the sandbox would answer kindly though it has none', async () => {
    const admin = clientOf('admin');
    await assert.rejects(admin.globalAdministrator.elevateAccess(), { statusCode: 501 });
    await assert.rejects(all(admin.classicAdministrators.list()), { statusCode: 501 });
    const [policy] = await all(admin.roleManagementPolicies.listForScope(RG_WEB));
    await assert.rejects(admin.roleManagementPolicies.delete(RG_WEB, policy?.name ?? ''), { statusCode: 501 });
  });
});

function nameAt(rows: readonly { readonly scope?: string; readonly name?: string }[], scope: string): string {
  return rows.find((row) => row.scope === scope)?.name ?? '';
}

function maximumOf({ rules }: RoleManagementPolicy): string | undefined {
  const rule = rules?.find(({ id }) => id === 'Expiration_EndUser_Assignment');
  return rule !== undefined && 'maximumDuration' in rule ? rule.maximumDuration : undefined;
}

import assert from 'node:assert/strict';

import {
  APPROVAL,
  type ArmSandbox,
  AUTHORIZATION,
  activation,
  PIM,
  PRODUCTION,
  RG_PAYMENTS,
  requestPath,
  roleId,
  startArm,
  VM,
  VM_OPERATOR,
  VM_OPERATOR_CONTRACTORS,
} from './arm-calls.ts';
import { type Body, verdict } from './graph-calls.ts';

const NAME = '11111111-2222-4333-8444-555555555555';
const ACTIVE = 'roleAssignmentScheduleInstances';
const APPROVALS = `${AUTHORIZATION}/roleAssignmentApprovals`;

describe('ARM', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.sandbox.close());

  it('carries an activation without approval from eligibility to its end', async () => {
    const me = await arm.as('engineer');
    const eligible = await arm.mine('engineer', 'roleEligibilityScheduleInstances');
    const row = eligible.find(
      (one) => one.properties.expandedProperties.roleDefinition.displayName === 'Virtual Machine Operator',
    );
    assert.equal(row.properties.scope, RG_PAYMENTS);
    assert.equal(row.properties.memberType, 'Direct');

    const put = await me('PUT', requestPath(RG_PAYMENTS, NAME), {
      properties: {
        principalId: arm.id('engineer'),
        roleDefinitionId: row.properties.roleDefinitionId,
        requestType: 'SelfActivate',
        linkedRoleEligibilityScheduleId: row.properties.roleEligibilityScheduleId,
        justification: 'disk full',
        ticketInfo: { ticketNumber: 'INC1', ticketSystem: 'desk' },
        scheduleInfo: {
          startDateTime: '2026-11-23T08:00:00Z',
          expiration: { type: 'AfterDuration', endDateTime: null, duration: 'PT2H' },
        },
        condition: null,
        conditionVersion: null,
      },
    });
    assert.equal(put.status, 201);
    const { targetRoleAssignmentScheduleId, ...properties } = put.body.properties;
    assert.match(targetRoleAssignmentScheduleId, /^[0-9a-f-]{36}$/);
    assert.notEqual(targetRoleAssignmentScheduleId, NAME);
    assert.deepEqual(
      { ...put.body, properties },
      {
        id: `${RG_PAYMENTS}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${NAME}`,
        name: NAME,
        type: 'Microsoft.Authorization/roleAssignmentScheduleRequests',
        properties: {
          targetRoleAssignmentScheduleInstanceId: null,
          linkedRoleEligibilityScheduleId: row.properties.roleEligibilityScheduleId,
          scope: RG_PAYMENTS,
          roleDefinitionId: roleId(RG_PAYMENTS, VM_OPERATOR),
          principalId: arm.id('engineer'),
          principalType: 'User',
          requestType: 'SelfActivate',
          status: 'Provisioned',
          approvalId: null,
          scheduleInfo: {
            startDateTime: '2026-11-23T08:00:00Z',
            expiration: { type: 'AfterDuration', endDateTime: null, duration: 'PT2H' },
          },
          ticketInfo: { ticketNumber: 'INC1', ticketSystem: 'desk' },
          justification: 'disk full',
          requestorId: arm.id('engineer'),
          createdOn: '2026-11-23T08:00:00Z',
          condition: null,
          conditionVersion: null,
          expandedProperties: {
            scope: { id: RG_PAYMENTS, displayName: 'rg-payments', type: 'resourcegroup' },
            roleDefinition: {
              id: roleId(RG_PAYMENTS, VM_OPERATOR),
              displayName: 'Virtual Machine Operator',
              type: 'CustomRole',
            },
            principal: {
              id: arm.id('engineer'),
              displayName: 'Alex Wilber',
              email: 'alexw@contoso.onmicrosoft.com',
              type: 'User',
            },
          },
        },
      },
    );

    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    await arm.pass('PT2S');
    const [active] = await arm.mine('engineer', ACTIVE);
    assert.equal(active.properties.assignmentType, 'Activated');
    assert.equal(active.properties.endDateTime, '2026-11-23T10:00:00Z');
    assert.equal(active.properties.linkedRoleEligibilityScheduleInstanceId, row.id);
    assert.match(
      active.properties.originRoleAssignmentId,
      /\/providers\/Microsoft\.Authorization\/roleAssignments\/[0-9a-f-]{36}$/,
    );
    const [schedule] = await arm.mine('engineer', 'roleAssignmentSchedules');
    assert.equal(schedule.id, active.properties.roleAssignmentScheduleId);
    assert.equal(schedule.name, targetRoleAssignmentScheduleId);

    await arm.pass('PT2H');
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    const late = await arm.as('engineer');
    assert.equal((await late('GET', requestPath(RG_PAYMENTS, NAME))).body.properties.status, 'Provisioned');
  });

  const forms: readonly [method: string, wrap: (stage: Body) => Body][] = [
    ['PATCH', (stage) => ({ properties: stage })],
    ['PUT', (stage) => stage],
  ];
  for (const [method, wrap] of forms) {
    it(`asks a named approver, and takes the decision by ${method} of ${JSON.stringify(wrap('a stage'))}`, async () => {
      const approver = await arm.as('approver');
      const asked = await arm.activate('contractor', RG_PAYMENTS, VM_OPERATOR_CONTRACTORS);
      assert.equal(asked.body.properties.status, 'PendingApproval');
      assert.equal(asked.body.properties.scheduleInfo.startDateTime, null);
      const { approvalId } = asked.body.properties;
      assert.equal(approvalId, `${APPROVALS}/${asked.body.name}`);

      const waiting = await approver(
        'GET',
        `${AUTHORIZATION}/roleAssignmentScheduleRequests?${PIM}&$filter=asApprover()`,
      );
      assert.deepEqual(
        waiting.body.value.map((row: Body) => [row.id, row.properties.status]),
        [[asked.body.id, 'PendingApproval']],
      );
      const [stage] = (await approver('GET', `${approvalId}/stages?${APPROVAL}`)).body.value;
      assert.equal(stage.type, 'Microsoft.Authorization/roleAssignmentApprovals/stages');
      assert.deepEqual(stage.properties, {
        displayName: null,
        assignedToMe: true,
        reviewedDateTime: null,
        reviewResult: 'NotReviewed',
        status: 'InProgress',
        justification: '',
        reviewedBy: { principalId: null, principalType: null, principalName: null, userPrincipalName: null },
      });
      const path = `${stage.id}?${APPROVAL}`;
      const decided = await approver(method, path, wrap({ reviewResult: 'Approve', justification: 'ok' }));
      assert.equal(decided.status, 200);
      assert.equal(decided.body.properties.reviewResult, 'Approve');
      assert.equal(decided.body.properties.reviewedBy.principalName, 'Megan Bowen');
      const again = await approver(method, path, wrap({ reviewResult: 'Deny', justification: 'no' }));
      assert.equal(verdict(again), '409 Conflict');
      const contractor = await arm.as('contractor');
      assert.equal((await contractor('GET', `${asked.body.id}?${PIM}`)).body.properties.status, 'Provisioned');
      assert.equal((await contractor('GET', path)).body.properties.status, 'Completed');
    });
  }

  it('lets a denied activation go, and gives nobody else the decision', async () => {
    const asked = await arm.activate('contractor', RG_PAYMENTS, VM_OPERATOR_CONTRACTORS);
    const { approvalId } = asked.body.properties;
    const approver = await arm.as('approver');
    const [stage] = (await approver('GET', `${approvalId}?${APPROVAL}`)).body.properties.stages;
    const path = `${stage.id}?${APPROVAL}`;
    const body = { properties: { reviewResult: 'Deny', justification: 'not today' } };
    for (const handle of ['contractor', 'approver2', 'admin']) {
      const other = await arm.as(handle);
      assert.equal(verdict(await other('PATCH', path, body)), '403 AuthorizationFailed', handle);
    }
    const reader = await arm.as(null);
    assert.equal(verdict(await reader('PATCH', path, body)), '403 AuthorizationFailed');
    assert.equal(verdict(await approver('PATCH', path, { properties: { reviewResult: 'Deny' } })), '400 BadRequest');
    const unknown = `${APPROVALS}/${NAME}/stages/${stage.name}?${APPROVAL}`;
    assert.equal(verdict(await approver('PATCH', unknown, body)), '404 ResourceNotFound');
    assert.equal((await approver('PATCH', path, body)).status, 200);
    const contractor = await arm.as('contractor');
    assert.equal((await contractor('GET', `${asked.body.id}?${PIM}`)).body.properties.status, 'Denied');
  });

  it('finds a new activation only after a minute, ends it only after five, and refuses it again for two', async () => {
    assert.equal((await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR)).status, 201);
    await arm.pass('PT59S');
    assert.equal(verdict(await arm.end('engineer', RG_PAYMENTS, VM_OPERATOR)), '400 RoleAssignmentDoesNotExist');
    await arm.pass('PT1S');
    assert.equal(verdict(await arm.end('engineer', RG_PAYMENTS, VM_OPERATOR)), '400 ActiveDurationTooShort');
    await arm.pass('PT3M59S');
    assert.equal(verdict(await arm.end('engineer', RG_PAYMENTS, VM_OPERATOR)), '400 ActiveDurationTooShort');
    await arm.pass('PT1S');
    const ended = await arm.end('engineer', RG_PAYMENTS, VM_OPERATOR);
    assert.equal(ended.status, 201);
    assert.equal(ended.body.properties.status, 'Revoked');
    assert.equal(ended.body.properties.scheduleInfo, null);
    await arm.pass('PT1M56S');
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    assert.equal(verdict(await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR)), '400 RoleAssignmentExists');
    await arm.pass('PT1S');
    assert.equal((await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR)).status, 201);
  });

  it('activates below the eligibility, and ends it there', async () => {
    assert.equal((await arm.activate('engineer', VM, VM_OPERATOR)).status, 201);
    await arm.pass('PT6M');
    const [active] = await arm.mine('engineer', ACTIVE);
    assert.equal(active.properties.scope, VM);
    assert.deepEqual(active.properties.expandedProperties.scope, {
      id: VM,
      displayName: 'vm-pay-01',
      type: 'Microsoft.Compute/virtualMachines',
    });
    assert.equal(verdict(await arm.end('engineer', RG_PAYMENTS, VM_OPERATOR)), '400 RoleAssignmentDoesNotExist');
    assert.equal((await arm.end('engineer', VM, VM_OPERATOR)).body.properties.status, 'Revoked');
    assert.equal(
      verdict(await arm.activate('engineer', PRODUCTION, VM_OPERATOR)),
      '400 RoleAssignmentRequestPolicyValidationFailed',
    );
  });

  it('withdraws with 200, before the start or before the decision, and only then', async () => {
    const scheduleInfo = {
      startDateTime: '2026-11-23T10:00:00+01:00',
      expiration: { type: 'AfterDateTime', endDateTime: '2026-11-23T10:30:00Z' },
    };
    const future = await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR, { scheduleInfo });
    assert.equal(future.body.properties.status, 'Granted');
    const me = await arm.as('engineer');
    const cancel = `${future.body.id}/cancel?${PIM}`;
    const other = await arm.as('newcomer');
    assert.equal(verdict(await other('POST', cancel)), '403 AuthorizationFailed');
    const gone = await me('POST', cancel);
    assert.deepEqual([gone.status, gone.body], [200, null]);
    assert.equal(verdict(await me('POST', cancel)), '400 RequestCannotBeCancelled');
    await arm.pass('PT1H30M');
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    const pending = await arm.activate('contractor', RG_PAYMENTS, VM_OPERATOR_CONTRACTORS);
    const contractor = await arm.as('contractor');
    assert.equal((await contractor('POST', `${pending.body.id}/cancel?${PIM}`)).status, 200);
    assert.equal((await contractor('GET', `${pending.body.id}?${PIM}`)).body.properties.status, 'Canceled');
  });

  it('judges without storing anything under /validate', async () => {
    const me = await arm.as('engineer');
    const path = requestPath(RG_PAYMENTS, NAME);
    const validate = path.replace('?', '/validate?');
    const properties = { ...activation(RG_PAYMENTS, VM_OPERATOR), principalId: arm.id('engineer') };
    const good = await me('POST', validate, { properties });
    assert.deepEqual([good.status, good.body.name, good.body.properties.status], [200, NAME, 'Provisioned']);
    const bad = await me('POST', validate, { properties: { ...properties, justification: null } });
    assert.equal(verdict(bad), '400 RoleAssignmentRequestPolicyValidationFailed');
    assert.equal(verdict(await me('GET', path)), '400 InsufficientPermissions');
    assert.equal((await me('PUT', path, { properties })).status, 201);
  });

  it('is PendingProvisioning for as long as the setting says', async () => {
    arm.sandbox.world.settings.azureProvisioning = Temporal.Duration.from('PT20S');
    const put = await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR);
    assert.equal(put.body.properties.status, 'PendingProvisioning');
    const me = await arm.as('engineer');
    await arm.pass('PT20S');
    assert.equal((await me('GET', `${put.body.id}?${PIM}`)).body.properties.status, 'Provisioned');
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    await arm.pass('PT2S');
    assert.equal((await arm.mine('engineer', ACTIVE)).length, 1);
  });

  it('is moved from the portal too, by names alone or at a scope below', async () => {
    const act = async (deed: object): Promise<Body> => {
      const init = { method: 'POST', body: JSON.stringify(deed) };
      return (await fetch(`${arm.sandbox.urls.control}/pim/act`, init)).json();
    };
    const role = 'Virtual Machine Operator (Contractors)';
    const asked = await act({ person: 'contractor', action: 'activate', role, scope: VM.toUpperCase() });
    assert.deepEqual([asked.surface, asked.role, asked.status], ['azure', role, 'Provisioned']);
    const contractor = await arm.as('contractor');
    const read = await contractor('GET', requestPath(VM, asked.id));
    assert.equal(read.body.properties.scope, VM);
    const pending = await act({ person: 'contractor', action: 'activate', role });
    assert.equal(pending.status, 'PendingApproval');
    assert.equal((await act({ person: 'approver', action: 'approve', role })).status, 'Provisioned');
    const state = (await (await fetch(`${arm.sandbox.urls.control}/pim/state`)).json()) as Body;
    const active = state.active.filter((one: Body) => one.person === 'contractor');
    assert.deepEqual(
      active.map((one: Body) => [one.surface, one.role]),
      [
        ['azure', role],
        ['azure', role],
      ],
    );
  });
});

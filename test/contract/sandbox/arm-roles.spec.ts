import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import {
  ACCESS,
  type ArmSandbox,
  AUTHORIZATION,
  CONTRIBUTOR,
  MANAGEMENT_GROUP,
  OWNER,
  PIM,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  STAGING,
  startArm,
  VM_OPERATOR,
} from './arm-calls.ts';
import { type Body, verdict } from './graph-calls.ts';

const RESTART = 'Microsoft.Compute/virtualMachines/restart/action';

function definitions(scope: string, filter?: string): string {
  const tail = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
  return `${scope}${AUTHORIZATION}/roleDefinitions?${ACCESS}${tail}`;
}

function definition(scope: string, id: string): string {
  return `${roleId(scope, id)}?${ACCESS}`;
}

function custom(changes: object = {}): object {
  return {
    properties: {
      roleName: 'VM restarter',
      description: 'Restarts.',
      type: 'CustomRole',
      assignableScopes: [PRODUCTION],
      permissions: [{ actions: [RESTART, '*/read'], notActions: [], dataActions: [], notDataActions: [] }],
      ...changes,
    },
  };
}

describe('roles of ARM', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.sandbox.close());

  describe('definitions', () => {
    const names = async (path: string): Promise<string[]> => {
      const reader = await arm.as(null);
      const { value } = (await reader('GET', path)).body;
      return value.map((row: Body) => row.properties.roleName);
    };

    it('have the wire shape of Azure', async () => {
      const reader = await arm.as(null);
      const reply = await reader('GET', definition(PRODUCTION, READER));
      assert.deepEqual(reply.body, {
        properties: {
          roleName: 'Reader',
          type: 'BuiltInRole',
          description: 'View all resources, but does not allow you to make any changes.',
          assignableScopes: ['/'],
          permissions: [
            {
              actions: ['*/read'],
              notActions: [],
              dataActions: [],
              notDataActions: [],
              condition: null,
              conditionVersion: null,
            },
          ],
          createdOn: '2015-02-02T21:55:09Z',
          updatedOn: '2021-11-11T20:13:47Z',
          createdBy: null,
          updatedBy: null,
        },
        id: roleId(PRODUCTION, READER),
        type: 'Microsoft.Authorization/roleDefinitions',
        name: READER,
      });
    });

    it('are found where they can be assigned, by kind and by name', async () => {
      const own = "type eq 'CustomRole'";
      assert.deepEqual(await names(definitions(PRODUCTION, own)), [
        'Virtual Machine Operator',
        'Virtual Machine Operator (Contractors)',
        'Pimlico Reader',
      ]);
      assert.deepEqual(await names(definitions(STAGING, own)), ['Pimlico Reader']);
      assert.equal((await names(definitions(MANAGEMENT_GROUP, `atScopeAndBelow() and ${own}`))).length, 3);
      assert.deepEqual(await names(definitions(STAGING, "roleName eq 'owner'")), ['Owner']);
      assert.equal((await names(definitions(STAGING))).length, 16);
    });

    it('are refused without the right to read them, and with other filters', async () => {
      const me = await arm.as('engineer');
      assert.equal(verdict(await me('GET', definitions(PRODUCTION))), '403 AuthorizationFailed');
      const reader = await arm.as(null);
      assert.equal(verdict(await reader('GET', definitions(PRODUCTION, "description eq 'x'"))), '400 InvalidFilter');
      assert.equal(verdict(await reader('GET', definitions(PRODUCTION, 'roleName'))), '400 InvalidFilter');
      assert.equal(
        verdict(await reader('GET', definition(PRODUCTION, randomUUID()))),
        '404 RoleDefinitionDoesNotExist',
      );
      assert.equal(verdict(await reader('GET', definition(STAGING, VM_OPERATOR))), '404 RoleDefinitionDoesNotExist');
    });

    it('are made, changed and deleted by who may do so wherever they can be assigned', async () => {
      const admin = await arm.as('admin');
      const id = randomUUID();
      const made = await admin('PUT', definition(PRODUCTION, id), custom());
      assert.equal(made.status, 201);
      assert.deepEqual(
        [made.body.name, made.body.properties.type, made.body.properties.createdBy],
        [id, 'CustomRole', arm.id('admin')],
      );
      const changed = await admin('PUT', definition(PRODUCTION, id), custom({ description: 'Restarts and reads.' }));
      assert.equal(changed.status, 201);
      assert.deepEqual(await names(definitions(PRODUCTION, "roleName eq 'VM restarter'")), ['VM restarter']);
      assert.equal(
        (await admin('DELETE', definition(PRODUCTION, id))).body.properties.description,
        'Restarts and reads.',
      );
      assert.equal((await admin('DELETE', definition(PRODUCTION, id))).status, 204);
      const reader = await arm.as(null);
      assert.equal(verdict(await reader('PUT', definition(PRODUCTION, id), custom())), '403 LinkedAuthorizationFailed');
    });

    const wrong: readonly [title: string, changes: object, expected: string][] = [
      ['the name of another', { roleName: 'virtual machine operator' }, '409 RoleDefinitionWithSameNameExists'],
      ['no name', { roleName: ' ' }, '400 RoleDefinitionNameNullOrEmpty'],
      ['a name of 513 characters', { roleName: 'x'.repeat(513) }, '400 InvalidRequestContent'],
      ['a description of 2049 characters', { description: 'x'.repeat(2049) }, '400 InvalidRequestContent'],
      ['2001 assignable scopes', { assignableScopes: Array(2001).fill(PRODUCTION) }, '400 InvalidRequestContent'],
      ['the type of built-in ones', { type: 'BuiltInRole' }, '400 InvalidRoleDefinitionType'],
      ['no assignable scopes', { assignableScopes: [] }, '400 MissingAssignableScopes'],
      ['the root as assignable scope', { assignableScopes: ['/'] }, '400 LinkedInvalidPropertyId'],
      ['a wildcard in a scope', { assignableScopes: ['/subscriptions/*'] }, '400 LinkedInvalidPropertyId'],
      [
        'a scope that is not there',
        { assignableScopes: [`/subscriptions/${randomUUID()}`] },
        '403 LinkedAuthorizationFailed',
      ],
      ['no permissions', { permissions: [] }, '400 InvalidRequestContent'],
      [
        'two wildcards',
        { permissions: [{ actions: ['Microsoft.Compute/*/disks/*'] }] },
        '400 InvalidActionOrNotAction',
      ],
      ['an unknown provider', { permissions: [{ actions: ['Microsoft.Nothing/*'] }] }, '400 InvalidActionOrNotAction'],
      ['an unknown action', { permissions: [{ actions: [`${RESTART}s`] }] }, '400 InvalidActionOrNotAction'],
      [
        'a data action among the actions',
        { permissions: [{ actions: ['Microsoft.Compute/virtualMachines/login/action'] }] },
        '400 InvalidActionOrNotAction',
      ],
      [
        'data actions on a management group',
        {
          assignableScopes: [MANAGEMENT_GROUP],
          permissions: [{ dataActions: ['Microsoft.Compute/virtualMachines/login/action'] }],
        },
        '400 InvalidRequestContent',
      ],
    ];
    for (const [title, changes, expected] of wrong) {
      it(`are refused with ${title}`, async () => {
        const admin = await arm.as('admin');
        assert.equal(verdict(await admin('PUT', definition(PRODUCTION, randomUUID()), custom(changes))), expected);
      });
    }

    it('may have a name of 512, a description of 2048 characters, and 2000 scopes', async () => {
      const admin = await arm.as('admin');
      const large = {
        roleName: 'x'.repeat(512),
        description: 'x'.repeat(2048),
        assignableScopes: Array(2000).fill(RG_WEB),
      };
      assert.equal(verdict(await admin('PUT', definition(PRODUCTION, randomUUID()), custom(large))), '201');
    });

    const reasons: readonly [action: string, reason: string][] = [
      [
        'Microsoft.Compute/*/disks/*',
        "'Microsoft.Compute/*/disks/*' contains multiple wildcards. Only one is allowed.",
      ],
      [`${RESTART}s`, `'${RESTART}s' does not match any of the actions supported by the providers.`],
      [
        'Microsoft.Nothing/*',
        "The resource provider referenced in the action 'Microsoft.Nothing/*' is not returned in the list of providers.",
      ],
    ];
    for (const [action, reason] of reasons) {
      it(`say of ${action} why it is refused`, async () => {
        const admin = await arm.as('admin');
        const body = custom({ permissions: [{ actions: [action] }] });
        const reply = await admin('PUT', definition(PRODUCTION, randomUUID()), body);
        assert.equal(reply.body.error.message, reason);
      });
    }

    it('stay while somebody is eligible for them, and when they are built in', async () => {
      const admin = await arm.as('admin');
      assert.equal(
        verdict(await admin('DELETE', definition(PRODUCTION, VM_OPERATOR))),
        '400 RoleDefinitionHasAssignments',
      );
      assert.equal(verdict(await admin('DELETE', definition(PRODUCTION, OWNER))), '400 InvalidRoleDefinitionType');
      assert.equal(
        verdict(await admin('PUT', definition(PRODUCTION, OWNER), custom())),
        '400 InvalidRoleDefinitionType',
      );
    });
  });

  describe('assignments outside PIM', () => {
    const path = (scope: string, name = ''): string =>
      `${scope}${AUTHORIZATION}/roleAssignments${name && `/${name}`}?${ACCESS}`;
    const body = (principalId: string, role: string, scope: string): object => ({
      properties: { principalId, roleDefinitionId: roleId(scope, role), principalType: 'User' },
    });

    it('give access at once and for good, and PIM lists them', async () => {
      const admin = await arm.as('admin');
      const name = randomUUID();
      const ours = body(arm.id('newcomer'), READER, RG_WEB);
      assert.equal((await admin('PUT', path(RG_WEB, name), ours)).status, 201);
      assert.equal((await admin('PUT', path(RG_WEB, name), ours)).status, 200);
      assert.equal(verdict(await admin('PUT', path(RG_WEB, randomUUID()), ours)), '409 RoleAssignmentExists');
      const other = body(arm.id('oncall'), READER, RG_WEB);
      assert.equal(verdict(await admin('PUT', path(RG_WEB, name), other)), '400 RoleAssignmentUpdateNotPermitted');
      const newcomer = await arm.as('newcomer');
      const group = `${RG_WEB}?api-version=2021-04-01`;
      assert.equal((await newcomer('GET', group)).body.name, 'rg-web');
      await arm.pass('PT2S');
      const [row] = await arm.mine('newcomer', 'roleAssignmentScheduleInstances');
      assert.equal(row.properties.assignmentType, 'Assigned');
      assert.equal(row.properties.endDateTime, undefined);
      assert.equal((await admin('GET', path(RG_WEB, name))).body.properties.principalId, arm.id('newcomer'));
      assert.equal((await admin('DELETE', path(RG_WEB, name))).status, 200);
      assert.equal((await admin('DELETE', path(RG_WEB, name))).status, 204);
      assert.equal(verdict(await newcomer('GET', group)), '403 AuthorizationFailed');
    });

    it('are listed with what PIM made active', async () => {
      const admin = await arm.as('admin');
      const list = async (filter: string): Promise<string[]> => {
        const { value } = (await admin('GET', `${path(RG_PAYMENTS)}&$filter=${filter}`)).body;
        return value.map((one: Body) => one.properties.roleDefinitionId.split('/').at(-1));
      };
      assert.deepEqual(await list(`principalId eq '${arm.id('engineer')}'`), []);
      await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR);
      assert.deepEqual(await list(`principalId eq '${arm.id('engineer')}'`), [VM_OPERATOR]);
      assert.deepEqual(await list(`assignedTo('${arm.id('engineer')}')`), [VM_OPERATOR]);
      assert.equal((await list('atScope()')).length, 4);
    });

    it('are refused to whoever may not write them, and for what is not there', async () => {
      const engineer = await arm.as('engineer');
      const ours = body(arm.id('newcomer'), READER, RG_WEB);
      assert.equal(verdict(await engineer('PUT', path(RG_WEB, randomUUID()), ours)), '403 AuthorizationFailed');
      assert.equal(verdict(await engineer('GET', path(RG_WEB))), '403 AuthorizationFailed');
      const admin = await arm.as('admin');
      const nobody = body(randomUUID(), READER, RG_WEB);
      assert.equal(verdict(await admin('PUT', path(RG_WEB, randomUUID()), nobody)), '400 PrincipalNotFound');
      const nothing = body(arm.id('newcomer'), randomUUID(), RG_WEB);
      assert.equal(verdict(await admin('PUT', path(RG_WEB, randomUUID()), nothing)), '400 RoleDefinitionDoesNotExist');
      assert.equal(verdict(await admin('GET', path(RG_WEB, randomUUID()))), '404 RoleAssignmentNotFound');
      await arm.activate('oncall', RG_PAYMENTS, CONTRIBUTOR);
      const oncall = await arm.as('oncall');
      assert.equal(verdict(await oncall('PUT', path(RG_PAYMENTS, randomUUID()), ours)), '403 AuthorizationFailed');
    });
  });

  describe('operations', () => {
    it('are listed by provider, with their plane', async () => {
      const me = await arm.as('newcomer');
      const list = await me('GET', `${AUTHORIZATION}/providerOperations?${ACCESS}&$expand=resourceTypes`);
      const compute = list.body.value.find((one: Body) => one.name === 'Microsoft.Compute');
      const machines = compute.resourceTypes.find((one: Body) => one.name === 'virtualMachines');
      const planeOf = (name: string): unknown =>
        machines.operations.find((one: Body) => one.name === name)?.isDataAction;
      assert.equal(planeOf(RESTART), false);
      assert.equal(planeOf('Microsoft.Compute/virtualMachines/login/action'), true);
      const restart = machines.operations.find((row: Body) => row.name === RESTART);
      assert.deepEqual(
        [restart.displayName, restart.description],
        ['Restart Virtual Machine', 'Restarts the virtual machine.'],
      );
      const one = await me('GET', `${AUTHORIZATION}/providerOperations/microsoft.compute?${ACCESS}`);
      assert.deepEqual([one.body.name, one.body.resourceTypes], ['Microsoft.Compute', undefined]);
      const none = await me('GET', `${AUTHORIZATION}/providerOperations/Microsoft.Nothing?${ACCESS}`);
      assert.equal(verdict(none), '404 ResourceNotFound');
    });

    it('have words, all of them, and one name may stand in both planes', async () => {
      const me = await arm.as('newcomer');
      const { body } = await me('GET', `${AUTHORIZATION}/providerOperations?${ACCESS}&$expand=resourceTypes`);
      const all: Body[] = body.value.flatMap(({ operations, resourceTypes }: Body) => [
        ...operations,
        ...resourceTypes.flatMap((type: Body) => type.operations),
      ]);
      assert.deepEqual(
        all.filter(({ displayName, description }) => !displayName || !description.endsWith('.')),
        [],
      );
      const planes = all.filter(({ name }) => name === 'Microsoft.KeyVault/vaults/keys/read');
      assert.deepEqual(
        planes.map(({ isDataAction }) => isDataAction),
        [false, true],
      );
    });

    it('a person may carry out now are told by permissions', async () => {
      const me = await arm.as('engineer');
      const path = `${RG_PAYMENTS}${AUTHORIZATION}/permissions?${ACCESS}`;
      assert.deepEqual((await me('GET', path)).body.value, []);
      await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR);
      const [block] = (await me('GET', path)).body.value;
      assert.ok(block.actions.includes(RESTART));
      const deny = `${RG_PAYMENTS}${AUTHORIZATION}/denyAssignments?${ACCESS}`;
      assert.equal(verdict(await me('GET', deny)), '403 AuthorizationFailed');
      const reader = await arm.as(null);
      assert.deepEqual((await reader('GET', deny)).body, { value: [] });
    });
  });

  const unsupported: readonly [method: string, path: string][] = [
    ['DELETE', `${PRODUCTION}${AUTHORIZATION}/roleManagementPolicies/x?${PIM}`],
    ['PUT', `${PRODUCTION}${AUTHORIZATION}/roleManagementPolicyAssignments/x?${PIM}`],
    ['DELETE', `${PRODUCTION}${AUTHORIZATION}/roleManagementPolicyAssignments/x?${PIM}`],
    ['POST', `${AUTHORIZATION}/elevateAccess?api-version=2015-07-01`],
    ['GET', `${PRODUCTION}${AUTHORIZATION}/roleManagementAlerts?api-version=2022-08-01-preview`],
    ['GET', `${PRODUCTION}${AUTHORIZATION}/roleManagementAlertDefinitions?api-version=2022-08-01-preview`],
    ['GET', `${PRODUCTION}${AUTHORIZATION}/locks?${ACCESS}`],
    ['POST', `${RG_PAYMENTS}/providers/Microsoft.Compute/virtualMachines/vm-pay-01/restart?api-version=2024-07-01`],
  ];
  for (const [method, path] of unsupported) {
    it(`are 501 at ${method} ${path.split('?')[0]}`, async () => {
      const admin = await arm.as('admin');
      assert.equal(verdict(await admin(method, path)), '501 NotImplemented');
    });
  }
});

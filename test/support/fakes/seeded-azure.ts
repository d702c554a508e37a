import azure from '../../../sandbox/seeds/azure.json' with { type: 'json' };
import builtIn from '../../../sandbox/seeds/azure-roles.json' with { type: 'json' };
import type { RoleAtScope, Scope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import { aGuid, aRolePolicy } from './builders.ts';
import type { Give, SeededIds } from './seeded-people.ts';
import type { FakeTenant } from './tenant.ts';

/** The hierarchy of DESIGN §6, by short names. */
export interface AzureScopes {
  readonly managementGroup: Scope;
  readonly production: Scope;
  readonly staging: Scope;
  /** In Production. */
  readonly rgPayments: Scope;
  readonly rgWeb: Scope;
  readonly vm: Scope;
  readonly stagingRgPayments: Scope;
}

/** Puts Azure's part of DESIGN §6 into a fake tenant. */
export function seedAzure(tenant: FakeTenant, give: Give, { idOf, groupId }: SeededIds): AzureScopes {
  const scopes = seedScopes(tenant);
  const { production, rgPayments, rgWeb, staging } = scopes;
  const aRole = (roleName: string, scope: Scope): RoleAtScope => {
    const subscription = /^\/subscriptions\/[^/]+/.exec(scope.id)?.[0] ?? '';
    const { id, actions } = definitionOf(roleName);
    const role: RoleAtScope = {
      surface: 'azure',
      roleDefinitionId: roleDefinitionId(`${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`),
      roleName,
      scope,
    };
    tenant.setRoleActions(role, actions);
    return role;
  };
  const four = { maximumDuration: Temporal.Duration.from({ hours: 4 }) };
  const byApprover = {
    isApprovalRequired: true,
    approvers: [{ kind: 'person', id: idOf('approver'), name: 'Megan Bowen' }],
  } as const;
  give(aRole('Virtual Machine Operator', rgPayments), aRolePolicy(), 'engineer');
  give(
    aRole('Virtual Machine Operator (Contractors)', rgPayments),
    aRolePolicy({ ...four, ...byApprover }),
    'contractor',
  );
  for (const subscription of [production, staging]) {
    give(aRole('Reader', subscription), aRolePolicy({ isJustificationRequired: false }), 'engineer');
  }
  give(aRole('Contributor', rgWeb), aRolePolicy({ ...four, ...byApprover }), 'engineer');
  give(aRole('Contributor', rgPayments), aRolePolicy(four), groupId('sg-payments-oncall'));
  tenant.assign({
    ...aRole('Contributor', rgPayments),
    principalId: groupId('sg-breakglass-payments'),
    kind: 'active',
    startsAt: null,
    endsAt: null,
  });
  return scopes;
}

function seedScopes(tenant: FakeTenant): AzureScopes {
  const managementGroup = tenant.addScope({
    id: '/providers/Microsoft.Management/managementGroups/mg-contoso',
    name: 'mg-contoso',
  });
  const below = (parent: Scope, path: string, name: string): Scope =>
    tenant.addScope({ id: `${parent.id}${path}`, name }, parent);
  const subscription = (name: string): Scope =>
    tenant.addScope({ id: `/subscriptions/${aGuid()}`, name }, managementGroup);
  const production = subscription('Contoso Production');
  const staging = subscription('Contoso Staging');
  const rgPayments = below(production, '/resourceGroups/rg-payments', 'rg-payments');
  const rgWeb = below(production, '/resourceGroups/rg-web', 'rg-web');
  const vm = below(rgPayments, '/providers/Microsoft.Compute/virtualMachines/vm-pay-01', 'vm-pay-01');
  const stagingRgPayments = below(staging, '/resourceGroups/rg-payments', 'rg-payments');
  below(staging, '/resourceGroups/rg-web', 'rg-web');
  return { managementGroup, production, staging, rgPayments, rgWeb, vm, stagingRgPayments };
}

function definitionOf(roleName: string): { readonly id: string; readonly actions: readonly string[] } {
  const custom = azure.customRoles.find((one) => one.roleName === roleName);
  const known = builtIn.find((one) => one.roleName === roleName);
  const actions = custom?.actions ?? known?.permissions.flatMap((one) => one.actions);
  const id = custom?.id ?? known?.id;
  if (id === undefined || actions === undefined) {
    throw new Error(`there is no role ${roleName}`);
  }
  return { id, actions };
}

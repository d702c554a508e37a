import type { ConditionFacts } from '../../../src/domain/role-notice.ts';

export const OPERATOR = {
  kind: 'azure',
  id: '0a1b2c3d-0000-4000-8000-000000000001',
  roleName: 'Virtual Machine Operator',
  isCustom: true,
} as const;
export const ADMINISTRATOR = {
  kind: 'directory',
  id: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  roleName: 'User Administrator',
  isCustom: false,
} as const;
export const RG_PAYMENTS = '/subscriptions/9d0e6c1a-4b2f-4c8e-a1d5-6f7b82c3e401/resourceGroups/rg-payments';
export const A_CONDITION: ConditionFacts = {
  text: "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7}))",
  operations: ['Microsoft.Authorization/roleAssignments/write'],
  roles: ['Reader'],
  rolesTotal: 1,
};

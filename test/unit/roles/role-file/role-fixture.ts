import type {
  AzureRoleDefinition,
  DirectoryRoleDefinition,
  PermissionBlock,
} from '../../../../src/domain/role-definition.ts';

export const ROLE_ID = '5d3bd2f2-3b4a-4ae0-9d40-8c2f0e7a11aa';
export const SUBSCRIPTION = '/subscriptions/c276fc76-9cd4-44c9-99a7-4fd71546436e';

export function aBlock(given: Partial<PermissionBlock> = {}): PermissionBlock {
  return {
    actions: ['Microsoft.Compute/virtualMachines/start/action'],
    notActions: [],
    dataActions: [],
    notDataActions: [],
    condition: null,
    conditionVersion: null,
    ...given,
  };
}

export function anAzureRole(given: Partial<AzureRoleDefinition> = {}): AzureRoleDefinition {
  return {
    kind: 'azure',
    id: ROLE_ID,
    name: 'Virtual Machine Starter',
    description: 'Starts virtual machines.',
    isCustom: true,
    assignableScopes: [SUBSCRIPTION],
    permissions: [aBlock()],
    ...given,
  };
}

export function aDirectoryRole(given: Partial<DirectoryRoleDefinition> = {}): DirectoryRoleDefinition {
  return {
    kind: 'directory',
    id: ROLE_ID,
    name: 'Application Reader',
    description: 'Reads applications.',
    isCustom: true,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: [{ actions: ['microsoft.directory/applications/basic/read'], condition: null }],
    ...given,
  };
}

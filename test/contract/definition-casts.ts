import type { DirectoryRoleDefinition, RoleDefinition } from '../../src/domain/role-definition.ts';
import type { DefinitionsCast } from './role-definitions.ts';
import { PRODUCTION } from './sandbox/arm-calls.ts';

const NO_STRINGS = { notActions: [], dataActions: [], notDataActions: [], condition: null, conditionVersion: null };

/** A role of Azure that starts virtual machines. */
export function azureRole(id: string | null, name: string): RoleDefinition {
  return {
    kind: 'azure',
    id,
    name,
    description: 'Starts virtual machines.',
    isCustom: true,
    assignableScopes: [PRODUCTION],
    permissions: [{ ...NO_STRINGS, actions: ['Microsoft.Compute/virtualMachines/start/action'] }],
  };
}

/** A role of Entra that reads app registrations. */
export function directoryRole(id: string | null, name: string): DirectoryRoleDefinition {
  return {
    kind: 'directory',
    id,
    name,
    description: 'Reads app registrations.',
    isCustom: true,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: [{ actions: ['microsoft.directory/applications/standard/read'], condition: null }],
  };
}

export const DEFINITION_CASTS: Readonly<Record<RoleDefinition['kind'], DefinitionsCast>> = {
  azure: {
    kind: 'azure',
    make: azureRole,
    widen: (role) => ({
      ...azureRole(role.id, role.name),
      permissions: [
        {
          ...NO_STRINGS,
          actions: [
            'Microsoft.Compute/virtualMachines/start/action',
            'Microsoft.Compute/virtualMachines/restart/action',
          ],
        },
      ],
    }),
    builtIn: { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader' },
    used: {
      id: '7d2c4e10-6a3b-4f58-9c21-5e8f0a1b2c01',
      name: 'Virtual Machine Operator',
      uses: ['eligible Alex Wilber @ rg-payments'],
    },
  },
  directory: {
    kind: 'directory',
    make: directoryRole,
    widen: (role) => ({
      ...directoryRole(role.id, role.name),
      permissions: [
        {
          actions: ['microsoft.directory/applications/standard/read', 'microsoft.directory/applications/basic/update'],
          condition: null,
        },
      ],
    }),
    builtIn: { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader' },
    used: {
      id: '3b1c6f0a-52d8-4f7e-9a64-0c8e7d2b1a01',
      name: 'Contoso-App-Assignment-Operator',
      uses: ['eligible Alex Wilber @ Whole tenant'],
    },
  },
};

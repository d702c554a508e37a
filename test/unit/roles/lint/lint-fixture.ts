import type { AzureOperation, Plane } from '../../../../src/domain/role-definition.ts';
import type { LintKnowledge } from '../../../../src/roles/lint/finding.ts';
import { readRoleFile, readRoleText } from '../../../../src/roles/role-file/read-role-file.ts';
import type { RoleFileReading } from '../../../../src/roles/role-file/role-file.ts';
import { anAzureRole, SUBSCRIPTION } from '../role-file/role-fixture.ts';

export const START = 'Microsoft.Compute/virtualMachines/start/action';
export const GROUP = '/providers/Microsoft.Management/managementGroups/mg-contoso';
export const CREATE = 'microsoft.directory/applications/create';
export const BASIC = 'microsoft.directory/applications/basic/read';

function anOperation(name: string, plane: Plane = 'control'): AzureOperation {
  return { name, plane, displayName: '', description: '' };
}

export const KNOWN: LintKnowledge = {
  roles: [anAzureRole({ name: 'Reader', isCustom: false, id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' })],
  operations: [
    anOperation(START),
    anOperation('Microsoft.Compute/virtualMachines/read'),
    anOperation('Microsoft.Compute/virtualMachines/write'),
    anOperation('Microsoft.Compute/virtualMachines/runCommand/action'),
    anOperation('Microsoft.Storage/storageAccounts/listKeys/action'),
    anOperation('Microsoft.Storage/storageAccounts/read'),
    anOperation('Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read', 'data'),
    anOperation('Microsoft.KeyVault/vaults/keys/read'),
    anOperation('Microsoft.KeyVault/vaults/keys/read', 'data'),
  ],
  directoryActions: [BASIC, CREATE, 'microsoft.directory/applications/owners/update'].map((name) => ({
    name,
    description: '',
  })),
  isDirectoryComplete: true,
  privilegedActions: ['microsoft.directory/applications/owners/update'],
};
/** A role of Azure in the PowerShell shape. */
export function flat(given: Readonly<Record<string, unknown>> = {}): object {
  return { Name: 'Starter', Actions: [START], AssignableScopes: [SUBSCRIPTION], ...given };
}

export function graph(...actions: readonly string[]): object {
  return { displayName: 'Reader of apps', isEnabled: true, rolePermissions: [{ allowedResourceActions: actions }] };
}

export function read(content: unknown): RoleFileReading {
  if (typeof content === 'object' && content !== null && 'problems' in content) {
    return content as RoleFileReading;
  }
  if (content instanceof Uint8Array) {
    return readRoleFile(content);
  }
  return readRoleText(typeof content === 'string' ? content : JSON.stringify(content, null, 1));
}

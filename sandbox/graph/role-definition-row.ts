import type { UnifiedRoleDefinition } from '@microsoft/microsoft-graph-types';
import type { RoleDefinition } from '../pim/directory-surface.ts';
import type { Row } from './list.ts';

export function roleDefinitionRow(role: RoleDefinition): Row {
  const entity = {
    id: role.id,
    description: role.description,
    displayName: role.displayName,
    isBuiltIn: role.isBuiltIn,
    isEnabled: true,
    resourceScopes: ['/'],
    templateId: role.id,
    version: '1',
    rolePermissions: [{ allowedResourceActions: [...role.allowedResourceActions], condition: null }],
  } satisfies UnifiedRoleDefinition;
  return { json: entity, links: { inheritsPermissionsFrom: () => [] } };
}

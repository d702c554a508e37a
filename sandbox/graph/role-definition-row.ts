import type { UnifiedRoleDefinition } from '@microsoft/microsoft-graph-types';
import type { DirectoryRoles, RoleDefinition } from '../pim/directory-surface.ts';
import type { Row } from './list.ts';

/** A definition as v1.0 shows it; what it inherits only on request. */
export function roleDefinitionRow(roles: Pick<DirectoryRoles, 'definitions'>, role: RoleDefinition): Row {
  const entity = {
    id: role.id,
    description: role.description,
    displayName: role.displayName,
    isBuiltIn: role.isBuiltIn,
    isEnabled: role.isEnabled,
    resourceScopes: ['/'],
    templateId: role.templateId,
    version: role.version,
    rolePermissions: role.permissions.map((actions) => ({ allowedResourceActions: [...actions], condition: null })),
  } satisfies UnifiedRoleDefinition;
  const inherited = (): readonly Row[] =>
    role.inheritsFrom.flatMap((id) => {
      const other = roles.definitions.get(id);
      return other === undefined ? [] : [roleDefinitionRow(roles, other)];
    });
  return { json: entity, links: { inheritsPermissionsFrom: inherited } };
}

/** The same in beta, which also has Microsoft's label. */
export function betaRoleDefinitionRow(roles: Pick<DirectoryRoles, 'definitions'>, role: RoleDefinition): Row {
  const { json, links } = roleDefinitionRow(roles, role);
  return { json: { ...json, isPrivileged: role.isPrivileged }, links };
}

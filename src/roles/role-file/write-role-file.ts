import type {
  AzureRoleDefinition,
  DirectoryRoleDefinition,
  PermissionBlock,
  RoleDefinition,
} from '../../domain/role-definition.ts';
import type { RoleFileShape } from './role-file.ts';

export type RoleFileWriting =
  | { readonly isWritten: true; readonly text: string }
  | { readonly isWritten: false; readonly reasons: readonly string[] };

/**
 * Writes definitions in a shape, with its documented keys and their case, or says which of them it cannot hold. Nothing is lost on
 * the way: what is read back is the same definition.
 *
 * Several become a list; what Azure CLI prints is a list always.
 */
export function writeRoleFile(definitions: readonly RoleDefinition[], shape: RoleFileShape): RoleFileWriting {
  const reasons = definitions.flatMap((definition) => {
    const reason = whyNot(definition, shape);
    return reason === null ? [] : [`${definition.name}: ${reason}`];
  });
  if (reasons.length > 0) {
    return { isWritten: false, reasons };
  }
  const written = definitions.map((definition) =>
    definition.kind === 'directory' ? graphRole(definition) : azureRole(definition, shape),
  );
  const isList = written.length !== 1;
  const list = shape === 'rest' || shape === 'graph' ? { value: written } : written;
  const content = isList || shape === 'cli' ? list : written[0];
  return { isWritten: true, text: `${JSON.stringify(content, null, 2)}\n` };
}

/**
 * Makes a role of each permission block, so that every shape of Azure can hold them. They are other roles than the one before: they
 * have no id, and whoever is to have all of it is assigned all of them.
 */
export function splitBlocks(definition: RoleDefinition): readonly RoleDefinition[] {
  if (definition.kind === 'directory' || definition.permissions.length < 2) {
    return [definition];
  }
  const { name, permissions } = definition;
  return permissions.map((block, index) => ({
    ...definition,
    id: null,
    name: `${name} (${index + 1} of ${permissions.length})`,
    isCustom: true,
    permissions: [block],
  }));
}

/** Why a shape cannot hold a definition, in words; null when it can. */
export function whyNot(definition: RoleDefinition, shape: RoleFileShape): string | null {
  if (definition.kind === 'directory') {
    return shape === 'graph' ? null : 'this is a role of Entra, and only the Graph shape holds those';
  }
  if (shape === 'graph') {
    return 'this is a role of Azure, and the Graph shape holds roles of Entra only';
  }
  const blocks = definition.permissions.length;
  if (shape !== 'powershell' || blocks === 1) {
    return null;
  }
  if (blocks === 0) {
    return 'it has no permission block, and the PowerShell shape is one';
  }
  const conditions = definition.permissions.some(({ condition }) => condition !== null)
    ? ', and a condition of one block would be lost or fall upon all'
    : '';
  return `it has ${blocks} permission blocks, and the PowerShell shape holds one; put together, what one block takes away would be taken from the others too${conditions}. Keep it in the REST shape, or make a role of each block`;
}

function azureRole(definition: AzureRoleDefinition, shape: RoleFileShape): object {
  if (shape === 'powershell') {
    return flatRole(definition);
  }
  const { id, name, description, isCustom, assignableScopes, permissions } = definition;
  const path = id === null ? {} : { id: `/providers/Microsoft.Authorization/roleDefinitions/${id}`, name: id };
  const type = isCustom ? 'CustomRole' : 'BuiltInRole';
  const blocks = permissions.map(azureBlock);
  const resource = 'Microsoft.Authorization/roleDefinitions';
  return shape === 'rest'
    ? {
        ...path,
        type: resource,
        properties: { roleName: name, description, type, assignableScopes, permissions: blocks },
      }
    : { ...path, assignableScopes, description, permissions: blocks, roleName: name, roleType: type, type: resource };
}

function azureBlock({
  actions,
  notActions,
  dataActions,
  notDataActions,
  condition,
  conditionVersion,
}: PermissionBlock) {
  return {
    actions,
    notActions,
    dataActions,
    notDataActions,
    ...(condition === null ? {} : { condition }),
    ...(conditionVersion === null ? {} : { conditionVersion }),
  };
}

function flatRole({ id, name, description, isCustom, assignableScopes, permissions }: AzureRoleDefinition): object {
  const { actions, notActions, dataActions, notDataActions, condition, conditionVersion } =
    permissions[0] as PermissionBlock;
  return {
    Name: name,
    Id: id,
    IsCustom: isCustom,
    Description: description,
    Actions: actions,
    NotActions: notActions,
    DataActions: dataActions,
    NotDataActions: notDataActions,
    AssignableScopes: assignableScopes,
    ...(condition === null ? {} : { Condition: condition }),
    ...(conditionVersion === null ? {} : { ConditionVersion: conditionVersion }),
  };
}

function graphRole(definition: DirectoryRoleDefinition): object {
  const { id, name, description, isCustom, isEnabled, isPrivileged, inheritsFrom, permissions } = definition;
  return {
    ...(id === null ? {} : { id, templateId: id }),
    displayName: name,
    description,
    isBuiltIn: !isCustom,
    isEnabled,
    ...(isPrivileged === null ? {} : { isPrivileged }),
    rolePermissions: permissions.map(({ actions, condition }) => ({ allowedResourceActions: actions, condition })),
    ...(inheritsFrom.length === 0 ? {} : { inheritsPermissionsFrom: inheritsFrom.map((each) => ({ id: each })) }),
  };
}

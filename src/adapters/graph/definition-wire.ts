import { z } from 'zod';
import { isGuid } from '../../domain/ids.ts';
import type { DirectoryRoleDefinition } from '../../domain/role-definition.ts';
import { optionalText } from '../pim-errors/wire-values.ts';

/** A definition without its list is no definition that allows nothing: it is refused as an answer. */
export const allowancesRow = z.object({
  rolePermissions: z.array(z.object({ allowedResourceActions: z.array(z.string()), condition: optionalText })),
});

/** What a custom role can say of itself; inheritance and labels are Microsoft's. */
export function definitionBody({ name, description, isEnabled, permissions }: DirectoryRoleDefinition) {
  const rolePermissions = permissions.map(({ actions, condition }) => ({ allowedResourceActions: actions, condition }));
  return { displayName: name, description, isEnabled, rolePermissions };
}

const guid = z.string().toLowerCase().refine(isGuid);

/** A role definition of Entra as Graph writes it (pim-api §15.1), and what it inherits from where that was asked for. */
export const definitionRow = allowancesRow
  .extend({
    id: guid,
    displayName: z.string().min(1),
    description: optionalText,
    isBuiltIn: z.boolean(),
    isEnabled: z.boolean().nullish(),
    inheritsPermissionsFrom: z.array(z.object({ id: guid })).nullish(),
  })
  .transform(
    ({ id, displayName, description, isBuiltIn, isEnabled, rolePermissions, ...row }): DirectoryRoleDefinition => ({
      kind: 'directory',
      id,
      name: displayName,
      description: description ?? '',
      isCustom: !isBuiltIn,
      isEnabled: isEnabled ?? true,
      isPrivileged: null,
      inheritsFrom: (row.inheritsPermissionsFrom ?? []).map((one) => one.id),
      permissions: rolePermissions.map(({ allowedResourceActions, condition }) => ({
        actions: allowedResourceActions,
        condition: condition === '' ? null : condition,
      })),
    }),
  );

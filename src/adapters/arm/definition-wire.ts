import { z } from 'zod';
import { definitionKey } from '../../domain/assignment.ts';
import { isGuid } from '../../domain/ids.ts';
import type { AzureRoleDefinition, PermissionBlock } from '../../domain/role-definition.ts';
import { optionalText } from '../pim-errors/wire-values.ts';

/** Microsoft leaves lists out that are empty. */
export const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

/** Microsoft writes "no condition" as null and as an empty text. */
export const condition = optionalText.transform((text) => (text === '' ? null : text));

/** A block without its actions is no block that allows nothing: it is refused as an answer. */
export const permissionRow = z.object({
  actions: z.array(z.string()),
  notActions: texts,
  dataActions: texts,
  notDataActions: texts,
  condition,
  conditionVersion: condition,
}) satisfies z.ZodType<PermissionBlock>;

/** The same holds for a definition without its blocks. */
export const allowancesRow = z.object({ properties: z.object({ permissions: z.array(permissionRow) }) });

/** The body of a PUT. Azure takes the id from the address (rbac.md §5). */
export function definitionBody({ name, description, assignableScopes, permissions }: AzureRoleDefinition) {
  return { properties: { roleName: name, description, type: 'CustomRole', assignableScopes, permissions } };
}

/** A role definition of Azure as ARM writes it (rbac.md §5). Its id is the GUID, which is the same at every scope. */
export const definitionRow = z
  .object({
    id: z.string().transform(definitionKey).refine(isGuid),
    properties: z.object({
      roleName: z.string().min(1),
      description: optionalText,
      type: z.string(),
      assignableScopes: z.array(z.string()),
      permissions: z.array(permissionRow),
    }),
  })
  .transform(
    ({ id, properties: { roleName, description, type, assignableScopes, permissions } }): AzureRoleDefinition => {
      const isCustom = type.toLowerCase() === 'customrole';
      return {
        kind: 'azure',
        id,
        name: roleName,
        description: description ?? '',
        isCustom,
        assignableScopes,
        permissions,
      };
    },
  );

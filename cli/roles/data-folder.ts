import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AzureOperation, DirectoryRoleDefinition, PermissionBlock } from '../../src/domain/role-definition.ts';
import type { RoleKnowledge } from '../../src/ports/role-catalogue.ts';
import { UsageError } from '../command.ts';

/** What is known of roles without asking a tenant. */
export type RoleData = Pick<RoleKnowledge, 'roles' | 'operations' | 'directoryActions'>;

const strings = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** Microsoft writes "no condition" as null and as an empty text. */
const optional = z
  .string()
  .nullish()
  .transform((words) => (words === undefined || words === null || words.trim() === '' ? null : words));

/** A permission block, with or without the lists that are empty. */
export const permissionBlock: z.ZodType<PermissionBlock> = z.object({
  actions: strings,
  notActions: strings,
  dataActions: strings,
  notDataActions: strings,
  condition: optional,
  conditionVersion: optional,
});

const text = z
  .string()
  .nullish()
  .transform((words) => words ?? '');

const azureRoles = z.object({
  roles: z.array(
    z.object({
      name: z.string(),
      roleName: z.string(),
      description: text,
      roleType: z.string(),
      assignableScopes: z.array(z.string()),
      permissions: z.array(permissionBlock),
    }),
  ),
});

const azureOperations = z.object({
  operations: z.array(z.object({ name: z.string(), plane: z.enum(['control', 'data', 'both']) })),
});

const directoryRoles = z.object({
  roles: z.array(
    z.object({
      templateId: z.string(),
      displayName: z.string(),
      description: text,
      isPrivileged: z.boolean().nullish(),
      inheritsPermissionsFrom: strings,
      allowedResourceActions: strings,
      conditional: z.array(z.object({ condition: z.string(), allowedResourceActions: strings })).default([]),
    }),
  ),
});

/**
 * Reads built-in roles of Azure and of the directory and the operations of Azure from a folder.
 * @throws {UsageError} when a file is missing or is not in its form
 */
export function readDataFolder(folder: string): RoleData {
  const azure = readPart(folder, 'azure-builtin-roles.json', azureRoles).roles;
  const directory = readPart(folder, 'entra-builtin-roles.json', directoryRoles).roles.map(asDirectoryRole);
  const roles = azure.map(({ name, roleName, description, roleType, assignableScopes, permissions }) => ({
    kind: 'azure' as const,
    id: name.toLowerCase(),
    name: roleName,
    description,
    isCustom: roleType !== 'BuiltInRole',
    assignableScopes,
    permissions,
  }));
  const actions = directory.flatMap(({ permissions }) => permissions.flatMap((permission) => permission.actions));
  return {
    roles: [...roles, ...directory],
    operations: readPart(folder, 'azure-operations.json', azureOperations).operations.flatMap(asOperations),
    directoryActions: [...new Set(actions)].map((name) => ({ name, description: '' })),
  };
}

function asOperations({ name, plane }: { name: string; plane: AzureOperation['plane'] | 'both' }): AzureOperation[] {
  const planes = plane === 'both' ? (['control', 'data'] as const) : [plane];
  return planes.map((one) => ({ name, plane: one, displayName: '', description: '' }));
}

function asDirectoryRole(role: z.infer<typeof directoryRoles>['roles'][number]): DirectoryRoleDefinition {
  return {
    kind: 'directory',
    id: role.templateId.toLowerCase(),
    name: role.displayName,
    description: role.description,
    isCustom: false,
    isEnabled: true,
    isPrivileged: role.isPrivileged ?? null,
    inheritsFrom: role.inheritsPermissionsFrom.map((id) => id.toLowerCase()),
    permissions: [
      { actions: role.allowedResourceActions, condition: null },
      ...role.conditional.map(({ condition, allowedResourceActions: actions }) => ({ condition, actions })),
    ],
  };
}

/** Reads a JSON file in a form. @throws {UsageError} that names the file and the place in it */
export function readJsonFile<Form extends z.ZodType>(file: string, form: Form): z.infer<Form> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = form.safeParse(value);
  if (!parsed.success) {
    throw new UsageError(
      parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`).join('\n'),
    );
  }
  return parsed.data;
}

function readPart<Form extends z.ZodType>(folder: string, name: string, form: Form): z.infer<Form> {
  return readJsonFile(join(folder, name), form);
}

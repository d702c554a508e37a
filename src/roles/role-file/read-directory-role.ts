import { isGuid } from '../../domain/ids.ts';
import type { DirectoryRoleDefinition } from '../../domain/role-definition.ts';
import type { JsonObject } from './json-source.ts';
import { type ObjectReader, type RoleNotes, readObject, spotAt } from './object-reader.ts';

/** What Graph adds: deprecated, of the service, or of no meaning for what a role allows. */
const IGNORED = [
  'version',
  'resourceScopes',
  'allowedPrincipalTypes',
  'richDescription',
  'categories',
  'assignmentMode',
];

/** Reads Graph's `unifiedRoleDefinition`, of v1.0 or beta (rbac.md §6). */
export function readGraphRole(node: JsonObject, path: string, notes: RoleNotes): DirectoryRoleDefinition {
  const reader = readObject(node, path, notes);
  const id = readGuid(reader, 'id', notes);
  const templateId = readGuid(reader, 'templateId', notes);
  if (id !== null && templateId !== null && id !== templateId) {
    refuse(notes, 'id', 'id and templateId are two GUIDs: of a role definition they are the same');
  }
  const definition: DirectoryRoleDefinition = {
    kind: 'directory',
    id: id ?? templateId,
    name: reader.text('displayName', 'name'),
    description: reader.text('description', 'description'),
    isCustom: !(reader.flag('isBuiltIn') ?? false),
    isEnabled: reader.flag('isEnabled') ?? true,
    isPrivileged: reader.flag('isPrivileged'),
    inheritsFrom: reader.objects('inheritsPermissionsFrom', 'inheritsFrom').flatMap((parent) => {
      const inner = readObject(parent.node, parent.path, notes);
      return readGuid(inner, 'id', notes) ?? [];
    }),
    permissions: reader.objects('rolePermissions', 'permissions').map((permission, index) => {
      const part = `permissions.${index}`;
      notes.spots.set(part, spotAt(permission.node.at, permission.path));
      const inner = readObject(permission.node, permission.path, notes);
      const condition = inner.text('condition', `${part}.condition`);
      const actions = inner.texts('allowedResourceActions', `${part}.actions`);
      if (inner.texts('excludedResourceActions', `${part}.excluded`).length > 0) {
        refuse(notes, `${part}.excluded`, 'Entra takes nothing away yet: excludedResourceActions must be empty');
      }
      inner.refuseOthers([]);
      return { actions, condition: condition.trim() === '' ? null : condition };
    }),
  };
  reader.refuseOthers(IGNORED);
  return definition;
}

function readGuid(reader: ObjectReader, key: string, notes: RoleNotes): string | null {
  const text = reader.text(key, 'id').toLowerCase();
  if (text !== '' && !isGuid(text)) {
    refuse(notes, 'id', `${key} must be a GUID`);
  }
  return isGuid(text) ? text : null;
}

function refuse(notes: RoleNotes, part: string, text: string): void {
  notes.problems.push({ rule: 'shape', text, spot: notes.spots.get(part) ?? null, isUnderstood: false });
}

import { isGuid } from '../../domain/ids.ts';
import type { AzureRoleDefinition, PermissionBlock } from '../../domain/role-definition.ts';
import type { JsonObject } from './json-source.ts';
import { type ObjectReader, type RoleNotes, readObject, spotAt } from './object-reader.ts';

const LISTS = ['Actions', 'NotActions', 'DataActions', 'NotDataActions', 'AssignableScopes'] as const;
const FLAT_KEYS = ['Name', 'Id', 'IsCustom', 'Description', ...LISTS, 'Condition', 'ConditionVersion'] as const;

/** What services add about themselves: it says nothing about the role. */
const VOLATILE = ['createdOn', 'createdBy', 'updatedOn', 'updatedBy', 'systemData'];

const RESOURCE_TYPE = 'microsoft.authorization/roledefinitions';

/** Reads a definition whose lists stand at the top: `Name` is what people see, `Id` the GUID. */
export function readFlatRole(node: JsonObject, path: string, notes: RoleNotes): AzureRoleDefinition {
  const reader = readObject(node, path, notes);
  remarkKeysThatCliDrops(node, path, notes);
  const name = reader.text('Name', 'name');
  if (isGuid(name)) {
    const text = `“${name}” is a GUID: in this shape Name is the name that people see, and the GUID is Id`;
    notes.problems.push({ rule: 'shape', text, spot: notes.spots.get('name') ?? null, isUnderstood: true });
  }
  const definition: AzureRoleDefinition = {
    kind: 'azure',
    id: readId(reader, ['Id'], notes),
    name,
    description: reader.text('Description', 'description'),
    isCustom: reader.flag('IsCustom') ?? true,
    assignableScopes: reader.texts('AssignableScopes', 'assignableScopes'),
    permissions: [readBlock(reader, 'permissions.0')],
  };
  reader.refuseOthers([]);
  return definition;
}

/** Reads what Azure CLI prints: `name` is the GUID, `roleName` what people see. */
export function readCliRole(node: JsonObject, path: string, notes: RoleNotes): AzureRoleDefinition {
  const reader = readObject(node, path, notes);
  const definition: AzureRoleDefinition = {
    kind: 'azure',
    id: readId(reader, ['name', 'id'], notes),
    ...readBody(reader, 'roleType', notes),
  };
  checkResourceType(reader, notes);
  reader.refuseOthers(VOLATILE);
  return definition;
}

/** Reads what Azure Resource Manager speaks: `name` is the GUID, all else is in `properties`. */
export function readRestRole(node: JsonObject, path: string, notes: RoleNotes): AzureRoleDefinition {
  const reader = readObject(node, path, notes);
  const id = readId(reader, ['name', 'id'], notes);
  checkResourceType(reader, notes);
  const properties = reader.value('properties');
  reader.refuseOthers(['systemData']);
  if (properties?.node.kind !== 'object') {
    const spot = notes.spots.get('') ?? null;
    notes.problems.push({ rule: 'shape', text: 'properties must be an object', spot, isUnderstood: false });
    const nothing = { name: '', description: '', isCustom: true, assignableScopes: [], permissions: [] };
    return { kind: 'azure', id, ...nothing };
  }
  const inner = readObject(properties.node, properties.path, notes);
  const definition: AzureRoleDefinition = { kind: 'azure', id, ...readBody(inner, 'type', notes) };
  inner.refuseOthers(VOLATILE);
  return definition;
}

function readBody(
  reader: ObjectReader,
  typeKey: string,
  notes: RoleNotes,
): Pick<AzureRoleDefinition, 'name' | 'description' | 'isCustom' | 'assignableScopes' | 'permissions'> {
  const type = reader.text(typeKey, 'type').toLowerCase();
  if (type !== '' && type !== 'customrole' && type !== 'builtinrole') {
    const text = `${typeKey} must be CustomRole or BuiltInRole`;
    notes.problems.push({ rule: 'shape', text, spot: notes.spots.get('type') ?? null, isUnderstood: false });
  }
  return {
    name: reader.text('roleName', 'name'),
    description: reader.text('description', 'description'),
    isCustom: type !== 'builtinrole',
    assignableScopes: reader.texts('assignableScopes', 'assignableScopes'),
    permissions: reader.objects('permissions', 'permissions').map(({ node, path }, index) => {
      notes.spots.set(`permissions.${index}`, spotAt(node.at, path));
      const block = readObject(node, path, notes);
      const permissions = readBlock(block, `permissions.${index}`);
      block.refuseOthers([]);
      return permissions;
    }),
  };
}

function readBlock(reader: ObjectReader, part: string): PermissionBlock {
  return {
    actions: reader.texts('Actions', `${part}.actions`),
    notActions: reader.texts('NotActions', `${part}.notActions`),
    dataActions: reader.texts('DataActions', `${part}.dataActions`),
    notDataActions: reader.texts('NotDataActions', `${part}.notDataActions`),
    condition: orNull(reader.text('Condition', `${part}.condition`)),
    conditionVersion: orNull(reader.text('ConditionVersion', `${part}.conditionVersion`)),
  };
}

/** The GUID, out of a key that holds it alone or at the end of a path. All keys that are there must agree. */
function readId(reader: ObjectReader, keys: readonly string[], notes: RoleNotes): string | null {
  const found = keys.flatMap((key) => {
    const text = reader.text(key, 'id');
    const guid = text.slice(text.lastIndexOf('/') + 1).toLowerCase();
    if (text === '') {
      return [];
    }
    if (isGuid(guid)) {
      return [guid];
    }
    const hint = key === 'name' ? '; the name that people see is roleName' : '';
    refuse(notes, `in this shape ${key} ${key === 'name' ? 'is' : 'holds'} the GUID of the role${hint}`);
    return [];
  });
  if (new Set(found).size > 1) {
    refuse(notes, `${keys.join(' and ')} name two roles: ${found.join(' and ')}`);
  }
  return found[0] ?? null;
}

function checkResourceType(reader: ObjectReader, notes: RoleNotes): void {
  const type = reader.text('type', 'resourceType');
  if (type !== '' && type.toLowerCase() !== RESOURCE_TYPE) {
    const spot = notes.spots.get('resourceType') ?? null;
    const text = 'type must be Microsoft.Authorization/roleDefinitions here';
    notes.problems.push({ rule: 'shape', text, spot, isUnderstood: false });
  }
}

function refuse(notes: RoleNotes, text: string): void {
  notes.problems.push({ rule: 'shape', text, spot: notes.spots.get('id') ?? null, isUnderstood: false });
}

/**
 * Azure CLI makes the first letter of a key at the top small, and knows no other case: `NOTACTIONS` becomes `nOTACTIONS`, which it
 * leaves out without a word (rbac.md §5).
 */
function remarkKeysThatCliDrops(node: JsonObject, path: string, notes: RoleNotes): void {
  for (const { key, at } of node.members) {
    const name = FLAT_KEYS.find((known) => known.toLowerCase() === key.toLowerCase());
    if (name !== undefined && key.slice(1) !== name.slice(1)) {
      const text = `Azure CLI leaves out “${key}” without a word: it knows this key as ${name} only`;
      notes.problems.push({ rule: 'shape', text, spot: spotAt(at, `${path}.${key}`), isUnderstood: true });
    }
  }
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}

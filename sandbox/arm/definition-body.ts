import { Fields, isRecord, readProperties } from './body.ts';
import { OPERATIONS } from './operation-names.ts';
import { ArmProblem, invalidContent } from './problem.ts';
import { matches } from './rights.ts';
import type { AzureRole, Permission } from './roles.ts';
import type { Scope } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WRITE = 'Microsoft.Authorization/roleDefinitions/write';
/** Of two readings the newer one: pim-api §15.2 has 128 and 1,024 (rbac §4.3). */
const LONGEST_NAME = 512;
const LONGEST_DESCRIPTION = 2048;
const MOST_SCOPES = 2000;
const MOST_CUSTOM_ROLES = 5000;

/** Reads a custom role for the id in the URL and refuses what Azure would (pim-api §15.2, rbac §4). */
export function readDefinition(arm: Arm, call: Call): AzureRole {
  const id = (call.params.id ?? '').toLowerCase();
  const before = arm.roles.get(id);
  const fields = readProperties(call.exchange);
  if (!GUID.test(id)) {
    throw invalidContent('The role definition id must be a GUID.');
  }
  if (before?.isBuiltIn || !['null', 'customrole'].includes(String(fields.get('type')).toLowerCase())) {
    throw new ArmProblem(400, 'InvalidRoleDefinitionType', 'The role definition type must be CustomRole.');
  }
  const scopes = assignableScopes(arm, call, fields);
  const permissions = readPermissions(fields, scopes);
  const roleName = readName(arm, id, fields);
  const description = optionalText(fields, 'description') ?? '';
  if (description.length > LONGEST_DESCRIPTION) {
    throw invalidContent(`The description is longer than ${LONGEST_DESCRIPTION} characters.`);
  }
  const now = arm.world.clock.now().toString();
  const { principalId } = call.caller;
  return {
    id,
    roleName,
    description,
    isBuiltIn: false,
    assignableScopes: scopes.map((scope) => scope.id),
    permissions,
    createdOn: before?.createdOn ?? now,
    updatedOn: now,
    createdBy: before?.createdBy ?? principalId,
    updatedBy: principalId,
  };
}

function readName(arm: Arm, id: string, fields: Fields): string {
  const name = optionalText(fields, 'roleName')?.trim() ?? '';
  if (name === '') {
    throw new ArmProblem(400, 'RoleDefinitionNameNullOrEmpty', 'The role definition name cannot be null or empty.');
  }
  if (name.length > LONGEST_NAME) {
    throw invalidContent(`The role definition name is longer than ${LONGEST_NAME} characters.`);
  }
  const other = arm.roles.named(name);
  if (other !== undefined && other.id !== id) {
    const message = `A role definition cannot be updated with a name that already exists: '${name}'.`;
    throw new ArmProblem(409, 'RoleDefinitionWithSameNameExists', message);
  }
  const custom = arm.roles.all().filter((role) => !role.isBuiltIn);
  if (custom.length >= MOST_CUSTOM_ROLES && arm.roles.get(id) === undefined) {
    const message = 'Role definition limit exceeded. No more role definitions can be created.';
    throw new ArmProblem(400, 'RoleDefinitionLimitExceeded', message);
  }
  return name;
}

/** The right to write is needed at every one of them. */
function assignableScopes(arm: Arm, call: Call, fields: Fields): readonly Scope[] {
  const given = fields.get('assignableScopes');
  if (!Array.isArray(given) || given.length === 0) {
    throw new ArmProblem(400, 'MissingAssignableScopes', 'The role definition has no assignable scopes.');
  }
  if (given.length > MOST_SCOPES) {
    throw invalidContent(`A role definition may have at most ${MOST_SCOPES} assignable scopes.`);
  }
  const scopes = given.map((text: unknown) => assignableScope(arm, call, String(text)));
  if (scopes.filter(({ kind }) => kind === 'managementgroup').length > 1) {
    throw invalidContent('Only one management group may be among the assignable scopes.');
  }
  return scopes;
}

function assignableScope(arm: Arm, call: Call, text: string): Scope {
  const isPath = /^\/(?:subscriptions|providers\/microsoft\.management\/managementgroups)\/[^/*]+(?:\/[^*]*)?$/i;
  if (!isPath.test(text)) {
    const message = `Property id '${text}' at path 'properties.assignableScopes' is invalid.`;
    throw new ArmProblem(400, 'LinkedInvalidPropertyId', message);
  }
  const scope = arm.tree.find(text);
  if (scope === undefined || !arm.rights.may(call.callerId, WRITE, scope)) {
    const message = `The client '${call.callerId}' has permission to perform action '${WRITE}' on scope '${call.scope.id}'; however, it does not have permission to perform action '${WRITE}' on the linked scope(s) '${text}' or the linked scope(s) are invalid.`;
    throw new ArmProblem(403, 'LinkedAuthorizationFailed', message);
  }
  return scope;
}

function readPermissions(fields: Fields, scopes: readonly Scope[]): readonly Permission[] {
  const given = fields.get('permissions');
  if (!Array.isArray(given) || given.length === 0 || !given.every(isRecord)) {
    throw invalidContent('The role definition needs permissions.');
  }
  const permissions = given.map((block) => readPermission(new Fields(block)));
  const hasData = permissions.some(({ dataActions }) => dataActions.length > 0);
  if (hasData && scopes.some(({ kind }) => kind === 'managementgroup')) {
    throw invalidContent(
      'You cannot add data action permissions when you have a management group as an assignable scope.',
    );
  }
  return permissions;
}

function readPermission(block: Fields): Permission {
  const list = (name: string, plane: 'control' | 'data'): readonly string[] => {
    const given = block.get(name) ?? [];
    if (!Array.isArray(given) || !given.every((one) => typeof one === 'string')) {
      throw invalidContent(`'${name}' must be a list of strings.`);
    }
    for (const action of given) {
      checkAction(action, plane);
    }
    return given;
  };
  return {
    actions: list('actions', 'control'),
    notActions: list('notActions', 'control'),
    dataActions: list('dataActions', 'data'),
    notDataActions: list('notDataActions', 'data'),
    condition: optionalText(block, 'condition'),
    conditionVersion: optionalText(block, 'conditionVersion'),
  };
}

/** One unknown action makes Azure refuse the whole definition (rbac §4.4). */
function checkAction(action: string, plane: 'control' | 'data'): void {
  const refuse = (why: string): ArmProblem => new ArmProblem(400, 'InvalidActionOrNotAction', `'${action}' ${why}`);
  if (action.split('*').length > 2) {
    throw refuse('contains multiple wildcards. Only one is allowed.');
  }
  const [provider = ''] = action.split('/');
  const isKnown = Object.keys(OPERATIONS).some((name) => name.toLowerCase() === provider.toLowerCase());
  if (!isKnown && provider !== '*') {
    const message = `The resource provider referenced in the action '${action}' is not returned in the list of providers.`;
    throw new ArmProblem(400, 'InvalidActionOrNotAction', message);
  }
  const names = Object.entries(OPERATIONS).flatMap(([name, planes]) =>
    planes[plane].map((one) => `${name}/${one.name}`),
  );
  if (!names.some((name) => matches(action, name))) {
    throw refuse('does not match any of the actions supported by the providers.');
  }
}

function optionalText(fields: Fields, name: string): string | null {
  const value = fields.get(name);
  if (value !== null && typeof value !== 'string') {
    throw invalidContent(`'${name}' must be text.`);
  }
  return value;
}

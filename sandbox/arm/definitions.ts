import type { Answer } from '../platform/types.ts';
import { requireRight } from './access.ts';
import { readDefinition } from './definition-body.ts';
import { refuseWithoutMfa } from './faults.ts';
import { parseTerms } from './filter.ts';
import { answerList } from './list.ts';
import { ArmProblem, invalidFilter } from './problem.ts';
import { type AzureRole, roleIdAt } from './roles.ts';
import { type Endpoint, json } from './route.ts';
import type { Json } from './rows.ts';
import type { Scope } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PATH = 'roleDefinitions';
const READ = 'Microsoft.Authorization/roleDefinitions/read';
const DELETE = 'Microsoft.Authorization/roleDefinitions/delete';

/** Role definitions: A13 of pim-api §4.1, §15.2. */
export function definitionEndpoints(arm: Arm): Endpoint[] {
  const versions = VERSIONS.access;
  return [
    { method: 'GET', path: PATH, versions, options: ['$filter'], handle: (call) => list(arm, call) },
    { method: 'GET', path: `${PATH}/:id`, versions, handle: (call) => readOne(arm, call) },
    { method: 'PUT', path: `${PATH}/:id`, versions, handle: (call) => put(arm, call) },
    { method: 'DELETE', path: `${PATH}/:id`, versions, handle: (call) => remove(arm, call) },
  ];
}

function list(arm: Arm, call: Call): Answer {
  requireRight(arm, call, READ, call.scope);
  const filter = call.exchange.query.get('$filter');
  const terms = filter === null ? new Map<string, readonly string[]>() : parseTerms(filter, 'and');
  const known = ['atscopeandbelow', 'rolename', 'type'];
  if ([...terms].some(([name, values]) => !known.includes(name) || values.length > 1)) {
    throw invalidFilter(filter ?? '');
  }
  const name = terms.get('rolename')?.[0]?.toLowerCase();
  const type = terms.get('type')?.[0]?.toLowerCase();
  const rows = arm.roles
    .all()
    .filter((role) => isSeenAt(arm, role, call.scope, terms.has('atscopeandbelow')))
    .filter((role) => name === undefined || role.roleName.toLowerCase() === name)
    .filter((role) => type === undefined || typeOf(role).toLowerCase() === type)
    .map((role) => roleRow(arm, role, call.scope));
  return answerList(arm, call, rows);
}

function readOne(arm: Arm, call: Call): Answer {
  requireRight(arm, call, READ, call.scope);
  const role = arm.roles.get(call.params.id ?? '');
  if (role === undefined || !isSeenAt(arm, role, call.scope, false)) {
    const message = `The specified role definition with ID '${call.params.id}' does not exist.`;
    throw new ArmProblem(404, 'RoleDefinitionDoesNotExist', message);
  }
  return json(200, roleRow(arm, role, call.scope));
}

/** Creates or replaces a custom role; answers 201 for both. */
function put(arm: Arm, call: Call): Answer {
  refuseWithoutMfa(arm, call.caller);
  const role = readDefinition(arm, call);
  arm.roles.put(role);
  return json(201, roleRow(arm, role, call.scope));
}

function remove(arm: Arm, call: Call): Answer {
  const role = arm.roles.get(call.params.id ?? '');
  requireRight(arm, call, DELETE, call.scope);
  refuseWithoutMfa(arm, call.caller);
  if (role === undefined) {
    return { status: 204 };
  }
  if (role.isBuiltIn) {
    throw new ArmProblem(400, 'InvalidRoleDefinitionType', 'A built-in role cannot be deleted.');
  }
  for (const id of role.assignableScopes) {
    requireRight(arm, call, DELETE, arm.tree.resolve(id));
  }
  arm.pim.settle();
  const now = arm.world.clock.now();
  const isUsed = [...arm.pim.state.schedules.values()].some(
    ({ subject, end, endedAt }) =>
      subject.surface === 'azure' &&
      subject.role === role.id &&
      endedAt === null &&
      (end === null || Temporal.Instant.compare(now, end) < 0),
  );
  if (isUsed) {
    const message = 'There are existing role assignments referencing role (code: RoleDefinitionHasAssignments).';
    throw new ArmProblem(400, 'RoleDefinitionHasAssignments', message);
  }
  arm.roles.remove(role);
  return json(200, roleRow(arm, role, call.scope));
}

function isSeenAt(arm: Arm, role: AzureRole, scope: Scope, below: boolean): boolean {
  return (
    arm.roles.isAssignableAt(role, scope) ||
    (below && role.assignableScopes.some((inner) => arm.tree.covers(scope.id, inner)))
  );
}

function roleRow(arm: Arm, role: AzureRole, scope: Scope): Json {
  return {
    properties: {
      roleName: role.roleName,
      type: typeOf(role),
      description: role.description,
      assignableScopes: role.assignableScopes,
      permissions: role.permissions,
      createdOn: role.createdOn,
      updatedOn: role.updatedOn,
      createdBy: role.createdBy,
      updatedBy: role.updatedBy,
    },
    id: roleIdAt(arm.tree, scope, role.id),
    type: 'Microsoft.Authorization/roleDefinitions',
    name: role.id,
  };
}

function typeOf({ isBuiltIn }: AzureRole): 'BuiltInRole' | 'CustomRole' {
  return isBuiltIn ? 'BuiltInRole' : 'CustomRole';
}

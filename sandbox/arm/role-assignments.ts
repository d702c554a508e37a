import { groupsOf } from '../pim/membership.ts';
import type { Schedule } from '../pim/model.ts';
import { endNow } from '../pim/provisioning.ts';
import { isLive } from '../pim/schedules.ts';
import { sameSubject } from '../pim/surface.ts';
import type { Answer } from '../platform/types.ts';
import { requireRight } from './access.ts';
import { type Fields, readProperties } from './body.ts';
import { recordDeed } from './deeds.ts';
import { refuseWithoutMfa } from './faults.ts';
import { type PimFilter, parsePimFilter } from './filter.ts';
import { answerList } from './list.ts';
import { ArmProblem, invalidContent, notSimulated } from './problem.ts';
import { isInReach } from './reach.ts';
import { servicePrincipalId } from './rights.ts';
import { readRoleId, roleIdAt } from './roles.ts';
import { type Endpoint, json } from './route.ts';
import { type Json, principalType, scopeOf } from './rows.ts';
import { prefixOf } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PATH = 'roleAssignments';
const RIGHT = 'Microsoft.Authorization/roleAssignments';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Plain Azure RBAC: A14 of pim-api §4.1. Active assignments of PIM are among them, by their instance's name. */
export function roleAssignmentEndpoints(arm: Arm): Endpoint[] {
  const versions = VERSIONS.access;
  return [
    { method: 'GET', path: PATH, versions, options: ['$filter'], handle: (call) => list(arm, call) },
    { method: 'GET', path: `${PATH}/:name`, versions, handle: (call) => readOne(arm, call) },
    { method: 'PUT', path: `${PATH}/:name`, versions, handle: (call) => put(arm, call) },
    { method: 'DELETE', path: `${PATH}/:name`, versions, handle: (call) => remove(arm, call) },
  ];
}

function list(arm: Arm, call: Call): Answer {
  requireRight(arm, call, `${RIGHT}/read`, call.scope);
  const filter = parsePimFilter(call.exchange.query.get('$filter'), ['atScope', 'principal', 'assignedTo']);
  const reach = filter.kind === 'atScope' ? 'above' : 'around';
  const rows = live(arm).filter(
    ({ principalId, subject }) =>
      isInReach(arm.tree, call.scope, subject.scope, reach) && isMeant(arm, filter, principalId),
  );
  return answerList(
    arm,
    call,
    rows.map((schedule) => assignmentRow(arm, schedule)),
  );
}

function isMeant(arm: Arm, filter: PimFilter, principalId: string): boolean {
  switch (filter.kind) {
    case 'principal':
      return principalId === filter.principalId;
    case 'assignedTo':
      return [filter.principalId, ...groupsOf(arm.world.tenant, filter.principalId)].includes(principalId);
    default:
      return true;
  }
}

function readOne(arm: Arm, call: Call): Answer {
  requireRight(arm, call, `${RIGHT}/read`, call.scope);
  const schedule = named(arm, call);
  if (schedule === undefined) {
    const message = `The role assignment '${call.params.name}' is not found.`;
    throw new ArmProblem(404, 'RoleAssignmentNotFound', message);
  }
  return json(200, assignmentRow(arm, schedule));
}

/** Gives a role for good, outside PIM; the same again is 200, another one under the same name is refused. */
function put(arm: Arm, call: Call): Answer {
  requireRight(arm, call, `${RIGHT}/write`, call.scope);
  refuseWithoutMfa(arm, call.caller);
  const fields = readProperties(call.exchange);
  const name = (call.params.name ?? '').toLowerCase();
  if (!GUID.test(name)) {
    throw invalidContent('The role assignment name must be a GUID.');
  }
  const made = newSchedule(arm, call, name, fields);
  const before = live(arm).find((one) => one.instanceId === name);
  const same = live(arm).find((one) => sameSubject(one.subject, made.subject) && one.principalId === made.principalId);
  if (before !== undefined && before !== same) {
    const message = 'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.';
    throw new ArmProblem(400, 'RoleAssignmentUpdateNotPermitted', message);
  }
  if (before !== undefined) {
    return json(200, assignmentRow(arm, before));
  }
  if (same !== undefined) {
    throw new ArmProblem(409, 'RoleAssignmentExists', 'The role assignment already exists.');
  }
  arm.pim.state.addSchedule(made);
  deed(arm, call, made, 'Add member to role outside of PIM (permanent)');
  return json(201, assignmentRow(arm, made));
}

function remove(arm: Arm, call: Call): Answer {
  requireRight(arm, call, `${RIGHT}/delete`, call.scope);
  refuseWithoutMfa(arm, call.caller);
  const schedule = named(arm, call);
  if (schedule === undefined) {
    return { status: 204 };
  }
  endNow(arm.pim, schedule, arm.world.clock.now());
  deed(arm, call, schedule, 'Remove member from role outside of PIM (permanent)');
  return json(200, assignmentRow(arm, schedule));
}

function newSchedule(arm: Arm, call: Call, name: string, fields: Fields): Schedule {
  if (fields.get('condition') !== null) {
    throw notSimulated('conditions of assignments');
  }
  const principalId = String(fields.get('principalId')).toLowerCase();
  const role = readRoleId(arm.tree, call.scope, String(fields.get('roleDefinitionId')));
  const definition = arm.roles.get(role ?? '');
  if (definition === undefined || !arm.roles.isAssignableAt(definition, call.scope)) {
    const message = `The specified role definition with ID '${String(fields.get('roleDefinitionId'))}' does not exist.`;
    throw new ArmProblem(400, 'RoleDefinitionDoesNotExist', message);
  }
  if (!isKnown(arm, principalId)) {
    const message = `Principal ${principalId} does not exist in the directory ${arm.world.tenant.id}.`;
    throw new ArmProblem(400, 'PrincipalNotFound', message);
  }
  const now = arm.world.clock.now();
  return {
    id: name,
    instanceId: name,
    kind: 'assignment',
    subject: { surface: 'azure', role: definition.id, scope: call.scope.id },
    principalId,
    assignmentType: 'Assigned',
    createdAt: now,
    createdUsing: name,
    activatedUsing: null,
    modifiedAt: now,
    start: null,
    end: null,
    expiration: { type: 'noExpiration' },
    endedAt: null,
  };
}

function isKnown(arm: Arm, principalId: string): boolean {
  const { apps, groups, users } = arm.world.tenant;
  const isApp = Object.values(apps).some(({ clientId }) => servicePrincipalId(clientId) === principalId);
  return isApp || groups.has(principalId) || users.has(principalId);
}

function named(arm: Arm, call: Call): Schedule | undefined {
  const name = (call.params.name ?? '').toLowerCase();
  return live(arm).find((one) => one.instanceId === name && arm.tree.isSame(one.subject.scope, call.scope.id));
}

function live(arm: Arm): readonly Schedule[] {
  arm.pim.settle();
  const now = arm.world.clock.now();
  return [...arm.pim.state.schedules.values()].filter(
    (one) => one.kind === 'assignment' && one.subject.surface === 'azure' && isLive(one, now),
  );
}

function deed(arm: Arm, call: Call, { subject, principalId }: Schedule, name: string): void {
  const type = name.startsWith('Add') ? 'AssignRole' : 'RemoveRole';
  recordDeed(arm, call, { subject, principalId, name, type });
}

function assignmentRow(arm: Arm, schedule: Schedule): Json {
  const scope = scopeOf(arm, schedule.subject);
  const on = schedule.createdAt.toString();
  return {
    properties: {
      roleDefinitionId: roleIdAt(arm.tree, scope, schedule.subject.role),
      principalId: schedule.principalId,
      principalType: principalType(arm, schedule.principalId),
      scope: scope.id,
      condition: null,
      conditionVersion: null,
      createdOn: on,
      updatedOn: schedule.modifiedAt.toString(),
      createdBy: null,
      updatedBy: null,
      delegatedManagedIdentityResourceId: null,
      description: null,
    },
    id: `${prefixOf(scope)}/providers/Microsoft.Authorization/${PATH}/${schedule.instanceId}`,
    type: 'Microsoft.Authorization/roleAssignments',
    name: schedule.instanceId,
  };
}

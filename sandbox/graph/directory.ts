import { transitiveMemberIds } from '../pim/membership.ts';
import type { AccessToken, Answer, Route } from '../platform/types.ts';
import { holdsPermission, requestDenied } from './access.ts';
import { jsonBody } from './body.ts';
import type { Filterable, Json } from './filter.ts';
import { answerEntity, answerList, type ListShape, leaf, type Row } from './list.ts';
import { groupRow, objectRow, userRow } from './objects.ts';
import { badRequest, notFound } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const USERS = ['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All', 'Directory.Read.All'];
const GROUPS = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];
const HIDDEN_MEMBERS = ['Member.Read.Hidden'];
const UNITS = ['AdministrativeUnit.Read.All', 'Directory.Read.All'];
const OBJECT_LIST = ['$filter', '$select', '$top'] as const;
const NAMED: Filterable = { id: ['eq'], displayName: ['eq', 'startswith'] };

/** People, groups and administrative units, read only. */
export function directoryRoutes(graph: Graph): Route[] {
  return [...userRoutes(graph), ...groupRoutes(graph), ...unitRoutes(graph), byIdsRoute(graph)];
}

function userRoutes(graph: Graph): Route[] {
  const { users } = graph.world.tenant;
  const shape: ListShape = {
    context: 'users',
    filterable: { ...NAMED, userPrincipalName: ['eq', 'startswith'], mail: ['eq', 'startswith'] },
    options: OBJECT_LIST,
  };
  return [
    route(graph, 'GET', '/v1.0/me', (call) => {
      const { principalId } = call.caller;
      if (principalId === null) {
        throw badRequest('/me request is only valid with delegated authentication flow.');
      }
      requireAny(call.caller, ['User.Read', ...USERS]);
      return answerEntity(graph, call, existing(userRow(graph, principalId), principalId), 'users');
    }),
    route(graph, 'GET', '/v1.0/users', (call) => {
      requireAny(call.caller, USERS);
      const rows = [...users.keys()].flatMap((id) => userRow(graph, id) ?? []);
      return answerList(graph, call, rows, shape);
    }),
    route(graph, 'GET', '/v1.0/users/:id', (call) => {
      const given = (call.params.id ?? '').toLowerCase();
      const user = users.get(given) ?? [...users.values()].find((one) => one.userPrincipalName.toLowerCase() === given);
      const isSelf = user !== undefined && user.id === call.caller.principalId;
      requireAny(call.caller, isSelf ? ['User.Read', ...USERS] : USERS);
      return answerEntity(graph, call, existing(user ? userRow(graph, user.id) : null, given), 'users');
    }),
  ];
}

function groupRoutes(graph: Graph): Route[] {
  const { groups } = graph.world.tenant;
  const shape = {
    context: 'groups',
    filterable: { ...NAMED, isAssignableToRole: ['eq'] } satisfies Filterable,
    options: OBJECT_LIST,
  };
  const membersOf = (call: Call, ids: (groupId: string) => readonly string[]): Answer => {
    requireAny(call.caller, GROUPS);
    const groupId = (call.params.id ?? '').toLowerCase();
    existing(groupRow(graph, groupId), groupId);
    const isHidden = groups.get(groupId)?.hidesMembers === true && !holdsPermission(call.caller, HIDDEN_MEMBERS);
    const rows = (isHidden ? [] : ids(groupId)).flatMap((id) => seen(graph, call.caller, id) ?? []);
    const options = ['$select', '$top'] as const;
    return answerList(graph, call, rows, { context: 'directoryObjects', filterable: {}, options });
  };
  return [
    route(graph, 'GET', '/v1.0/groups', (call) => {
      requireAny(call.caller, GROUPS);
      const rows = [...groups.keys()].flatMap((id) => groupRow(graph, id) ?? []);
      return answerList(graph, call, rows, shape);
    }),
    route(graph, 'GET', '/v1.0/groups/:id', (call) => {
      requireAny(call.caller, GROUPS);
      const id = (call.params.id ?? '').toLowerCase();
      return answerEntity(graph, call, existing(groupRow(graph, id), id), 'groups');
    }),
    route(graph, 'GET', '/v1.0/groups/:id/members', (call) =>
      membersOf(call, (groupId) => groups.get(groupId)?.memberIds ?? []),
    ),
    route(graph, 'GET', '/v1.0/groups/:id/transitiveMembers', (call) =>
      membersOf(call, (groupId) => transitiveMemberIds(graph.world.tenant, groupId)),
    ),
    route(graph, 'GET', '/v1.0/groups/:id/owners', (call) =>
      membersOf(call, (groupId) => groups.get(groupId)?.ownerIds ?? []),
    ),
  ];
}

function unitRoutes(graph: Graph): Route[] {
  const { administrativeUnits } = graph.world.tenant;
  const rowOf = (id: string): Row | null => {
    const unit = administrativeUnits.get(id);
    return unit === undefined ? null : leaf({ id, displayName: unit.displayName, description: null, visibility: null });
  };
  const context = 'directory/administrativeUnits';
  return [
    route(graph, 'GET', '/v1.0/directory/administrativeUnits', (call) => {
      requireAny(call.caller, UNITS);
      const rows = [...administrativeUnits.keys()].flatMap((id) => rowOf(id) ?? []);
      return answerList(graph, call, rows, { context, filterable: NAMED, options: OBJECT_LIST });
    }),
    route(graph, 'GET', '/v1.0/directory/administrativeUnits/:id', (call) => {
      requireAny(call.caller, UNITS);
      const id = (call.params.id ?? '').toLowerCase();
      return answerEntity(graph, call, existing(rowOf(id), id), context);
    }),
  ];
}

function byIdsRoute(graph: Graph): Route {
  return route(graph, 'POST', '/v1.0/directoryObjects/getByIds', (call) => {
    requireAny(call.caller, [...USERS, ...GROUPS]);
    const { ids, types } = jsonBody(call.exchange);
    if (!Array.isArray(ids) || ids.length > 1000 || !ids.every((id) => typeof id === 'string')) {
      throw badRequest('The ids must be a list of at most 1000 strings.');
    }
    const wanted = Array.isArray(types) ? types.map((type) => `#microsoft.graph.${String(type)}`) : null;
    const rows = ids.flatMap((id: string) => seen(graph, call.caller, id.toLowerCase()) ?? []);
    const chosen = rows.filter(({ json }) => wanted === null || wanted.includes(String(json['@odata.type'])));
    return answerList(graph, call, chosen, { context: 'directoryObjects', filterable: {}, options: ['$select'] });
  });
}

/** An object as this caller may see it: of a type that no permission covers only the id comes, the rest is null. */
function seen(graph: Graph, caller: AccessToken, id: string): Row | null {
  const row = objectRow(graph, id);
  if (row === null) {
    return null;
  }
  const isUser = row.json['@odata.type'] === '#microsoft.graph.user';
  if (holdsPermission(caller, isUser ? USERS : GROUPS)) {
    return row;
  }
  const blank: Json = Object.fromEntries(Object.keys(row.json).map((name) => [name, null]));
  return leaf({ ...blank, '@odata.type': row.json['@odata.type'], id });
}

function existing(row: Row | null, id: string): Row {
  if (row === null) {
    throw notFound(id);
  }
  return row;
}

/** The directory itself says 403 in its own words, not in the PIM gateway's. */
function requireAny(caller: AccessToken, permissions: readonly string[]): void {
  if (!holdsPermission(caller, permissions)) {
    throw requestDenied();
  }
}

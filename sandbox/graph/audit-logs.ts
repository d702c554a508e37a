import type { DirectoryAudit, TargetResource } from '@microsoft/microsoft-graph-types';
import type { AuditEvent, Subject, SurfaceName } from '../pim/model.ts';
import { plus } from '../pim/time.ts';
import type { Answer, Route } from '../platform/types.ts';
import { PERMISSIONS, REPORT_READERS, requirePermission, requireRole } from './access.ts';
import type { Filterable, Json } from './filter.ts';
import { answerEntity, answerList, leaf, type Row } from './list.ts';
import { badRequest, notFound, notSimulated } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const PATH = '/v1.0/auditLogs/directoryAudits';
const RETENTION = Temporal.Duration.from({ hours: 24 * 30 });
const made = new WeakMap<AuditEvent, Json>();
const CATEGORIES: Readonly<Record<SurfaceName, string>> = {
  azure: 'ResourceManagement',
  directory: 'RoleManagement',
  group: 'GroupManagement',
};
const ALL_ZERO = '00000000-0000-0000-0000-000000000000';
const FILTERABLE: Filterable = {
  activityDateTime: ['eq', 'ge', 'le'],
  activityDisplayName: ['eq', 'startswith'],
  loggedByService: ['eq'],
  category: ['eq'],
  correlationId: ['eq'],
  'initiatedBy/user/id': ['eq'],
  targetResources: ['any'],
};

/** The audit log of PIM (pim-api §14.2): rows can be read some time after what they tell of. */
export function auditRoutes(graph: Graph): Route[] {
  return [
    route(graph, 'GET', PATH, (call) => {
      mayRead(graph, call);
      refuseTooOld(graph, call);
      const newestFirst = isNewestFirst(call.exchange.query.get('$orderby'));
      const rows = readable(graph).map((event) => leaf(auditJson(graph, event)));
      const options = ['$filter', '$orderby', '$top', '$select'] as const;
      const ordered = newestFirst ? rows.toReversed() : rows;
      return answerList(graph, call, ordered, {
        context: 'auditLogs/directoryAudits',
        filterable: FILTERABLE,
        options,
      });
    }),
    route(graph, 'GET', `${PATH}/:id`, (call): Answer => {
      mayRead(graph, call);
      const id = call.params.id ?? '';
      const event = readable(graph).find((one) => one.id === id);
      if (event === undefined) {
        throw notFound(id);
      }
      const row: Row = leaf(auditJson(graph, event));
      return answerEntity(graph, call, row, 'auditLogs/directoryAudits');
    }),
  ];
}

function mayRead(graph: Graph, call: Call): void {
  requirePermission(call.caller, PERMISSIONS.auditLogs);
  requireRole(graph, call.caller, REPORT_READERS);
}

/** In order of what happened; what is younger than the delay or older than 30 days is not there. */
function readable(graph: Graph): readonly AuditEvent[] {
  const now = graph.world.clock.now();
  const newest = plus(now, graph.world.settings.auditDelay.negated());
  const oldest = plus(now, RETENTION.negated());
  return graph.pim.state.audit
    .filter(({ at }) => Temporal.Instant.compare(at, newest) <= 0 && Temporal.Instant.compare(at, oldest) >= 0)
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function refuseTooOld(graph: Graph, call: Call): void {
  const bound = /activityDateTime ge (\S+?)(?=[\s)]|$)/.exec(call.exchange.query.get('$filter') ?? '')?.[1];
  const oldest = plus(graph.world.clock.now(), RETENTION.negated());
  if (bound !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(bound)) {
    if (Temporal.Instant.compare(bound, oldest) < 0) {
      throw badRequest(`Minimum allowed time for activityDateTime is ${oldest}.`);
    }
  }
}

function isNewestFirst(orderby: string | null): boolean {
  switch (orderby) {
    case null:
    case 'activityDateTime desc':
      return true;
    case 'activityDateTime':
    case 'activityDateTime asc':
      return false;
    default:
      throw notSimulated(`$orderby=${orderby} here`);
  }
}

/** Rows never change, and a feed reads them again and again. */
function auditJson(graph: Graph, event: AuditEvent): Json {
  const known = made.get(event);
  if (known !== undefined) {
    return known;
  }
  const row = makeAuditJson(graph, event);
  made.set(event, row);
  return row;
}

function makeAuditJson(graph: Graph, event: AuditEvent): Json {
  const { subject } = event.request;
  const { scope, surface } = subject;
  const isCustom = graph.pim.surface(surface).isCustom?.(subject) ?? false;
  const details: readonly [string, string | undefined][] = [
    ['RoleDefinitionOriginId', subject.role],
    ['RoleDefinitionOriginType', isCustom ? 'CustomRole' : 'BuiltInRole'],
    ['TemplateId', subject.role],
    ['ResourceOriginId', surface === 'directory' ? undefined : scope],
    ['StartTime', event.start?.toString()],
    ['ExpirationTime', event.end?.toString()],
    ['Justification', event.request.justification ?? undefined],
    ['RequestId', event.request.id],
    ['tid', graph.world.tenant.id],
    ['AuditType', event.type],
  ];
  return {
    id: event.id,
    category: CATEGORIES[event.request.subject.surface],
    correlationId: event.request.correlationId,
    result: event.result,
    resultReason: event.reason,
    activityDisplayName: event.name,
    activityDateTime: event.at.toString(),
    loggedByService: 'PIM',
    operationType: event.type,
    initiatedBy: initiator(graph, event.initiatorId),
    targetResources: targets(graph, event),
    additionalDetails: details.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  } satisfies DirectoryAudit;
}

function initiator(graph: Graph, personId: string | null): NonNullable<DirectoryAudit['initiatedBy']> {
  const user = graph.world.tenant.users.get(personId ?? '');
  if (user === undefined) {
    return { user: null, app: { appId: null, displayName: 'MS-PIM', servicePrincipalId: ALL_ZERO } };
  }
  const { id, displayName, userPrincipalName } = user;
  return { user: { id, displayName, userPrincipalName, ipAddress: null }, app: null };
}

function targets(graph: Graph, event: AuditEvent): TargetResource[] {
  const { subject, principalId, id } = event.request;
  const { groups, users } = graph.world.tenant;
  const user = users.get(principalId);
  const principal: TargetResource =
    user === undefined
      ? { id: principalId, displayName: groups.get(principalId)?.displayName ?? null, type: 'Group' }
      : { id: user.id, displayName: user.displayName, type: 'User', userPrincipalName: user.userPrincipalName };
  return [
    { id: subject.role, displayName: roleName(graph, subject), type: 'Role' },
    { id, displayName: null, type: 'Request' },
    principal,
    placeOf(graph, subject),
  ];
}

function roleName(graph: Graph, subject: Subject): string {
  if (subject.surface === 'group') {
    return subject.role === 'owner' ? 'Owner' : 'Member';
  }
  return graph.pim.surface(subject.surface).nameOf(subject);
}

function placeOf(graph: Graph, { scope, surface }: Subject): TargetResource {
  switch (surface) {
    case 'directory':
      return { id: graph.world.tenant.id, displayName: scope, type: 'Directory' };
    case 'group':
      return { id: scope, displayName: graph.world.tenant.groups.get(scope)?.displayName ?? null, type: 'Group' };
    case 'azure':
      return { id: scope, displayName: scope, type: 'Other' };
  }
}

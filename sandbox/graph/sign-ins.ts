import type { SignIn } from '@microsoft/microsoft-graph-types';
import { plus } from '../pim/time.ts';
import type { Answer, Route, SignInRecord } from '../platform/types.ts';
import { PERMISSIONS, REPORT_READERS, requirePermission, requireRole } from './access.ts';
import type { Filterable, Json } from './filter.ts';
import { answerEntity, answerList, leaf } from './list.ts';
import { notFound, notSimulated } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const PATH = '/v1.0/auditLogs/signIns';
const RETENTION = Temporal.Duration.from({ hours: 24 * 30 });
const FILTERABLE: Filterable = {
  id: ['eq'],
  createdDateTime: ['eq', 'ge', 'le'],
  userId: ['eq'],
  userPrincipalName: ['eq', 'startswith'],
  appId: ['eq'],
  appDisplayName: ['eq', 'startswith'],
};

/** Interactive sign-ins of people: rows can be read as late as those of the audit log. */
export function signInRoutes(graph: Graph): Route[] {
  return [
    route(graph, 'GET', PATH, (call) => {
      mayRead(graph, call);
      const rows = readable(graph).map((record) => leaf(rowOf(graph, record)));
      return answerList(graph, call, isNewestFirst(call.exchange.query.get('$orderby')) ? rows.toReversed() : rows, {
        context: 'auditLogs/signIns',
        filterable: FILTERABLE,
        options: ['$filter', '$orderby', '$top', '$select'],
      });
    }),
    route(graph, 'GET', `${PATH}/:id`, (call): Answer => {
      mayRead(graph, call);
      const id = call.params.id ?? '';
      const record = readable(graph).find((one) => one.id === id);
      if (record === undefined) {
        throw notFound(id);
      }
      return answerEntity(graph, call, leaf(rowOf(graph, record)), 'auditLogs/signIns');
    }),
  ];
}

function mayRead(graph: Graph, call: Call): void {
  requirePermission(call.caller, PERMISSIONS.signIns);
  requireRole(graph, call.caller, REPORT_READERS);
}

/** In order; what is younger than the delay or older than 30 days is not there. */
function readable({ world }: Graph): readonly SignInRecord[] {
  const now = world.clock.now();
  const newest = plus(now, world.settings.auditDelay.negated());
  const oldest = plus(now, RETENTION.negated());
  return world.tenant.signIns
    .filter(({ at }) => Temporal.Instant.compare(at, newest) <= 0 && Temporal.Instant.compare(at, oldest) >= 0)
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function isNewestFirst(orderby: string | null): boolean {
  switch (orderby) {
    case null:
    case 'createdDateTime desc':
      return true;
    case 'createdDateTime':
    case 'createdDateTime asc':
      return false;
    default:
      throw notSimulated(`$orderby=${orderby} here`);
  }
}

function rowOf({ world }: Graph, { id, at, personId, appId, appName, errorCode }: SignInRecord): Json {
  const user = world.tenant.users.get(personId);
  return {
    id,
    createdDateTime: at.toString(),
    userId: personId,
    userDisplayName: user?.displayName ?? '',
    userPrincipalName: user?.userPrincipalName ?? '',
    appId,
    appDisplayName: appName,
    ipAddress: null,
    clientAppUsed: 'Browser',
    isInteractive: true,
    status: { errorCode, failureReason: errorCode === 0 ? 'Other.' : `AADSTS${errorCode}`, additionalDetails: null },
  } satisfies SignIn;
}

import { isApprover } from '../pim/decision.ts';
import type { Actor, Ask, PimRequest, Schedule, Subject } from '../pim/model.ts';
import { Refusal } from '../pim/refusal.ts';
import { sameSubject } from '../pim/surface.ts';
import { plus } from '../pim/time.ts';
import type { Answer, Exchange, Route, User } from '../platform/types.ts';
import { isRecord } from './body.ts';
import { conditionalAccessControl } from './conditional-access.ts';
import { directoryControl } from './directory-control.ts';
import { personCalled, refusing } from './refusing.ts';
import { json } from './route.ts';
import type { Graph } from './tools.ts';

const PORTAL_APP = '50aaa389-5a33-4f1a-91d7-2c45ecd8dac8';

interface Deed {
  readonly person: User;
  readonly action: string;
  readonly role: string;
  readonly scope: string | null;
  readonly duration: string | null;
  readonly justification: string;
}

/** For tests and scripts: act as a person in the portal, and see what is true. */
export function controlRoutes(graph: Graph): Route[] {
  return [
    { method: 'POST', pattern: '/pim/act', handle: refusing((exchange) => act(graph, exchange)) },
    { method: 'GET', pattern: '/pim/state', handle: () => json(200, stateOf(graph)) },
    {
      method: 'GET',
      pattern: '/pim/log/next',
      handle: ({ query }) => json(200, nextLogged(graph, query.get('after'))),
    },
    conditionalAccessControl(graph),
    ...directoryControl(graph),
  ];
}

function act(graph: Graph, exchange: Exchange): Answer {
  const deed = readDeed(graph, exchange.json);
  return json(200, requestOf(graph, carryOut(graph, deed)));
}

function readDeed(graph: Graph, body: unknown): Deed {
  if (!isRecord(body)) {
    throw new Refusal('BadRequest', 'The body must be {person, action, role}.');
  }
  return {
    person: personCalled(graph.world.tenant, body.person),
    action: String(body.action),
    role: String(body.role),
    scope: typeof body.scope === 'string' ? body.scope : null,
    duration: typeof body.duration === 'string' ? body.duration : null,
    justification: typeof body.justification === 'string' ? body.justification : 'In the portal',
  };
}

function carryOut(graph: Graph, deed: Deed): PimRequest {
  const by = portalActor(deed.person);
  switch (deed.action) {
    case 'approve':
    case 'deny':
      return decide(graph, deed, by);
    case 'activate':
    case 'deactivate':
      return graph.pim.submit(askOf(graph, deed, by));
    case 'cancel': {
      const open = graph.pim.state
        .requestsOf(deed.person.id)
        .filter((one) => one.action === 'selfActivate' && matches(graph, one.subject, deed))
        .at(-1);
      const request = existing(open, 'no request of this person for this role');
      graph.pim.cancel({ surface: request.subject.surface, kind: request.kind, id: request.id }, by);
      return request;
    }
    default:
      throw new Refusal('BadRequest', `There is no action ${deed.action}.`);
  }
}

function decide(graph: Graph, deed: Deed, by: Actor): PimRequest {
  graph.pim.settle();
  const { approvals, requests } = graph.pim.state;
  const waiting = [...approvals.values()].find((approval) => {
    const request = requests.get(approval.id);
    const isOpen = request?.status === 'PendingApproval' && matches(graph, request.subject, deed);
    return isOpen && isApprover(graph.pim, approval, deed.person.id);
  });
  const approval = existing(waiting, 'no open request for this role that this person may decide');
  const result = deed.action === 'approve' ? 'Approved' : 'Denied';
  const { id: approvalId, stepId } = approval;
  graph.pim.decide({ approvalId, stepId, result, justification: deed.justification, by });
  return existing(requests.get(approvalId), 'no such request');
}

function askOf(graph: Graph, deed: Deed, by: Actor): Ask {
  const subject = subjectOf(graph, deed);
  const maximum = graph.pim.policy(subject).expiration('Expiration_EndUser_Assignment').maximumDuration;
  const duration = Temporal.Duration.from(deed.duration ?? maximum);
  return {
    kind: 'assignment',
    action: deed.action === 'activate' ? 'selfActivate' : 'selfDeactivate',
    subject,
    principalId: deed.person.id,
    justification: deed.justification,
    ticket: { number: 'PORTAL-1', system: 'portal' },
    schedule: { start: null, expiration: { type: 'afterDuration', duration } },
    customData: null,
    targetScheduleId: null,
    isValidationOnly: false,
    by,
  };
}

/** What the person's only eligible assignment of this role and, where it was said, this scope is about. */
function subjectOf(graph: Graph, deed: Deed): Subject {
  const eligible = graph.pim.liveSchedules(deed.person.id, 'eligibility');
  const subjects = eligible
    .map(({ subject }) => subject)
    .filter((subject) => isRole(graph, subject, deed.role))
    .flatMap((subject) => withinScope(graph, subject, deed.scope));
  const first = existing(subjects[0], 'no eligible assignment of this role');
  if (!subjects.every((subject) => sameSubject(subject, first))) {
    throw new Refusal('BadRequest', 'The person is eligible at several scopes: say which.');
  }
  return first;
}

/** Somebody who has signed in to the portal with everything it may ask for. */
function portalActor(person: User): Actor {
  const acrs = Array.from({ length: 99 }, (_, index) => `c${index + 1}`);
  return { principalId: person.id, appId: PORTAL_APP, amr: ['pwd', 'mfa'], acrs, capabilities: ['cp1'] };
}

/** A role by its name or id; a group is meant by its own name, its owners by the name with `owner`. */
function isRole(graph: Graph, subject: Subject, name: string): boolean {
  const wanted = name.toLowerCase();
  const { role, surface } = subject;
  return role.toLowerCase() === wanted || graph.pim.surface(surface).nameOf(subject).toLowerCase() === wanted;
}

function matches(graph: Graph, subject: Subject, { role, scope }: Deed): boolean {
  return isRole(graph, subject, role) && (scope === null || subject.scope.toLowerCase() === scope.toLowerCase());
}

/** An eligible subject at the scope that was said, where it reaches that far. */
function withinScope(graph: Graph, eligible: Subject, scope: string | null): readonly Subject[] {
  const asked = { ...eligible, scope: scope ?? eligible.scope };
  return graph.pim.surface(eligible.surface).covers(eligible, asked) ? [asked] : [];
}

function existing<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new Refusal('NotFound', `There is ${what}.`, 404);
  }
  return value;
}

function stateOf(graph: Graph): Readonly<Record<string, unknown>> {
  const people = [...graph.world.tenant.users.values()];
  const listOf = (kind: 'assignment' | 'eligibility') =>
    people.flatMap((person) =>
      graph.pim.liveSchedules(person.id, kind).map((schedule) => holdingOf(graph, person, schedule)),
    );
  return {
    now: graph.world.clock.now().toString(),
    requests: [...graph.pim.state.requests.values()].map((request) => requestOf(graph, request)),
    active: listOf('assignment'),
    eligible: listOf('eligibility'),
  };
}

/** When one of the logs next shows something that it did not show at an instant: `{at}`, null when nothing more has happened. */
function nextLogged(graph: Graph, after: string | null): Readonly<Record<string, unknown>> {
  const from = after === null ? graph.world.clock.now() : Temporal.Instant.from(after);
  graph.pim.settle();
  const later = [...graph.pim.state.audit, ...graph.world.tenant.signIns]
    .map(({ at }) => plus(at, graph.world.settings.auditDelay))
    .filter((shown) => Temporal.Instant.compare(shown, from) > 0)
    .toSorted(Temporal.Instant.compare);
  return { at: later[0]?.toString() ?? null };
}

function requestOf(graph: Graph, request: PimRequest): Readonly<Record<string, unknown>> {
  return {
    id: request.id,
    person: handleOf(graph, request.principalId),
    ...subjectNames(graph, request.subject),
    kind: request.kind,
    action: request.action,
    status: request.status,
    createdAt: request.createdAt.toString(),
    completedAt: request.completedAt?.toString() ?? null,
    justification: request.justification,
    ticket: request.ticket.number,
    customData: request.customData,
    reviewedBy: handleOf(graph, graph.pim.state.approvals.get(request.id)?.reviewedBy ?? null),
  };
}

function holdingOf(graph: Graph, person: User, schedule: Schedule): Readonly<Record<string, unknown>> {
  return {
    person: person.handle,
    ...subjectNames(graph, schedule.subject),
    assignmentType: schedule.assignmentType,
    throughGroup: schedule.principalId === person.id ? null : schedule.principalId,
    start: schedule.start?.toString() ?? null,
    end: schedule.end?.toString() ?? null,
    requestId: schedule.assignmentType === 'Activated' ? schedule.createdUsing : null,
  };
}

function subjectNames(graph: Graph, subject: Subject): Readonly<Record<string, string>> {
  const { surface, scope } = subject;
  return { surface, role: graph.pim.surface(surface).nameOf(subject), scope };
}

function handleOf(graph: Graph, personId: string | null): string | null {
  return graph.world.tenant.users.get(personId ?? '')?.handle ?? personId;
}

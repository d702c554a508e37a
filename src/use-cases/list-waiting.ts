import { type ActivationRequest, decideBy, type RequestState } from '../domain/activation.ts';
import type { NamedApprovers } from '../domain/approver.ts';
import type { ApprovalsNotice, PendingNotice } from '../domain/notice.ts';
import type { AskSummary } from '../ports/approvals.ts';
import { iso, requestFacts } from './facts.ts';
import { NOBODY_ASKED } from './pending-card.ts';
import type { Asker, Services } from './services.ts';

const WAITS_FOR: Partial<Record<RequestState, PendingNotice['requests'][number]['waitsFor']>> = {
  pending: 'approver',
  'stepping-up': 'sign-in',
};

/** Says whether a request can still be withdrawn: it waits for an approver, its start or its requester's sign-in. */
export function isWaiting({ state }: ActivationRequest): boolean {
  return state === 'scheduled' || WAITS_FOR[state] !== undefined;
}

/** Shows the asker's own requests that wait, what for, and who was asked. */
export async function listPending(services: Services, asker: Asker): Promise<PendingNotice> {
  const open = await services.store.now.requests.listOpenOf(asker.person.id);
  const waiting = open.filter(isWaiting);
  const { approvals } = services.store.now;
  const asked = await Promise.all(
    waiting.map(async ({ id, state }) => (state === 'pending' ? await approvals.summarizeAsks(id) : NOBODY_ASKED)),
  );
  return {
    card: 'pending',
    requests: waiting.map((request, index) => ({
      ...requestFacts(request),
      requestedAt: iso(request.requestedAt),
      waitsFor: WAITS_FOR[request.state] ?? 'start',
      // A request whose start is all that is missing was decided, or needed nobody.
      decideBy: request.state === 'pending' ? iso(decideBy(request)) : null,
      ...namedApprovers(asked[index] ?? NOBODY_ASKED),
    })),
  };
}

function namedApprovers({ approvers, further }: AskSummary): NamedApprovers {
  return further === undefined ? { approvers } : { approvers, further };
}

/** Shows the requests that wait for the asker's decision. */
export async function listApprovals(services: Services, asker: Asker): Promise<ApprovalsNotice> {
  return approvalsOf(await services.store.now.requests.listPendingFor(asker.person.id));
}

/** The same with all of them chosen: what is shown like this can be decided together, and nothing is decided yet. */
export async function chooseAllApprovals(
  services: Services,
  asker: Asker,
  justification: string | null,
): Promise<ApprovalsNotice> {
  const notice = await listApprovals(services, asker);
  const chosen = notice.requests.map(({ requestId }) => requestId);
  return { ...notice, chosen, ...(justification !== null && { justification }) };
}

export function approvalsOf(waiting: readonly ActivationRequest[]): ApprovalsNotice {
  return {
    card: 'approvals',
    requests: waiting.map((request) => ({
      ...requestFacts(request),
      requestedAt: iso(request.requestedAt),
      decideBy: iso(decideBy(request)),
      isJustificationRequired: request.isApproverJustificationRequired,
    })),
  };
}

import { type ActivationRequest, decideBy, type RequestState } from '../domain/activation.ts';
import type { ApprovalsNotice, PendingNotice } from '../domain/notice.ts';
import { iso, requestFacts } from './facts.ts';
import type { Asker, Services } from './services.ts';
import { reachOf } from './settle-request.ts';

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
  const asks = await Promise.all(waiting.map((request) => services.store.now.approvals.listAsks(request.id)));
  return {
    card: 'pending',
    requests: waiting.map((request, index) => ({
      ...requestFacts(request),
      requestedAt: iso(request.requestedAt),
      waitsFor: WAITS_FOR[request.state] ?? 'start',
      // A request whose start is all that is missing was decided, or needed nobody.
      decideBy: request.state === 'pending' ? iso(decideBy(request)) : null,
      approvers: request.state === 'pending' ? reachOf(asks[index] ?? []) : [],
    })),
  };
}

/** Shows the requests that wait for the asker's decision. */
export async function listApprovals(services: Services, asker: Asker): Promise<ApprovalsNotice> {
  const waiting = await services.store.now.requests.listPendingFor(asker.person.id);
  return {
    card: 'approvals',
    requests: waiting.map((request) => ({
      ...requestFacts(request),
      requestedAt: iso(request.requestedAt),
      decideBy: iso(decideBy(request)),
    })),
  };
}

import type { ActivationRequest, RequestState } from '../../domain/activation.ts';
import { AccessError } from '../../errors.ts';
import type { ApprovalAsk, Approvals } from '../../ports/approvals.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Requests } from '../../ports/requests.ts';
import type { Store, Stores } from '../../ports/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

interface Watching {
  readonly telemetry: Telemetry;
  readonly clock: Pick<Clock, 'now'>;
}

/** What is told once it is committed. */
type Tell = (what: () => void) => void;

/** The store, with a step for each transaction, and what became of requests counted once it is committed. */
export function observeStore(store: Store, watching: Watching): Store {
  const { telemetry } = watching;
  if (!telemetry.isOn) {
    return store;
  }
  return {
    now: eachAsStep(
      watchRequests(store.now, watching, (what) => what()),
      telemetry,
    ),
    async transaction(work) {
      const news: (() => void)[] = [];
      const result = await reachable(telemetry, () =>
        telemetry.step({ name: 'transaction' }, () =>
          store.transaction((stores) => work(watchRequests(stores, watching, (what) => void news.push(what)))),
        ),
      );
      for (const tell of news) {
        tell();
      }
      return result;
    },
  };
}

async function reachable<T>(telemetry: Telemetry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AccessError && error.code === 'internal.database_unavailable') {
      telemetry.count('pimlico_database_unavailable_total', {});
    }
    throw error;
  }
}

type Part = Readonly<Record<string, (...values: never[]) => Promise<unknown>>>;

/** Statements that commit by themselves are transactions, too: each is a step under its own name, such as `cards.post`. */
function eachAsStep(stores: Stores, telemetry: Telemetry): Stores {
  const parts = Object.entries(stores as unknown as Readonly<Record<string, Part>>).map(([part, methods]) => {
    const watched = Object.entries(methods).map(([method, run]) => {
      const begin = { name: `${part}.${method}` };
      const asStep = (...values: never[]): Promise<unknown> =>
        reachable(telemetry, () => telemetry.step(begin, () => run.apply(methods, values)));
      return [method, asStep] as const;
    });
    return [part, Object.fromEntries(watched)] as const;
  });
  return Object.fromEntries(parts) as unknown as Stores;
}

function watchRequests(stores: Stores, watching: Watching, tell: Tell): Stores {
  return {
    ...stores,
    requests: watchChanges(stores.requests, watching, tell),
    approvals: watchAsks(stores.approvals, watching, tell),
  };
}

function watchChanges(requests: Requests, watching: Watching, tell: Tell): Requests {
  const { telemetry } = watching;
  return {
    ...requests,
    async insert(request) {
      await requests.insert(request);
      telemetry.note({ 'pimlico.request': request.id });
      // Found in the tenant, it was not asked for here.
      if (request.state === 'submitting') {
        tell(() => telemetry.count('pimlico_requests_asked_total', { surface: request.role.surface }));
      }
    },
    async change(id, from, change) {
      const changed = await requests.change(id, from, change);
      if (changed !== null) {
        telemetry.note({ 'pimlico.request': id });
        tell(() => tellChange(watching, changed, { from, change }));
      }
      return changed;
    },
  };
}

interface Change {
  readonly from: readonly RequestState[];
  readonly change: Partial<ActivationRequest>;
}

const OUTCOMES: ReadonlySet<RequestState> = new Set(['active', 'denied', 'canceled', 'expired', 'failed']);

function tellChange({ telemetry, clock }: Watching, request: ActivationRequest, { from, change }: Change): void {
  const { state, requestedAt, decidedAt, startsAt } = request;
  const { surface } = request.role;
  // What is put back is no news.
  if (change.state === undefined || from.includes(state) || from.includes('ended')) {
    return;
  }
  const secondsTo = (at: Temporal.Instant): number => Math.max(0, requestedAt.until(at).total('seconds'));
  if (OUTCOMES.has(state)) {
    telemetry.count('pimlico_requests_total', { surface, outcome: state });
  }
  if (decidedAt !== null && change.decidedAt != null && (state === 'provisioning' || state === 'denied')) {
    const outcome = state === 'denied' ? 'denied' : 'approved';
    telemetry.record('pimlico_time_to_approval_seconds', secondsTo(decidedAt), { surface, outcome });
  }
  if (state === 'active' && startsAt === null) {
    telemetry.record('pimlico_time_to_active_seconds', secondsTo(clock.now()), { surface });
  }
}

function watchAsks(approvals: Approvals, { telemetry }: Watching, tell: Tell): Approvals {
  // Whoever waits for a later wave is counted when they are asked.
  const count = (reach: ApprovalAsk['reach']): void => {
    if (reach !== 'waiting') {
      telemetry.count('pimlico_approval_asks_total', { reach });
    }
  };
  const countAll = (asks: readonly ApprovalAsk[]): void => {
    for (const { reach } of asks) {
      count(reach);
    }
  };
  return {
    ...approvals,
    async insertAsks(asks) {
      await approvals.insertAsks(asks);
      tell(() => countAll(asks));
    },
    async takeWaiting(requestId, limit) {
      const asked = await approvals.takeWaiting(requestId, limit);
      tell(() => countAll(asked));
      return asked;
    },
    async markUnreachable(requestId, approverId, why) {
      await approvals.markUnreachable(requestId, approverId, why);
      tell(() => count('unreachable'));
    },
  };
}

import type { ActivationRequest } from '../domain/activation.ts';
import type { DecisionLine } from '../domain/approval-facts.ts';
import { type CardId, type RequestId, requestId } from '../domain/ids.ts';
import type { ApprovalsNotice, RequestFacts } from '../domain/notice.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Decision } from '../ports/role-management.ts';
import type { CardRecord } from '../ports/store.ts';
import { decideRequest } from './decide-request.ts';
import { answer, errorNotice } from './error-card.ts';
import { requestFacts, roleFacts } from './facts.ts';
import { approvalsOf } from './list-waiting.ts';
import { offerSignIn } from './offer-sign-in.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from './services.ts';
import { finalRefusal, needOfRefusal, ORDINARY_SIGN_IN, type StepUpNeed, wasMet } from './step-up-need.ts';

/** One of several requests that are decided together. */
interface Chosen {
  readonly id: RequestId;
  /** What the list showed of it; null for one that was named in a sentence. */
  readonly shown: RequestFacts | null;
}

/** What became of one. */
interface Vote {
  readonly line: DecisionLine;
  readonly cards: Posted;
  /** Set where its approver has to sign in once more first. */
  readonly waits: { readonly request: ActivationRequest; readonly need: StepUpNeed } | null;
}

/**
 * Decides those of a list that were chosen, each by itself: one that is refused or waits for a sign-in holds up no other, and the
 * list says of each what became of it. A doubled click does nothing.
 *
 * @throws {AccessError} card.malformed for a request that the list did not show, card.stale, identity.sign_in_required before
 *   anything was decided
 */
export async function decideFromList(
  services: Services,
  asker: Asker,
  card: CardRecord,
  { ids, decision }: { readonly ids: readonly string[]; readonly decision: Decision },
): Promise<Posted> {
  const { notice, story, recipient, slot } = card;
  if (notice.card !== 'approvals') {
    throw new AccessError('card.malformed', 'not a list of requests');
  }
  const chosen = ids.map((id): Chosen => ({ id: requestId(id), shown: shownOn(notice, id) }));
  await demandTokens(services, asker, chosen);
  const { card: name, requests } = notice;
  // The buttons that were pressed are void from here on, and new ones stand there should this process die half-way.
  await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.cards.revise(story, recipient, slot, { card: name, requests, underWay: chosen.length });
  });
  const votes = await voteOnAll(services, asker, chosen, decision);
  const results = await resultsOf(services, asker, votes);
  const revised = await services.store.now.cards.revise(story, recipient, slot, results);
  return await told(services, asker, { votes, decision, list: revised });
}

/**
 * Decides requests that a sentence names. Repeated after a crash, it finds what it decided before.
 *
 * @throws {AccessError} identity.sign_in_required before anything was decided
 */
export async function decideNamed(
  services: Services,
  asker: Asker,
  ids: readonly string[],
  decision: Decision,
): Promise<Posted> {
  const chosen = ids.map((id): Chosen => ({ id: requestId(id), shown: null }));
  await demandTokens(services, asker, chosen);
  const votes = await voteOnAll(services, asker, chosen, decision);
  const results = await resultsOf(services, asker, votes);
  const list = await services.store.transaction(async (stores) => {
    await asker.spend?.(stores);
    return await stores.cards.post(answer(asker, results));
  });
  return await told(services, asker, { votes, decision, list });
}

function shownOn({ requests }: ApprovalsNotice, id: string): RequestFacts {
  const shown = requests.find((request) => request.requestId === id);
  if (shown === undefined) {
    throw new AccessError('card.malformed', 'not among the requests of the list');
  }
  return shown;
}

/**
 * A click that still has to sign in is not spent: the tokens are asked for first, one for each part of PIM, by a read that every
 * vote begins with. What else keeps it from being read is told of each request, by its vote.
 *
 * @throws {AccessError} identity.sign_in_required
 */
async function demandTokens(services: Services, asker: Asker, chosen: readonly Chosen[]): Promise<void> {
  const found = await Promise.all(chosen.map(async ({ id }) => await services.store.now.requests.find(id)));
  const waiting = found.flatMap((request) =>
    request?.state === 'pending' && request.scheduleRequestId !== null
      ? [{ role: request.role, id: request.scheduleRequestId }]
      : [],
  );
  for (const [held] of groupsOf(waiting, ({ role }) => role.surface)) {
    try {
      await services.roles.of(held.role).readAwaitingDecision(actorOf(asker), held);
    } catch (thrown) {
      const { code } = asAccessError(thrown);
      if (code === 'identity.sign_in_required' && !wasMet(ORDINARY_SIGN_IN, asker.steppedUp)) {
        throw thrown;
      }
    }
  }
}

async function voteOnAll(
  services: Services,
  asker: Asker,
  chosen: readonly Chosen[],
  decision: Decision,
): Promise<readonly Vote[]> {
  const votes: Vote[] = [];
  for (const one of chosen) {
    const request = await services.store.now.requests.find(one.id);
    try {
      votes.push(await voteOn(services, asker, { chosen: one, request }, decision));
    } catch (thrown) {
      votes.push(await failed(services, asker, { chosen: one, request }, asAccessError(thrown)));
    }
  }
  return votes;
}

interface Subject {
  readonly chosen: Chosen;
  readonly request: ActivationRequest | null;
}

async function voteOn(services: Services, asker: Asker, subject: Subject, decision: Decision): Promise<Vote> {
  const { chosen, request } = subject;
  if (request === null) {
    const facts = { requestId: chosen.id.slice(0, 12) };
    throw new AccessError('activation.request_unknown', 'no such request', { facts });
  }
  const outcome = decision.outcome === 'approve' ? 'approved' : 'denied';
  const line = { ...subjectFacts(request), outcome, problem: null } as const;
  if (wasDecidedSo(request, asker, decision)) {
    return { line, cards: [], waits: null };
  }
  refuseApart(request);
  refuseUnlikeShown(request, chosen.shown);
  // The click is for all of them: it was spent before the first.
  const cards = await decideRequest(services, { ...asker, spend: null }, request, decision);
  const now = await services.store.now.requests.find(request.id);
  return now !== null && wasDecidedSo(now, asker, decision)
    ? { line, cards, waits: null }
    : { line: { ...line, outcome: 'refused', problem: decidedElsewhere(now ?? request) }, cards, waits: null };
}

/** Looking at it showed that somebody else was first, which the cards say by now. */
function decidedElsewhere({ id, decidedByName }: ActivationRequest): DecisionLine['problem'] {
  const facts = { requestId: id, by: decidedByName ?? '', outcome: '' };
  return { code: 'approval.already_decided', facts, reference: null };
}

/** The same decision of the same person came before: in this sentence, which a crash cut short, or in a doubled one. */
function wasDecidedSo(request: ActivationRequest, { person }: Asker, { outcome }: Decision): boolean {
  const isOver = request.decidedAt !== null && request.intendedOutcome === null;
  return isOver && request.decidedBy === person.id && (request.state === 'denied') === (outcome === 'deny');
}

/** What confirms a use of a break-glass pack, and what was not shown yet, is decided by itself. */
function refuseApart({ id, isDurationKnown, pull }: ActivationRequest): void {
  if (pull !== null || !isDurationKnown) {
    throw new AccessError('approval.not_together', 'decided on a card of its own', { facts: { requestId: id } });
  }
}

/** What PIM holds is compared with our record, and our record with what stood on the list. */
function refuseUnlikeShown(request: ActivationRequest, shown: RequestFacts | null): void {
  if (shown === null) {
    return;
  }
  if (isUnlike(request, shown)) {
    const facts = { requestId: request.id };
    throw new AccessError('approval.request_changed', 'the list showed another request', { facts });
  }
}

/**
 * Says whether a list shows another request than our record is by now.
 *
 * @throws {AccessError} card.malformed for a request that the list does not show
 */
export function isUnlikeShown(notice: ApprovalsNotice, request: ActivationRequest): boolean {
  return isUnlike(request, shownOn(notice, request.id));
}

function isUnlike(request: ActivationRequest, shown: RequestFacts): boolean {
  const now = requestFacts(request);
  const parts = ['requesterName', 'roleName', 'scopeName', 'startsAt', 'duration'] as const;
  return parts.some((part) => now[part] !== shown[part]);
}

async function failed(
  services: Services,
  asker: Asker,
  { chosen, request }: Subject,
  error: AccessError,
): Promise<Vote> {
  // The click is spent by now, so that the client cannot be asked silently and send it once more.
  const need = error.code === 'identity.sign_in_required' ? ORDINARY_SIGN_IN : needOfRefusal(error);
  const waits = request === null || need === null || wasMet(need, asker.steppedUp) ? null : { request, need };
  const { code, facts, reference } = errorNotice(services, need === null ? error : finalRefusal(error));
  const mayKnow = request !== null && (chosen.shown !== null || (await wasAsked(services, asker, request)));
  return {
    line: {
      ...(mayKnow ? subjectFacts(request) : { requestId: chosen.id, roleName: '', scopeName: '', requesterName: '' }),
      outcome: waits === null ? 'refused' : 'sign-in',
      problem: waits === null ? { code, facts, reference } : null,
    },
    cards: [],
    waits,
  };
}

async function wasAsked({ store }: Services, { person }: Asker, { id }: ActivationRequest): Promise<boolean> {
  return (await store.now.approvals.findAsk(id, person.id)) !== null;
}

function subjectFacts(request: ActivationRequest) {
  return { requestId: request.id, requesterName: request.requesterName, ...roleFacts(request.role) };
}

/** What still waits for the asker, also where they were not asked here, and what became of the chosen ones. */
async function resultsOf(services: Services, asker: Asker, votes: readonly Vote[]): Promise<ApprovalsNotice> {
  const waiting = await services.store.now.requests.listPendingFor(asker.person.id);
  const others = votes.flatMap(({ waits }) => (waits === null ? [] : [waits.request]));
  const known = new Set(waiting.map(({ id }) => id));
  // Decided in the portal, which is known here only once PIM's log tells.
  const over = new Set(
    votes.filter(({ line }) => line.problem?.code === 'approval.already_decided').map(({ line }) => line.requestId),
  );
  const requests = [...waiting.filter(({ id }) => !over.has(id)), ...others.filter(({ id }) => !known.has(id))];
  return { ...approvalsOf(requests), results: votes.map(({ line }) => line) };
}

interface Told {
  readonly votes: readonly Vote[];
  readonly decision: Decision;
  readonly list: CardId | null;
}

function groupsOf<T>(all: readonly T[], key: (one: T) => string | null): readonly (readonly [T, ...T[]])[] {
  return [...Map.groupBy(all, key).values()] as [T, ...T[]][];
}

/** Those that need the same sign-in wait for one; what goes on afterwards is the press of the list, with these chosen. */
async function told(services: Services, asker: Asker, { votes, decision, list }: Told): Promise<Posted> {
  const cards = votes.flatMap((vote) => vote.cards);
  const waiting = votes.flatMap(({ waits }) => (waits === null ? [] : [waits]));
  const card = list === null ? null : await services.store.now.cards.find(list);
  if (card === null) {
    return cards;
  }
  const { id, story, slot, version, nonce } = card;
  const links: Posted[] = [];
  for (const group of groupsOf(waiting, ({ need }) => need.claims)) {
    const requests = group.map(({ request }) => request);
    const inputs = { request: requests.map((one) => one.id).join(','), justification: decision.justification };
    const verb = decision.outcome === 'approve' ? 'send-approve' : 'send-deny';
    const press = { verb, story, slot, version, nonce, inputs } as const;
    links.push(await offerSignIn(services, asker, { kind: 'press', press, requests }, group[0].need));
  }
  return [...cards, id, ...links.flat()];
}

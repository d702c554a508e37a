import type { ActivationRequest } from '../domain/activation.ts';
import type { CardId, ConversationId } from '../domain/ids.ts';
import type { StepUpNotice, StepUpSubject } from '../domain/notice.ts';
import {
  PAGE_SIGN_IN_LIFETIME,
  type PageSignIn,
  type PageSignInPurpose,
  type RepeatedPress,
} from '../domain/page-sign-in.ts';
import type { Pull } from '../domain/pull.ts';
import { AccessError } from '../errors.ts';
import type { CardRecord, Stores } from '../ports/store.ts';
import { tellPull } from './break-glass/tell-pull.ts';
import { tokenResourcesFor } from './check-duties.ts';
import { isLeft } from './end-sign-in.ts';
import { iso, isoDuration, roleFacts } from './facts.ts';
import { type Asker, claimClick, type Posted, type Services } from './services.ts';
import type { StepUpNeed } from './step-up-need.ts';

/** An activation that PIM takes only after another sign-in; it is still `submitting`. */
export interface WaitingActivation {
  readonly request: ActivationRequest;
  readonly need: StepUpNeed;
}

/**
 * Sends the requester to sign in: one card and one sign-in for all activations of a turn that need the same. They wait in
 * `stepping-up`, committed together with the card.
 */
export async function offerStepUps(
  services: Services,
  asker: Asker,
  waiting: readonly WaitingActivation[],
): Promise<Posted> {
  const groups = Map.groupBy(waiting, ({ need }) => need.claims);
  const cards: Posted[] = [];
  for (const group of groups.values()) {
    cards.push(await offerStepUp(services, asker, group));
  }
  return cards.flat();
}

async function offerStepUp(services: Services, asker: Asker, group: readonly WaitingActivation[]): Promise<Posted> {
  const need = group[0]?.need;
  if (need === undefined) {
    return [];
  }
  return await services.store.transaction(async (stores) => {
    const requests: ActivationRequest[] = [];
    for (const { request } of group) {
      const stepping = await stores.requests.change(request.id, ['submitting'], { state: 'stepping-up' });
      if (stepping !== null) {
        await stores.timers.clear('request.check-outcome', request.id);
        requests.push(stepping);
      }
    }
    const purpose = { kind: 'requests', requestIds: requests.map(({ id }) => id) } as const;
    const resources = tokenResourcesFor(
      services,
      requests.map(({ role }) => role),
    );
    const signIn = newPageSignIn(services, asker, { need, purpose, resources });
    if (requests.length === 0) {
      return [];
    }
    return [await post(services, stores, { signIn, need, subjects: requests.map(subjectOf) })];
  });
}

/** A turn that waits for a sign-in: the sentence itself, or the press of a button. */
export type WaitingTurn =
  | { readonly kind: 'sentence'; readonly text: string; readonly conversationId: ConversationId }
  | { readonly kind: 'press'; readonly press: RepeatedPress; readonly requests: readonly ActivationRequest[] };

/** What a turn asks for is only known when it is carried out: a token for each of Microsoft's services, where Entra gives one. */
export const EVERY_RESOURCE = ['graph', 'arm'] as const;

/** Sends the person to sign in before their sentence or press goes on; it is repeated whole, once. */
export async function offerSignIn(
  services: Services,
  asker: Asker,
  turn: WaitingTurn,
  need: StepUpNeed,
): Promise<Posted> {
  if (need.why === 'admin' && !services.page.isAvailable('admin')) {
    throw new AccessError('identity.admin_unavailable', 'no admin app is set up');
  }
  return await services.store.transaction(async (stores) => {
    if (turn.kind === 'press') {
      const purpose = { kind: 'press', press: turn.press } as const;
      const signIn = newPageSignIn(services, asker, { need, purpose, resources: EVERY_RESOURCE });
      return [await post(services, stores, { signIn, need, subjects: turn.requests.map(subjectOf) })];
    }
    await asker.spend?.(stores);
    const signInId = services.newId();
    const { text, conversationId } = turn;
    const createdAt = services.clock.now();
    await stores.signIns.insert({ id: signInId, principalId: asker.person.id, conversationId, text, createdAt });
    const purpose = { kind: 'sentence', signInId } as const;
    const signIn = newPageSignIn(services, asker, { need, purpose, resources: EVERY_RESOURCE });
    return [await post(services, stores, { signIn, need, subjects: [] })];
  });
}

/** Sends the puller of a pack to sign in before PIM is asked, in the caller's transaction. */
export async function offerPullSignIn(
  services: Services,
  stores: Stores,
  asker: Asker,
  { pull, need }: { readonly pull: Pull; readonly need: StepUpNeed },
): Promise<Posted> {
  const purpose = { kind: 'pull', pullId: pull.id } as const;
  const signIn = newPageSignIn(services, asker, { need, purpose, resources: tokenResourcesFor(services, pull.roles) });
  const subjects = pull.roles.map((role) => ({
    ...roleFacts(role),
    requestId: pull.isDrill ? `DRILL ${pull.pack}` : pull.pack,
    requesterName: pull.puller.name,
    duration: isoDuration(pull.window),
  }));
  return [await post(services, stores, { signIn, need, subjects })];
}

interface NewSignIn {
  readonly need: StepUpNeed;
  readonly purpose: PageSignInPurpose;
  readonly resources: PageSignIn['resources'];
  /** The card that shows the link; a step-up card of its own when not given. */
  readonly story?: string | null;
}

/** What one sign-in on the page is for, not yet stored. */
export function newPageSignIn(
  services: Services,
  { person, steppedUp }: Pick<Asker, 'person' | 'steppedUp'>,
  given: NewSignIn,
): PageSignIn {
  const { need, purpose, resources } = given;
  const id = services.newId().replaceAll('-', '');
  const now = services.clock.now();
  // What a turn of an administrator lacks is wanted of the same app.
  const isAdmin = need.why === 'admin' || (steppedUp?.app === 'admin' && purpose.kind !== 'requests');
  return {
    id,
    principalId: person.id,
    app: isAdmin ? 'admin' : 'self-service',
    claims: need.claims,
    requiredContext: need.requiredContext,
    resources,
    // Only what the organisation asks of every sign-in is an ordinary one; more than that serves one turn.
    keep: need.why === 'entra' && purpose.kind !== 'requests' && !isAdmin ? 'session' : 'turn',
    purpose,
    story: given.story === undefined ? `step-up:${id}` : given.story,
    state: 'offered',
    createdAt: now,
    expiresAt: now.add(PAGE_SIGN_IN_LIFETIME),
  };
}

/** Stores a sign-in with the timer that ends it. */
export async function keepPageSignIn(stores: Stores, signIn: PageSignIn): Promise<void> {
  await stores.pageSignIns.insert(signIn);
  if (signIn.story !== null) {
    await stores.timers.set({ kind: 'sign-in.expire', subject: signIn.id, dueAt: signIn.expiresAt });
  }
}

interface Offer {
  readonly signIn: PageSignIn;
  readonly need: StepUpNeed;
  readonly subjects: readonly StepUpSubject[];
}

async function post(services: Services, stores: Stores, { signIn, need, subjects }: Offer): Promise<CardId> {
  await keepPageSignIn(stores, signIn);
  await stores.audit.stepUpOffered({
    at: services.clock.now(),
    actorId: signIn.principalId,
    requestId: signIn.purpose.kind === 'requests' ? (signIn.purpose.requestIds[0] ?? null) : null,
    facts: { why: need.why, app: signIn.app },
  });
  return await stores.cards.post({
    story: signIn.story ?? signIn.id,
    recipient: signIn.principalId,
    notice: {
      card: 'step-up',
      phase: 'waiting',
      pageSignInId: signIn.id,
      purpose: purposeOf(signIn, need),
      why: need.why,
      roles: subjects,
      expiresAt: iso(signIn.expiresAt),
      problem: null,
    },
    delivery: 'now',
  });
}

function purposeOf({ purpose }: PageSignIn, { why }: StepUpNeed): StepUpNotice['purpose'] {
  if (why === 'admin' || why === 'approver') {
    return why === 'admin' ? 'admin' : 'approve';
  }
  return purpose.kind === 'requests' || purpose.kind === 'pull' ? 'activate' : purpose.kind;
}

function subjectOf(request: ActivationRequest): StepUpSubject {
  return {
    ...roleFacts(request.role),
    requestId: request.id,
    requesterName: request.requesterName,
    duration: isoDuration(request.duration),
  };
}

/**
 * Makes a new link for what a step-up card is about: the old one, used or expired, is void from now on. Requests that a link
 * let fall wait again, unless the person has asked for the role anew meanwhile.
 *
 * @throws {AccessError} card.stale, activation.request_unknown, activation.already_pending
 */
export async function renewLink(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  const { notice } = card;
  if (notice.card !== 'step-up') {
    throw new AccessError('card.malformed', 'no link on this card');
  }
  return await services.store.transaction(async (stores) => {
    const first = await stores.pageSignIns.find(card.story.replace('step-up:', ''));
    if (first === null || first.principalId !== asker.person.id) {
      throw new AccessError('activation.request_unknown', 'the sign-in is forgotten', { facts: {} });
    }
    if (notice.pageSignInId !== null) {
      const replaced = await stores.pageSignIns.change(notice.pageSignInId, ['offered', 'started'], 'replaced');
      if (replaced === null) {
        throw new AccessError('card.stale', 'the sign-in is under way');
      }
      await stores.timers.clear('sign-in.expire', notice.pageSignInId);
    }
    await waitAgain(stores, first);
    await claimClick(asker, stores);
    if (!(await isLeft(stores, first))) {
      return await stores.cards.retire(card.story, card.recipient);
    }
    const id = services.newId().replaceAll('-', '');
    const createdAt = services.clock.now();
    const expiresAt = createdAt.add(PAGE_SIGN_IN_LIFETIME);
    await keepPageSignIn(stores, { ...first, id, state: 'offered', createdAt, expiresAt });
    const waiting = {
      ...notice,
      phase: 'waiting',
      pageSignInId: id,
      expiresAt: iso(expiresAt),
      problem: null,
    } as const;
    const revised = await stores.cards.revise(card.story, card.recipient, card.slot, waiting);
    return revised === null ? [] : [revised];
  });
}

async function waitAgain(stores: Stores, { purpose }: PageSignIn): Promise<void> {
  for (const id of purpose.kind === 'requests' ? purpose.requestIds : []) {
    const request = await stores.requests.lock(id);
    const isWithdrawn = request?.endReason === 'canceled';
    if (request === null || isWithdrawn || request.state === 'stepping-up') {
      continue;
    }
    const other = await stores.requests.findOpenForRole(request.requesterId, request.role);
    if (request.state !== 'canceled' || other !== null) {
      const facts = { requestId: other?.id ?? request.id, ...roleFacts(request.role) };
      throw new AccessError('activation.already_pending', `request is ${request.state}`, { facts });
    }
    await stores.requests.change(id, ['canceled'], { state: 'stepping-up' });
    if (request.pull !== null) {
      await tellPull(stores, request.pull);
    }
  }
}

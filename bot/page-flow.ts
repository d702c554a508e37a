import { createHash } from 'node:crypto';

import type { ActivationRequest } from '../src/domain/activation.ts';
import { type PrincipalId, requestId } from '../src/domain/ids.ts';
import type { PageSignIn } from '../src/domain/page-sign-in.ts';
import type { Pull } from '../src/domain/pull.ts';
import { asAccessError } from '../src/errors.ts';
import { isBefore, isoDuration } from '../src/use-cases/facts.ts';
import { findSignIn, type RedeemedSignIn, redeemSignIn, startSignIn } from '../src/use-cases/redeem-sign-in.ts';
import type { Posted, Services } from '../src/use-cases/services.ts';
import type { Background } from './background.ts';
import type { LinkView, PageFlow, PagePurpose, PageResult, PageSubject, StartResult } from './pages/flow.ts';
import type { TurnHandlers } from './turns.ts';

export interface PageFlowOptions {
  readonly services: Services;
  readonly handlers: TurnHandlers;
  readonly background: Background;
}

/** Puts the sign-in pages on top of the use-cases; what waited goes on in the background, behind the last page. */
export function createPageFlow({ services, handlers, background }: PageFlowOptions): PageFlow {
  const deliverLater = (cards: Posted): void => {
    if (cards.length > 0) {
      background.run(() => services.delivery.deliver(cards));
    }
  };
  return {
    look: (id) => look(services, id),
    async localeOf(id) {
      const signIn = await services.store.now.pageSignIns.find(id);
      const person = signIn === null ? null : await services.store.now.people.find(signIn.principalId);
      return person?.locale ?? null;
    },
    start: (id, secrets) => start(services, id, secrets),
    async identify(state) {
      const found = await services.store.now.pageSignIns.findByState(hashOf(state));
      return found === null ? null : { signInId: found.id };
    },
    async finish({ state, code, error, nonce, codeVerifier }) {
      const proof = nonce === null || codeVerifier === null ? null : { nonce, codeVerifier };
      const redeemed = await redeemSignIn(services, { stateHash: hashOf(state), code, error, proof });
      deliverLater(redeemed.cards);
      if (redeemed.kind === 'done') {
        background.run(() => services.telemetry.turn({ name: 'page' }, () => goOn(services, handlers, redeemed)));
      }
      return resultOf(redeemed);
    },
  };
}

async function look(services: Services, id: string): Promise<LinkView> {
  const found = await findSignIn(services, id);
  if (found.kind === 'closed') {
    return found;
  }
  const { signIn } = found;
  const person = await services.store.now.people.find(signIn.principalId);
  if (person === null) {
    return { kind: 'closed', why: 'unknown' };
  }
  return {
    kind: 'open',
    personName: person.name,
    purpose: purposeOf(signIn),
    subjects: await subjectsOf(services, signIn),
    expiresAt: signIn.expiresAt,
    timeZone: person.timeZone,
    locale: person.locale,
  };
}

async function start(services: Services, id: string, secrets: Parameters<PageFlow['start']>[1]): Promise<StartResult> {
  const started = await startSignIn(services, id, hashOf(secrets.state));
  if (started.kind === 'closed') {
    return started;
  }
  try {
    const url = await services.page.authorizeUrl({ signIn: started.signIn, ...secrets });
    return { kind: 'go', url, signInId: started.signIn.id };
  } catch (thrown) {
    return { kind: 'refused', code: asAccessError(thrown).code };
  }
}

async function goOn(
  services: Services,
  handlers: TurnHandlers,
  { signIn, appRoles }: Extract<RedeemedSignIn, { readonly kind: 'done' }>,
): Promise<void> {
  const person = await services.store.now.people.find(signIn.principalId);
  if (person === null) {
    services.signIns.release(signIn.id);
    return;
  }
  const { signedOutAt } = person;
  if (signedOutAt !== null && isBefore(signIn.createdAt, signedOutAt)) {
    services.signIns.forget(person.id, signedOutAt);
    services.signIns.release(signIn.id);
    return;
  }
  const { id, app, claims, keep, requiredContext } = signIn;
  const isHeld = keep === 'turn';
  const steppedUp = { signInId: id, app, claims, isHeld, provenContext: requiredContext, appRoles };
  const { cards } = await handlers.signedInOnPage(person, signIn, steppedUp);
  await services.delivery.deliver(cards);
}

function resultOf(redeemed: RedeemedSignIn): PageResult {
  switch (redeemed.kind) {
    case 'done':
      return { kind: 'signed-in', purpose: purposeOf(redeemed.signIn) };
    case 'closed':
      return { kind: 'closed', why: redeemed.why };
    case 'ended':
      return redeemed.end === 'cancelled' || redeemed.end === 'wrong-person'
        ? { kind: redeemed.end }
        : { kind: 'refused', code: redeemed.code };
  }
}

function purposeOf({ app, claims, purpose, requiredContext }: PageSignIn): PagePurpose {
  if (app === 'admin') {
    return 'admin';
  }
  if (requiredContext !== null) {
    return 'approve';
  }
  if (purpose.kind === 'requests' || purpose.kind === 'pull') {
    return 'activate';
  }
  return claims === null && purpose.kind === 'sentence' ? 'sign-in' : purpose.kind;
}

async function subjectsOf(services: Services, { principalId, purpose }: PageSignIn): Promise<readonly PageSubject[]> {
  if (purpose.kind === 'sentence') {
    return [];
  }
  if (purpose.kind === 'pull') {
    return subjectsOfPull(principalId, await services.store.now.pulls.find(purpose.pullId));
  }
  const { inputs = {}, story = '' } = purpose.kind === 'press' ? purpose.press : {};
  const ids = purpose.kind === 'requests' ? purpose.requestIds : [requestId(inputs.request ?? story)];
  const found = await Promise.all(ids.map((id) => services.store.now.requests.find(id)));
  const subjects: PageSubject[] = [];
  for (const request of found) {
    // Which request a press names is the client's word.
    if (request !== null && (await isConcerned(services, principalId, request))) {
      subjects.push(subjectOf(request, request.requesterId !== principalId));
    }
  }
  return subjects;
}

function subjectsOfPull(person: PrincipalId, pull: Pull | null): readonly PageSubject[] {
  if (pull === null || pull.puller.id !== person) {
    return [];
  }
  const duration = isoDuration(pull.window);
  return pull.roles.map(({ roleName, scope }) => ({ roleName, scopeName: scope.name, duration, requesterName: null }));
}

async function isConcerned(services: Services, person: PrincipalId, request: ActivationRequest): Promise<boolean> {
  return request.requesterId === person || (await services.store.now.approvals.findAsk(request.id, person)) !== null;
}

function subjectOf({ role, duration, requesterName }: ActivationRequest, isOfOther: boolean): PageSubject {
  return {
    roleName: role.roleName,
    scopeName: role.scope.name,
    duration: isoDuration(duration),
    requesterName: isOfOther ? requesterName : null,
  };
}

/** The state parameter is kept as a hash: who reads the database cannot end a sign-in with it. */
function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}

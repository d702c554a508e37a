import { z } from 'zod';
import { pullId, requestId } from '../src/domain/ids.ts';
import { VERBS } from '../src/domain/notice.ts';
import type { RepeatedPress } from '../src/domain/page-sign-in.ts';
import { AccessError, asAccessError } from '../src/errors.ts';
import type { CardRecord, Stores } from '../src/ports/store.ts';
import { takeSignIn } from '../src/use-cases/ask-to-sign-in.ts';
import { askForAssertion } from '../src/use-cases/break-glass/ask-for-assertion.ts';
import { postError } from '../src/use-cases/error-card.ts';
import { EVERY_RESOURCE, keepPageSignIn, newPageSignIn, offerSignIn } from '../src/use-cases/offer-sign-in.ts';
import type { Asker, Posted, Services } from '../src/use-cases/services.ts';
import { finalRefusal, needOfRefusal, ORDINARY_SIGN_IN, wasMet } from '../src/use-cases/step-up-need.ts';
import { isOffered } from './offered.ts';
import { carryOutPress, needsToken, type PressOutcome } from './press-verbs.ts';
import { currentCard, findPressed, findRepeated, outOfDate } from './pressed-card.ts';
import type { Press } from './pressed-request.ts';
import { goOnWith } from './sentences.ts';
import type { CardReply, PressAnswer, PressTurn } from './turns.ts';

/** What a button of ours carries. Everything else in the data are inputs, and all of it is a claim. */
const clickSchema = z.looseObject({
  s: z.string().regex(/^[\x20-\x7e]{1,200}$/),
  c: z.string().regex(/^[\x20-\x7e]{1,100}$/),
  v: z.number().int().nonnegative(),
  n: z.string().regex(/^[\x20-\x7e]{8,64}$/),
});

const LONGEST_INPUT = 4_000;

/**
 * Carries out a press. A click is untrusted input: the card, the person it was sent to, its version and nonce are looked up,
 * and everything it asks for is judged again for this person now. Old and doubled clicks are answered with the current card.
 */
export async function answerPress(services: Services, turn: PressTurn): Promise<PressAnswer> {
  const base: Asker = { person: turn.person, turnId: `turn:${turn.turnId}`, spend: null };
  const repeated = readClick(turn);
  if (repeated === null) {
    return await refuse(services, turn, new AccessError('card.malformed', 'not a click of ours'));
  }
  const { verb, story } = repeated;
  const found = await findPressed(services, turn, repeated);
  if (found instanceof AccessError) {
    return await refuse(services, turn, found);
  }
  const { card, isOwnView, isForAll, isCurrent } = found;
  services.telemetry.link(card.trace ?? null);
  if (turn.isAutomatic || verb === 'view' || !isCurrent) {
    return done([], { card, step: null, isOwnView });
  }
  if (isForAll || !isOffered(card, verb)) {
    services.log.warn('card.not_offered', { principalId: turn.person.id, verb, story });
    return isForAll
      ? done([], { card, step: null })
      : await refuse(services, turn, new AccessError('card.malformed', 'the card has no such button'));
  }
  if (verb === 'confirm-pull' && turn.hasAssertion) {
    await services.store.now.timers.clear('pull.silent', card.story);
  } else if (verb === 'confirm-pull') {
    return { kind: 'sign-in-first', pageSignInId: await askForAssertion(services, base, pullId(card.story)) };
  }
  if (needsToken(verb, card) && !services.signIns.isSignedIn(turn.person.id)) {
    return await signInFirst(services, base, repeated);
  }
  const press = pressOf(base, card, repeated);
  try {
    const { cards, reply } = await carryOut(services, press);
    return done(cards, reply ? { ...reply, isOwnView } : await currentCard(services, card, turn.person));
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'identity.sign_in_required') {
      return await signInFirst(services, base, repeated);
    }
    const cards = error.code === 'card.stale' ? [] : await answerFailure(services, press, repeated, error);
    return done(cards, await currentCard(services, card, turn.person));
  }
}

/** The card that a press is on, as whoever pressed sees it now; null for what is no press of theirs. */
export async function findPressedCard(services: Services, turn: PressTurn): Promise<CardReply | null> {
  const repeated = readClick(turn);
  const found = repeated === null ? null : await findPressed(services, turn, repeated);
  return found === null || found instanceof AccessError
    ? null
    : { card: found.card, step: null, isOwnView: found.isOwnView };
}

/**
 * Goes on with a press that waited for a sign-in, with its tokens: the card must still be what it was when it was pressed.
 * The clicker sees what became of it on the cards.
 */
export async function repeatPress(services: Services, asker: Asker, repeated: RepeatedPress): Promise<Posted> {
  const found = await findRepeated(services, asker.person, repeated);
  if (found === null || !found.isCurrent || found.isForAll || !isOffered(found.card, repeated.verb)) {
    return await postError(services, asker, new AccessError('card.stale', 'the card has changed meanwhile'));
  }
  const press = pressOf(asker, found.card, repeated);
  try {
    return (await carryOut(services, press)).cards;
  } catch (thrown) {
    const error = asAccessError(thrown);
    // There is no client to be asked silently any more.
    return error.code === 'identity.sign_in_required'
      ? await offerSignIn(services, asker, { kind: 'press', press: repeated, requests: [] }, ORDINARY_SIGN_IN)
      : await answerFailure(services, press, repeated, error);
  }
}

function pressOf(asker: Asker, card: CardRecord, { verb, inputs }: RepeatedPress): Press {
  const spend = async (stores: Stores) => await stores.cards.spendNonce(card.id, card.nonce, verb);
  return { verb, card, inputs, asker: { ...asker, spend } };
}

/** The client is asked for a token, silently where it can; the page is for those that cannot. */
async function signInFirst(services: Services, asker: Asker, press: RepeatedPress): Promise<PressAnswer> {
  const purpose = { kind: 'press', press } as const;
  const signIn = newPageSignIn(services, asker, {
    need: ORDINARY_SIGN_IN,
    purpose,
    resources: EVERY_RESOURCE,
    story: null,
  });
  await keepPageSignIn(services.store.now, signIn);
  return { kind: 'sign-in-first', pageSignInId: signIn.id };
}

async function carryOut(services: Services, press: Press): Promise<PressOutcome> {
  return press.verb === 'sign-in' ? { cards: await goOn(services, press) } : await carryOutPress(services, press);
}

/** What was refused is either a matter of signing in, after which the same press goes on, or it is told. */
async function answerFailure(
  services: Services,
  press: Press,
  repeated: RepeatedPress,
  error: AccessError,
): Promise<Posted> {
  const asker = { ...press.asker, spend: null };
  const need = needOfRefusal(error);
  if (need === null || wasMet(need, asker.steppedUp)) {
    return await postError(services, asker, need === null ? error : finalRefusal(error));
  }
  const request = await services.store.now.requests.find(requestId(error.facts.requestId ?? ''));
  try {
    const requests = request === null ? [] : [request];
    return await offerSignIn(services, asker, { kind: 'press', press: repeated, requests }, need);
  } catch (thrown) {
    return await postError(services, asker, thrown);
  }
}

/** The person pressed Sign in and the client proved who they are: the waiting sentence goes on. */
async function goOn(services: Services, press: Press): Promise<Posted> {
  const taken = await takeSignIn(services, press.asker, press.card.story);
  if (taken.record === null) {
    return taken.cards;
  }
  const turn = { ...taken.record, turnId: press.card.story, person: press.asker.person };
  const answered = await goOnWith(services, turn);
  return [...taken.cards, ...answered];
}

/** What a click claims to be on; null for what no button of ours sends. */
function readClick({ verb: pressed, data }: PressTurn): RepeatedPress | null {
  const click = clickSchema.safeParse(data);
  const verb = VERBS.find((known) => known === pressed);
  if (!click.success || verb === undefined) {
    return null;
  }
  const { s: story, c: slot, v: version, n: nonce } = click.data;
  return { verb, story, slot, version, nonce, inputs: readInputs(click.data) };
}

/** Without what the database cannot keep: NUL, and halves of characters. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function readInputs(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string') {
      inputs[name] = storable(value.slice(0, LONGEST_INPUT));
    }
  }
  return inputs;
}

/** Nobody pressed anything where the client asked by itself: nobody is told anything either. */
async function refuse(services: Services, turn: PressTurn, error: AccessError): Promise<PressAnswer> {
  if (turn.isAutomatic) {
    return done([], outOfDate(turn));
  }
  const asker: Asker = { person: turn.person, turnId: `turn:${turn.turnId}`, spend: null };
  return done(await postError(services, asker, error), null);
}

function done(cards: Posted, reply: CardReply | null): PressAnswer {
  return { kind: 'done', cards, reply, toast: null };
}

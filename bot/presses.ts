import { z } from 'zod';
import { VERBS } from '../src/domain/notice.ts';
import { AccessError, asAccessError } from '../src/errors.ts';
import type { CardRecord, Stores } from '../src/ports/store.ts';
import { takeSignIn } from '../src/use-cases/ask-to-sign-in.ts';
import { postError } from '../src/use-cases/error-card.ts';
import type { Asker, Posted, Services } from '../src/use-cases/services.ts';
import { carryOutPress, needsToken, type Press } from './press-verbs.ts';
import { goOnWith } from './sentences.ts';
import type { CardReply, PressAnswer, PressTurn } from './turns.ts';

/** What a button of ours carries. Everything else in the data are inputs, and all of it is a claim. */
const clickSchema = z.looseObject({
  s: z.string().min(1).max(200),
  c: z.string().min(1).max(100),
  v: z.number().int().nonnegative(),
  n: z.string().min(8).max(64),
});

const LONGEST_INPUT = 4_000;

/**
 * Carries out a press. A click is untrusted input: the card, the person it was sent to, its version and nonce are looked up,
 * and everything it asks for is judged again for this person now. Old and doubled clicks are answered with the current card.
 */
export async function answerPress(services: Services, turn: PressTurn): Promise<PressAnswer> {
  const click = clickSchema.safeParse(turn.data);
  const verb = VERBS.find((known) => known === turn.verb);
  const base: Asker = { person: turn.person, turnId: `turn:${turn.turnId}`, spend: null };
  if (!click.success || verb === undefined) {
    return await refuse(services, base, new AccessError('card.malformed', 'not a click of ours'));
  }
  const found = await findCard(services, turn, click.data);
  if (found instanceof AccessError) {
    return await refuse(services, base, found);
  }
  const { card, isCurrent } = found;
  if (turn.isAutomatic || verb === 'view' || !isCurrent) {
    return done([], { card, step: null });
  }
  if (needsToken(verb, card) && !services.signIns.isSignedIn(turn.person.id)) {
    return { kind: 'sign-in-first' };
  }
  const spend = async (stores: Stores) => await stores.cards.spendNonce(card.id, card.nonce, verb);
  const press: Press = {
    verb,
    card,
    inputs: readInputs(click.data),
    asker: { ...base, spend },
  };
  return await attempt(services, press);
}

async function attempt(services: Services, press: Press): Promise<PressAnswer> {
  try {
    if (press.verb === 'sign-in') {
      return done(await goOn(services, press), null);
    }
    const { cards, reply } = await carryOutPress(services, press);
    return done(cards, reply ?? (await currentCard(services, press.card)));
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'identity.sign_in_required') {
      return { kind: 'sign-in-first' };
    }
    if (error.code === 'card.stale') {
      return done([], await currentCard(services, press.card));
    }
    const cards = await postError(services, { ...press.asker, spend: null }, error);
    return done(cards, await currentCard(services, press.card));
  }
}

/** The person pressed Sign in and the client proved who they are: the waiting sentence goes on. */
async function goOn(services: Services, press: Press): Promise<Posted> {
  const taken = await takeSignIn(services, press.asker, press.card.story);
  if (taken.record === null) {
    return taken.cards;
  }
  const { text, conversationId } = taken.record;
  const turn = { turnId: press.card.story, person: press.asker.person, conversationId, text };
  const answered = await goOnWith(services, turn);
  return [...taken.cards, ...answered];
}

interface FoundCard {
  readonly card: CardRecord;
  /** Whether the click was made on what the card says now. */
  readonly isCurrent: boolean;
}

/** Finds the clicked card among those sent to this person; somebody else's looks different from none only in our log. */
async function findCard(
  services: Services,
  turn: PressTurn,
  click: z.infer<typeof clickSchema>,
): Promise<FoundCard | AccessError> {
  const cards = await services.store.now.cards.findInStory(click.s, click.c);
  const own = cards.find((card) => card.recipient === turn.person.id && card.slot === click.c);
  if (own !== undefined) {
    const isCurrent = own.nonce === click.n && own.version === click.v && !own.isRetired && !own.isNonceSpent;
    return { card: own, isCurrent };
  }
  if (cards.length > 0) {
    services.log.warn('card.foreign_click', { principalId: turn.person.id, story: click.s });
    return new AccessError('card.foreign', 'sent to somebody else');
  }
  return new AccessError('card.malformed', 'no such card');
}

function readInputs(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string') {
      inputs[name] = value.slice(0, LONGEST_INPUT);
    }
  }
  return inputs;
}

async function currentCard(services: Services, card: CardRecord): Promise<CardReply | null> {
  const current = await services.store.now.cards.find(card.id);
  return current === null ? null : { card: current, step: null };
}

async function refuse(services: Services, asker: Asker, error: AccessError): Promise<PressAnswer> {
  return done(await postError(services, asker, error), null);
}

function done(cards: Posted, reply: CardReply | null): PressAnswer {
  return { kind: 'done', cards, reply, toast: null };
}

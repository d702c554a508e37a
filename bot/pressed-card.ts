import { cardId, isPerson } from '../src/domain/ids.ts';
import type { RepeatedPress } from '../src/domain/page-sign-in.ts';
import { AccessError } from '../src/errors.ts';
import type { CardRecord, PersonRecord } from '../src/ports/store.ts';
import { CHANNEL_SLOT } from '../src/use-cases/channel/channel-card.ts';
import { type SeenCard, seenBy } from '../src/use-cases/channel/see-request.ts';
import type { Services } from '../src/use-cases/services.ts';
import type { CardReply, PressTurn } from './turns.ts';

const NO_CARD = cardId('');

/** The card behind a press, as whoever pressed sees it. */
export interface PressedCard extends SeenCard {
  /** It stands in a channel, and this person has no part in it: they see what all see, and press nothing. */
  readonly isForAll: boolean;
  /** Whether the press was made on what the card says now. */
  readonly isCurrent: boolean;
}

/**
 * Finds the pressed card among those sent to this person, or to the channel in which they pressed; somebody else's looks different
 * from none only in our log.
 */
export async function findPressed(
  services: Services,
  turn: Pick<PressTurn, 'person' | 'conversationId'>,
  press: RepeatedPress,
): Promise<PressedCard | AccessError> {
  const { cards } = services.store.now;
  const own = await cards.findOf(press.story, turn.person.id, press.slot);
  const isHere = own?.conversationId == null || own.conversationId === turn.conversationId;
  const found = own !== null && isHere ? own : await findInChannel(services, turn, press);
  if (found !== null) {
    return await asSeen(services, found, { person: turn.person, press });
  }
  if ((await cards.findInStory(press.story, press.slot)).length > 0) {
    services.log.warn('card.foreign_click', { principalId: turn.person.id, story: press.story });
    return new AccessError('card.foreign', 'sent to somebody else');
  }
  return new AccessError('card.malformed', 'no such card');
}

/** Finds the card of a press that waited for a sign-in; where it was pressed is known by what only its card carries. Null: not any more. */
export async function findRepeated(
  services: Services,
  person: PersonRecord,
  press: RepeatedPress,
): Promise<PressedCard | null> {
  const { cards } = services.store.now;
  const own = await cards.findOf(press.story, person.id, press.slot);
  const found = own ?? (await cards.findByNonce(press.nonce));
  const isTheirs = found === own || (found?.story === press.story && isInChannel(found, press));
  return found !== null && isTheirs ? await asSeen(services, found, { person, press }) : null;
}

async function findInChannel(
  { store }: Services,
  { conversationId }: Pick<PressTurn, 'conversationId'>,
  press: RepeatedPress,
): Promise<CardRecord | null> {
  const card = await store.now.cards.findOf(press.story, conversationId, press.slot);
  return card !== null && isInChannel(card, press) ? card : null;
}

function isInChannel({ slot, recipient }: CardRecord, press: RepeatedPress): boolean {
  return slot === CHANNEL_SLOT && press.slot === CHANNEL_SLOT && !isPerson(recipient);
}

async function asSeen(
  services: Services,
  card: CardRecord,
  { person, press }: { readonly person: PersonRecord; readonly press: RepeatedPress },
): Promise<PressedCard> {
  const seen = await seenBy(services, card, person);
  return {
    ...seen,
    isForAll: !isPerson(card.recipient) && !seen.isOwnView,
    isCurrent: isCurrentPress(card, press),
  };
}

function isCurrentPress(card: CardRecord, { nonce, version }: RepeatedPress): boolean {
  return card.nonce === nonce && card.version === version && !card.isRetired && !card.isNonceSpent;
}

/** The card as this person sees it now. */
export async function currentCard(
  services: Services,
  { id }: CardRecord,
  person: PersonRecord,
): Promise<CardReply | null> {
  const current = await services.store.now.cards.find(id);
  return current === null ? null : { ...(await seenBy(services, current, person)), step: null };
}

/**
 * What a client gets that asks by itself for a card which is not kept any more, or is not for its person: a card without refresh,
 * so that it does not ask for ever. Nothing is written down for it.
 */
export function outOfDate({ person, turnId }: Pick<PressTurn, 'person' | 'turnId'>): CardReply {
  const notice = { card: 'error', code: 'card.stale', facts: {}, suggestions: [], reference: null } as const;
  const kept = { version: 0, isRetired: true, nonce: '', isNonceSpent: true, activityId: null, conversationId: null };
  return { card: { id: NO_CARD, story: turnId, slot: notice.card, recipient: person.id, notice, ...kept }, step: null };
}

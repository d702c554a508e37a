import { renderNotice } from '../cards/render.ts';
import { cardId, conversationId, isPerson } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { CardRecord, PersonRecord } from '../src/ports/store.ts';

/** A card as it goes over the wire, and one line for notifications. */
export interface RenderedCard {
  readonly card: object;
  readonly summary: string;
}

/** Paints a card for the person who gets it. `step` asks for the second step of an approval. */
export type RenderCard = (
  card: CardRecord,
  person: PersonRecord | null,
  step: 'approve' | 'deny' | null,
) => RenderedCard;

/** Makes the painter: in the person's zone and language, with a refresh only for them, and links to our own pages. */
export function createRenderer(clock: Clock, publicUrl: () => string | null): RenderCard {
  return ({ notice, recipient, story, slot, version, nonce, isRetired }, person, step) =>
    renderNotice(notice, {
      story,
      slot,
      version,
      nonce,
      isRetired,
      timeZone: person?.timeZone ?? 'UTC',
      locale: person?.locale ?? 'en-US',
      isShared: !isPerson(recipient),
      refreshUserId: person?.teamsUserId ?? null,
      step,
      publicUrl: publicUrl(),
      now: clock.now(),
    });
}

const NO_CARD: Omit<CardRecord, 'notice'> = {
  id: cardId(''),
  story: '',
  recipient: conversationId(''),
  slot: '',
  version: 1,
  isRetired: false,
  nonce: '',
  isNonceSpent: false,
  activityId: null,
  conversationId: null,
};

/** Makes the one line that a notification of a card shows, in UTC and for nobody in particular. */
export function createSummary(render: RenderCard): (notice: Notice) => string {
  return (notice) => render({ ...NO_CARD, notice }, null, null).summary;
}

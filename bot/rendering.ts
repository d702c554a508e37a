import { type RenderedCard, renderNotice } from '../cards/render.ts';
import { smallerCard } from '../cards/smaller.ts';
import { cardId, conversationId, isPerson } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { CardRecord, PersonRecord } from '../src/ports/store.ts';

/**
 * Paints a card for the person who gets it. `step` asks for the second step of an approval; `isOwnView` for what only this person
 * sees of a card that stands in a channel.
 */
export type RenderCard = (
  card: CardRecord,
  person: PersonRecord | null,
  step: 'approve' | 'deny' | null,
  isOwnView?: boolean,
) => RenderedCard;

/** How what several people read is written, and what is written to people whose client does not tell. */
export interface Region {
  readonly locale: string;
  readonly timeZone: string;
}
export const USUAL_REGION: Region = { locale: 'en-US', timeZone: 'UTC' };

/** Makes the painter: in the person's zone and language, with a refresh only for those it is meant for, and links to our own pages. */
export function createRenderer(
  clock: Clock,
  publicUrl: () => string | null,
  region: Region = USUAL_REGION,
): RenderCard {
  return ({ notice, recipient, story, slot, version, nonce, isRetired }, person, step, isOwnView = false) => {
    const isShared = !isPerson(recipient) && !isOwnView;
    const own = person?.teamsUserId ? [person.teamsUserId] : null;
    return renderNotice(notice, {
      story,
      slot,
      version,
      nonce,
      isRetired,
      timeZone: (person ?? region).timeZone,
      locale: (person ?? region).locale,
      isShared,
      refreshUserIds: isShared ? watchersOf(notice) : own,
      step,
      publicUrl: publicUrl(),
      now: clock.now(),
    });
  };
}

/** Those whose clients draw their own view of a card that several people read; null for a card without such views. */
function watchersOf(notice: Notice): readonly string[] | null {
  return notice.card === 'approval-request' ? (notice.channel?.watchers ?? null) : null;
}

/** Paints what is sent in place of a card that is too big for Teams. */
export type RenderSmaller = (card: CardRecord, person: PersonRecord | null) => RenderedCard;

/** Makes the painter of smaller cards. */
export function createSmallRenderer(render: RenderCard, region: Region = USUAL_REGION): RenderSmaller {
  return (record, person) => {
    const { story: s, slot: c, version: v, nonce: n, isRetired } = record;
    const whole = render(record, person, null);
    return smallerCard({ whole, data: isRetired ? null : { s, c, v, n } }, { locale: (person ?? region).locale });
  };
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

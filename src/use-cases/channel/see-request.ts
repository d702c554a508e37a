import { requestId } from '../../domain/ids.ts';
import type { Notice } from '../../domain/notice.ts';
import type { ApprovalAsk } from '../../ports/approvals.ts';
import type { CardRecord, PersonRecord } from '../../ports/store.ts';
import { askedBesides } from '../other-approvers.ts';
import type { Services } from '../services.ts';
import { isOpenInChannel } from './channel-card.ts';

/** What somebody sees of a card, and whether that is a view of their own rather than what all see who read the channel. */
export interface SeenCard {
  readonly card: CardRecord;
  readonly isOwnView: boolean;
}

/**
 * What this person sees of a card. Of an open request in the approvals channel an approver sees what their own card says, with
 * its buttons, and the requester what theirs says; everybody else, also an administrator, what stands there for all. Who they
 * are was verified; nothing the client sent decides. Reads our own records only: clients ask whenever a channel is opened.
 */
export async function seenBy(
  { store }: Pick<Services, 'store'>,
  card: CardRecord,
  person: PersonRecord,
): Promise<SeenCard> {
  const notice = isOpenInChannel(card) ? await ownNotice(store.now, card, person) : null;
  return notice === null ? { card, isOwnView: false } : { card: { ...card, notice }, isOwnView: true };
}

async function ownNotice(
  stores: Services['store']['now'],
  card: CardRecord,
  { id }: PersonRecord,
): Promise<Notice | null> {
  const request = await stores.requests.find(requestId(card.story));
  if (request?.state !== 'pending') {
    return null;
  }
  if (request.requesterId === id) {
    return await requesterNotice(stores, card, id);
  }
  // Whether somebody may decide is PIM's to say when they do; this says what they are shown.
  const ask = await stores.approvals.findAsk(request.id, id);
  if (ask === null) {
    return null;
  }
  const own = await stores.cards.findLive(card.story, id, 'approval-request');
  return own?.notice.card === 'approval-request' ? own.notice : await approverNotice(stores, card, ask);
}

/** The justification is for approvers: in a channel somebody may look over a shoulder, and the requester knows it. */
async function requesterNotice(
  stores: Services['store']['now'],
  { story }: CardRecord,
  id: PersonRecord['id'],
): Promise<Notice | null> {
  const own = await stores.cards.findLive(story, id, 'activation-pending');
  if (own?.notice.card !== 'activation-pending') {
    return null;
  }
  return { ...own.notice, request: { ...own.notice.request, justification: '', ticket: null } };
}

/** An approver who has no card yet, such as one of a later wave, sees what was looked up for those who are asked already. */
async function approverNotice(
  stores: Services['store']['now'],
  { notice, story }: CardRecord,
  ask: ApprovalAsk,
): Promise<Notice | null> {
  if (notice.card !== 'approval-request') {
    return null;
  }
  const { channel: _, ...rest } = notice;
  const informed = (await stores.cards.findInformed(story))?.notice;
  const background = informed?.card === 'approval-request' ? informed.background : undefined;
  const others = askedBesides(ask, await stores.approvals.summarizeAsks(ask.requestId));
  return { ...rest, ...others, ...(background !== undefined && { background }) };
}

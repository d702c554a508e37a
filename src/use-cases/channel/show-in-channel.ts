import { isDeepStrictEqual } from 'node:util';
import type { ActivationRequest } from '../../domain/activation.ts';
import type { ApprovalsChannel } from '../../domain/bot-setting.ts';
import type { SharedApproval } from '../../domain/channel-notice.ts';
import type { ApprovalRequestNotice } from '../../domain/notice.ts';
import type { ApprovalAsk } from '../../ports/approvals.ts';
import type { DueTimer } from '../../ports/jobs.ts';
import type { CardRecord } from '../../ports/store.ts';
import { othersThan } from '../other-approvers.ts';
import type { Posted, Services } from '../services.ts';
import { approvalNotice } from '../settle-request.ts';
import { CHANNEL_SLOT, isOpenInChannel } from './channel-card.ts';

/** Teams lets so many people be named in `refresh.userIds` (teams-platform §3.2). */
const MOST_WATCHERS = 60;
/** Approvers who are not in the channel cost a call each as well: after so many nobody else is looked for. */
const MOST_LOOKS = 150;
/** At once, and the pause after: under Teams' limits of 14 a second and 120 in 30 seconds (teams-platform §4.1). */
const LOOKS_AT_A_TIME = 12;
const PAUSE = Temporal.Duration.from({ seconds: 4 });

/**
 * Shows a request that waits in the approvals channel, once: who asks for what, and for approvers among its members a view of
 * their own. Whose clients may draw that by themselves is asked of Teams, a few at a time: the card stands there at once, and
 * names more with each look that finds any. Where Teams does not tell, the card says what approvers do. Safe to run twice.
 */
export async function showInChannel(
  services: Services,
  request: ActivationRequest,
  { attempt }: Pick<DueTimer, 'attempt'>,
): Promise<Posted> {
  const { store } = services;
  const channel = await store.now.botSettings.find('approvals-channel');
  if (channel === null || request.state !== 'pending') {
    return [];
  }
  const asks = (await store.now.approvals.listAsks(request.id)).filter(({ why }) => why !== 'not-served');
  const look = await lookForMembers(services, channel, { request, asks, attempt });
  return await store.transaction(async (stores) => {
    const current = await stores.requests.lock(request.id);
    const shown = await stores.cards.findInStory(request.id, CHANNEL_SLOT);
    // Another channel was chosen meanwhile: it stays in the one where it stands.
    if (current?.state !== 'pending' || shown.some(({ recipient }) => recipient !== channel.conversationId)) {
      return [];
    }
    const shared = sharedWith(attempt === 0 ? [] : watchersOn(shown), { asks, look });
    if (!shared.isComplete) {
      const dueAt = services.clock.now().add(PAUSE);
      const again = { kind: 'approval.show-in-channel', subject: request.id, dueAt, attempt: attempt + 1 } as const;
      await stores.timers.set(again);
    }
    const notice = sharedNotice({ request: current, asks, shared: shared.channel });
    // Each post voids the buttons of those who write their words just now. The first also brings back what was lost on its way.
    if (attempt > 0 && shown.some((card) => isDeepStrictEqual(card.notice, notice))) {
      return [];
    }
    const recipient = channel.conversationId;
    return [await stores.cards.post({ story: request.id, recipient, slot: CHANNEL_SLOT, notice, delivery: 'now' })];
  });
}

interface Look {
  /** Those who are in the channel, as Teams names them. */
  readonly found: readonly string[];
  readonly isLast: boolean;
  /** Teams does not tell, or asks to wait. */
  readonly isUnknown: boolean;
}

interface Audience {
  readonly request: ActivationRequest;
  readonly asks: readonly ApprovalAsk[];
  readonly attempt: number;
}

/** Approvers first; the requester takes a place that is left. */
async function lookForMembers(
  { channelMembers, log }: Services,
  { conversationId }: ApprovalsChannel,
  { request, asks, attempt }: Audience,
): Promise<Look> {
  const ids = [...asks.slice(0, MOST_LOOKS).map(({ approverId }) => approverId), request.requesterId];
  const to = (attempt + 1) * LOOKS_AT_A_TIME;
  const some = ids.slice(attempt * LOOKS_AT_A_TIME, to);
  const found = await Promise.all(some.map((id) => channelMembers.find(conversationId, id)));
  const isUnknown = found.includes('unknown');
  if (isUnknown) {
    log.warn('approvals-channel.members_unknown', { channel: conversationId, requestId: request.id });
  }
  const known = found.flatMap((member) => (member === null || member === 'unknown' ? [] : [member.teamsUserId]));
  return { found: known, isLast: to >= ids.length, isUnknown };
}

function watchersOn(shown: readonly CardRecord[]): readonly string[] {
  return shown.flatMap((card) => (isOpenInChannel(card) ? card.notice.channel.watchers : []));
}

function sharedWith(
  before: readonly string[],
  { asks, look }: { readonly asks: readonly ApprovalAsk[]; readonly look: Look },
): { readonly channel: SharedApproval; readonly isComplete: boolean } {
  const all = [...new Set([...before, ...look.found])];
  const isFull = all.length > MOST_WATCHERS || (all.length === MOST_WATCHERS && !look.isLast);
  const isComplete = look.isLast || look.isUnknown || isFull;
  const isForMore = !look.isLast || look.isUnknown || isFull || asks.length > MOST_LOOKS;
  return { channel: { asked: asks.length, watchers: all.slice(0, MOST_WATCHERS), isForMore }, isComplete };
}

interface Shown {
  readonly request: ActivationRequest;
  readonly asks: readonly ApprovalAsk[];
  readonly shared: SharedApproval;
}

function sharedNotice({ request, asks, shared }: Shown): ApprovalRequestNotice {
  const asked = asks.map(({ approverId: id, approverName: name }) => ({ id, name }));
  return { ...approvalNotice(request, othersThan(null, asked)), channel: shared };
}

import type { ActivationRequest } from '../../domain/activation.ts';
import type { ConversationId, RecipientId } from '../../domain/ids.ts';
import type { Stores } from '../../ports/store.ts';
import type { Services } from '../services.ts';
import { retellWhere } from './retell-where.ts';

type Needed = Pick<Services, 'store' | 'log' | 'clock'>;

interface Resuming {
  /** Brings what could not be brought there before, such as how a request ended meanwhile. */
  resume(recipient: RecipientId): Promise<void>;
}

/** Channels that the bot can no longer, or again, write to: those of a whole team, or one of them. */
export interface TeamChange {
  readonly teamId: string;
  /** Null: the whole team. */
  readonly channelId: ConversationId | null;
  /** The connector's address that told of it. */
  readonly serviceUrl: string;
}

async function concerned({ store }: Needed, { teamId, channelId }: TeamChange): Promise<readonly ConversationId[]> {
  const ids = (await store.now.channels.listOfTeam(teamId)).map(({ id }) => id);
  return channelId === null ? ids : ids.filter((id) => id === channelId);
}

/**
 * The bot was removed from a team, or the team or a channel was deleted: nothing is sent there any more, and an operator learns
 * that requests are no longer shown where it was the approvals channel. Approvers keep their own cards. Safe to repeat.
 */
export async function loseTeam(services: Needed, change: TeamChange, reason: string): Promise<void> {
  const { store, log } = services;
  for (const id of await concerned(services, change)) {
    await store.now.conversations.markDead(id, reason);
    await noteLostChannel(services, id, reason);
  }
  for (const { id } of await listWaiting(store.now)) {
    await retellWhere(store, id);
  }
  log.info('team.lost', { teamId: change.teamId, channel: change.channelId, reason });
}

/** Requests that approvers look after together. A part of a break-glass pack has the pack's own channel. */
export async function listWaiting({ requests }: Pick<Stores, 'requests'>): Promise<readonly ActivationRequest[]> {
  const open = await requests.listOpen();
  return open.filter(({ state, pull }) => state === 'pending' && pull === null);
}

/** Tells an operator where the approvals channel is what was lost. */
export async function noteLostChannel(
  { store, log }: Pick<Services, 'store' | 'log'>,
  channel: ConversationId,
  reason: string,
): Promise<void> {
  const chosen = await store.now.botSettings.find('approvals-channel');
  if (chosen?.conversationId === channel) {
    log.error('approvals-channel.unreachable', { channel, reason });
  }
}

/**
 * The bot is in the team again: its channels can be written to, and what waits for an approver is shown in the approvals channel
 * again, where it is one of them. Safe to repeat.
 */
export async function regainTeam(services: Needed & Resuming, change: TeamChange): Promise<void> {
  const { store, clock, log } = services;
  const channels = await concerned(services, change);
  for (const id of channels) {
    const known = await store.now.conversations.find(id);
    if (known !== null && known.deadReason !== null) {
      await store.now.conversations.save({ ...known, serviceUrl: change.serviceUrl, deadReason: null });
    }
    await services.resume(id);
  }
  const chosen = await store.now.botSettings.find('approvals-channel');
  if (chosen === null || !channels.includes(chosen.conversationId)) {
    return;
  }
  const waiting = await listWaiting(store.now);
  for (const { id } of waiting) {
    await store.now.timers.set({ kind: 'approval.show-in-channel', subject: id, dueAt: clock.now() });
  }
  log.info('approvals-channel.regained', { channel: chosen.conversationId, requests: waiting.length });
}

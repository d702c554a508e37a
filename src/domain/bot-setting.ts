import type { ChannelName } from './channel.ts';
import type { ConversationId, PrincipalId } from './ids.ts';

export const PAUSE_EXTENTS = ['usual', 'everything'] as const;
export type PauseExtent = (typeof PAUSE_EXTENTS)[number];

/** Why nothing acts: an administrator paused the bot. Null is what is kept but cannot be read; it is a pause all the same. */
export interface Pause {
  /** In the administrator's words; empty when they gave none. */
  readonly reason: string | null;
  readonly by: { readonly id: PrincipalId; readonly name: string } | null;
  readonly since: Temporal.Instant | null;
  /** What stops: what people ask for from day to day, or break-glass packs with it. */
  readonly stops: PauseExtent;
}

/** Where requests are shown that approvers look after together. */
export interface ApprovalsChannel extends ChannelName {
  readonly conversationId: ConversationId;
}

/** What administrators set for the whole bot while it runs. */
export interface BotSettingValues {
  readonly paused: Pause;
  readonly 'approvals-channel': ApprovalsChannel;
}

export type BotSettingName = keyof BotSettingValues;
export type BotSettingValue<Name extends BotSettingName> = BotSettingValues[Name];

/**
 * What a row that cannot be read counts as, in the cautious direction: a pause stays one, and no channel is written to that
 * nobody is known to have chosen.
 */
export const UNREADABLE_SETTINGS: { readonly [Name in BotSettingName]: BotSettingValue<Name> | null } = {
  paused: { reason: null, by: null, since: null, stops: 'everything' },
  'approvals-channel': null,
};

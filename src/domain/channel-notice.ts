import type { ChannelName } from './channel.ts';

/** Where approval requests are shown to their approvers together, and who says so. */
export interface ApprovalsChannelNotice {
  readonly card: 'approvals-channel';
  /** `set`, `off`: just done, by the reader. `is`: which one it is, or none. `announced`: said in the channel itself. */
  readonly says: 'set' | 'off' | 'is' | 'announced';
  /** Null where there is none. */
  readonly channel: ChannelName | null;
  /** The administrator who chose it, on the card in the channel. */
  readonly byName: string | null;
  /** Nothing could be written there last time. */
  readonly isUnreachable: boolean;
}

/** What a card for everybody in a channel says and does besides. */
export interface SharedApproval {
  /** How many approvers there are; 0 when nobody knows. */
  readonly asked: number;
  /** Teams' ids of those whose clients draw their own view by themselves: at most 60 (`refresh.userIds`). */
  readonly watchers: readonly string[];
  /** There may be approvers beyond those: they have to ask their client for their own view. */
  readonly isForMore: boolean;
}

/** Said in a conversation where others read along, and never what it was about. */
export interface ThreadNoteNotice {
  readonly card: 'thread-note';
  /** `chat-added`: there was no chat with the person, and the bot opened one; `no-chat`: there is none that could be answered in. */
  readonly says: 'answered-elsewhere' | 'chat-added' | 'no-chat';
  /** The conversation with its thread, as Teams names it. */
  readonly threadId: string;
  /** Of the person whom it answers, BCP 47. */
  readonly locale?: string;
}

import type { CardId, ConversationId, RecipientId } from '../domain/ids.ts';
import type { CardRecord, ConversationRecord, PersonRecord } from './store.ts';

/** One message that is due: everything needed to send it, read in one go. */
export interface OutboxEntry {
  readonly card: CardRecord;
  /** `send` while no activity id is known, `update` afterwards, `delete` when it was withdrawn. */
  readonly operation: 'send' | 'update' | 'delete';
  readonly person: PersonRecord | null;
  /** The recipient's 1:1 chat, or the conversation that is the recipient; null when the bot never saw it. */
  readonly conversation: ConversationRecord | null;
  readonly attempt: number;
  /** An earlier attempt may have arrived although its answer was lost. */
  readonly wasAmbiguous: boolean;
  /** Why it was put off or given up before; null when it was not. */
  readonly reason: string | null;
}

export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly activityId: string; readonly conversationId: ConversationId }
  /** Comes again then. Newer messages of the person pass it, unless it `keepsPlace`. */
  | {
      readonly kind: 'retry';
      readonly at: Temporal.Instant;
      readonly isAmbiguous: boolean;
      readonly keepsPlace?: boolean;
      readonly reason: string;
    }
  /** Not tried, as it was too early: comes again then, and no newer message of the person passes it. */
  | { readonly kind: 'early'; readonly until: Temporal.Instant }
  /** Given up: kept as a dead letter with the reason. */
  | { readonly kind: 'dead'; readonly reason: string };

/** What must still be sent. Claims are leases: a replica that dies loses them and another sends. */
export interface Outbox {
  /**
   * Claims due entries for this replica: those of `cards`, or any up to `limit` when null. At most one entry of a conversation is
   * claimed at a time, the oldest first, across replicas.
   */
  claim(cards: readonly CardId[] | null, limit: number): Promise<readonly OutboxEntry[]>;
  /**
   * Records how an attempt of `version` ended. When the card changed meanwhile the entry stays due for the newer version;
   * an activity id is kept in any case.
   */
  settle(card: CardId, version: number, result: DeliveryResult): Promise<void>;
  /**
   * Makes due now whatever this person, or channel, could not be reached with, be it put off or given up for one of `reasons`; not what is
   * being sent, and nothing that is over. Jobs send it. Safe to repeat.
   */
  resume(recipient: RecipientId, reasons: readonly string[]): Promise<void>;
  /**
   * Makes what an earlier attempt may have shown of this version void: the card has a new version and nonce. Gives the card as
   * it is to be sent, or null when it changed meanwhile, which made it void as well.
   */
  renew(card: CardId, version: number): Promise<CardRecord | null>;
}

import { randomBytes } from 'node:crypto';
import { cardId, conversationId, type RecipientId } from '../../domain/ids.ts';
import type { Notice } from '../../domain/notice.ts';
import type { CardRecord } from '../../ports/store.ts';
import { selected } from './selected.ts';

/** A row of `pimlico.cards`. */
export interface CardRow {
  readonly id: string;
  readonly story: string;
  readonly recipient: string;
  readonly slot: string;
  readonly notice: Notice;
  readonly version: number;
  readonly is_retired: boolean;
  readonly nonce: string;
  readonly is_nonce_spent: boolean;
  readonly activity_id: string | null;
  readonly conversation_id: string | null;
  readonly traceparent: string | null;
}

/** What a card's row is read from. */
export const CARD_COLUMNS = selected<CardRow>({
  id: true,
  story: true,
  recipient: true,
  slot: true,
  notice: true,
  version: true,
  is_retired: true,
  nonce: true,
  is_nonce_spent: true,
  activity_id: true,
  conversation_id: true,
  traceparent: true,
});

/** Reads a card from a row. */
export function cardOf(row: CardRow): CardRecord {
  return {
    id: cardId(row.id),
    story: row.story,
    recipient: row.recipient as RecipientId,
    slot: row.slot,
    notice: row.notice,
    version: row.version,
    isRetired: row.is_retired,
    nonce: row.nonce,
    isNonceSpent: row.is_nonce_spent,
    activityId: row.activity_id,
    conversationId: row.conversation_id === null ? null : conversationId(row.conversation_id),
    ...(row.traceparent !== null && { trace: row.traceparent }),
  };
}

/** What the buttons of one version of a card prove themselves with. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

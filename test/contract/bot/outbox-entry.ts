import { cardId, conversationId, principalId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { OutboxEntry } from '../../../src/ports/outbox.ts';
import type { CardRecord, ConversationRecord, PersonRecord } from '../../../src/ports/store.ts';
import { ALEX } from './edge.ts';

const PERSON: PersonRecord = {
  id: principalId(ALEX),
  name: 'Alex Wilber',
  teamsUserId: '29:1alex',
  timeZone: 'Europe/Madrid',
  locale: 'es-ES',
  reminderMinutes: null,
  signedOutAt: null,
};

const HELP = { card: 'help' } as Notice;
const REQUEST = { requestId: '7F3K' };
export const APPROVAL = { card: 'approval-request', request: REQUEST } as Notice;

/** Alex's own chat. */
export function aChat(changes: Partial<ConversationRecord> = {}): ConversationRecord {
  return {
    id: conversationId('a:1;x'),
    kind: 'personal',
    principalId: principalId(ALEX),
    serviceUrl: 'http://127.0.0.1:4999/',
    deadReason: null,
    ...changes,
  };
}

/** A help card that is due to Alex for the first time. */
export function anEntry(changes: Partial<OutboxEntry> = {}, card: Partial<CardRecord> = {}): OutboxEntry {
  return {
    card: {
      id: cardId('c1'),
      story: 's1',
      recipient: principalId(ALEX),
      slot: 'help',
      notice: HELP,
      version: 3,
      isRetired: false,
      nonce: 'n',
      isNonceSpent: false,
      activityId: null,
      conversationId: null,
      ...card,
    },
    operation: 'send',
    person: PERSON,
    conversation: aChat(),
    attempt: 0,
    wasAmbiguous: false,
    reason: null,
    ...changes,
  };
}

/** Parts of a delivery that a test does not look at. */
export const nobodyElse = {
  invitations: { invite: async () => 'no-bot' as const },
  renderSmaller: () => ({ card: { type: 'AdaptiveCard', id: 'smaller' }, summary: 'smaller' }),
  onUndeliverable: async () => [],
  onReached: async () => [],
  onReachable: async () => undefined,
};

import type { Pool } from 'pg';
import type { CardId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeliveryResult, Outbox, OutboxEntry } from '../../ports/outbox.ts';
import { type CardRow, cardOf, newNonce } from './card-rows.ts';
import { type ConversationRow, conversationOf } from './conversations.ts';
import { poolDatabase } from './database.ts';
import { CLAIM, JOB_PATIENCE, LANE_PATIENCE } from './delivery-job.ts';
import { gather } from './gather.ts';
import {
  CLAIM_DUE,
  CLAIM_RESERVED,
  FREE_LANES,
  RENEW,
  RESUME,
  SETTLE_DEAD,
  SETTLE_DELIVERED,
  SETTLE_DELIVERED_MANY,
  SETTLE_LATER,
} from './outbox-statements.ts';
import { type PersonRow, personOf } from './people.ts';

interface ClaimRow {
  readonly claimed: string;
  readonly operation: OutboxEntry['operation'] | null;
  readonly attempts: number;
  readonly is_ambiguous: boolean;
  readonly reason: string | null;
  readonly card: CardRow;
  readonly person: PersonRow | null;
  readonly conversation: ConversationRow | null;
}

export interface PostgresOutboxOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  /** Names this process; a new one with every start, so that claims of a killed process are not taken for one's own. */
  readonly replica: string;
}

interface Delivered {
  readonly card: CardId;
  readonly version: number;
  readonly result: Extract<DeliveryResult, { kind: 'delivered' }>;
}

/** Hands out what must be sent from PostgreSQL: one message a person at a time, whoever asks. */
export function createPostgresOutbox({ pool, clock, replica }: PostgresOutboxOptions): Outbox {
  const database = poolDatabase(pool);
  const claimReserved = async (cards: readonly CardId[]): Promise<readonly (OutboxEntry | null)[]> => {
    const now = clock.now();
    const values = [now.toString(), replica, now.add(CLAIM).toString(), [...cards]];
    const entries = (await database.run<ClaimRow>(CLAIM_RESERVED, values)).flatMap(entriesOf);
    const unclaimed = new Map(entries.map((entry) => [entry.card.id, entry]));
    return cards.map((card) => {
      const entry = unclaimed.get(card) ?? null;
      // Asked for twice, it is given once.
      unclaimed.delete(card);
      return entry;
    });
  };
  const claimReservedOne = gather<CardId, OutboxEntry | null>({
    alone: async (card) => (await claimReserved([card]))[0] ?? null,
    together: claimReserved,
  });
  const settleDelivered = gather<Delivered, void>({
    async alone({ card, version, result }) {
      await settleWith(card, version, result);
    },
    async together(settled) {
      if (new Set(settled.map(({ card }) => card)).size < settled.length) {
        throw new AccessError('internal.unexpected', 'One card was delivered twice at the same time');
      }
      const now = clock.now();
      await database.run(SETTLE_DELIVERED_MANY, [
        settled.map(({ card }) => card),
        settled.map(({ version }) => version),
        replica,
        now.toString(),
        now.add(JOB_PATIENCE).toString(),
        settled.map(({ result }) => result.activityId),
        settled.map(({ result }) => result.conversationId),
      ]);
      return settled.map(() => undefined);
    },
  });
  return {
    async claim(cards, limit) {
      const [only, ...others] = cards ?? [];
      const reserved = only === undefined || others.length > 0 || limit < 1 ? null : await claimReservedOne(only);
      if (reserved !== null) {
        return [reserved];
      }
      const now = clock.now();
      const rows = await database.run<ClaimRow>(CLAIM_DUE, [
        now.toString(),
        replica,
        now.add(CLAIM).toString(),
        now.add(LANE_PATIENCE).toString(),
        cards === null ? null : [...cards],
        limit,
      ]);
      // Somebody sent the card between our look and our claim.
      const gone = rows.filter((row) => row.operation === null);
      if (gone.length > 0) {
        await database.run(FREE_LANES, [gone.map((row) => row.claimed), replica]);
      }
      return rows.flatMap(entriesOf);
    },
    async settle(card, version, result) {
      if (result.kind === 'delivered') {
        await settleDelivered({ card, version, result });
        return;
      }
      await settleWith(card, version, result);
    },
    async resume(recipient, reasons) {
      const now = clock.now();
      await database.run(RESUME, [now.toString(), recipient, [...reasons], now.add(JOB_PATIENCE).toString()]);
    },
    async renew(card, version) {
      const [row] = await database.run<CardRow>(RENEW, [card, version, newNonce()]);
      return row === undefined ? null : cardOf(row);
    },
  };

  function settleWith(card: CardId, version: number, result: DeliveryResult): Promise<readonly unknown[]> {
    const now = clock.now();
    const common = [card, version, replica, now.toString(), now.add(JOB_PATIENCE).toString()];
    switch (result.kind) {
      case 'delivered':
        return database.run(SETTLE_DELIVERED, [...common, result.activityId, result.conversationId]);
      case 'retry': {
        const { at, isAmbiguous, reason, keepsPlace = false } = result;
        return database.run(SETTLE_LATER, [...common, at.toString(), isAmbiguous, reason, keepsPlace, 1]);
      }
      case 'early':
        return database.run(SETTLE_LATER, [...common, result.until.toString(), false, null, true, 0]);
      case 'dead':
        return database.run(SETTLE_DEAD, [...common, result.reason]);
    }
  }
}

function entriesOf(row: ClaimRow): readonly OutboxEntry[] {
  if (row.operation === null) {
    return [];
  }
  return [
    {
      card: cardOf(row.card),
      operation: row.operation,
      person: row.person === null ? null : personOf(row.person),
      conversation: row.conversation === null ? null : conversationOf(row.conversation),
      attempt: row.attempts,
      wasAmbiguous: row.is_ambiguous,
      reason: row.reason,
    },
  ];
}

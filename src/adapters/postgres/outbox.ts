import type { Pool } from 'pg';
import type { CardId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeliveryResult, Outbox, OutboxEntry } from '../../ports/outbox.ts';
import { type CardRow, cardOf } from './card-rows.ts';
import { type ConversationRow, conversationOf } from './conversations.ts';
import { poolDatabase } from './database.ts';
import { CLAIM, JOB_PATIENCE, LANE_PATIENCE } from './delivery-job.ts';
import { CLAIM_DUE, FREE_LANES, SETTLE_DEAD, SETTLE_DELIVERED, SETTLE_RETRY } from './outbox-statements.ts';
import { type PersonRow, personOf } from './people.ts';

interface ClaimRow {
  readonly claimed: string;
  readonly operation: OutboxEntry['operation'] | null;
  readonly attempts: number;
  readonly is_ambiguous: boolean;
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

/** Hands out what must be sent from PostgreSQL: one message a person at a time, whoever asks. */
export function createPostgresOutbox({ pool, clock, replica }: PostgresOutboxOptions): Outbox {
  const database = poolDatabase(pool);
  return {
    async claim(cards, limit) {
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
      await settleWith(card, version, result);
    },
  };

  function settleWith(card: CardId, version: number, result: DeliveryResult): Promise<readonly unknown[]> {
    const now = clock.now();
    const common = [card, version, replica, now.toString(), now.add(JOB_PATIENCE).toString()];
    switch (result.kind) {
      case 'delivered':
        return database.run(SETTLE_DELIVERED, [...common, result.activityId, result.conversationId]);
      case 'retry':
        return database.run(SETTLE_RETRY, [...common, result.at.toString(), result.isAmbiguous, result.reason]);
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
    },
  ];
}

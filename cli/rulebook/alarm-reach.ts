import type { DatabaseAddress } from '../../src/adapters/postgres/address.ts';
import { listLiveChannels } from '../../src/adapters/postgres/conversations.ts';
import { poolDatabase } from '../../src/adapters/postgres/database.ts';
import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import type { ConversationId } from '../../src/domain/ids.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { silentLog } from '../../src/ports/log.ts';
import { type Finding, problemAt, warningAt } from './finding.ts';

interface Channel {
  readonly parts: readonly string[];
  readonly id: ConversationId;
}

/**
 * Whether the bot can write to the channels of alarms: what its database knows of them. Without a database that is a warning.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function checkAlarmReach(
  rulebook: Rulebook,
  database: DatabaseAddress | null,
): Promise<readonly Finding[]> {
  const channels = channelsOf(rulebook);
  if (channels.length === 0) {
    return [];
  }
  if (database === null) {
    const text =
      'whether the bot is in the channels was not looked up: the database tells (PIMLICO_DATABASE_URL), and it is not named';
    return [warningAt(['alarms'], text)];
  }
  const pool = createPostgresPool({ url: database, log: silentLog, max: 1, name: 'pimlico-rulebook' });
  try {
    const live = await listLiveChannels(
      poolDatabase(pool),
      channels.map(({ id }) => id),
    );
    return channels
      .filter(({ id }) => !live.has(id))
      .map(({ parts, id }) =>
        problemAt(
          parts,
          `the bot is not in the channel ${id}, or was not spoken to there: its alarm would reach nobody`,
        ),
      );
  } finally {
    await pool.end();
  }
}

function channelsOf({ packs, alarms }: Rulebook): readonly Channel[] {
  return [
    ...packs.map(({ name, alarm }) => ({ parts: ['breakGlass', name, 'alarm.channel'], id: alarm.channel })),
    ...(alarms === null ? [] : [{ parts: ['alarms', 'channel'], id: alarms.channel }]),
  ];
}

import { type ConversationId, conversationId, principalId } from '../../domain/ids.ts';
import type { ConversationRecord, Conversations } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { selected } from './selected.ts';

/** A row of `pimlico.conversations`. */
export interface ConversationRow {
  readonly id: string;
  readonly kind: ConversationRecord['kind'];
  readonly principal_id: string | null;
  readonly service_url: string;
  readonly dead_reason: string | null;
}

const COLUMNS = selected<ConversationRow>({
  id: true,
  kind: true,
  principal_id: true,
  service_url: true,
  dead_reason: true,
});
const FIND = { name: 'conversations.find', text: `select ${COLUMNS} from pimlico.conversations where id = $1` };
const FIND_PERSONAL = {
  name: 'conversations.find-personal',
  text: `select ${COLUMNS} from pimlico.conversations where principal_id = $1 and kind = 'personal' limit 1`,
};
// A person has one 1:1 chat with the bot: a new one replaces the old. An unchanged one costs no write.
const SAVE = {
  name: 'conversations.save',
  text: `
    with known as (
      select dead_reason from pimlico.conversations where id = $1
    ), replaced as (
      delete from pimlico.conversations where $2 = 'personal' and kind = 'personal' and principal_id = $3 and id <> $1
    ), saved as (
      insert into pimlico.conversations as c (id, kind, principal_id, service_url, dead_reason)
      values ($1, $2, $3, $4, $5)
      on conflict (id) do update set kind = excluded.kind, principal_id = excluded.principal_id,
        service_url = excluded.service_url, dead_reason = excluded.dead_reason
      where (c.kind, c.principal_id, c.service_url, c.dead_reason) is distinct from
        (excluded.kind, excluded.principal_id, excluded.service_url, excluded.dead_reason)
    )
    select $5::text is null and not exists (select from known where dead_reason is null) as is_opened`,
};
const LIST_REACHABLE = {
  name: 'conversations.list-reachable',
  text: `
    select distinct principal_id from pimlico.conversations
    where kind = 'personal' and principal_id = any($1::text[]) and dead_reason is null`,
};
const LIST_SOME_REACHABLE = {
  name: 'conversations.list-some-reachable',
  text: `
    select principal_id from pimlico.conversations where kind = 'personal' and dead_reason is null
    order by principal_id limit $1`,
};
const LIST_PERSONAL = {
  name: 'conversations.list-personal',
  text: `
    select ${COLUMNS} from pimlico.conversations where kind = 'personal' and principal_id = any($1::text[])`,
};
const LIST_LIVE_CHANNELS = {
  name: 'conversations.list-live-channels',
  text: `
    select id from pimlico.conversations where id = any($1::text[]) and kind = 'channel' and dead_reason is null`,
};
const MARK_DEAD = {
  name: 'conversations.mark-dead',
  text: 'update pimlico.conversations set dead_reason = $2 where id = $1',
};

/** Reads a conversation from a row. */
export function conversationOf(row: ConversationRow): ConversationRecord {
  return {
    id: conversationId(row.id),
    kind: row.kind,
    principalId: row.principal_id === null ? null : principalId(row.principal_id),
    serviceUrl: row.service_url,
    deadReason: row.dead_reason,
  };
}

/** Keeps conversations in PostgreSQL. */
export function postgresConversations(database: Database): Conversations {
  return {
    async listReachable(ids) {
      const rows = await database.run<{ principal_id: string }>(LIST_REACHABLE, [[...ids]]);
      return new Set(rows.map((row) => principalId(row.principal_id)));
    },
    async listSomeReachable(limit) {
      const rows = await database.run<{ principal_id: string }>(LIST_SOME_REACHABLE, [limit]);
      return rows.map((row) => principalId(row.principal_id));
    },
    async listPersonal(ids) {
      const rows = await database.run<ConversationRow>(LIST_PERSONAL, [[...ids]]);
      return new Map(
        rows.flatMap((row) =>
          row.principal_id === null ? [] : [[principalId(row.principal_id), conversationOf(row)]],
        ),
      );
    },
    async find(id) {
      const [row] = await database.run<ConversationRow>(FIND, [id]);
      return row === undefined ? null : conversationOf(row);
    },
    async findPersonal(id) {
      const [row] = await database.run<ConversationRow>(FIND_PERSONAL, [id]);
      return row === undefined ? null : conversationOf(row);
    },
    async save(conversation) {
      const [row] = await database.run<{ is_opened: boolean }>(SAVE, [
        conversation.id,
        conversation.kind,
        conversation.principalId,
        conversation.serviceUrl,
        conversation.deadReason,
      ]);
      return row?.is_opened ?? false;
    },
    async markDead(id, reason) {
      await database.run(MARK_DEAD, [id, reason]);
    },
  };
}

/** Which of these channels the bot was spoken to in, and can still write to. */
export async function listLiveChannels(
  database: Database,
  channels: readonly ConversationId[],
): Promise<ReadonlySet<ConversationId>> {
  const rows = await database.run<{ id: string }>(LIST_LIVE_CHANNELS, [[...channels]]);
  return new Set(rows.map(({ id }) => conversationId(id)));
}

import type { FeedRecords } from '../../ports/store.ts';
import type { Database } from './database.ts';

interface FeedRow {
  readonly position: Temporal.Instant;
  readonly resume_at: Temporal.Instant | null;
  readonly read_at: Temporal.Instant;
}

const FIND = { name: 'feed.find', text: 'select position, resume_at, read_at from pimlico.tenant_feed' };
const SAVE = {
  name: 'feed.save',
  text: `
    with forgotten as (delete from pimlico.tenant_feed_rows where at < $4)
    insert into pimlico.tenant_feed (id, position, resume_at, read_at) values ('pim', $1, $2, $3)
    on conflict (id) do update set position = excluded.position, resume_at = excluded.resume_at, read_at = excluded.read_at`,
};
const LIST_NEW = {
  name: 'feed.list-new',
  text: `
    select asked.id from unnest($1::text[]) as asked (id)
    where not exists (select from pimlico.tenant_feed_rows r where r.id = asked.id)`,
};
const REMEMBER = {
  name: 'feed.remember',
  text: `
    insert into pimlico.tenant_feed_rows (id, at)
    select distinct on (id) id, at from unnest($1::text[], $2::timestamptz[]) as told (id, at)
    on conflict do nothing`,
};

/** Keeps in PostgreSQL how far the tenant's log was read. */
export function postgresFeed(database: Database): FeedRecords {
  return {
    async find() {
      const [row] = await database.run<FeedRow>(FIND, []);
      return row === undefined ? null : { at: row.position, resumeAt: row.resume_at, readAt: row.read_at };
    },
    async save({ at, resumeAt, readAt }, forgetBefore) {
      const values = [at.toString(), resumeAt?.toString() ?? null, readAt.toString(), forgetBefore.toString()];
      await database.run(SAVE, values);
    },
    async listNew(ids) {
      const rows = await database.run<{ id: string }>(LIST_NEW, [[...ids]]);
      return new Set(rows.map((row) => row.id));
    },
    async remember(rows) {
      await database.run(REMEMBER, [rows.map(({ id }) => id), rows.map(({ at }) => at.toString())]);
    },
  };
}

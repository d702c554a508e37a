import type { Pool } from 'pg';

import type { Held } from './leak-search.ts';

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  order by 1`;

async function tablesOf(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(TABLES);
  return rows.map(({ name }) => name);
}

/** From now on keeps a copy of every row that is written to any table, also of those that are soon gone, such as jobs. */
export async function spyOnRows(pool: Pool): Promise<void> {
  const tables = await tablesOf(pool);
  await pool.query(`
    create schema spy;
    create table spy.written (source text not null, row text not null);
    create function spy.keep() returns trigger language plpgsql as $$
    begin
      insert into spy.written values (format('%I.%I', tg_table_schema, tg_table_name), to_jsonb(new)::text);
      return null;
    end $$`);
  for (const table of tables) {
    await pool.query(`create trigger spy after insert or update on ${table} for each row execute function spy.keep()`);
  }
}

/** The whole database as text, every column of every table of every schema; the copies of the spy count as their table. */
export async function dumpDatabase(pool: Pool): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (const table of await tablesOf(pool)) {
    const isCopy = table === 'spy.written';
    const { rows } = await pool.query<{ source: string; text: string }>(
      isCopy
        ? 'select source, row as text from spy.written'
        : `select $1::text as source, to_jsonb(t)::text as text from ${table} t`,
      isCopy ? [] : [table],
    );
    held.push(...rows.map(({ source, text }) => ({ place: 'database', where: source, text }) as const));
  }
  return held;
}

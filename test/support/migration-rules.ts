import type { Pool } from 'pg';

/*
 * The rule of decision 12: replicas of the version before go on with their statements while, and after, a migration runs. What a
 * file did is seen in the catalog, whatever way it was written; which locks it takes is seen in its text.
 */

/** First words of a line by which a file says that replicas must be stopped for it, and why. */
const EXEMPTION = /^-- breaks running replicas: \S/m;

/** First line of a file that runs without a transaction, as `migrate` reads it. */
const NO_TRANSACTION = '-- outside a transaction';

/** Tables with a row for each thing that ever happened, or for each person: scanning or rewriting them takes a while. */
const BIG: ReadonlySet<string> = new Set([
  'activation_requests',
  'approval_asks',
  'audit',
  'cards',
  'conversations',
  'inbox',
  'people',
  'timers',
]);

interface Column {
  readonly type: string;
  readonly is_required: boolean;
  readonly has_default: boolean;
}

interface Constraint {
  readonly relation: string;
  readonly definition: string;
  /** Null where an expression is looked at. */
  readonly columns: readonly string[] | null;
}

/** What statements of a program can depend on. */
export interface Schema {
  readonly columns: ReadonlyMap<string, Column>;
  readonly checks: ReadonlyMap<string, Constraint>;
  readonly uniques: ReadonlyMap<string, Constraint>;
}

const COLUMNS = `
  select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as is_required,
    a.atthasdef or a.attidentity <> '' as has_default
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'pimlico'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`;
const CHECKS = `
  select k.conname as name, c.relname as relation, pg_get_constraintdef(k.oid) as definition,
    (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum = any(k.conkey)) as columns
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  where k.connamespace = 'pimlico'::regnamespace and k.contype in ('c', 'f')`;
const UNIQUES = `
  select i.relname as name, c.relname as relation, pg_get_indexdef(i.oid) as definition,
    case when 0 = any(x.indkey) then null
      else (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum = any(x.indkey))
    end as columns
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
  where c.relnamespace = 'pimlico'::regnamespace and x.indisunique`;

export async function readSchema(on: Pick<Pool, 'query'>): Promise<Schema> {
  const read = async <Row>(text: string): Promise<ReadonlyMap<string, Row>> => {
    const { rows } = await on.query<Row & { name: string }>(text);
    return new Map(rows.map((row) => [row.name, row]));
  };
  return { columns: await read(COLUMNS), checks: await read(CHECKS), uniques: await read(UNIQUES) };
}

/** What of a change of the schema breaks statements that worked before it, one line each. */
export function breachesOfSchema(before: Schema, after: Schema): readonly string[] {
  const tables = new Set([...before.columns.keys()].map((name) => name.split('.')[0]));
  const isOld = ({ relation, columns }: Constraint): boolean =>
    tables.has(relation) &&
    (columns === null || columns.every((column) => before.columns.has(`${relation}.${column}`)));
  const breaches: string[] = [];
  for (const [name, { type, has_default, is_required }] of before.columns) {
    const now = after.columns.get(name);
    if (now === undefined) {
      breaches.push(`${name} is gone`);
    } else if (now.type !== type) {
      breaches.push(`${name} has another type`);
    } else if (now.is_required && (!is_required || (has_default && !now.has_default))) {
      breaches.push(`${name} must be given now`);
    }
  }
  for (const [name, { is_required, has_default }] of after.columns) {
    if (!before.columns.has(name) && tables.has(name.split('.')[0]) && is_required && !has_default) {
      breaches.push(`${name} is new and must be given`);
    }
  }
  for (const [name, check] of after.checks) {
    const known = before.checks.get(name);
    if (isOld(check) && !(known !== undefined && isWider(known.definition, check.definition))) {
      breaches.push(`${name} allows less than before, or cannot be seen to allow more`);
    }
  }
  for (const [name, { definition }] of before.uniques) {
    if (after.uniques.get(name)?.definition !== definition) {
      breaches.push(`${name} is gone: "on conflict" and its error depend on it`);
    }
  }
  for (const [name, index] of after.uniques) {
    if (!before.uniques.has(name) && isOld(index)) {
      breaches.push(`${name} demands to be unique what was not`);
    }
  }
  return breaches;
}

/** The same, or the same with more words in its lists. */
function isWider(before: string, after: string): boolean {
  const shape = (definition: string): string =>
    definition.replace(/ NOT VALID$/, '').replaceAll(/ARRAY\[[^\]]*\]/g, 'ARRAY[]');
  const words = (definition: string): readonly string[] => definition.match(/'(?:[^']|'')*'/g) ?? [];
  const given = new Set(words(after));
  return shape(before) === shape(after) && words(before).every((word) => given.has(word));
}

/** What a file does that holds running replicas up, one line each. */
export function breachesOfText(sql: string): readonly string[] {
  const isAlone = sql.startsWith(NO_TRANSACTION);
  const statements = statementsOf(sql);
  const own = new Set(
    statements.flatMap((statement) => /^create table (?:if not exists )?(\S+)/.exec(statement)?.[1] ?? []),
  );
  return statements.flatMap((statement) => {
    const why = isAlone ? whyNotAlone(statement) : whyNotTogether(statement, own);
    return why === null ? [] : [`${why}: ${statement.slice(0, 80)}`];
  });
}

/** Whether the file says that replicas must be stopped. */
export function isExempt(sql: string): boolean {
  return EXEMPTION.test(sql);
}

/** In small letters, without comments and the name of the schema. No text of ours holds a semicolon. */
function statementsOf(sql: string): readonly string[] {
  return (
    sql
      .replaceAll(/--[^\n]*/g, '')
      // Bodies of functions run later.
      .replaceAll(/\$\$.*?\$\$/gs, '')
      .replaceAll(/\s+/g, ' ')
      .toLowerCase()
      .replaceAll('pimlico.', '')
      .split(';')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '')
  );
}

function whyNotAlone(statement: string): string | null {
  const isRepeatable =
    /^(?:drop index concurrently if exists|create (?:unique )?index concurrently) /.test(statement) ||
    /^alter table \S+ validate constraint \S+$/.test(statement);
  return isRepeatable ? null : 'outside a transaction only what waits for nobody and can be repeated';
}

function whyNotTogether(statement: string, own: ReadonlySet<string>): string | null {
  if (/ concurrently /.test(statement)) {
    return `needs a file that begins with "${NO_TRANSACTION}"`;
  }
  if (/^(?:truncate|lock|vacuum|cluster|reindex|refresh)\b/.test(statement)) {
    return 'locks the table against everybody';
  }
  const indexed = /^create (?:unique )?index .*? on (?:only )?([^\s(]+)/.exec(statement)?.[1];
  if (indexed !== undefined && BIG.has(indexed) && !own.has(indexed)) {
    return 'an index on a big table is built concurrently';
  }
  const rewritten = /^(?:update|delete from) (?:only )?(\S+)/.exec(statement)?.[1];
  if (rewritten !== undefined && BIG.has(rewritten) && !own.has(rewritten)) {
    return 'a big table is filled by the program, a piece at a time';
  }
  const altered = /^alter table (?:if exists )?(?:only )?(\S+) (.*)$/.exec(statement);
  return altered === null || own.has(altered[1] ?? '') ? null : whyNotAltered(altered[2] ?? '');
}

function whyNotAltered(actions: string): string | null {
  if (/\brename\b/.test(actions)) {
    return 'renames what running replicas name';
  }
  if (/\badd constraint \S+ (?:check|foreign key)/.test(actions)) {
    const added = actions.split(/\badd constraint /).slice(1);
    return added.every((one) => !/^\S+ (?:check|foreign key)/.test(one) || / not valid\b/.test(one))
      ? null
      : 'a constraint is added "not valid": else the table is read from end to end under a lock';
  }
  if (
    /\badd (?:column )?.*\b(?:gen_random_uuid|random|clock_timestamp|nextval)\(|\bgenerated (?:always|by default)\b|\bserial\b/.test(
      actions,
    )
  ) {
    return 'a default that differs from row to row rewrites the table';
  }
  return null;
}

import type { Pool } from 'pg';
import { asAccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import { type Repetition, repeat } from '../repeat.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { CHAINED_COLUMNS, type ChainedRecord, GENESIS, linkHash } from './audit-chain.ts';
import { inTransaction, type NotingDatabase } from './database.ts';

const LINK_EVERY_MS = 5_000;
const AT_A_TIME = 500;

/** The newest link: whoever knows it can tell later whether anything before it was changed. */
export interface ChainHead {
  readonly place: number;
  readonly hash: string;
}

interface LinkRow {
  readonly place: string;
  readonly hash: string;
}

const ALONE = {
  name: 'audit.link-alone',
  text: `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS['audit-chain']}) as is_ours`,
};
const HEAD = { name: 'audit.head', text: 'select place, hash from pimlico.audit_links order by place desc limit 1' };
/** Records from before there was a chain. */
const NOTE_OLD = {
  name: 'audit.note-old',
  text: 'insert into pimlico.audit_unlinked (position) select position from pimlico.audit on conflict do nothing',
};
const UNLINKED = {
  name: 'audit.unlinked',
  text: `select ${CHAINED_COLUMNS} from pimlico.audit_unlinked u join pimlico.audit a using (position)
    order by a.position limit ${AT_A_TIME}`,
};
const LINK = {
  name: 'audit.link',
  text: `
    with gone as (delete from pimlico.audit_unlinked where position = any($2::bigint[]))
    insert into pimlico.audit_links (place, position, hash, linked_at)
    select place, position, hash, now() from unnest($1::bigint[], $2::bigint[], $3::text[]) as link (place, position, hash)`,
};

/**
 * Adds records that were committed since to the chain, a few hundred at most, and gives its head and whether more wait. One
 * process at a time does it, whatever the number of replicas: null when another one is at it. Writers never wait for it.
 */
export async function linkAudit(pool: Pool): Promise<{ head: ChainHead | null; isAll: boolean } | null> {
  return await inTransaction(pool, async (database) => {
    const [alone] = await database.run<{ readonly is_ours: boolean }>(ALONE, []);
    return alone?.is_ours === true ? await linkSome(database) : null;
  });
}

async function linkSome(database: NotingDatabase): Promise<{ head: ChainHead | null; isAll: boolean }> {
  const [last] = await database.run<LinkRow>(HEAD, []);
  if (last === undefined) {
    await database.note(NOTE_OLD, []);
  }
  const records = await database.run<ChainedRecord>(UNLINKED, []);
  let head = last === undefined ? null : { place: Number(last.place), hash: last.hash };
  const links = records.map((record) => {
    head = { place: (head?.place ?? 0) + 1, hash: linkHash(head?.hash ?? GENESIS, record) };
    return { ...head, position: record.position };
  });
  if (links.length > 0) {
    await database.note(LINK, [
      links.map(({ place }) => place),
      links.map(({ position }) => position),
      links.map(({ hash }) => hash),
    ]);
  }
  return { head, isAll: records.length < AT_A_TIME };
}

export interface AuditLinkerOptions {
  readonly pool: Pool;
  readonly log: Log;
  /** Gets the head after each round of this process, to be kept outside the database. */
  onHead(head: ChainHead): Promise<void>;
  /** Milliseconds between two rounds; 5,000 by default. */
  readonly everyMs?: number;
}

/** Links in the background until it is stopped, at once and then every few seconds. What fails is tried again with the next round. */
export function startAuditLinker({ pool, log, onHead, everyMs = LINK_EVERY_MS }: AuditLinkerOptions): Repetition {
  const round = async (ending: AbortSignal): Promise<void> => {
    try {
      let linked = await linkAudit(pool);
      while (linked !== null && !linked.isAll && !ending.aborted) {
        linked = await linkAudit(pool);
      }
      if (linked?.head != null) {
        await onHead(linked.head);
      }
    } catch (thrown) {
      log.warn('audit.not_linked', { code: asAccessError(thrown).code, reason: String(thrown) });
    }
  };
  return repeat(everyMs, round, { firstAfterMs: 0 });
}

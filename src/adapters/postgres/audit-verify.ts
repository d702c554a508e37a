import type { Pool } from 'pg';
import type { Anchor } from '../audit/anchor-file.ts';
import { CHAINED_COLUMNS, type ChainedRecord, GENESIS, linkHash, sealOf } from './audit-chain.ts';
import { poolDatabase } from './database.ts';

const AT_A_TIME = 1_000;

/** What the trail proves. Places count the links of the chain, positions are the records' own. */
export interface AuditVerdict {
  /** What is broken first, in words; null when nothing is. */
  readonly broken: string | null;
  readonly linked: number;
  /** Records that are in no chain yet, and since when. */
  readonly unlinked: number;
  readonly oldestUnlinkedAt: string | null;
  /** Personal fields that were erased: what they said is gone, what they were cannot be changed. */
  readonly erased: number;
  /** The last place that somebody outside the database knows; after that only the database itself speaks for the chain. */
  readonly anchoredPlace: number;
  readonly anchoredAt: Temporal.Instant | null;
}

interface LinkedRow {
  readonly place: string;
  readonly linked_position: string;
  readonly hash: string;
  readonly record: boolean;
  readonly personal: readonly { readonly field: string; readonly salt: string; readonly value: string }[] | null;
}

const READ = {
  name: 'audit.verify',
  text: `select l.place::text, l.position::text as linked_position, l.hash, a.position is not null as record,
      (select json_agg(json_build_object('field', p.field, 'salt', p.salt, 'value', p.value))
        from pimlico.audit_personal p where p.position = l.position) as personal,
      ${CHAINED_COLUMNS}
    from pimlico.audit_links l left join pimlico.audit a on a.position = l.position
    where l.place > $1 order by l.place limit ${AT_A_TIME}`,
};
const TAIL = {
  name: 'audit.verify-tail',
  text: `select count(*)::integer as unlinked, min(a.at)::text as oldest,
      count(*) filter (where a.position is null)::integer as lost
    from pimlico.audit_unlinked u left join pimlico.audit a using (position)`,
};
/** Records that were written past the chain: with the trigger switched off, say. */
const STRAY = {
  name: 'audit.verify-stray',
  text: `select min(a.position)::text as position from pimlico.audit a
    where exists (select from pimlico.audit_links)
      and not exists (select from pimlico.audit_links l where l.position = a.position and l.place > 0)
      and not exists (select from pimlico.audit_unlinked u where u.position = a.position)`,
};

interface Progress {
  place: number;
  hash: string;
  erased: number;
  broken: string | null;
}

/**
 * Computes the chain again from the first record, and compares it with what the links and the anchors say. Reads everything
 * once, a thousand records at a time; changes nothing.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function verifyAudit(pool: Pool, anchors: readonly Anchor[]): Promise<AuditVerdict> {
  const database = poolDatabase(pool);
  const known = Map.groupBy(anchors, ({ place }) => place);
  const progress: Progress = { place: 0, hash: GENESIS, erased: 0, broken: null };
  for (let isAll = false; !isAll && progress.broken === null; ) {
    const rows = await database.run<LinkedRow & ChainedRecord>(READ, [progress.place]);
    isAll = rows.length < AT_A_TIME;
    for (const row of rows) {
      progress.broken = follow(progress, row, known.get(progress.place + 1) ?? []);
      if (progress.broken !== null) {
        break;
      }
    }
  }
  const [tail] = await database.run<{ unlinked: number; oldest: string | null; lost: number }>(TAIL, []);
  const [stray] = await database.run<{ position: string | null }>(STRAY, []);
  const anchored = anchors.filter(({ place }) => place <= progress.place).at(-1);
  return {
    broken: progress.broken ?? cutOff(progress.place, anchors) ?? outside(tail?.lost ?? 0, stray?.position ?? null),
    linked: progress.place,
    unlinked: tail?.unlinked ?? 0,
    oldestUnlinkedAt: tail?.oldest ?? null,
    erased: progress.erased,
    anchoredPlace: anchored?.place ?? 0,
    anchoredAt: anchored?.at ?? null,
  };
}

/** Goes one link on; says what is wrong with it. */
function follow(progress: Progress, row: LinkedRow & ChainedRecord, anchors: readonly Anchor[]): string | null {
  const place = progress.place + 1;
  const name = `Record ${row.linked_position} (link ${row.place})`;
  if (Number(row.place) !== place) {
    return `Link ${place} is missing: the next one is ${row.place}.`;
  }
  if (!row.record) {
    return `${name} is gone.`;
  }
  const hash = linkHash(progress.hash, row);
  if (hash !== row.hash) {
    return `${name} is not what was recorded, or its link is not.`;
  }
  const anchor = anchors.find((one) => one.hash !== hash);
  if (anchor !== undefined) {
    return `${name}: the chain was made anew. The anchor of ${anchor.at} knows another one up to here.`;
  }
  const personal = row.personal ?? [];
  const forged = personal.find(({ field, salt, value }) => row.sealed[field] !== sealOf(salt, value));
  if (forged !== undefined) {
    return `${name}: “${forged.field}” is not what was recorded.`;
  }
  progress.place = place;
  progress.hash = hash;
  progress.erased += Object.keys(row.sealed).length - personal.length;
  return null;
}

function cutOff(place: number, anchors: readonly Anchor[]): string | null {
  const beyond = anchors.find((anchor) => anchor.place > place);
  return beyond === undefined
    ? null
    : `The chain ends at link ${place}, and the anchor of ${beyond.at} knows link ${beyond.place}: records were cut off, or a backup was restored.`;
}

function outside(lost: number, stray: string | null): string | null {
  if (lost > 0) {
    return `${lost} records are gone that were in no chain yet.`;
  }
  return stray === null ? null : `Record ${stray} is in no chain and waits for none.`;
}

const ERASE = {
  name: 'audit.erase',
  text: `
    with named as (select distinct position from pimlico.audit_personal where value = $1)
    delete from pimlico.audit_personal p using named where p.position = named.position
      and (p.value = $1 or p.field in ('justification', 'ticket') and exists (
        select from pimlico.audit_personal a where a.position = p.position and a.field = 'actor' and a.value = $1
      ))
    returning p.position`,
};

/**
 * Erases what the trail tells of a person: that they acted or were acted upon, and the words they wrote. The records stay, and
 * the chain with them. Gives how many fields went.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function erasePerson(pool: Pool, personId: string): Promise<number> {
  return (await poolDatabase(pool).run(ERASE, [personId])).length;
}

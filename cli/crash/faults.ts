import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Control } from '../stage/control.ts';
import type { Random } from './random.ts';

/** What goes wrong beside the crash. Each is there from a beat of the story on, for some time. */
export const FAULT_NAMES = [
  'throttle',
  'slow',
  'drop',
  'ambiguous',
  'stale',
  'duplicate',
  'reorder',
  'clock',
  'disk',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** Reads `a,b`, `none` or `all`; null when a name is not known. */
export function readFaultNames(text: string): readonly FaultName[] | null {
  if (text === 'none' || text === 'all') {
    return text === 'none' ? [] : FAULT_NAMES;
  }
  const names = text.split(',').map((name) => FAULT_NAMES.find((known) => known === name));
  return names.every((name) => name !== undefined) ? names : null;
}

const SERVICES = ['graph', 'arm', 'connector'] as const;
/** What people and the bot write at Microsoft: calls whose answer matters. */
const WRITES = [
  { service: 'graph', match: 'POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests' },
  { service: 'graph', match: 'POST /v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests' },
  { service: 'graph', match: 'PATCH /beta/' },
  { service: 'arm', match: 'PUT /' },
  { service: 'connector', match: 'POST /v3/conversations/' },
  { service: 'connector', match: 'PUT /v3/conversations/' },
] as const;

/** Sets a fault of the sandbox; those that are not the sandbox's are done by whoever plays the story. */
export async function setFault(control: Control, name: FaultName, random: Random): Promise<void> {
  const service = random.pick(SERVICES);
  switch (name) {
    case 'throttle':
      await control.send('POST', '/faults', {
        name,
        service,
        retryAfter: random.between(1, 20),
        times: random.between(1, 4),
      });
      return;
    case 'slow':
      await control.send('POST', '/faults', {
        name,
        service,
        ms: random.between(20, 120),
        times: random.between(2, 8),
      });
      return;
    case 'drop':
      await control.send('POST', '/faults', { name, service, times: random.between(1, 3) });
      return;
    case 'ambiguous':
      await control.send('POST', '/faults', { name, ...random.pick(WRITES), close: random.chance(0.5), times: 1 });
      return;
    case 'stale':
      await control.send('POST', '/settings', { listLag: 'PT45S' });
      await control.send('POST', '/faults', { name: 'stale-read', times: random.between(1, 3) });
      return;
    case 'duplicate':
    case 'reorder':
    case 'clock':
    case 'disk':
      return;
  }
}

/** Lets everything work again. */
export async function clearFaults(control: Control): Promise<void> {
  await control.send('DELETE', '/faults');
  await control.send('POST', '/settings', { listLag: 'PT2S' });
}

/**
 * No room is left on the disk: PostgreSQL refuses whatever would write a row, with its own code for that (53100), and goes on
 * reading. It is told to by triggers, since a full disk cannot be had without being root.
 */
const FILL_DISK = `
  create schema crash_disk;
  create function crash_disk.refuse() returns trigger language plpgsql as $$
  begin
    raise exception 'could not extend file: No space left on device' using errcode = '53100';
  end $$;
  do $$
  declare full_table record;
  begin
    for full_table in select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname = 'pimlico' or (schemaname, tablename) = ('graphile_worker', '_private_jobs')
    loop
      execute format('create trigger crash_disk before insert or update on %s
        for each statement execute function crash_disk.refuse()', full_table.name);
    end loop;
  end $$`;
const EMPTY_DISK = 'drop schema crash_disk cascade';
/** Long enough for jobs to fail, too. */
const FULL_FOR_MS = 250;

/** Does it while the database's disk is full. */
export async function withFullDisk<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  await pool.query(FILL_DISK);
  try {
    const done = await work();
    await pause(FULL_FOR_MS);
    return done;
  } finally {
    await pool.query(EMPTY_DISK);
  }
}

import type { Pool } from 'pg';
import { readAsks, type TrailRecord } from '../../src/adapters/postgres/audit-read.ts';
import { toCsv } from '../../src/use-cases/csv.ts';
import { toOcsf } from './ocsf.ts';

export const FORMATS = ['ndjson', 'csv', 'ocsf'] as const;
export type Format = (typeof FORMATS)[number];

/** Records as text: a piece of the file, in the order of the pieces. */
type Print = (records: readonly TrailRecord[], options: PrintOptions) => Promise<string>;

interface PrintOptions {
  readonly pool: Pool;
  readonly piece: 'beginning' | 'continuation';
}

const COLUMNS = ['position', 'event', 'at', 'actorId', 'requestId', 'facts'] as const;

type Exported = Pick<TrailRecord, 'position' | 'event' | 'actorId' | 'requestId' | 'facts'> & { readonly at: string };

export const PRINT: Readonly<Record<Format, Print>> = {
  ndjson: async (records) => lines(records.map(exported)),
  ocsf: async (records, { pool }) => {
    const asks = await readAsks(pool, records);
    return lines(records.map((record) => toOcsf(record, asks.get(record.requestId ?? '') ?? null)));
  },
  csv: async (records, { piece }) => {
    const rows = records.map(exported);
    const cells = rows.map((row) => ({ ...row, position: String(row.position), facts: JSON.stringify(row.facts) }));
    return toCsv(COLUMNS, cells, piece);
  },
};

function exported({ position, event, at, actorId, requestId, facts }: TrailRecord): Exported {
  return { position, event, at: at.toString(), actorId, requestId, facts };
}

function lines(objects: readonly object[]): string {
  return objects.map((one) => `${JSON.stringify(one)}\n`).join('');
}

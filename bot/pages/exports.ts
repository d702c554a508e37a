import { createHash } from 'node:crypto';

import type { Store } from '../../src/ports/store.ts';
import type { PageExport } from './flow.ts';
import { type ExportFormat, readExport } from './input.ts';
import { type OutcomeName, type PaintedPage, paintExport } from './paint.ts';

/** The lists behind the links. Looking changes nothing. */
export interface PageExports {
  /** Null when it is unknown or has expired. `secretHash` is the SHA-256 of the link's secret, in hex. */
  find(secretHash: string): Promise<PageExport | null>;
}

/** Reads lists, and who asked for them, from the store. */
export function createPageExports(store: Store): PageExports {
  return {
    async find(secretHash) {
      const found = await store.now.exports.find(secretHash);
      const owner = found === null ? null : await store.now.people.find(found.ownerId);
      if (found === null || owner === null) {
        return null;
      }
      const { fileName, csv, ndjson, expiresAt } = found;
      const { name: ownerName, timeZone, locale } = owner;
      return { fileName, ownerName, rows: countLines(ndjson), csv, ndjson, expiresAt, timeZone, locale };
    },
  };
}

export type ExportAnswer =
  | { readonly kind: 'outcome'; readonly name: OutcomeName }
  | { readonly kind: 'page'; readonly page: PaintedPage }
  | { readonly kind: 'file'; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** Shows which list a link is for. */
export async function lookAtExport(
  exports: PageExports,
  parameters: URLSearchParams,
  now: Temporal.Instant,
): Promise<ExportAnswer> {
  const { id } = readExport(parameters);
  if (id === null) {
    return { kind: 'outcome', name: 'unknown' };
  }
  const found = await exports.find(hashOf(id));
  return found === null
    ? { kind: 'outcome', name: 'export.gone' }
    : { kind: 'page', page: paintExport(found, id, now) };
}

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** Gives the file that the page's form asks for. */
export async function fetchExport(exports: PageExports, parameters: URLSearchParams): Promise<ExportAnswer> {
  const { id, format } = readExport(parameters);
  if (id === null || format === null) {
    return { kind: 'outcome', name: id === null ? 'unknown' : 'export.unreadable' };
  }
  const found = await exports.find(hashOf(id));
  if (found === null) {
    return { kind: 'outcome', name: 'export.gone' };
  }
  const headers = {
    'content-type': TYPES[format],
    'content-disposition': `attachment; filename="${safeName(found.fileName)}.${format}"`,
  };
  return { kind: 'file', headers, body: found[format] };
}

/** The secret is kept as a hash: who reads the database cannot fetch a list with it. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** Only what is safe in a header and on every disk. */
function safeName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return safe === '' ? 'export' : safe.slice(0, 100);
}

/** A list has one line a row, each of them ended. */
function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
}

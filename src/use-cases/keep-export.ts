import { createHash, randomBytes } from 'node:crypto';
import type { ReportNotice } from '../domain/administration-notice.ts';
import type { Audit } from '../ports/audit.ts';
import type { CardRecord } from '../ports/store.ts';
import { toCsv } from './csv.ts';
import { answer } from './error-card.ts';
import { iso } from './facts.ts';
import { type Asker, claimClick, type Posted, type Services } from './services.ts';

/** How long the link works. */
const KEPT = Temporal.Duration.from({ minutes: 10 });

export interface ListToExport<Column extends string> {
  /** What the list is, for people. */
  readonly title: string;
  /** What its file is called, in words. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<Column, string | null>>[];
  /** What the trail keeps of it. */
  readonly facts: Parameters<Audit['exportMade']>[0]['facts'];
}

/**
 * Keeps a list as CSV and NDJSON behind a link that works for ten minutes, and answers with the link. The card whose button was
 * pressed is drawn again: the button can be pressed again.
 *
 * @throws {AccessError} card.stale, export.too_large
 */
export async function keepExport<Column extends string>(
  services: Services,
  asker: Asker,
  { title, name, columns, rows, facts }: ListToExport<Column>,
  pressed: CardRecord | null,
): Promise<Posted> {
  const secret = randomBytes(32).toString('base64url');
  const now = services.clock.now();
  const expiresAt = now.add(KEPT);
  const notice: ReportNotice = {
    card: 'report',
    title,
    rows: rows.length,
    exportId: secret,
    expiresAt: iso(expiresAt),
  };
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.exports.insert({
      secretHash: hashOf(secret),
      ownerId: asker.person.id,
      fileName: fileNameOf(name),
      csv: toCsv(columns, rows),
      ndjson: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
      expiresAt,
    });
    await stores.audit.exportMade({ at: now, actorId: asker.person.id, facts });
    const posted = await stores.cards.post(answer(asker, notice));
    if (pressed === null) {
      return [posted];
    }
    const { story, recipient, slot } = pressed;
    const redrawn = await stores.cards.revise(story, recipient, slot, pressed.notice);
    return redrawn === null ? [posted] : [posted, redrawn];
  });
}

/** What the database keeps of a link's secret: SHA-256, in hex. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Nothing but letters, digits and dashes: it becomes part of a header and of a path. */
function fileNameOf(words: string): string {
  return words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 72)
    .replace(/^-+|-+$/g, '');
}

import { NO_RUNBOOKS, type Runbooks } from '../../domain/runbook.ts';
import type { Log } from '../../ports/log.ts';
import type { RunbookCatalogue } from '../../ports/runbook-catalogue.ts';
import { readRunbooks } from '../../runbooks/runbooks-document.ts';
import { diffRunbooks } from '../../runbooks/runbooks-words.ts';
import { type WatchedDocument, type WatchedForm, watchDocument } from '../documents/watched-document.ts';

export interface RunbooksFileOptions {
  /** Null when there is none. */
  readonly path: string | null;
  readonly log: Log;
  /** Milliseconds between two looks at the file; 2,000 by default. */
  readonly lookEveryMs?: number;
}

/** The runbooks of a file, as they are now. */
export type RunbooksFile = RunbookCatalogue & WatchedDocument<Runbooks>;

const FORM: WatchedForm<Runbooks> = {
  title: 'The file of runbooks',
  events: { inForce: 'runbooks.in_force', refused: 'runbooks.refused' },
  read: readRunbooks,
  changes: diffRunbooks,
};

/**
 * Keeps the runbooks of a file in force: a valid change without a restart, else those before.
 *
 * @throws {AccessError} config.invalid, with everything that is wrong with it
 */
export async function openRunbooks({ path, ...options }: RunbooksFileOptions): Promise<RunbooksFile> {
  return path === null
    ? { current: () => NO_RUNBOOKS, close: async () => undefined }
    : await watchDocument({ path, form: FORM, ...options });
}

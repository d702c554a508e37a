import type { Runbooks } from '../domain/runbook.ts';

/** Where the runbooks in force are found; others may be in force the next time. */
export interface RunbookCatalogue {
  current(): Runbooks;
}

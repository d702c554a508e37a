import type { DutyRule } from './separation-of-duties.ts';

/** What an organisation has decided beyond what PIM can be told. */
export interface Rulebook {
  /** Names its content: equal rulebooks have equal versions. Goes onto every decision. */
  readonly version: string;
  readonly separationOfDuties: readonly DutyRule[];
}

/** In force where none was given. */
export const NO_RULEBOOK: Rulebook = { version: 'none', separationOfDuties: [] };

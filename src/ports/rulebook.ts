import type { Rulebook } from '../domain/rulebook.ts';

/** Where the rulebook in force is found; another one may be in force the next time. */
export interface Rules {
  current(): Rulebook;
}

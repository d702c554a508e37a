import type { Person } from './policy.ts';

/** Where it is found who is on call. */
export type OnCallSource =
  /** The members of an Entra group, by display name or object id. */
  | { readonly name: string; readonly kind: 'entra-group'; readonly group: string }
  /** A file with shifts; its path is taken from the folder of the rulebook. */
  | { readonly name: string; readonly kind: 'rota'; readonly file: string };

/** Who was on call by a source at an instant. Nobody means nobody, never everybody. */
export interface OnCallPeople {
  readonly people: readonly Person[];
  /** Until when that holds by the source itself; null where it does not tell. */
  readonly until: Temporal.Instant | null;
}

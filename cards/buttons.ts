import type { Verb } from '../src/domain/notice.ts';

/** Titles of the buttons that an error may offer (DESIGN §8: titles are part of the contract). */
export const OFFERED_BUTTONS: ReadonlyMap<string, string> = new Map<Verb, string>([
  ['open-form', 'Activate…'],
  ['show-my-roles', 'My roles'],
  ['show-active', 'Active'],
  ['show-pending', 'Pending'],
  ['show-approvals', 'Approvals'],
  ['open-preferences', 'Preferences…'],
  ['sign-in', 'Sign in'],
  ['activate-again', 'Activate again'],
  ['show-help', 'Help'],
]);

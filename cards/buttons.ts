import type { Verb } from '../src/domain/notice.ts';
import { type Listener, type MessageKey, say } from './messages.ts';

/** Titles of the buttons that an error may offer (DESIGN §8: titles are part of the contract). */
export const OFFERED_BUTTONS: ReadonlyMap<string, MessageKey> = new Map<Verb, MessageKey>([
  ['open-form', 'shared.open-form'],
  ['show-my-roles', 'help.my-roles'],
  ['show-active', 'help.active'],
  ['show-pending', 'help.pending'],
  ['show-approvals', 'help.approvals'],
  ['open-preferences', 'help.preferences'],
  ['sign-in', 'shared.sign-in'],
  ['activate-again', 'activation-ended.activate-again'],
  ['show-help', 'shared.help'],
]);

/** The title of such a button in the reader's language; empty for a verb that is none of them. */
export function buttonTitle(verb: string, reader: Listener): string {
  const key = OFFERED_BUTTONS.get(verb);
  return key === undefined ? '' : say(reader, key);
}

import { NO_RULEBOOK, type Rulebook } from '../../domain/rulebook.ts';
import type { Log } from '../../ports/log.ts';
import type { Rules } from '../../ports/rulebook.ts';
import { readRulebook } from '../../rulebook/rulebook-document.ts';
import { diffRulebooks } from '../../rulebook/rulebook-words.ts';
import { type WatchedDocument, type WatchedForm, watchDocument } from '../documents/watched-document.ts';

export interface RulebookFileOptions {
  /** Null when there is none. */
  readonly path: string | null;
  readonly log: Log;
  /** Milliseconds between two looks at the file; 2,000 by default. */
  readonly lookEveryMs?: number;
}

/** The rulebook of a file, as it is now. */
export type RulebookFile = Rules & WatchedDocument<Rulebook>;

const FORM: WatchedForm<Rulebook> = {
  title: 'The rulebook',
  events: { inForce: 'rulebook.in_force', refused: 'rulebook.refused' },
  read(text) {
    const reading = readRulebook(text);
    return reading.isValid ? { isValid: true, content: reading.rulebook } : reading;
  },
  changes: (before, after) => diffRulebooks(before, after).map(({ rule, what }) => withoutPeople(`${rule} ${what}`)),
};

/**
 * Keeps the rulebook of a file in force: a valid change without a restart, else the one before.
 *
 * @throws {AccessError} config.invalid, with everything that is wrong with it
 */
export async function openRulebook({ path, ...options }: RulebookFileOptions): Promise<RulebookFile> {
  return path === null
    ? { current: () => NO_RULEBOOK, close: async () => undefined }
    : await watchDocument({ path, form: FORM, ...options });
}

/** Logs name nobody; ids of channels have the same sign in them. */
function withoutPeople(text: string): string {
  return text.replaceAll(/(?<!\S)(?!19:)[^\s@]+@[^\s@:]+/g, 'somebody');
}

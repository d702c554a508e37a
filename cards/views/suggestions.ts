import { type Listener, say } from '../messages.ts';
import { namesWords } from '../words.ts';

/** A role that fits on several scopes is suggested once: the name is what the person can write. */
export function nearestWords(suggestions: readonly string[], reader: Listener): string {
  const names = [...new Set(suggestions)];
  if (names.length === 0) {
    return '';
  }
  return say(reader, 'error.nearest', { count: names.length, names: namesWords(names, reader) });
}

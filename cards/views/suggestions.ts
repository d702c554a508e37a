import { namesWords } from '../words.ts';

/** A role that fits on several scopes is suggested once: the name is what the person can write. */
export function nearestWords(suggestions: readonly string[]): string {
  const names = [...new Set(suggestions)];
  if (names.length === 0) {
    return '';
  }
  return `The nearest ${names.length === 1 ? 'is' : 'are'}: ${namesWords(names)}.`;
}

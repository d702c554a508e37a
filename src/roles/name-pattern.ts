import { RE2JS, RE2JSException } from 're2js';

const LONGEST_PATTERN = 500;

export interface NamePattern {
  readonly text: string;
  /** Whether the whole name is as the pattern wants it. */
  matches(name: string): boolean;
}

export type NamePatternReading =
  | { readonly isValid: true; readonly pattern: NamePattern }
  | { readonly isValid: false; readonly problem: string };

/**
 * Reads a naming convention, a regular expression for the whole name. Matching takes time that grows with the name only, whatever
 * the pattern (RE2): what RE2 does not have, such as looking ahead and referring back, is refused.
 */
export function readNamePattern(text: string): NamePatternReading {
  if (text === '' || text.length > LONGEST_PATTERN) {
    const problem = text === '' ? 'the pattern is empty' : `the pattern has more than ${LONGEST_PATTERN} characters`;
    return { isValid: false, problem };
  }
  try {
    const compiled = RE2JS.compile(text);
    return { isValid: true, pattern: { text, matches: (name) => compiled.matches(name) } };
  } catch (error) {
    if (error instanceof RE2JSException) {
      return { isValid: false, problem: `the pattern cannot be used: ${error.message}` };
    }
    throw error;
  }
}

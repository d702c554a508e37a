import type { DocumentProblem } from '../../src/documents/yaml-document.ts';

/** What a check found. Warnings stop nothing. */
export interface Finding extends DocumentProblem {
  readonly level: 'problem' | 'warning';
}

/** Something wrong with what a part of the rulebook names. Parts are joined by `›`, since names may have dots. */
export function problemAt(parts: readonly string[], text: string): Finding {
  return { level: 'problem', line: null, path: parts.join(' › '), text };
}

export function warningAt(parts: readonly string[], text: string): Finding {
  return { ...problemAt(parts, text), level: 'warning' };
}

import { type DocumentProblem, printProblem } from '../../src/documents/yaml-document.ts';
import type { CommandContext } from '../command.ts';

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

/** Prints what was found in a file: a line each, as text or as JSON. */
export function tellFindings(
  findings: readonly Finding[],
  { file, isJson }: { readonly file: string; readonly isJson: boolean },
  { out }: CommandContext,
): void {
  for (const { level, ...problem } of findings) {
    const isWarning = level === 'warning';
    out(
      isJson
        ? `${JSON.stringify(isWarning ? { level, ...problem } : problem)}\n`
        : `${file}: ${isWarning ? 'warning: ' : ''}${printProblem(problem)}\n`,
    );
  }
}

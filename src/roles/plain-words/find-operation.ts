import { typoDistance } from '../../domain/distance.ts';
import { comparable, operationPattern } from '../../domain/operation-pattern.ts';
import type { AzureOperation, DirectoryAction } from '../../domain/role-definition.ts';

/** What is written like an operation turned out to be. */
export type FoundOperation =
  /** An operation of Azure; two when both planes have one of that name. */
  | { readonly kind: 'azure'; readonly operations: readonly AzureOperation[] }
  | { readonly kind: 'directory'; readonly action: DirectoryAction }
  /** A pattern, and what it stands for today. */
  | { readonly kind: 'pattern'; readonly pattern: string; readonly operations: readonly AzureOperation[] }
  | { readonly kind: 'unknown'; readonly nearest: readonly string[] };

interface Known {
  readonly operations: readonly AzureOperation[];
  readonly directoryActions: readonly DirectoryAction[];
}

const MOST_NEAREST = 3;
/** Typos by which a name may be mistaken for another, at most; fewer in short names. */
const MOST_TYPOS = 6;
const TYPOS_PER_LETTERS = 8;

/** Whether the text is written like an operation or a pattern of them, rather than in words. */
export function looksLikeOperation(text: string): boolean {
  return /^[^\s/]+(?:\/[^\s/]+)+\/?$|^\*$|^\*\/[^\s/]+$/.test(text.trim());
}

/** Finds the operation of this name, without regard to case; else those whose names differ by little. */
export function findOperation(text: string, { operations, directoryActions }: Known): FoundOperation {
  const wanted = comparable(text);
  if (wanted.includes('*')) {
    const test = operationPattern(wanted);
    const named = operations.filter(({ name }) => test.fits(comparable(name)));
    return { kind: 'pattern', pattern: text.trim(), operations: named };
  }
  const same = operations.filter(({ name }) => name.toLowerCase() === wanted);
  if (same.length > 0) {
    return { kind: 'azure', operations: same };
  }
  const action = directoryActions.find(({ name }) => name.toLowerCase() === wanted);
  if (action !== undefined) {
    return { kind: 'directory', action };
  }
  return { kind: 'unknown', nearest: nearestNames(wanted, [...operations, ...directoryActions]) };
}

/** The names that differ by the fewest letters; an action may be written without its last word. */
function nearestNames(wanted: string, known: readonly { readonly name: string }[]): readonly string[] {
  const allowed = Math.min(MOST_TYPOS, Math.max(2, Math.floor(wanted.length / TYPOS_PER_LETTERS)));
  const near = new Map<string, number>();
  for (const { name } of known) {
    const lower = name.toLowerCase();
    const isAction = lower === `${wanted}/action`;
    if (!isAction && Math.abs(lower.length - wanted.length) > allowed) {
      continue;
    }
    const typos = isAction ? 0 : typoDistance(wanted, lower, allowed + 1);
    if (typos <= allowed && !near.has(lower)) {
      near.set(lower, typos);
    }
  }
  const names = new Map(known.map(({ name }) => [name.toLowerCase(), name]));
  return [...near]
    .toSorted(([a, left], [b, right]) => left - right || a.localeCompare(b))
    .slice(0, MOST_NEAREST)
    .map(([lower]) => names.get(lower) ?? lower);
}

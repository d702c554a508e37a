import type { Runbook, Runbooks } from '../../domain/runbook.ts';
import { matchRoles } from '../../language/match.ts';

/** Which runbooks words mean. Showing the wrong one harms nobody, so that a part of a name is enough where only one has it. */
export type NamedRunbook =
  | { readonly kind: 'one'; readonly runbook: Runbook }
  | { readonly kind: 'several'; readonly runbooks: readonly Runbook[] }
  | { readonly kind: 'none'; readonly nearest: readonly string[] };

/** Finds runbooks by name, title, other words or role, as roles are found: without regard to case, with small typos, in part. */
export function findRunbook({ all }: Runbooks, words: string): NamedRunbook {
  const candidates = all.flatMap((runbook) =>
    [runbook.name, runbook.title, ...runbook.words, runbook.role.role].map((name) => ({
      id: runbook.name,
      name,
      scopeName: '',
      scopeId: '',
    })),
  );
  const found = matchRoles(words, candidates, null);
  if (found.kind === 'none') {
    return { kind: 'none', nearest: [...new Set(found.nearest.map(({ id }) => id))] };
  }
  const names = new Set((found.kind === 'one' ? [found.match] : found.matches).map(({ id }) => id));
  const runbooks = all.filter(({ name }) => names.has(name));
  const [runbook] = runbooks;
  return runbook !== undefined && runbooks.length === 1 ? { kind: 'one', runbook } : { kind: 'several', runbooks };
}

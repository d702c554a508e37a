import { isWithin, type Scope, scopeKey } from '../../../src/domain/assignment.ts';

/** Scopes that contain each other, as far as a test needs them. */
export class FakeScopeTree {
  readonly #nodes = new Map<string, { readonly scope: Scope; readonly parent: string | null }>();

  add(scope: Scope, parent: Scope | null = null): Scope {
    this.#nodes.set(scopeKey(scope.id), { scope, parent: parent === null ? null : scopeKey(parent.id) });
    return scope;
  }

  /** Scopes of this name or path, in any case. */
  find(words: string): readonly Scope[] {
    const name = words.trim().toLowerCase();
    return this.#all().filter((scope) => scope.name.toLowerCase() === name || scopeKey(scope.id) === scopeKey(name));
  }

  /** Whether the first is the second or contains it, management groups included. */
  covers(outer: string, inner: string): boolean {
    if (isWithin(inner, outer)) {
      return true;
    }
    const parent = this.#nodes.get(scopeKey(inner))?.parent ?? this.#parentByPath(inner);
    return parent !== null && this.covers(outer, parent);
  }

  #all(): readonly Scope[] {
    return [...this.#nodes.values()].map(({ scope }) => scope);
  }

  /** What is not among the nodes lies below the longest path that is. */
  #parentByPath(inner: string): string | null {
    const above = [...this.#nodes.keys()].filter((key) => key !== scopeKey(inner) && isWithin(inner, key));
    return above.sort((a, b) => b.length - a.length)[0] ?? null;
  }
}

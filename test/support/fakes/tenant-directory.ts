import type { HistoryEntry, Principal } from '../../../src/domain/administration.ts';
import type { ContextBacking } from '../../../src/domain/role-settings.ts';
import type { HistoryOptions, TenantDirectory } from '../../../src/ports/role-administration.ts';
import type { Actor } from '../../../src/ports/role-management.ts';
import { checkRead, mayRead } from './administration-rights.ts';
import type { TenantState } from './tenant-state.ts';

/** People, groups and the log of the tenant in memory. The log says what a test put there. */
export class FakeTenantDirectory implements TenantDirectory {
  /** By object id of whom it is about. */
  readonly history = new Map<string, HistoryEntry[]>();
  /** Contexts that a Conditional Access policy targets; no other is targeted. */
  readonly targetedContexts = new Set(['c1']);
  readonly #state: TenantState;

  constructor(state: TenantState) {
    this.#state = state;
  }

  async findPrincipals(actor: Actor, words: string): Promise<readonly Principal[]> {
    return await this.#state.run({ surface: null, method: 'findPrincipals' }, actor, () => {
      const wanted = words.trim().toLowerCase();
      const users = [...this.#state.people.values()]
        .filter(({ id, name, userPrincipalName }) =>
          [id, name, userPrincipalName].some((one) => one.toLowerCase() === wanted),
        )
        .map(({ id, name, userPrincipalName }): Principal => ({ id, name, kind: 'user', userPrincipalName }));
      const groups = [...this.#state.groups.values()]
        .filter(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted)
        .map(({ id, name }): Principal => ({ id, name, kind: 'group', userPrincipalName: null }));
      return [...users, ...groups];
    });
  }

  async listHistory(actor: Actor, { about, limit, since }: HistoryOptions): Promise<readonly HistoryEntry[]> {
    return await this.#state.run({ surface: null, method: 'listHistory' }, actor, () => {
      checkRead(this.#state, actor, null);
      return (this.history.get(about) ?? [])
        .filter(({ at }) => Temporal.Instant.compare(at, since) >= 0)
        .sort((a, b) => Temporal.Instant.compare(b.at, a.at))
        .slice(0, limit);
    });
  }

  async readContextBacking(actor: Actor, context: string): Promise<ContextBacking> {
    return await this.#state.run({ surface: null, method: 'readContextBacking' }, actor, () => {
      if (!mayRead(this.#state, actor, null)) {
        return 'unchecked';
      }
      return this.targetedContexts.has(context) ? 'targeted' : 'not-targeted';
    });
  }
}

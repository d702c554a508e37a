import type { EligibleAssignment } from '../domain/assignment.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Actor, RoleManagement } from '../ports/role-management.ts';

const KEPT = Temporal.Duration.from({ minutes: 5 });
const MOST_PEOPLE = 10_000;

interface Entry {
  readonly readAt: Temporal.Instant;
  readonly eligible: Promise<readonly EligibleAssignment[]>;
}

/**
 * What people may activate, kept for five minutes so that a warm sentence costs one call. PIM judges every activation itself,
 * so that an old entry can only lead to a refusal, never to access.
 */
export class EligibilityShelf {
  readonly #entries = new Map<PrincipalId, Entry>();
  readonly #clock: Clock;
  readonly #roles: RoleManagement;

  constructor(clock: Clock, roles: RoleManagement) {
    this.#clock = clock;
    this.#roles = roles;
  }

  /** Reads with the person's own token unless it was read within five minutes; concurrent readers share one call. */
  async read(actor: Actor): Promise<readonly EligibleAssignment[]> {
    const { principalId } = actor;
    const now = this.#clock.now();
    const kept = this.#entries.get(principalId);
    if (kept && Temporal.Instant.compare(kept.readAt.add(KEPT), now) > 0) {
      return await kept.eligible;
    }
    const eligible = this.#roles.listEligible(actor);
    this.#entries.delete(principalId);
    this.#entries.set(principalId, { readAt: now, eligible });
    this.#dropOldest();
    try {
      return await eligible;
    } catch (thrown) {
      this.forget(principalId);
      throw thrown;
    }
  }

  /** Forgets one person: PIM said that the entry is wrong, or they signed out. */
  forget(principalId: PrincipalId): void {
    this.#entries.delete(principalId);
  }

  #dropOldest(): void {
    const oldest = this.#entries.size > MOST_PEOPLE ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) {
      this.#entries.delete(oldest);
    }
  }
}

import type { EligibleAssignment } from '../domain/assignment.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Actor, RoleManagement } from '../ports/role-management.ts';
import { type Listing, type RoleSurfaces, readParts } from './role-surfaces.ts';

const KEPT = Temporal.Duration.from({ minutes: 5 });
/** As long as a token of theirs could have read it; what is merely suggested is looked up again when it is chosen. */
const SUGGESTED = Temporal.Duration.from({ minutes: 60 });
const MOST_ENTRIES = 30_000;

interface Entry {
  readonly readAt: Temporal.Instant;
  readonly eligible: Promise<readonly EligibleAssignment[]>;
}

/**
 * What people may activate, kept for five minutes for each part of PIM, so that a warm sentence costs one call. PIM judges every
 * activation itself, so that an old entry can only lead to a refusal, never to access.
 */
export class EligibilityShelf {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #roles: RoleSurfaces;

  constructor(clock: Clock, roles: RoleSurfaces) {
    this.#clock = clock;
    this.#roles = roles;
  }

  /** Reads with the person's own token what was not read within five minutes; concurrent readers share one call. */
  async read(actor: Actor): Promise<Listing<EligibleAssignment>> {
    return await readParts(this.#roles.parts, async (part) => await this.#readPart(part, actor));
  }

  /** What was read for this person within an hour, as far as it can be had without asking anybody. */
  async peek(principalId: PrincipalId): Promise<readonly EligibleAssignment[]> {
    const now = this.#clock.now();
    const kept = this.#roles.parts.flatMap(({ surface }) => this.#entries.get(keyOf(principalId, surface)) ?? []);
    const isRecent = ({ readAt }: Entry): boolean => Temporal.Instant.compare(readAt.add(SUGGESTED), now) > 0;
    const read = await Promise.allSettled(kept.filter(isRecent).map(({ eligible }) => eligible));
    return read.flatMap((one) => (one.status === 'fulfilled' ? stillEligible(one.value, now) : []));
  }

  /** Forgets one person: PIM said that the entry is wrong, or they signed out. */
  forget(principalId: PrincipalId): void {
    for (const { surface } of this.#roles.parts) {
      this.#entries.delete(keyOf(principalId, surface));
    }
  }

  async #readPart(part: RoleManagement, actor: Actor): Promise<readonly EligibleAssignment[]> {
    const key = keyOf(actor.principalId, part.surface);
    const now = this.#clock.now();
    const kept = this.#entries.get(key);
    if (kept && Temporal.Instant.compare(kept.readAt.add(KEPT), now) > 0) {
      return stillEligible(await kept.eligible, now);
    }
    const entry = { readAt: now, eligible: part.listEligible(actor) };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#dropOldest();
    try {
      return stillEligible(await entry.eligible, now);
    } catch (thrown) {
      if (this.#entries.get(key) === entry) {
        this.#entries.delete(key);
      }
      throw thrown;
    }
  }

  #dropOldest(): void {
    const oldest = this.#entries.size > MOST_ENTRIES ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) {
      this.#entries.delete(oldest);
    }
  }
}

function keyOf(principalId: PrincipalId, surface: RoleManagement['surface']): string {
  return `${principalId}|${surface}`;
}

/** What ended meanwhile is not offered; the lists of the tenant may show it a little longer. */
function stillEligible(rows: readonly EligibleAssignment[], now: Temporal.Instant): readonly EligibleAssignment[] {
  return rows.filter(({ endsAt }) => endsAt === null || Temporal.Instant.compare(endsAt, now) > 0);
}

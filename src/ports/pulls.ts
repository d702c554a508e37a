import type { PrincipalId, PullId } from '../domain/ids.ts';
import type { Pull, PullState } from '../domain/pull.ts';

/** Uses of break-glass packs. */
export interface Pulls {
  insert(pull: Pull): Promise<void>;
  find(id: PullId): Promise<Pull | null>;
  /** Locks the row until the transaction ends. */
  lock(id: PullId): Promise<Pull | null>;
  /** Writes the changed fields; refuses (returns null) when the row is no longer in one of `from`. */
  change(id: PullId, from: readonly PullState[], change: Partial<Pull>): Promise<Pull | null>;
  /** Those of a person that give access, or may soon, oldest first. */
  listUnderWayOf(puller: PrincipalId): Promise<readonly Pull[]>;
  /** Those that wait for their review, the earliest due first. */
  listUnreviewed(): Promise<readonly Pull[]>;
}

import type { CardId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { SignIns } from '../ports/identity.ts';
import type { Log } from '../ports/log.ts';
import type { RoleManagement } from '../ports/role-management.ts';
import type { PersonRecord, Store, Stores } from '../ports/store.ts';
import type { TenantReader } from '../ports/tenant-reader.ts';
import type { EligibilityShelf } from './eligibility-shelf.ts';

/** What every use-case is given. */
export interface Services {
  readonly clock: Clock;
  readonly store: Store;
  readonly roles: RoleManagement;
  readonly reader: TenantReader;
  readonly signIns: SignIns;
  readonly delivery: Delivery;
  readonly eligibility: EligibilityShelf;
  readonly log: Log;
  /** A fresh random id: markers, turns, references. */
  newId(): string;
}

/** Marks the click as used in the transaction that records its effect; false when it was used before. */
export type SpendClick = (stores: Stores) => Promise<boolean>;

/** Who asks, and the turn the answer belongs to. */
export interface Asker {
  readonly person: PersonRecord;
  /** The click behind the turn; null for a sentence or a timer. */
  readonly spend: SpendClick | null;
  /** Names the story of cards that answer this turn. */
  readonly turnId: string;
}

/** Cards that were committed and are to be delivered, in this order. */
export type Posted = readonly CardId[];

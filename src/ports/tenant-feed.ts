import type { RoleAtScope } from '../domain/assignment.ts';
import type { PrincipalId, ScheduleRequestId } from '../domain/ids.ts';

/**
 * What PIM's log can tell of an activation.
 *
 * waiting: sent to the approvers; approved, denied: their decision; undecided: nobody decided in time; canceled: withdrawn;
 * active: gives access; deactivated: given back; ended: its time was over.
 */
export const TENANT_EVENTS = [
  'waiting',
  'approved',
  'denied',
  'undecided',
  'canceled',
  'active',
  'deactivated',
  'ended',
] as const;
export type TenantEventKind = (typeof TENANT_EVENTS)[number];

/** One thing that happened to somebody's activation, here or anywhere else. */
export interface TenantEvent {
  /** Microsoft's id of the row: the same row read twice has the same. */
  readonly id: string;
  readonly at: Temporal.Instant;
  readonly kind: TenantEventKind;
  readonly principalId: PrincipalId;
  readonly principalName: string | null;
  readonly role: RoleAtScope;
  /** The request that the row is about: of a deactivation that is not the activation's. */
  readonly requestId: ScheduleRequestId | null;
  /** Who did it; null when time did, or the log does not say. */
  readonly by: { readonly id: PrincipalId; readonly name: string } | null;
  /** What the requester or the decider wrote. */
  readonly justification: string | null;
}

/** What one look at the log gave, oldest first. */
export interface FeedPage {
  readonly events: readonly TenantEvent[];
  /** The instant of the newest row that was read, also of one that tells nothing here; null when there was none. */
  readonly newestAt: Temporal.Instant | null;
  /** False: there is more from `newestAt` on. */
  readonly isWhole: boolean;
}

/** What the log says that a person did in a window of time, in whatever service. */
interface OperationPage {
  /** Oldest first. */
  readonly operations: readonly {
    readonly at: Temporal.Instant;
    /** The log's own words; "(failed)" at the end where it came to nothing. */
    readonly what: string;
    /** The first thing it was done to, by the best name that the log has. */
    readonly target: string | null;
  }[];
  /** False: there was more, or something that could not be read, or it is longer ago than the log goes back. */
  readonly isWhole: boolean;
}

/** One thing that an account did. */
export type AccountDeed = { readonly id: string; readonly at: Temporal.Instant; readonly isSuccess: boolean } & (
  | { readonly kind: 'activity'; readonly activity: string }
  | { readonly kind: 'sign-in'; readonly app: string | null; readonly address: string | null }
);

/** The tenant's log as the reader sees it: there is no other way to hear of what happens elsewhere. */
export interface TenantFeed {
  /**
   * Reads what the log holds of PIM, on all surfaces, from an instant on, as far as one look may go. Rows reach the log minutes
   * late and not in order.
   * @throws graph.forbidden, graph.throttled (with `retryAfter`), graph.unavailable
   */
  read(since: Temporal.Instant): Promise<FeedPage>;
  /**
   * Reads what one person did in a window of time, the first 50 deeds. Rows reach the log minutes late, so a window that has just
   * ended may lack its last ones, and `isWhole` cannot tell. May wait ten seconds for its turn.
   * @throws graph.forbidden, graph.throttled (with `retryAfter`), graph.unavailable
   */
  listOperationsOf(
    principalId: PrincipalId,
    window: { readonly from: Temporal.Instant; readonly until: Temporal.Instant },
  ): Promise<OperationPage>;
  /**
   * What one account did in the directory since an instant, by any service, oldest first, and the newest where there is very much.
   * @throws as {@link read}
   */
  listActivities(account: PrincipalId, since: Temporal.Instant): Promise<readonly AccountDeed[]>;
  /** The same of its interactive sign-ins, and of those that failed. @throws also graph.license_missing */
  listSignIns(account: PrincipalId, since: Temporal.Instant): Promise<readonly AccountDeed[]>;
}

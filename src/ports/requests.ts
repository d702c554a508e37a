import type { ActivationRequest, RequestState } from '../domain/activation.ts';
import type { PastAsks } from '../domain/approval-facts.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import type { PrincipalId, PullId, RequestId, ScheduleRequestId } from '../domain/ids.ts';

/** Whose role the tenant's log tells of; the request's id where it tells that. */
export interface ToldSubject {
  readonly requesterId: PrincipalId;
  readonly role: RoleAtScope;
  readonly scheduleRequestId: ScheduleRequestId | null;
}

export interface DecidersOf {
  readonly requesterId: PrincipalId;
  readonly role: RoleAtScope;
}

export interface Requests {
  /** Makes a short id that is free. */
  newId(): Promise<RequestId>;
  insert(request: ActivationRequest): Promise<void>;
  find(id: RequestId): Promise<ActivationRequest | null>;
  /** Locks the row until the transaction ends. */
  lock(id: RequestId): Promise<ActivationRequest | null>;
  /** Writes the changed fields and raises the version; refuses (returns null) when the row is no longer in one of `from`. */
  change(
    id: RequestId,
    from: readonly RequestState[],
    change: Partial<ActivationRequest>,
  ): Promise<ActivationRequest | null>;
  listOpenOf(requesterId: PrincipalId): Promise<readonly ActivationRequest[]>;
  /** What the person asked for, in any state, newest first. */
  listNewestOf(requesterId: PrincipalId, limit: number): Promise<readonly ActivationRequest[]>;
  /** What ended after `since`. */
  listEndedOf(requesterId: PrincipalId, since: Temporal.Instant): Promise<readonly ActivationRequest[]>;
  /** Who decided, after `since`, what this person asked for or anybody asked of this role; the newest first, each once. */
  listDeciders(of: DecidersOf, since: Temporal.Instant, limit: number): Promise<readonly PrincipalId[]>;
  /** Those of one use of a break-glass pack, in the order of its roles. */
  listOfPull(pull: PullId): Promise<readonly ActivationRequest[]>;
  /** What the person asked for after `since`, without this very request, and when they last asked for its role. */
  summarizeBefore(request: ActivationRequest, since: Temporal.Instant): Promise<PastAsks>;
  findOpenForRole(requesterId: PrincipalId, role: RoleAtScope): Promise<ActivationRequest | null>;
  listPendingFor(approverId: PrincipalId): Promise<readonly ActivationRequest[]>;
  findByScheduleRequest(scheduleRequestId: string): Promise<ActivationRequest | null>;
  /** Our records of what the tenant's log tells of: of these requests of Microsoft's, and what is open or in doubt for these. */
  listTold(told: readonly ToldSubject[]): Promise<readonly ActivationRequest[]>;
  /** Everything that may still give, or gives, access, oldest first. */
  listOpen(): Promise<readonly ActivationRequest[]>;
}

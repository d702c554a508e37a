import type { ApproverReach, AskedApprovers, UnreachableWhy } from '../domain/approver.ts';
import type { PrincipalId, RequestId } from '../domain/ids.ts';

/** One approver of one request, and how they stand. */
export interface ApprovalAsk {
  readonly requestId: RequestId;
  readonly approverId: PrincipalId;
  readonly approverName: string;
  readonly reach: ApproverReach['reach'];
  /** Only of somebody unreachable, as far as it is known. */
  readonly why?: UnreachableWhy;
  /** Only of somebody who waits: when they are asked. */
  readonly askAt?: Temporal.Instant;
}

/** Who was asked, for a card. */
export interface AskSummary extends AskedApprovers {
  /** How many of each kind there are. */
  readonly counts: Readonly<Record<ApproverReach['reach'], number>>;
  /** When those who wait are asked; null when nobody waits. */
  readonly nextAskAt: Temporal.Instant | null;
}

export interface Approvals {
  insertAsks(asks: readonly ApprovalAsk[]): Promise<void>;
  /** All of them, in the order of asking. A large group has thousands: cards want {@link summarizeAsks}. */
  listAsks(requestId: RequestId): Promise<readonly ApprovalAsk[]>;
  /** Null: not one of the approvers. */
  findAsk(requestId: RequestId, approverId: PrincipalId): Promise<ApprovalAsk | null>;
  summarizeAsks(requestId: RequestId): Promise<AskSummary>;
  /** Turns the first `limit` of those who wait into asked ones, and gives them. */
  takeWaiting(requestId: RequestId, limit: number): Promise<readonly ApprovalAsk[]>;
  markUnreachable(requestId: RequestId, approverId: PrincipalId, why: UnreachableWhy): Promise<void>;
  /** Their card arrived after all; false when they were not unreachable. */
  markReached(requestId: RequestId, approverId: PrincipalId): Promise<boolean>;
}

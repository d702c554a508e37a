import type { RoleAtScope } from './assignment.ts';
import type { PrincipalId, PullId, RequestId, ScheduleRequestId } from './ids.ts';

/**
 * Where one ask stands.
 *
 * stepping-up: the requester must sign in once more before PIM takes it; submitting: the intent is committed, Microsoft's
 * answer is not; pending: an approver must decide; provisioning: PIM said yes,
 * the assignment is not seen yet; scheduled: starts later; active: gives access; the others are final.
 */
export const REQUEST_STATES = [
  'stepping-up',
  'submitting',
  'pending',
  'provisioning',
  'scheduled',
  'active',
  'ended',
  'denied',
  'canceled',
  'expired',
  'failed',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** Why access is over. */
export type EndReason = 'expired' | 'deactivated' | 'canceled';

/** Our record of one ask. Microsoft's request id is kept beside our own. */
export interface ActivationRequest {
  readonly id: RequestId;
  readonly role: RoleAtScope;
  readonly requesterId: PrincipalId;
  readonly requesterName: string;
  readonly state: RequestState;
  readonly requestedAt: Temporal.Instant;
  /** Asked start; null means at once. */
  readonly startsAt: Temporal.Instant | null;
  readonly duration: Temporal.Duration;
  /** False for an ask made elsewhere of which the tenant's log does not tell how long it is for: then `duration` means nothing. */
  readonly isDurationKnown: boolean;
  readonly justification: string;
  readonly ticket: string | null;
  readonly isApprovalRequired: boolean;
  readonly isApproverJustificationRequired: boolean;
  readonly scheduleRequestId: ScheduleRequestId | null;
  /** Sent to PIM as `customData`, so that an ask whose answer was lost can be recognised. */
  readonly marker: string;
  readonly activeFrom: Temporal.Instant | null;
  readonly activeUntil: Temporal.Instant | null;
  readonly endReason: EndReason | null;
  /** When we recorded that access is over. */
  readonly endedAt: Temporal.Instant | null;
  /** What an approver, or the requester, was about to submit when the process may have died; null once it is known. */
  readonly intendedOutcome: 'approve' | 'deny' | 'cancel' | null;
  /** Since when an approver is submitting it: nobody else does for as long as the lease lasts. */
  readonly intendedAt: Temporal.Instant | null;
  readonly decidedBy: PrincipalId | null;
  readonly decidedByName: string | null;
  readonly decidedAt: Temporal.Instant | null;
  readonly decisionJustification: string | null;
  /** The activation this one follows, when it came from Continue. */
  readonly continues: RequestId | null;
  /** What is to be activated once this one counts: a role that only this group makes eligible. */
  readonly leadsTo: NextActivation | null;
  /** The activation that made this one possible. */
  readonly through: RequestId | null;
  /** The use of a break-glass pack that it is part of. */
  readonly pull: PullId | null;
  /** When the tenant's list first showed it: from then on it can be used. */
  readonly usableAt: Temporal.Instant | null;
  /** What the requester wants when it ends: nothing, or to be activated again. */
  readonly wish: 'none' | 'continue' | 'deactivate';
  /** For how long and why to go on, when the requester said so; null means as before. */
  readonly wishDuration: Temporal.Duration | null;
  readonly wishJustification: string | null;
  readonly remindedApproversAt: Temporal.Instant | null;
  /** How often the requester was sent to sign in for it: PIM's second no is final. */
  readonly stepUps: number;
  /** How long after it happened elsewhere the newest thing became known here; null when it was done here. */
  readonly learnedAfter: Temporal.Duration | null;
  readonly version: number;
}

/** The second step of a chain: asked for together with the first, sent when that one counts. */
export interface NextActivation {
  readonly role: RoleAtScope;
  readonly duration: Temporal.Duration;
  readonly justification: string;
  readonly ticket: string | null;
}

const OPEN_STATES: ReadonlySet<RequestState> = new Set([
  'stepping-up',
  'submitting',
  'pending',
  'provisioning',
  'scheduled',
  'active',
]);

/** Says whether the ask may still give, or gives, access. */
export function isOpen(request: ActivationRequest): boolean {
  return OPEN_STATES.has(request.state);
}

/** PIM keeps an undecided request for 24 hours (Microsoft Learn, PIM approval workflow); the time cannot be configured. */
export const DECISION_WINDOW = Temporal.Duration.from({ hours: 24 });

/** PIM refuses shorter activations, and deactivations earlier than this after the start (pim-api §11). */
export const FLOOR = Temporal.Duration.from({ minutes: 5 });

/** Until when an approver can decide. */
export function decideBy(request: ActivationRequest): Temporal.Instant {
  return request.requestedAt.add(DECISION_WINDOW);
}

/** What every new record must say; the rest starts empty. */
export type NewActivationRequest = Pick<
  ActivationRequest,
  'id' | 'role' | 'requesterId' | 'requesterName' | 'state' | 'requestedAt' | 'duration' | 'marker'
> &
  Partial<ActivationRequest>;

/** Makes a record of an ask of which nothing is known yet but what is given. */
export function newActivationRequest(given: NewActivationRequest): ActivationRequest {
  return {
    startsAt: null,
    isDurationKnown: true,
    justification: '',
    ticket: null,
    isApprovalRequired: false,
    isApproverJustificationRequired: true,
    scheduleRequestId: null,
    activeFrom: null,
    activeUntil: null,
    endReason: null,
    endedAt: null,
    intendedOutcome: null,
    intendedAt: null,
    decidedBy: null,
    decidedByName: null,
    decidedAt: null,
    decisionJustification: null,
    continues: null,
    leadsTo: null,
    through: null,
    pull: null,
    usableAt: null,
    wish: 'none',
    wishDuration: null,
    wishJustification: null,
    remindedApproversAt: null,
    stepUps: 0,
    learnedAfter: null,
    version: 1,
    ...given,
  };
}

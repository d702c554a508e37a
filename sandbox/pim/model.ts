/** The three planes of PIM. The engine knows no difference between them but `Surface`. */
export type SurfaceName = 'directory' | 'group' | 'azure';

/**
 * What somebody is eligible for or holds: an Entra role at a directory scope, a group's `member` or `owner`
 * (scope is the group), or an Azure role at an ARM scope.
 */
export interface Subject {
  readonly surface: SurfaceName;
  readonly role: string;
  readonly scope: string;
}

export type Kind = 'eligibility' | 'assignment';

export type Action =
  | 'adminAssign'
  | 'adminUpdate'
  | 'adminRemove'
  | 'adminExtend'
  | 'adminRenew'
  | 'selfActivate'
  | 'selfDeactivate'
  | 'selfExtend'
  | 'selfRenew';

/** The words of pim-api §5.1 that this sandbox ever stores. */
export type RequestStatus =
  | 'Canceled'
  | 'Denied'
  | 'Failed'
  | 'Granted'
  | 'PendingAdminDecision'
  | 'PendingApproval'
  | 'PendingProvisioning'
  | 'Provisioned'
  | 'Revoked'
  | 'ScheduleCreated'
  | 'TimedOut';

export type Expiration =
  | { readonly type: 'noExpiration' }
  | { readonly type: 'notSpecified' }
  | { readonly type: 'afterDuration'; readonly duration: Temporal.Duration }
  | { readonly type: 'afterDateTime'; readonly end: Temporal.Instant };

export interface ScheduleInfo {
  readonly start: Temporal.Instant | null;
  readonly expiration: Expiration;
}

export interface Ticket {
  readonly number: string | null;
  readonly system: string | null;
}

/** Who calls: a person through an app, or an app alone (`principalId` null), with what the token proves. */
export interface Actor {
  readonly principalId: string | null;
  readonly appId: string;
  readonly amr: readonly string[];
  readonly acrs: readonly string[];
  readonly capabilities: readonly string[];
}

/** One parsed request body, before anything was judged. */
export interface Ask {
  readonly kind: Kind;
  readonly action: Action;
  readonly subject: Subject;
  readonly principalId: string;
  readonly justification: string | null;
  readonly ticket: Ticket;
  readonly schedule: ScheduleInfo | null;
  readonly customData: string | null;
  /** Given by some clients when they end something; must then be the schedule that is meant. */
  readonly targetScheduleId: string | null;
  readonly isValidationOnly: boolean;
  readonly by: Actor;
  /** The id that the client made for the request (ARM); without it PIM makes one. */
  readonly requestId?: string;
  /** The eligible schedule that an activation is to use (ARM); without it any that covers the subject. */
  readonly eligibleScheduleId?: string;
}

export interface PimRequest {
  readonly id: string;
  readonly kind: Kind;
  readonly action: Action;
  readonly subject: Subject;
  readonly principalId: string;
  readonly createdBy: Pick<Actor, 'principalId' | 'appId'>;
  readonly createdAt: Temporal.Instant;
  readonly justification: string | null;
  readonly ticket: Ticket;
  readonly customData: string | null;
  readonly isValidationOnly: boolean;
  /** Not in any answer: ties the audit rows of one request together. */
  readonly correlationId: string;
  status: RequestStatus;
  approvalId: string | null;
  completedAt: Temporal.Instant | null;
  schedule: ScheduleInfo | null;
  targetScheduleId: string | null;
  /** The eligible schedule that an activation uses. */
  activatedUsing: string | null;
}

/** Who holds what from when to when. The instance is what is true of it now; rows vanish, schedules here do not. */
export interface Schedule {
  readonly id: string;
  readonly instanceId: string;
  readonly kind: Kind;
  readonly subject: Subject;
  readonly principalId: string;
  readonly assignmentType: 'Assigned' | 'Activated';
  readonly createdAt: Temporal.Instant;
  readonly createdUsing: string;
  readonly activatedUsing: string | null;
  modifiedAt: Temporal.Instant;
  /** Null: since ever, a plain assignment made outside PIM. */
  start: Temporal.Instant | null;
  end: Temporal.Instant | null;
  expiration: Expiration;
  /** Set by a deactivation or removal, and by the cancellation of a future start. */
  endedAt: Temporal.Instant | null;
  /** From when it gives access, where that is later than its start: it had to be provisioned. */
  readonly effectiveFrom?: Temporal.Instant;
  /** PIM did not end it when its time was over (the last owner of a group, pim-api §3.7). */
  outlivesEnd?: boolean;
}

export interface Approvers {
  readonly userIds: readonly string[];
  readonly groupIds: readonly string[];
}

export interface Approval {
  /** Equal to the request's id on Graph. */
  readonly id: string;
  readonly stepId: string;
  readonly approvers: Approvers;
  readonly isJustificationRequired: boolean;
  result: 'NotReviewed' | 'Approved' | 'Denied';
  status: 'InProgress' | 'Completed' | 'Expired';
  justification: string;
  reviewedBy: string | null;
  reviewedAt: Temporal.Instant | null;
}

export interface AuditEvent {
  readonly id: string;
  readonly at: Temporal.Instant;
  readonly name: string;
  readonly type:
    | 'ActivateRole'
    | 'AssignRole'
    | 'CancelRequest'
    | 'DeactivateRole'
    | 'OnboardResource'
    | 'RemoveRole'
    | 'UpdateRole';
  readonly result: 'success' | 'failure' | 'timeout';
  readonly reason: string | null;
  /** Object id of the person; null when an app or PIM itself did it. */
  readonly initiatorId: string | null;
  readonly request: Pick<PimRequest, 'id' | 'subject' | 'principalId' | 'correlationId' | 'justification'>;
  readonly start: Temporal.Instant | null;
  readonly end: Temporal.Instant | null;
}

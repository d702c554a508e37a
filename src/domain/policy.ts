import type { PrincipalId } from './ids.ts';

/** An approver as the approval rule names one: a person, or every member of a group. */
export type ApproverReference =
  | { readonly kind: 'person'; readonly id: PrincipalId; readonly name: string }
  | { readonly kind: 'group'; readonly id: string; readonly name: string };

/** What PIM demands of one activation of one role at one scope. */
export interface RolePolicy {
  readonly maximumDuration: Temporal.Duration;
  readonly isJustificationRequired: boolean;
  readonly isTicketRequired: boolean;
  readonly isMfaRequired: boolean;
  /** Authentication context such as `c1`, or null when none is demanded. */
  readonly authenticationContext: string | null;
  readonly isApprovalRequired: boolean;
  readonly isApproverJustificationRequired: boolean;
  readonly approvers: readonly ApproverReference[];
}

/** A person whom the tenant knows. */
export interface Person {
  readonly id: PrincipalId;
  readonly name: string;
  readonly userPrincipalName: string;
}

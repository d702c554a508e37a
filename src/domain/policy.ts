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

/** Somebody behind an approval rule. */
export interface ApproverPerson extends Person {
  /** From another organization: such people have no chat of their own with a bot of this tenant. */
  readonly isGuest: boolean;
  /** False: nobody can sign in with the account, so nobody decides with it. */
  readonly isEnabled: boolean;
}

/** Says whether one policy lets pass what the other one stops: without its approval, its MFA or its authentication context. */
export function isWeaker(policy: RolePolicy, than: RolePolicy): boolean {
  return (
    (than.isApprovalRequired && !policy.isApprovalRequired) ||
    (than.isMfaRequired && !policy.isMfaRequired && policy.authenticationContext === null) ||
    (than.authenticationContext !== null && policy.authenticationContext !== than.authenticationContext)
  );
}

/** What both demand together, for one whose own policy may be unreadable; approvers are those of `policy`. */
export function stricterPolicy(policy: RolePolicy | null, other: RolePolicy): RolePolicy {
  if (policy === null) {
    return other;
  }
  const isShorter = Temporal.Duration.compare(policy.maximumDuration, other.maximumDuration) <= 0;
  return {
    ...policy,
    maximumDuration: isShorter ? policy.maximumDuration : other.maximumDuration,
    isJustificationRequired: policy.isJustificationRequired || other.isJustificationRequired,
    isTicketRequired: policy.isTicketRequired || other.isTicketRequired,
    isMfaRequired: policy.isMfaRequired || other.isMfaRequired,
    authenticationContext: policy.authenticationContext ?? other.authenticationContext,
  };
}

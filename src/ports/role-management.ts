import type { ActiveAssignment, EligibleAssignment, RoleAtScope } from '../domain/assignment.ts';
import type { PrincipalId, ScheduleRequestId } from '../domain/ids.ts';

/** Who acts: a signed-in person; `heldFor` names the ask or the sign-in page whose own token is to be used, and no other. */
export interface Actor {
  readonly principalId: PrincipalId;
  readonly heldFor?: string;
}

/** A request as the tenant holds it. `state` folds Microsoft's 22 words into what matters; unknown words are `pending`. */
export interface TenantRequest {
  readonly id: ScheduleRequestId;
  readonly state:
    | 'provisioned'
    | 'provisioning'
    | 'scheduled'
    | 'awaiting-approval'
    | 'denied'
    | 'canceled'
    | 'failed'
    | 'revoked';
  readonly principalId: PrincipalId;
  readonly role: RoleAtScope;
  readonly startsAt: Temporal.Instant | null;
  readonly duration: Temporal.Duration | null;
  readonly justification: string;
  readonly ticket: string | null;
  readonly marker: string | null;
}

export interface ActivationOrder {
  readonly role: RoleAtScope;
  readonly startsAt: Temporal.Instant | null;
  readonly duration: Temporal.Duration;
  readonly justification: string;
  readonly ticket: string | null;
  /** Kept by the tenant with the request, where the surface can. */
  readonly marker: string;
}

/** What differs between surfaces, so that nobody asks which one it is. */
export interface RoleManagementCapabilities {
  /** Earliest deactivation after the start. */
  readonly earliestDeactivation: Temporal.Duration;
  /** How long after an activation ended the next one is refused. */
  readonly gapAfterEnd: Temporal.Duration;
  /** Whether a second activation may damage a running one, so that the state is read before each write. */
  readonly mustReadBeforeWrite: boolean;
}

/**
 * Everything a person does themselves in PIM, with their own token. Every method throws `identity.sign_in_required` when this
 * replica holds no token for the actor, `identity.consent_missing`, `graph.*` for the wire, and what is named below.
 */
export interface RoleManagement {
  readonly capabilities: RoleManagementCapabilities;
  /** What the actor may activate, with names filled in. Always asks the tenant. */
  listEligible(actor: Actor): Promise<readonly EligibleAssignment[]>;
  /** What is active for the actor now; rows whose end has passed are left out. */
  listActive(actor: Actor): Promise<readonly ActiveAssignment[]>;
  /** The actor's own activation requests that wait for an approver or a start. */
  listOpenRequests(actor: Actor): Promise<readonly TenantRequest[]>;
  /**
   * Asks PIM to activate. Never repeats by itself.
   * @throws activation.already_active, .already_pending, .not_eligible, .too_long, .justification_required, .ticket_required,
   *   .mfa_required, .azure_mfa_required, .step_up_required (fact `claims`), .refused_by_policy (fact `rules`); `activation.in_doubt` when the
   *   answer was lost and the request may exist
   */
  activate(actor: Actor, order: ActivationOrder): Promise<TenantRequest>;
  /** Ends an activation. @throws activation.not_active, activation.too_short, activation.in_doubt */
  deactivate(actor: Actor, role: RoleAtScope): Promise<void>;
  /** Withdraws an own request. @throws activation.not_cancellable, activation.request_unknown */
  cancel(actor: Actor, id: ScheduleRequestId): Promise<void>;
  /** The actor's own request that carries `marker`, or null: certain where the surface keeps the marker. */
  findByMarker(actor: Actor, marker: string): Promise<TenantRequest | null>;
  /** Requests that wait for the actor's decision. */
  listAwaitingDecision(actor: Actor): Promise<readonly TenantRequest[]>;
  /** One request that the actor is asked to decide; null when PIM does not ask this person (any more). */
  readAwaitingDecision(actor: Actor, id: ScheduleRequestId): Promise<TenantRequest | null>;
  /**
   * Records the actor's decision. @throws approval.not_an_approver, approval.already_decided, approval.expired,
   *   approval.justification_required; approval.in_doubt when the answer was lost
   */
  decide(actor: Actor, id: ScheduleRequestId, decision: Decision): Promise<void>;
}

export interface Decision {
  readonly outcome: 'approve' | 'deny';
  readonly justification: string;
}

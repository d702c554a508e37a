import type { ActiveAssignment, EligibleAssignment, RoleAtScope, Scope, Surface } from '../domain/assignment.ts';
import type { PrincipalId, ScheduleRequestId } from '../domain/ids.ts';
import type { AccessError } from '../errors.ts';

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
  /** A GUID that the tenant keeps with the request, so that it can be found again. New for every try. */
  readonly marker: string;
}

/** A request of which Microsoft's id and the role are known: some surfaces keep requests at the role's scope. */
export interface RequestReference {
  readonly id: ScheduleRequestId;
  readonly role: RoleAtScope;
}

/** A person asks for more time on an assignment of their own; an administrator decides that in the portal. */
export interface ExtensionOrder {
  /** `extend` before it ends, `renew` when it has ended. */
  readonly action: 'extend' | 'renew';
  readonly kind: 'eligible' | 'active';
  readonly role: RoleAtScope;
  readonly endsAt: Temporal.Instant;
  readonly justification: string;
}

/** What differs between surfaces, so that nobody asks which one it is. */
export interface RoleManagementCapabilities {
  /** Earliest deactivation after the start. */
  readonly earliestDeactivation: Temporal.Duration;
  /** How long after an activation ended the next one is refused. */
  readonly gapAfterEnd: Temporal.Duration;
  /** How long the tenant's lists may lag behind an answer (pim-api §11). */
  readonly listLag: Temporal.Duration;
  /** Which assignments their holder may ask to have extended or renewed. */
  readonly extendable: readonly ('eligible' | 'active')[];
  /** Whether a role can be activated at a narrower scope than the eligible assignment's. */
  readonly canNarrow: boolean;
  /** Whether its roles are memberships of groups, which other roles may be given to; the scope's id is the group's then. */
  readonly givesMembership: boolean;
}

/**
 * Everything a person does themselves in PIM, with their own token. Every method throws `identity.sign_in_required` when this
 * replica holds no token for the actor, `identity.consent_missing`, `graph.*` for the wire, and what is named below.
 */
export interface RoleManagement {
  readonly surface: Surface;
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
  /**
   * The same for several roles, in one round trip where the surface can. Each succeeds or fails on its own, in the order of
   * `orders`; never rejects.
   */
  activateAll(actor: Actor, orders: readonly ActivationOrder[]): Promise<readonly (TenantRequest | AccessError)[]>;
  /**
   * Asks PIM whether it would activate, and changes nothing: no request is there afterwards, and no approver is asked. Returns
   * when it would, if only after an approval. May be asked again at any time; the marker is not used up.
   * @throws what `activate` throws, but never activation.in_doubt: nothing can have happened, so a lost answer is
   *   graph.unavailable and may be asked for again
   */
  validate(actor: Actor, order: ActivationOrder): Promise<void>;
  /** Ends an activation. @throws activation.not_active, activation.too_short, activation.in_doubt */
  deactivate(actor: Actor, role: RoleAtScope): Promise<void>;
  /** Withdraws an own request. @throws activation.not_cancellable, activation.request_unknown */
  cancel(actor: Actor, request: RequestReference): Promise<void>;
  /** The actor's own request for the role that carries `marker`, or null. */
  findByMarker(actor: Actor, marker: string, role: RoleAtScope): Promise<TenantRequest | null>;
  /**
   * Asks an administrator for more time. The answer's state is `awaiting-approval`: no API decides it (pim-api §2.6).
   * @throws activation.extension_impossible where the surface has no such request, assignment.not_found,
   *   activation.already_pending, activation.refused_by_policy
   */
  requestExtension(actor: Actor, order: ExtensionOrder): Promise<TenantRequest>;
  /**
   * Scopes below an eligible assignment's that have this name or path, for a narrower activation; empty where there are none
   * and where the surface cannot narrow. A path comes back as the tenant spells it.
   */
  findNarrowerScopes(actor: Actor, eligible: RoleAtScope, words: string): Promise<readonly Scope[]>;
  /** Requests that wait for the actor's decision. */
  listAwaitingDecision(actor: Actor): Promise<readonly TenantRequest[]>;
  /** One request that the actor is asked to decide; null when PIM does not ask this person (any more). */
  readAwaitingDecision(actor: Actor, request: RequestReference): Promise<TenantRequest | null>;
  /**
   * Records the actor's decision. @throws approval.not_an_approver, approval.already_decided, approval.expired,
   *   approval.justification_required; approval.in_doubt when the answer was lost
   */
  decide(actor: Actor, request: RequestReference, decision: Decision): Promise<void>;
}

export interface Decision {
  readonly outcome: 'approve' | 'deny';
  readonly justification: string;
}

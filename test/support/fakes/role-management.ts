import { DECISION_WINDOW, FLOOR } from '../../../src/domain/activation.ts';
import type {
  ActiveAssignment,
  EligibleAssignment,
  RoleAtScope,
  Scope,
  Surface,
} from '../../../src/domain/assignment.ts';
import { isSameRole, scopeKey } from '../../../src/domain/assignment.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { scheduleRequestId } from '../../../src/domain/ids.ts';
import type { RolePolicy } from '../../../src/domain/policy.ts';
import { AccessError, asAccessError } from '../../../src/errors.ts';
import type {
  ActivationOrder,
  Actor,
  Decision,
  ExtensionOrder,
  RequestReference,
  RoleManagement,
  RoleManagementCapabilities,
  TenantRequest,
} from '../../../src/ports/role-management.ts';
import { checkPolicy } from './activation-rules.ts';
import { aGuid } from './builders.ts';
import type { TokenProof } from './sign-ins.ts';
import type { SurfaceProfile } from './surface-profiles.ts';
import { type FakeCall, lastPart, plainRole, profileOf, type StoredRequest, type TenantState } from './tenant-state.ts';

/** Reads what a person proved when they signed in. */
export type ProofOf = (actor: Actor) => TokenProof;

/** One part of PIM in memory. It refuses what PIM refuses, in PIM's order. */
export class FakeRoleManagement implements RoleManagement {
  readonly surface: Surface;
  readonly capabilities: RoleManagementCapabilities;
  readonly #state: TenantState;
  readonly #profile: SurfaceProfile;
  readonly #proofOf: ProofOf;

  constructor(state: TenantState, profile: SurfaceProfile, proofOf: ProofOf) {
    this.#state = state;
    this.#profile = profile;
    this.#proofOf = proofOf;
    this.surface = profile.surface;
    this.capabilities = profile.capabilities;
  }

  async listEligible(actor: Actor): Promise<readonly EligibleAssignment[]> {
    return await this.#run('listEligible', actor, () => this.#state.eligibleOf(actor.principalId, this.surface));
  }

  async listActive(actor: Actor): Promise<readonly ActiveAssignment[]> {
    return await this.#run('listActive', actor, () => this.#state.activeOf(actor.principalId, this.surface));
  }

  async listOpenRequests(actor: Actor): Promise<readonly TenantRequest[]> {
    return await this.#run('listOpenRequests', actor, () =>
      this.#activations()
        .filter(({ request }) => request.principalId === actor.principalId)
        .map((stored) => viewOf(this.#state, stored))
        .filter(({ state }) => state === 'awaiting-approval' || state === 'scheduled'),
    );
  }

  async activate(actor: Actor, order: ActivationOrder): Promise<TenantRequest> {
    return await this.#run('activate', actor, () => this.#activate(actor, order));
  }

  async activateAll(
    actor: Actor,
    orders: readonly ActivationOrder[],
  ): Promise<readonly (TenantRequest | AccessError)[]> {
    try {
      return await this.#run('activateAll', actor, () => orders.map((order) => this.#activateOne(actor, order)));
    } catch (thrown) {
      return orders.map(() => asAccessError(thrown));
    }
  }

  async validate(actor: Actor, order: ActivationOrder): Promise<void> {
    return await this.#run('validate', actor, () => void this.#judge(actor, order));
  }

  async deactivate(actor: Actor, role: RoleAtScope): Promise<void> {
    return await this.#run('deactivate', actor, () => this.#deactivate(actor.principalId, role));
  }

  async cancel(actor: Actor, reference: RequestReference): Promise<void> {
    return await this.#run('cancel', actor, () => {
      const stored = this.#find(reference);
      if (stored === undefined || stored.request.principalId !== actor.principalId) {
        throw new AccessError('activation.request_unknown', 'RoleAssignmentRequestNotFound');
      }
      const { state } = viewOf(this.#state, stored);
      if (state !== 'awaiting-approval' && state !== 'scheduled') {
        throw new AccessError('activation.not_cancellable', 'RequestCannotBeCancelled');
      }
      stored.verdict = 'canceled';
      stored.activeFrom = null;
    });
  }

  async findByMarker(actor: Actor, marker: string, role: RoleAtScope): Promise<TenantRequest | null> {
    return await this.#run('findByMarker', actor, () => {
      const stored = this.#activations().find(
        ({ request }) =>
          request.principalId === actor.principalId && request.marker === marker && isSameRole(request.role, role),
      );
      return stored === undefined ? null : viewOf(this.#state, stored);
    });
  }

  async requestExtension(actor: Actor, order: ExtensionOrder): Promise<TenantRequest> {
    return await this.#run('requestExtension', actor, () => this.#requestExtension(actor.principalId, order));
  }

  async findNarrowerScopes(actor: Actor, eligible: RoleAtScope, words: string): Promise<readonly Scope[]> {
    return await this.#run('findNarrowerScopes', actor, () => {
      const isBelow = ({ id }: Scope): boolean =>
        scopeKey(id) !== scopeKey(eligible.scope.id) && this.#state.scopes.covers(eligible.scope.id, id);
      return this.capabilities.canNarrow ? this.#state.scopes.find(words).filter(isBelow) : [];
    });
  }

  async listAwaitingDecision(actor: Actor): Promise<readonly TenantRequest[]> {
    return await this.#run('listAwaitingDecision', actor, () => this.#awaiting(actor.principalId));
  }

  async readAwaitingDecision(actor: Actor, { id }: RequestReference): Promise<TenantRequest | null> {
    return await this.#run(
      'readAwaitingDecision',
      actor,
      () => this.#awaiting(actor.principalId).find((request) => request.id === id) ?? null,
    );
  }

  async decide(actor: Actor, reference: RequestReference, decision: Decision): Promise<void> {
    return await this.#run('decide', actor, () => this.#decide(actor.principalId, reference, decision));
  }

  async #run<T>(method: FakeCall, actor: Actor, work: () => T): Promise<T> {
    return await this.#state.run({ surface: this.surface, method }, actor, work);
  }

  #activations(): readonly StoredRequest[] {
    return this.#state.requests.filter(
      ({ purpose, request }) => purpose === 'activation' && request.role.surface === this.surface,
    );
  }

  #find({ id }: RequestReference): StoredRequest | undefined {
    return this.#activations().find(({ request }) => request.id === id);
  }

  #activateOne(actor: Actor, order: ActivationOrder): TenantRequest | AccessError {
    try {
      const arrival = { surface: this.surface, method: 'activate' } as const;
      return this.#state.withTrouble(arrival, () => this.#activate(actor, order));
    } catch (thrown) {
      return asAccessError(thrown);
    }
  }

  /** The settings by which the order may go on. Throws what PIM refuses; keeps nothing. */
  #judge(actor: Actor, order: ActivationOrder): RolePolicy {
    if (order.role.surface !== this.surface) {
      throw new AccessError('graph.not_found', `${order.role.surface} is kept elsewhere`);
    }
    const person = actor.principalId;
    this.#checkRepeat(person, order.role);
    if (!this.#state.eligibleOf(person, this.surface).some((row) => this.#covers(row, order.role))) {
      throw new AccessError('activation.not_eligible', 'EligibilityRule');
    }
    const policy = this.#state.policyOf(order.role);
    checkPolicy(order, policy, this.#proofOf(actor));
    return policy;
  }

  #activate(actor: Actor, order: ActivationOrder): TenantRequest {
    const policy = this.#judge(actor, order);
    const person = actor.principalId;
    const now = this.#state.now();
    const start = order.startsAt !== null && Temporal.Instant.compare(order.startsAt, now) > 0 ? order.startsAt : null;
    const id = scheduleRequestId(this.#profile.isNamedByMarker ? order.marker : aGuid());
    if (this.#find({ id, role: order.role }) !== undefined) {
      throw new AccessError('graph.unexpected_answer', 'RoleAssignmentRequestExists');
    }
    const stored: StoredRequest = {
      request: { ...order, role: plainRole(order.role), id, principalId: person, startsAt: start },
      purpose: 'activation',
      submittedAt: now,
      duration: order.duration,
      verdict: policy.isApprovalRequired ? 'awaiting' : 'granted',
      activeFrom: policy.isApprovalRequired ? null : (start ?? now),
      endedAt: null,
    };
    this.#state.requests.push(stored);
    return viewOf(this.#state, stored);
  }

  #covers(eligible: RoleAtScope, asked: RoleAtScope): boolean {
    if (isSameRole(eligible, asked)) {
      return true;
    }
    const isBelow =
      lastPart(eligible) === lastPart(asked) && this.#state.scopes.covers(eligible.scope.id, asked.scope.id);
    return this.capabilities.canNarrow && isBelow;
  }

  #checkRepeat(person: PrincipalId, role: RoleAtScope): void {
    const mine = this.#activations().filter(
      ({ request }) => request.principalId === person && isSameRole(request.role, role),
    );
    if (mine.some((stored) => viewOf(this.#state, stored).state === 'awaiting-approval')) {
      throw new AccessError('activation.already_pending', 'PendingRoleAssignmentRequest');
    }
    const given = this.#state.findAssigned({ principalId: person, kind: 'active' }, role);
    if (given !== undefined || mine.some((stored) => this.#isHeld(stored))) {
      throw new AccessError('activation.already_active', 'RoleAssignmentExists');
    }
  }

  /** Running, scheduled, or over for so short a time that the tenant does not know it yet. */
  #isHeld(stored: StoredRequest): boolean {
    if (this.#isRunning(stored) || viewOf(this.#state, stored).state === 'scheduled') {
      return true;
    }
    const { activeFrom, duration, endedAt } = stored;
    const end = endedAt ?? activeFrom?.add(duration) ?? null;
    return end !== null && this.#state.isPast(end) && !this.#state.isPast(end.add(this.capabilities.gapAfterEnd));
  }

  #isRunning({ activeFrom: from, duration, endedAt }: StoredRequest): boolean {
    return from !== null && endedAt === null && this.#state.isPast(from) && !this.#state.isPast(from.add(duration));
  }

  #deactivate(person: PrincipalId, role: RoleAtScope): void {
    const stored = this.#activations().find(
      (one) => one.request.principalId === person && isSameRole(one.request.role, role) && this.#isRunning(one),
    );
    if (stored === undefined || stored.activeFrom === null) {
      throw new AccessError('activation.not_active', 'RoleAssignmentDoesNotExist');
    }
    if (!this.#state.isPast(stored.activeFrom.add(FLOOR))) {
      throw new AccessError('activation.too_short', 'ActiveDurationTooShort');
    }
    stored.endedAt = this.#state.now();
  }

  #requestExtension(person: PrincipalId, order: ExtensionOrder): TenantRequest {
    const { action, kind, endsAt, justification } = order;
    if (!this.capabilities.extendable.includes(kind)) {
      throw new AccessError('activation.extension_impossible', 'There is no such request');
    }
    const role = plainRole(order.role);
    const of = { principalId: person, kind };
    const assigned = this.#state.findAssigned(of, role, action === 'renew');
    const isHeldAgain = action === 'renew' && this.#state.findAssigned(of, role) !== undefined;
    if (assigned === undefined || assigned.endsAt === null || isHeldAgain) {
      throw new AccessError('assignment.not_found', 'RoleAssignmentDoesNotExist');
    }
    const isRepeat = this.#state.requests.some(
      ({ purpose, verdict, request }) =>
        purpose === 'extension' &&
        verdict === 'awaiting' &&
        request.principalId === person &&
        isSameRole(request.role, role),
    );
    if (isRepeat) {
      throw new AccessError('activation.already_pending', 'PendingRoleAssignmentRequest');
    }
    const now = this.#state.now();
    const stored: StoredRequest = {
      request: {
        id: scheduleRequestId(aGuid()),
        principalId: person,
        role,
        startsAt: null,
        duration: null,
        justification,
        ticket: null,
        marker: null,
      },
      purpose: 'extension',
      submittedAt: now,
      duration: now.until(endsAt),
      verdict: 'awaiting',
      activeFrom: null,
      endedAt: null,
    };
    this.#state.requests.push(stored);
    return viewOf(this.#state, stored);
  }

  #awaiting(person: PrincipalId): readonly TenantRequest[] {
    return this.#activations()
      .filter(({ request }) => this.#mayDecide(person, request))
      .map((stored) => viewOf(this.#state, stored))
      .filter(({ state }) => state === 'awaiting-approval');
  }

  #mayDecide(person: PrincipalId, request: Pick<TenantRequest, 'principalId' | 'role'>): boolean {
    const { approvers } = this.#state.policyOf(request.role);
    const ids = this.#state.expand(approvers).map(({ id }) => id);
    const isDefault = approvers.length === 0 && this.#profile.hasDefaultApprovers;
    return request.principalId !== person && (isDefault ? [...this.#state.administrators] : ids).includes(person);
  }

  #decide(person: PrincipalId, reference: RequestReference, decision: Decision): void {
    const stored = this.#find(reference);
    if (stored === undefined || !this.#mayDecide(person, stored.request)) {
      throw new AccessError('approval.not_an_approver', 'Not asked to decide');
    }
    if (stored.verdict !== 'awaiting') {
      throw new AccessError('approval.already_decided', 'The stage is over');
    }
    if (viewOf(this.#state, stored).state !== 'awaiting-approval') {
      throw new AccessError('approval.expired', 'Nobody decided within 24 hours');
    }
    const policy = this.#state.policyOf(stored.request.role);
    if (policy.isApproverJustificationRequired && decision.justification.trim() === '') {
      throw new AccessError('approval.justification_required', 'JustificationRule');
    }
    stored.verdict = decision.outcome === 'approve' ? 'granted' : 'denied';
    if (stored.verdict === 'granted') {
      const now = this.#state.now();
      const start = stored.request.startsAt;
      stored.activeFrom = start !== null && Temporal.Instant.compare(start, now) > 0 ? start : now;
    }
  }
}

/** The request as the tenant shows it now. */
export function viewOf(state: TenantState, stored: StoredRequest): TenantRequest {
  return { ...stored.request, state: stateOf(state, stored) };
}

function stateOf(tenant: TenantState, stored: StoredRequest): TenantRequest['state'] {
  const { activeFrom, purpose, request, submittedAt, verdict } = stored;
  if (verdict === 'denied' || verdict === 'canceled' || verdict === 'revoked') {
    return verdict;
  }
  if (verdict === 'awaiting') {
    const isOver = purpose === 'activation' && tenant.isPast(submittedAt.add(DECISION_WINDOW));
    return isOver ? 'failed' : 'awaiting-approval';
  }
  if (activeFrom === null || !tenant.isPast(activeFrom)) {
    return 'scheduled';
  }
  const isWritten = tenant.isPast(activeFrom.add(tenant.listLag));
  const isSeen = profileOf(request.role.surface).isProvisioningSeen;
  return isSeen && !isWritten ? 'provisioning' : 'provisioned';
}

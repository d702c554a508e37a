import { DECISION_WINDOW, FLOOR } from '../../../src/domain/activation.ts';
import type { ActiveAssignment, EligibleAssignment, RoleAtScope } from '../../../src/domain/assignment.ts';
import { isSameRole, roleKey } from '../../../src/domain/assignment.ts';
import type { PrincipalId, ScheduleRequestId } from '../../../src/domain/ids.ts';
import { scheduleRequestId } from '../../../src/domain/ids.ts';
import type { ApproverReference, Person, RolePolicy } from '../../../src/domain/policy.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type {
  ActivationOrder,
  Actor,
  Decision,
  RoleManagement,
  RoleManagementCapabilities,
  TenantRequest,
} from '../../../src/ports/role-management.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { aGuid } from './builders.ts';
import type { FakeSignIns } from './sign-ins.ts';

interface StoredRequest {
  readonly request: Omit<TenantRequest, 'state'>;
  readonly submittedAt: Temporal.Instant;
  readonly duration: Temporal.Duration;
  verdict: 'awaiting' | 'granted' | 'denied' | 'canceled';
  activeFrom: Temporal.Instant | null;
  endedAt: Temporal.Instant | null;
}

type RoleManagementMethod = Exclude<keyof RoleManagement, 'capabilities'>;

interface PlannedFailure {
  readonly error: AccessError;
  readonly afterEffect: boolean;
}

/**
 * A tenant in memory behind both ports. It refuses what PIM refuses, in PIM's order, and moves only when its clock does.
 */
export class FakeTenant {
  readonly roleManagement: RoleManagement;
  readonly reader: TenantReader;
  /** Names of the RoleManagement calls that arrived, oldest first. */
  readonly calls: RoleManagementMethod[] = [];
  /** How long a new activation stays out of the lists of active assignments. */
  listLag = Temporal.Duration.from({ seconds: 0 });
  /** People who signed in with MFA. */
  readonly withMfa = new Set<PrincipalId>();
  /** Authentication contexts a person's sign-in satisfied. */
  readonly authenticationContexts = new Map<PrincipalId, ReadonlySet<string>>();
  /** When set, the reader fails with it. */
  readerFailure: AccessError | null = null;

  readonly #clock: Pick<Clock, 'now'>;
  readonly #signIns: FakeSignIns | null;
  readonly #people = new Map<PrincipalId, Person>();
  readonly #groups = new Map<string, readonly PrincipalId[]>();
  readonly #eligible: EligibleAssignment[] = [];
  readonly #assigned: ActiveAssignment[] = [];
  readonly #policies = new Map<string, RolePolicy>();
  readonly #actions = new Map<string, readonly string[]>();
  readonly #requests: StoredRequest[] = [];
  readonly #failures = new Map<RoleManagementMethod, PlannedFailure[]>();

  constructor(clock: Pick<Clock, 'now'>, signIns: FakeSignIns | null = null) {
    this.#clock = clock;
    this.#signIns = signIns;
    this.roleManagement = this.#asRoleManagement();
    this.reader = this.#asReader();
  }

  addPeople(...people: readonly Person[]): this {
    for (const person of people) {
      this.#people.set(person.id, person);
    }
    return this;
  }

  /** Makes or changes a group, for approval rules that name one. */
  setGroup(id: string, members: readonly PrincipalId[]): this {
    this.#groups.set(id, members);
    return this;
  }

  addEligible(assignment: EligibleAssignment, policy?: RolePolicy): this {
    this.#eligible.push(assignment);
    return policy === undefined ? this : this.setPolicy(assignment, policy);
  }

  removeEligible(person: PrincipalId, role: RoleAtScope): this {
    const index = this.#eligible.findIndex((row) => row.principalId === person && isSameRole(row, role));
    if (index >= 0) {
      this.#eligible.splice(index, 1);
    }
    return this;
  }

  /** Adds an active assignment that an administrator gave. */
  addAssigned(assignment: ActiveAssignment): this {
    this.#assigned.push(assignment);
    return this;
  }

  setPolicy(role: RoleAtScope, policy: RolePolicy): this {
    this.#policies.set(roleKey(role), policy);
    return this;
  }

  /** Says what a role's definition allows, at every scope; without it the definition cannot be read. */
  setRoleActions(role: Pick<RoleAtScope, 'roleDefinitionId'>, actions: readonly string[]): this {
    this.#actions.set(role.roleDefinitionId.toLowerCase(), actions);
    return this;
  }

  /** Makes a role's definition unreadable again. */
  hideRoleActions(role: Pick<RoleAtScope, 'roleDefinitionId'>): this {
    this.#actions.delete(role.roleDefinitionId.toLowerCase());
    return this;
  }

  /** The next call of `method` fails; with `afterEffect` the tenant acts first and only the answer is lost. */
  failNext(method: RoleManagementMethod, error: AccessError, { afterEffect = false } = {}): this {
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), { error, afterEffect }]);
    return this;
  }

  /** Every request the tenant holds, oldest first. */
  requests(): readonly TenantRequest[] {
    return this.#requests.map((stored) => this.#view(stored));
  }

  #asRoleManagement(): RoleManagement {
    const capabilities: RoleManagementCapabilities = {
      earliestDeactivation: FLOOR,
      gapAfterEnd: Temporal.Duration.from({ seconds: 0 }),
      mustReadBeforeWrite: false,
    };
    return {
      capabilities,
      listEligible: (actor) => this.#run('listEligible', actor, () => this.#eligibleOf(actor.principalId)),
      listActive: (actor) => this.#run('listActive', actor, () => this.#activeOf(actor.principalId)),
      listOpenRequests: (actor) => this.#run('listOpenRequests', actor, () => this.#openOf(actor.principalId)),
      activate: (actor, order) => this.#run('activate', actor, () => this.#activate(actor, order)),
      deactivate: (actor, role) => this.#run('deactivate', actor, () => this.#deactivate(actor.principalId, role)),
      cancel: (actor, id) => this.#run('cancel', actor, () => this.#cancel(actor.principalId, id)),
      findByMarker: (actor, marker) =>
        this.#run('findByMarker', actor, () => this.#findByMarker(actor.principalId, marker)),
      listAwaitingDecision: (actor) =>
        this.#run('listAwaitingDecision', actor, () => this.#awaiting(actor.principalId)),
      readAwaitingDecision: (actor, id) =>
        this.#run(
          'readAwaitingDecision',
          actor,
          () => this.#awaiting(actor.principalId).find((request) => request.id === id) ?? null,
        ),
      decide: (actor, id, decision) => this.#run('decide', actor, () => this.#decide(actor.principalId, id, decision)),
    };
  }

  #asReader(): TenantReader {
    const read = async <T>(work: () => T): Promise<T> => {
      if (this.readerFailure !== null) {
        throw this.readerFailure;
      }
      return work();
    };
    return {
      readPolicy: (role) => read(() => this.#policyOf(role)),
      readRoleActions: (role) => read(() => this.#actionsOf(role)),
      expandApprovers: (approvers) => read(() => this.#expand(approvers)),
      findPerson: (id) => read(() => this.#people.get(id) ?? null),
      findActive: (id, role) =>
        read(
          () => this.#activeOf(id).find((row) => row.assignmentType === 'activated' && isSameRole(row, role)) ?? null,
        ),
    };
  }

  async #run<T>(method: RoleManagementMethod, actor: Actor, work: () => T): Promise<T> {
    this.calls.push(method);
    if (this.#signIns !== null && !this.#signIns.hasTokenFor(actor)) {
      throw new AccessError('identity.sign_in_required', 'No token for this person');
    }
    const failure = this.#failures.get(method)?.shift();
    if (failure !== undefined && !failure.afterEffect) {
      throw failure.error;
    }
    const result = work();
    if (failure !== undefined) {
      throw failure.error;
    }
    return result;
  }

  #policyOf(role: RoleAtScope): RolePolicy {
    const policy = this.#policies.get(roleKey(role));
    if (policy === undefined) {
      throw new AccessError('graph.not_found', `No settings for ${role.roleName}`);
    }
    return policy;
  }

  #actionsOf(role: RoleAtScope): readonly string[] {
    const actions = role.surface === 'directory' ? this.#actions.get(role.roleDefinitionId.toLowerCase()) : undefined;
    if (actions === undefined) {
      throw new AccessError('graph.not_found', `No definition of ${role.roleName}`);
    }
    return actions;
  }

  #expand(approvers: readonly ApproverReference[]): readonly Person[] {
    const ids = approvers.flatMap((one) => (one.kind === 'person' ? [one.id] : (this.#groups.get(one.id) ?? [])));
    return [...new Set(ids)].flatMap((id) => this.#people.get(id) ?? []);
  }

  #eligibleOf(person: PrincipalId): readonly EligibleAssignment[] {
    return this.#eligible.filter((row) => row.principalId === person && !this.#isPast(row.endsAt));
  }

  #activeOf(person: PrincipalId): readonly ActiveAssignment[] {
    const activated = this.#requests.flatMap((stored): ActiveAssignment[] => {
      const from = stored.activeFrom;
      if (stored.request.principalId !== person || from === null || stored.endedAt !== null) {
        return [];
      }
      const until = from.add(stored.duration);
      if (!this.#isPast(from.add(this.listLag)) || this.#isPast(until)) {
        return [];
      }
      const { surface, roleDefinitionId: id, roleName, scope } = stored.request.role;
      const role = { surface, roleDefinitionId: id, roleName, scope };
      return [{ ...role, principalId: person, assignmentType: 'activated', startsAt: from, endsAt: until }];
    });
    return [...activated, ...this.#assigned.filter((row) => row.principalId === person && !this.#isPast(row.endsAt))];
  }

  #openOf(person: PrincipalId): readonly TenantRequest[] {
    return this.requests().filter(
      (request) =>
        request.principalId === person && (request.state === 'awaiting-approval' || request.state === 'scheduled'),
    );
  }

  #activate(actor: Actor, order: ActivationOrder): TenantRequest {
    const person = actor.principalId;
    const mine = this.#requests.filter(
      (stored) => stored.request.principalId === person && isSameRole(stored.request.role, order.role),
    );
    if (mine.some((stored) => this.#view(stored).state === 'awaiting-approval')) {
      throw new AccessError('activation.already_pending', 'PendingRoleAssignmentRequest');
    }
    if (mine.some((stored) => this.#isRunningOrScheduled(stored))) {
      throw new AccessError('activation.already_active', 'RoleAssignmentExists');
    }
    if (!this.#eligibleOf(person).some((row) => isSameRole(row, order.role))) {
      throw new AccessError('activation.not_eligible', 'EligibilityRule');
    }
    const policy = this.#policyOf(order.role);
    this.#checkPolicy(actor, order, policy);
    const now = this.#clock.now();
    const start = order.startsAt !== null && Temporal.Instant.compare(order.startsAt, now) > 0 ? order.startsAt : null;
    const stored: StoredRequest = {
      request: { ...order, id: scheduleRequestId(aGuid()), principalId: person, startsAt: start },
      submittedAt: now,
      duration: order.duration,
      verdict: policy.isApprovalRequired ? 'awaiting' : 'granted',
      activeFrom: policy.isApprovalRequired ? null : (start ?? now),
      endedAt: null,
    };
    this.#requests.push(stored);
    return this.#view(stored);
  }

  #checkPolicy(actor: Actor, order: ActivationOrder, policy: RolePolicy): void {
    const person = actor.principalId;
    // As PIM does, by the token of this very call.
    const proof = this.#signIns?.proofFor(actor);
    const context = policy.authenticationContext;
    const isProven =
      context === null || proof?.contexts.has(context) || this.authenticationContexts.get(person)?.has(context);
    if (!isProven) {
      const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: context } } });
      throw new AccessError('activation.step_up_required', 'AcrsValidationFailed', { facts: { claims } });
    }
    const failed: [string, AccessError['code']][] = [];
    if (Temporal.Duration.compare(order.duration, policy.maximumDuration) > 0) {
      failed.push(['ExpirationRule', 'activation.too_long']);
    }
    if (policy.isJustificationRequired && order.justification.trim() === '') {
      failed.push(['JustificationRule', 'activation.justification_required']);
    }
    if (policy.isTicketRequired && (order.ticket ?? '') === '') {
      failed.push(['TicketingRule', 'activation.ticket_required']);
    }
    if (policy.isMfaRequired && proof?.hasMfa !== true && !this.withMfa.has(person)) {
      failed.push(['MfaRule', 'activation.mfa_required']);
    }
    const [first] = failed;
    if (first === undefined) {
      return;
    }
    const rules = failed.map(([rule]) => rule).join(', ');
    throw new AccessError(failed.length === 1 ? first[1] : 'activation.refused_by_policy', rules, {
      facts: failed.length === 1 ? {} : { rules },
    });
  }

  #deactivate(person: PrincipalId, role: RoleAtScope): void {
    const stored = this.#requests.find(
      (one) => one.request.principalId === person && isSameRole(one.request.role, role) && this.#isRunning(one),
    );
    if (stored === undefined || stored.activeFrom === null) {
      throw new AccessError('activation.not_active', 'RoleAssignmentDoesNotExist');
    }
    if (!this.#isPast(stored.activeFrom.add(FLOOR))) {
      throw new AccessError('activation.too_short', 'ActiveDurationTooShort');
    }
    stored.endedAt = this.#clock.now();
  }

  #cancel(person: PrincipalId, id: ScheduleRequestId): void {
    const stored = this.#requests.find((one) => one.request.id === id && one.request.principalId === person);
    if (stored === undefined) {
      throw new AccessError('activation.request_unknown', 'RoleAssignmentRequestNotFound');
    }
    const { state } = this.#view(stored);
    if (state !== 'awaiting-approval' && state !== 'scheduled') {
      throw new AccessError('activation.not_cancellable', 'RequestCannotBeCancelled');
    }
    stored.verdict = 'canceled';
    stored.activeFrom = null;
  }

  #findByMarker(person: PrincipalId, marker: string): TenantRequest | null {
    return this.requests().find((one) => one.principalId === person && one.marker === marker) ?? null;
  }

  #awaiting(person: PrincipalId): readonly TenantRequest[] {
    return this.requests().filter(
      (request) => request.state === 'awaiting-approval' && this.#mayDecide(person, request),
    );
  }

  #mayDecide(person: PrincipalId, request: TenantRequest): boolean {
    const approvers = this.#expand(this.#policyOf(request.role).approvers);
    return request.principalId !== person && approvers.some((approver) => approver.id === person);
  }

  #decide(person: PrincipalId, id: ScheduleRequestId, decision: Decision): void {
    const stored = this.#requests.find((one) => one.request.id === id);
    if (stored === undefined || !this.#mayDecide(person, this.#view(stored))) {
      throw new AccessError('approval.not_an_approver', 'Not asked to decide');
    }
    if (stored.verdict !== 'awaiting') {
      throw new AccessError('approval.already_decided', 'The stage is over');
    }
    if (this.#view(stored).state !== 'awaiting-approval') {
      throw new AccessError('approval.expired', 'Nobody decided within 24 hours');
    }
    const policy = this.#policyOf(stored.request.role);
    if (policy.isApproverJustificationRequired && decision.justification.trim() === '') {
      throw new AccessError('approval.justification_required', 'JustificationRule');
    }
    stored.verdict = decision.outcome === 'approve' ? 'granted' : 'denied';
    if (stored.verdict === 'granted') {
      const now = this.#clock.now();
      const start = stored.request.startsAt;
      stored.activeFrom = start !== null && Temporal.Instant.compare(start, now) > 0 ? start : now;
    }
  }

  #view(stored: StoredRequest): TenantRequest {
    return { ...stored.request, state: this.#stateOf(stored) };
  }

  #stateOf(stored: StoredRequest): TenantRequest['state'] {
    if (stored.verdict === 'denied' || stored.verdict === 'canceled') {
      return stored.verdict;
    }
    if (stored.verdict === 'awaiting') {
      return this.#isPast(stored.submittedAt.add(DECISION_WINDOW)) ? 'failed' : 'awaiting-approval';
    }
    return stored.activeFrom !== null && this.#isPast(stored.activeFrom) ? 'provisioned' : 'scheduled';
  }

  #isRunning(stored: StoredRequest): boolean {
    const from = stored.activeFrom;
    return from !== null && stored.endedAt === null && this.#isPast(from) && !this.#isPast(from.add(stored.duration));
  }

  #isRunningOrScheduled(stored: StoredRequest): boolean {
    return this.#isRunning(stored) || this.#view(stored).state === 'scheduled';
  }

  /** An instant is past from itself on. */
  #isPast(instant: Temporal.Instant | null): boolean {
    return instant !== null && Temporal.Instant.compare(instant, this.#clock.now()) <= 0;
  }
}

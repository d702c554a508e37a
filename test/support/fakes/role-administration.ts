import { isDeepStrictEqual } from 'node:util';
import type { AssignmentOrder, ListedAssignment, Principal } from '../../../src/domain/administration.ts';
import type { RoleAtScope, Surface } from '../../../src/domain/assignment.ts';
import { GROUP_OWNER, isSameRole, roleKey, scopeKey } from '../../../src/domain/assignment.ts';
import { principalId, scheduleRequestId } from '../../../src/domain/ids.ts';
import type { HeldSettings, RoleSettings } from '../../../src/domain/role-settings.ts';
import { AccessError } from '../../../src/errors.ts';
import type { AssignmentQuery, RoleAdministration } from '../../../src/ports/role-administration.ts';
import type { Actor, TenantRequest } from '../../../src/ports/role-management.ts';
import { checkRead, checkWrite } from './administration-rights.ts';
import { aGuid } from './builders.ts';
import { findFakeRoles } from './role-finder.ts';
import { viewOf } from './role-management.ts';
import { heldSettings, policyOf } from './role-settings.ts';
import type { SurfaceProfile } from './surface-profiles.ts';
import {
  type Assigned,
  type FakeCall,
  lastPart,
  plainRole,
  type StoredRequest,
  type TenantState,
} from './tenant-state.ts';

const FLOOR = Temporal.Duration.from({ minutes: 5 });

/** What administrators see and change in one part of the tenant in memory. */
export class FakeRoleAdministration implements RoleAdministration {
  readonly surface: Surface;
  readonly #state: TenantState;
  readonly #profile: SurfaceProfile;
  /** By role: when its settings were last written, and by whom. */
  readonly #written = new Map<string, NonNullable<HeldSettings['lastModified']>>();

  constructor(state: TenantState, profile: SurfaceProfile) {
    this.#state = state;
    this.#profile = profile;
    this.surface = profile.surface;
  }

  async findRoles(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]> {
    return await this.#run('findRoles', actor, () => findFakeRoles(this.#state, this.surface, { words, scope }));
  }

  async listAssignments(actor: Actor, query: AssignmentQuery): Promise<readonly ListedAssignment[]> {
    return await this.#run('listAssignments', actor, () => {
      checkRead(this.#state, actor, this.surface);
      if ('role' in query) {
        this.#checkOwn(query.role);
      } else if (!this.#isScope(query.scopeId)) {
        throw new AccessError('graph.not_found', `${query.scopeId} is no scope of ${this.surface}`);
      }
      const scopeId = 'role' in query ? query.role.scope.id : query.scopeId;
      const isMeant = (row: RoleAtScope): boolean => !('role' in query) || lastPart(row) === lastPart(query.role);
      return [...this.#assignedRows(), ...this.#activatedRows()]
        .filter((row) => row.surface === this.surface && isMeant(row) && this.#reaches(row, scopeId))
        .map((row) => (scopeKey(row.scope.id) === scopeKey(scopeId) ? row : { ...row, memberType: 'inherited' }));
    });
  }

  async change(actor: Actor, order: AssignmentOrder): Promise<TenantRequest> {
    return await this.#run('change', actor, () => {
      this.#checkOwn(order.role);
      checkWrite(this.#state, actor, this.surface);
      return this.#change(order);
    });
  }

  async readSettings(actor: Actor, role: RoleAtScope): Promise<HeldSettings> {
    return await this.#run('readSettings', actor, () => {
      this.#checkOwn(role);
      checkRead(this.#state, actor, this.surface);
      return {
        settings: this.#settingsOf(role),
        policyId: `policy ${roleKey(role)}`,
        lastModified: this.#written.get(roleKey(role)) ?? null,
        unknownRules: [],
      };
    });
  }

  async writeSettings(
    actor: Actor,
    role: RoleAtScope,
    { from, to }: { readonly from: RoleSettings; readonly to: RoleSettings },
  ): Promise<void> {
    return await this.#run('writeSettings', actor, () => {
      checkWrite(this.#state, actor, this.surface);
      if (!isDeepStrictEqual(this.#settingsOf(role), from)) {
        throw new AccessError('settings.changed_meanwhile', 'The settings are no longer those');
      }
      const { approval } = to.activation;
      if (approval.isRequired && approval.approvers.length === 0 && !this.#profile.hasDefaultApprovers) {
        throw new AccessError('settings.refused', 'InvalidPolicy', { facts: { reason: 'InvalidPolicy' } });
      }
      this.#state.setPolicy(role, policyOf(to));
      this.#state.settings.set(roleKey(role), to);
      this.#written.set(roleKey(role), {
        at: this.#state.now().toString(),
        byName: this.#state.people.get(actor.principalId)?.name ?? null,
      });
    });
  }

  async #run<T>(method: FakeCall, actor: Actor, work: () => T): Promise<T> {
    return await this.#state.run({ surface: this.surface, method }, actor, work);
  }

  #checkOwn(role: RoleAtScope): void {
    if (role.surface !== this.surface) {
      throw new AccessError('graph.not_found', `${role.roleName} is kept elsewhere`);
    }
  }

  #isScope(scopeId: string): boolean {
    if (this.surface === 'group') {
      return this.#state.groups.has(scopeId);
    }
    return scopeId === '/' ? this.surface === 'directory' : scopeId.startsWith('/');
  }

  #reaches(row: RoleAtScope, scopeId: string): boolean {
    const isSame = scopeKey(row.scope.id) === scopeKey(scopeId);
    return isSame || (this.#profile.capabilities.canNarrow && this.#state.scopes.covers(row.scope.id, scopeId));
  }

  #assignedRows(): readonly ListedAssignment[] {
    return this.#state.assigned
      .filter((row) => this.#state.isLive(row))
      .map((row) => ({
        ...plainRole(row),
        principal: this.#principalOf(row.principalId),
        kind: row.kind,
        assignmentType: 'assigned',
        memberType: 'direct',
        startsAt: row.startsAt,
        endsAt: row.endsAt,
      }));
  }

  #activatedRows(): readonly ListedAssignment[] {
    return [...this.#state.people.keys()].flatMap((person) =>
      this.#state
        .activeOf(person, this.surface)
        .filter(({ assignmentType }) => assignmentType === 'activated')
        .map(
          (row): ListedAssignment => ({
            ...plainRole(row),
            principal: this.#principalOf(person),
            kind: 'active',
            assignmentType: 'activated',
            memberType: 'direct',
            startsAt: row.startsAt,
            endsAt: row.endsAt,
          }),
        ),
    );
  }

  #principalOf(id: string): Principal {
    const person = this.#state.people.get(principalId(id));
    const group = this.#state.groups.get(id);
    if (person !== undefined) {
      return { id, name: person.name, kind: 'user', userPrincipalName: person.userPrincipalName };
    }
    return { id, name: group?.name ?? id, kind: group === undefined ? 'unknown' : 'group', userPrincipalName: null };
  }

  #settingsOf(role: RoleAtScope): RoleSettings {
    return heldSettings(this.#state, role);
  }

  #change(order: AssignmentOrder): TenantRequest {
    const { action, kind, principal } = order;
    const of = { principalId: principal.id, kind };
    const held = this.#state.findAssigned(of, order.role);
    if (action === 'remove') {
      return this.#remove(order, held);
    }
    if (action === 'assign' || action === 'renew') {
      if (action === 'renew' && (held !== undefined || this.#state.findAssigned(of, order.role, true) === undefined)) {
        throw new AccessError('assignment.not_found', 'RoleAssignmentDoesNotExist');
      }
      if (held !== undefined || (kind === 'active' && this.#activationOf(order) !== undefined)) {
        throw new AccessError('assignment.exists', 'RoleAssignmentExists');
      }
      this.#checkRules(order);
      this.#state.assigned.push(this.#assignedBy(order));
      return this.#record(order, 'granted');
    }
    if (held === undefined) {
      throw new AccessError('assignment.not_found', 'RoleAssignmentDoesNotExist');
    }
    this.#checkRules(order);
    this.#drop(held);
    this.#state.assigned.push({ ...held, startsAt: order.startsAt ?? held.startsAt, endsAt: order.endsAt });
    return this.#record(order, 'granted');
  }

  #assignedBy({ kind, principal, role, startsAt, endsAt }: AssignmentOrder): Assigned {
    return { ...plainRole(role), principalId: principal.id, kind, startsAt: startsAt ?? this.#state.now(), endsAt };
  }

  #remove(order: AssignmentOrder, held: Assigned | undefined): TenantRequest {
    const activation = order.kind === 'active' ? this.#activationOf(order) : undefined;
    const since = held === undefined ? activation?.activeFrom : held.startsAt;
    if (since === undefined) {
      throw new AccessError('assignment.not_found', 'RoleAssignmentDoesNotExist');
    }
    if (since !== null && this.#state.isPast(since) && !this.#state.isPast(since.add(FLOOR))) {
      throw new AccessError('assignment.too_short', 'ActiveDurationTooShort');
    }
    if (order.kind === 'active' && this.#isLastOwner(order.role)) {
      throw new AccessError('assignment.last_owner', 'CannotDeleteLastAdminAssignment');
    }
    if (held !== undefined) {
      this.#drop(held);
    } else if (activation !== undefined) {
      activation.endedAt = this.#state.now();
    }
    return this.#record(order, 'revoked');
  }

  #drop(held: Assigned): void {
    this.#state.assigned.splice(this.#state.assigned.indexOf(held), 1);
  }

  #activationOf({ principal, role }: AssignmentOrder): StoredRequest | undefined {
    return this.#state.requests.find(({ activeFrom, duration, endedAt, purpose, request }) => {
      const isTheirs = request.principalId === principal.id && isSameRole(request.role, role);
      const isOver = endedAt !== null || activeFrom === null || this.#state.isPast(activeFrom.add(duration));
      return purpose === 'activation' && isTheirs && !isOver;
    });
  }

  #isLastOwner(role: RoleAtScope): boolean {
    const isOwner = role.surface === 'group' && role.roleDefinitionId === GROUP_OWNER;
    const owners = [...this.#assignedRows(), ...this.#activatedRows()].filter(
      (row) => row.kind === 'active' && isSameRole(row, role),
    );
    return isOwner && owners.length === 1;
  }

  #checkRules(order: AssignmentOrder): void {
    const settings = this.#settingsOf(order.role);
    const rule = order.kind === 'eligible' ? settings.eligibleAssignment : settings.activeAssignment;
    const failed: string[] = [];
    if (!this.#isAllowedLength(order, rule)) {
      failed.push('ExpirationRule');
    }
    if (rule.requires.includes('Justification') && order.justification.trim() === '') {
      failed.push('JustificationRule');
    }
    if (rule.requires.includes('Ticketing') && (order.ticket ?? '') === '') {
      failed.push('TicketingRule');
    }
    if (failed.length > 0) {
      const rules = failed.join(', ');
      throw new AccessError('activation.refused_by_policy', rules, { facts: { rules } });
    }
  }

  #isAllowedLength({ startsAt, endsAt }: AssignmentOrder, rule: RoleSettings['activeAssignment']): boolean {
    if (endsAt === null) {
      return rule.isPermanentAllowed;
    }
    const start = startsAt ?? this.#state.now();
    const latest = start.toZonedDateTimeISO('UTC').add(rule.maximumDuration).toInstant();
    const isLongEnough = Temporal.Instant.compare(endsAt, start.add(FLOOR)) >= 0;
    return isLongEnough && Temporal.Instant.compare(endsAt, latest) <= 0;
  }

  #record(order: AssignmentOrder, verdict: 'granted' | 'revoked'): TenantRequest {
    const now = this.#state.now();
    const stored: StoredRequest = {
      request: {
        id: scheduleRequestId(aGuid()),
        principalId: principalId(order.principal.id),
        role: plainRole(order.role),
        startsAt: order.startsAt,
        duration: null,
        justification: order.justification,
        ticket: order.ticket,
        marker: null,
      },
      purpose: 'administration',
      submittedAt: now,
      duration: order.endsAt === null ? Temporal.Duration.from({ hours: 0 }) : now.until(order.endsAt),
      verdict,
      activeFrom: null,
      endedAt: null,
    };
    const isAhead = order.startsAt !== null && !this.#state.isPast(order.startsAt);
    this.#state.requests.push(stored);
    const view = viewOf(this.#state, stored);
    return verdict === 'granted' ? { ...view, state: isAhead ? 'scheduled' : 'provisioned' } : view;
  }
}

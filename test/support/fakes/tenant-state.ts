import type { ActiveAssignment, EligibleAssignment, RoleAtScope, Surface } from '../../../src/domain/assignment.ts';
import { GROUP_MEMBER, isSameRole, roleKey } from '../../../src/domain/assignment.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import type { ApproverPerson, ApproverReference, Person, RolePolicy } from '../../../src/domain/policy.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { RoleAdministration, TenantDirectory } from '../../../src/ports/role-administration.ts';
import type { Actor, RoleManagement, TenantRequest } from '../../../src/ports/role-management.ts';
import { aRolePolicy } from './builders.ts';
import { FakeScopeTree } from './scope-tree.ts';
import type { FakeSignIns } from './sign-ins.ts';
import { PROFILES } from './surface-profiles.ts';

/** The methods that arrive with a person's own token. */
export type FakeCall =
  | Exclude<keyof RoleManagement, 'surface' | 'capabilities'>
  | Exclude<keyof RoleAdministration, 'surface'>
  | keyof TenantDirectory;

/** An eligible or active assignment that an administrator gave to a person or a group. */
export interface Assigned extends RoleAtScope {
  readonly principalId: string;
  readonly kind: 'eligible' | 'active';
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
}

export interface StoredRequest {
  readonly request: Omit<TenantRequest, 'state'>;
  readonly purpose: 'activation' | 'extension' | 'administration';
  readonly submittedAt: Temporal.Instant;
  readonly duration: Temporal.Duration;
  verdict: 'awaiting' | 'granted' | 'denied' | 'canceled' | 'revoked';
  activeFrom: Temporal.Instant | null;
  endedAt: Temporal.Instant | null;
}

export interface FakeGroup {
  readonly id: string;
  readonly name: string;
  /** Members that PIM has nothing to do with. */
  readonly memberIds: readonly PrincipalId[];
  readonly hidesMembers?: boolean;
}

export interface PlannedFailure {
  readonly method: FakeCall;
  readonly error: AccessError;
  readonly afterEffect: boolean;
  /** Null: whichever part is asked first. */
  readonly surface: Surface | null;
}

interface Arrival {
  readonly surface: Surface | null;
  readonly method: FakeCall;
}

/** What the tenant in memory holds, shared by everything that speaks for it. Time passes only by its clock. */
export class TenantState {
  readonly people = new Map<PrincipalId, Person>();
  /** People whose accounts are disabled. */
  readonly disabled = new Set<PrincipalId>();
  /** People from other organizations. */
  readonly guests = new Set<PrincipalId>();
  readonly groups = new Map<string, FakeGroup>();
  readonly assigned: Assigned[] = [];
  readonly requests: StoredRequest[] = [];
  readonly settings = new Map<string, RoleSettings>();
  readonly actions = new Map<string, readonly string[]>();
  /** Roles that can be found by their name. */
  readonly roles = new Map<string, RoleAtScope>();
  readonly scopes = new FakeScopeTree();
  readonly failures: PlannedFailure[] = [];
  readonly outages = new Map<Surface, AccessError>();
  readonly calls: FakeCall[] = [];
  readonly arrivals: Arrival[] = [];
  readonly administrators = new Set<PrincipalId>();
  readonly signIns: FakeSignIns | null;
  listLag = Temporal.Duration.from({ seconds: 0 });
  readonly #clock: Pick<Clock, 'now'>;
  readonly #policies = new Map<string, RolePolicy>();

  constructor(clock: Pick<Clock, 'now'>, signIns: FakeSignIns | null) {
    this.#clock = clock;
    this.signIns = signIns;
  }

  now(): Temporal.Instant {
    return this.#clock.now();
  }

  /** An instant is past from itself on. */
  isPast(instant: Temporal.Instant | null): boolean {
    return instant !== null && Temporal.Instant.compare(instant, this.now()) <= 0;
  }

  isLive({ startsAt, endsAt }: Pick<Assigned, 'startsAt' | 'endsAt'>): boolean {
    return (startsAt === null || this.isPast(startsAt)) && !this.isPast(endsAt);
  }

  /** Carries out one call as a part of PIM would: token first, then planned trouble, then the work. */
  async run<T>(arrival: Arrival, actor: Actor, work: () => T): Promise<T> {
    this.calls.push(arrival.method);
    this.arrivals.push(arrival);
    this.checkToken(actor);
    return this.withTrouble(arrival, work);
  }

  checkToken(actor: Actor): void {
    if (this.signIns !== null && !this.signIns.hasTokenFor(actor)) {
      throw new AccessError('identity.sign_in_required', 'No token for this person');
    }
  }

  withTrouble<T>({ surface, method }: Arrival, work: () => T): T {
    const outage = surface === null ? undefined : this.outages.get(surface);
    if (outage !== undefined) {
      throw outage;
    }
    const isMeant = (one: PlannedFailure): boolean =>
      one.method === method && (one.surface === null || one.surface === surface);
    const index = this.failures.findIndex(isMeant);
    const [failure] = index < 0 ? [] : this.failures.splice(index, 1);
    if (failure !== undefined && !failure.afterEffect) {
      throw failure.error;
    }
    const result = work();
    if (failure !== undefined) {
      throw failure.error;
    }
    return result;
  }

  setPolicy(role: RoleAtScope, policy: RolePolicy): void {
    this.roles.set(roleKey(role), plainRole(role));
    this.#policies.set(roleKey(role), policy);
    this.settings.delete(roleKey(role));
  }

  policyOf(role: RoleAtScope): RolePolicy {
    const policy = this.#policies.get(roleKey(role));
    const isKnown = [...this.roles.values()].some(
      (one) => one.surface === role.surface && lastPart(one) === lastPart(role),
    );
    if (policy === undefined && profileOf(role.surface).hasDefaultSettings && isKnown) {
      return aRolePolicy();
    }
    if (policy === undefined) {
      throw new AccessError('graph.not_found', `No settings for ${role.roleName}`);
    }
    return policy;
  }

  /** The same without those whose account is disabled, as plain people. */
  enabled(approvers: readonly ApproverReference[]): readonly Person[] {
    return this.expand(approvers).flatMap(({ id }) => this.findPerson(id) ?? []);
  }

  expand(approvers: readonly ApproverReference[]): readonly ApproverPerson[] {
    const ids = approvers.flatMap((one) => (one.kind === 'person' ? [one.id] : this.#membersOf(one.id)));
    return [...new Set(ids)].flatMap((id) => {
      const person = this.people.get(id);
      const standing = { isGuest: this.guests.has(id), isEnabled: !this.disabled.has(id) };
      return person === undefined ? [] : [{ ...person, ...standing }];
    });
  }

  /** The person of this id or sign-in name, whose account is not disabled. */
  findPerson(idOrSignInName: string): Person | null {
    const wanted = idOrSignInName.trim().toLowerCase();
    const person = [...this.people.values()].find(
      ({ id, userPrincipalName }) => id === wanted || userPrincipalName.toLowerCase() === wanted,
    );
    return person === undefined || this.disabled.has(person.id) ? null : person;
  }

  /** The people of the one group of this id or name. */
  listMembers(group: string): readonly Person[] {
    const wanted = group.trim().toLowerCase();
    const found = [...this.groups.values()].filter(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new AccessError('graph.not_found', `${found.length} groups are called ${group}`);
    }
    return this.enabled([{ kind: 'group', ...only }]);
  }

  /** Whether the lists show the person as a member, by PIM or without it. */
  isMember(person: PrincipalId, groupId: string): boolean {
    const isStanding = this.groups.get(groupId)?.memberIds.includes(person) ?? false;
    const isRow = ({ roleDefinitionId: role, scope }: RoleAtScope): boolean =>
      scope.id === groupId && role === GROUP_MEMBER;
    return isStanding || this.activeOf(person, 'group').some(isRow);
  }

  /** What the person may activate, directly or by a group they are in now. */
  eligibleOf(person: PrincipalId, surface: Surface): readonly EligibleAssignment[] {
    const rows = this.#heldBy(person, surface).filter(({ kind }) => kind === 'eligible');
    return rows.map((row) => ({ ...plainRole(row), principalId: person, endsAt: row.endsAt }));
  }

  /** What the lists show as active. */
  activeOf(person: PrincipalId, surface: Surface): readonly ActiveAssignment[] {
    const activated = this.requests.flatMap((stored): ActiveAssignment[] => {
      const { principalId, role } = stored.request;
      const from = stored.activeFrom;
      if (principalId !== person || role.surface !== surface || from === null || stored.endedAt !== null) {
        return [];
      }
      const until = from.add(stored.duration);
      if (!this.isPast(from.add(this.listLag)) || this.isPast(until)) {
        return [];
      }
      return [{ ...role, principalId: person, assignmentType: 'activated', startsAt: from, endsAt: until }];
    });
    const assigned = this.#heldBy(person, surface).filter(({ kind }) => kind === 'active');
    return [
      ...activated,
      ...assigned.map(
        (row): ActiveAssignment => ({
          ...plainRole(row),
          principalId: person,
          assignmentType: 'assigned',
          startsAt: row.startsAt,
          endsAt: row.endsAt,
        }),
      ),
    ];
  }

  /** The assignment of exactly this role that an administrator gave and that has not ended, or did, at the latest. */
  findAssigned(of: Pick<Assigned, 'principalId' | 'kind'>, role: RoleAtScope, isOver = false): Assigned | undefined {
    return this.assigned.find(
      (row) =>
        row.principalId === of.principalId &&
        row.kind === of.kind &&
        isSameRole(row, role) &&
        this.isPast(row.endsAt) === isOver,
    );
  }

  /** Whether the person holds one of these directory roles in the whole tenant now. */
  holdsAny(person: PrincipalId, roleNames: readonly string[]): boolean {
    return this.activeOf(person, 'directory').some(
      ({ roleName, scope }) => scope.id === '/' && roleNames.includes(roleName),
    );
  }

  #membersOf(groupId: string): readonly PrincipalId[] {
    const group = this.groups.get(groupId);
    if (group === undefined) {
      throw new AccessError('graph.not_found', `There is no group ${groupId}`);
    }
    if (group.hidesMembers === true) {
      throw new AccessError('graph.forbidden', `The members of ${groupId} are hidden`);
    }
    return [...this.people.keys()].filter((person) => this.isMember(person, groupId));
  }

  #heldBy(person: PrincipalId, surface: Surface): readonly Assigned[] {
    return this.assigned.filter(
      (row) =>
        row.surface === surface &&
        this.isLive(row) &&
        (row.principalId === person || (surface !== 'group' && this.isMember(person, row.principalId))),
    );
  }
}

/** The role alone, whatever row it came with. */
export function plainRole({ surface, roleDefinitionId, roleName, scope }: RoleAtScope): RoleAtScope {
  return { surface, roleDefinitionId, roleName, scope };
}

export function profileOf(surface: Surface): (typeof PROFILES)[number] {
  const profile = PROFILES.find((one) => one.surface === surface);
  if (profile === undefined) {
    throw new Error(`no profile of ${surface}`);
  }
  return profile;
}

/** A role definition whatever its prefix. */
export function lastPart({ roleDefinitionId: id }: Pick<RoleAtScope, 'roleDefinitionId'>): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}

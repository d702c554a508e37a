import type {
  ActiveAssignment,
  EligibleAssignment,
  RoleAtScope,
  Scope,
  Surface,
} from '../../../src/domain/assignment.ts';
import { isSameRole, roleKey } from '../../../src/domain/assignment.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import type { Person, RolePolicy } from '../../../src/domain/policy.ts';
import type { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Actor, TenantRequest } from '../../../src/ports/role-management.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { FakeRoleAdministration } from './role-administration.ts';
import { FakeRoleManagement, viewOf } from './role-management.ts';
import type { FakeSignIns, TokenProof } from './sign-ins.ts';
import { PROFILES } from './surface-profiles.ts';
import { FakeTenantDirectory } from './tenant-directory.ts';
import { createFakeReader } from './tenant-reader.ts';
import { type Assigned, type FakeCall, lastPart, plainRole, TenantState } from './tenant-state.ts';

/** A tenant in memory behind every port of PIM. It refuses what PIM refuses, and moves only when its clock does. */
export class FakeTenant {
  /** Directory roles, groups, Azure. */
  readonly parts: readonly FakeRoleManagement[];
  readonly administration: readonly FakeRoleAdministration[];
  readonly directory: FakeTenantDirectory;
  readonly reader: TenantReader;
  /** People who signed in with MFA. */
  readonly withMfa = new Set<PrincipalId>();
  /** Authentication contexts a person's sign-in satisfied. */
  readonly authenticationContexts = new Map<PrincipalId, ReadonlySet<string>>();
  /** When set, the reader fails with it. */
  readerFailure: AccessError | null = null;
  readonly #state: TenantState;

  constructor(clock: Pick<Clock, 'now'>, signIns: FakeSignIns | null = null) {
    const state = new TenantState(clock, signIns);
    this.#state = state;
    this.parts = PROFILES.map((profile) => new FakeRoleManagement(state, profile, (actor) => this.#proofOf(actor)));
    this.administration = PROFILES.map((profile) => new FakeRoleAdministration(state, profile));
    this.directory = new FakeTenantDirectory(state);
    this.reader = createFakeReader(state, () => this.readerFailure);
  }

  /** The part that keeps directory roles. */
  get roleManagement(): FakeRoleManagement {
    return this.part('directory');
  }

  part(surface: Surface): FakeRoleManagement {
    return ofSurface(this.parts, surface);
  }

  administrationOf(surface: Surface): FakeRoleAdministration {
    return ofSurface(this.administration, surface);
  }

  /** Names of the calls with a person's token, oldest first. */
  get calls(): FakeCall[] {
    return this.#state.calls;
  }

  /** The same, with the part that was asked; null for the directory. */
  get arrivals(): { readonly surface: Surface | null; readonly method: FakeCall }[] {
    return this.#state.arrivals;
  }

  /** How long a new activation stays out of the lists of active assignments. */
  get listLag(): Temporal.Duration {
    return this.#state.listLag;
  }

  set listLag(lag: Temporal.Duration) {
    this.#state.listLag = lag;
  }

  /** People who may list and change what others have, on every surface. */
  get administrators(): Set<PrincipalId> {
    return this.#state.administrators;
  }

  addPeople(...people: readonly Person[]): this {
    for (const person of people) {
      this.#state.people.set(person.id, person);
    }
    return this;
  }

  /** Disables accounts: nobody can sign in with them. */
  disable(...people: readonly PrincipalId[]): this {
    for (const person of people) {
      this.#state.disabled.add(person);
    }
    return this;
  }

  /** Makes people guests from another organization. */
  invite(...people: readonly PrincipalId[]): this {
    for (const person of people) {
      this.#state.guests.add(person);
    }
    return this;
  }

  /** Nobody is shown the members of the group any more. */
  hideMembers(name: string): this {
    const known = [...this.#state.groups.values()].find((one) => one.name === name);
    if (known !== undefined) {
      this.#state.groups.set(known.id, { ...known, hidesMembers: true });
    }
    return this;
  }

  /** Makes or changes a group and its members outside PIM; one that exists can be named by its id or its name. */
  setGroup(idOrName: string, members: readonly PrincipalId[], name = idOrName): this {
    const known = [...this.#state.groups.values()].find((one) => one.id === idOrName || one.name === idOrName);
    const group = { id: known?.id ?? idOrName, name: known?.name ?? name };
    this.#state.groups.set(group.id, { ...group, memberIds: members });
    return this;
  }

  /** Makes a scope that can be found by its name and that others can lie below. */
  addScope(scope: Scope, parent: Scope | null = null): Scope {
    return this.#state.scopes.add(scope, parent);
  }

  addEligible(assignment: EligibleAssignment, policy?: RolePolicy): this {
    this.assign({ ...assignment, kind: 'eligible', startsAt: null });
    return policy === undefined ? this : this.setPolicy(assignment, policy);
  }

  removeEligible(person: PrincipalId, role: RoleAtScope): this {
    const isMeant = (row: Assigned): boolean =>
      row.kind === 'eligible' && row.principalId === person && isSameRole(row, role);
    const index = this.#state.assigned.findIndex(isMeant);
    if (index >= 0) {
      this.#state.assigned.splice(index, 1);
    }
    return this;
  }

  /** Adds an active assignment that an administrator gave. */
  addAssigned({ principalId, startsAt, endsAt, ...role }: Omit<ActiveAssignment, 'assignmentType'>): this {
    return this.assign({ ...plainRole(role), principalId, kind: 'active', startsAt, endsAt });
  }

  /** Gives a person or a group an assignment, past every rule. */
  assign(assigned: Assigned): this {
    this.#state.roles.set(roleKey(assigned), plainRole(assigned));
    this.#state.assigned.push(assigned);
    return this;
  }

  setPolicy(role: RoleAtScope, policy: RolePolicy): this {
    this.#state.setPolicy(role, policy);
    return this;
  }

  /** Says what a role's definition allows, at every scope; without it the definition cannot be read. */
  setRoleActions(role: Pick<RoleAtScope, 'surface' | 'roleDefinitionId'>, actions: readonly string[]): this {
    this.#state.actions.set(`${role.surface}|${lastPart(role)}`, actions);
    return this;
  }

  /** Makes a role's definition unreadable again. */
  hideRoleActions(role: Pick<RoleAtScope, 'surface' | 'roleDefinitionId'>): this {
    this.#state.actions.delete(`${role.surface}|${lastPart(role)}`);
    return this;
  }

  /**
   * The next call of `method` fails, of any part or of one; with `afterEffect` the tenant acts first and only the answer is
   * lost. What is planned for `activate` also meets the next role of an `activateAll`.
   */
  failNext(
    method: FakeCall,
    error: AccessError,
    { afterEffect = false, surface = null }: { readonly afterEffect?: boolean; readonly surface?: Surface | null } = {},
  ): this {
    this.#state.failures.push({ method, error, afterEffect, surface });
    return this;
  }

  /** From now on every call to this part fails; null ends that. */
  breakDown(surface: Surface, error: AccessError | null): this {
    if (error === null) {
      this.#state.outages.delete(surface);
      return this;
    }
    this.#state.outages.set(surface, error);
    return this;
  }

  /** Every request the tenant holds, oldest first. */
  requests(): readonly TenantRequest[] {
    return this.#state.requests.map((stored) => viewOf(this.#state, stored));
  }

  /** What the token of this very call proves, with what the test said of the person. */
  #proofOf(actor: Actor): TokenProof {
    const proof = this.#state.signIns?.proofFor(actor);
    const contexts = [...(proof?.contexts ?? []), ...(this.authenticationContexts.get(actor.principalId) ?? [])];
    return {
      contexts: new Set(contexts),
      hasMfa: proof?.hasMfa === true || this.withMfa.has(actor.principalId),
    };
  }
}

function ofSurface<T extends { readonly surface: Surface }>(parts: readonly T[], surface: Surface): T {
  const part = parts.find((one) => one.surface === surface);
  if (part === undefined) {
    throw new Error(`the tenant has no ${surface}`);
  }
  return part;
}

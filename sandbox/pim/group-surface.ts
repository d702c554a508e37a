import type { Group, World } from '../platform/types.ts';
import { record } from './audit.ts';
import { type DirectoryRoles, ROLE_IDS } from './directory-surface.ts';
import type { Ask, PimRequest, Schedule, Subject } from './model.ts';
import { DEFAULT_ACTIVATION, Policy } from './policy.ts';
import { invalidRequest, Refusal } from './refusal.ts';
import { standingSchedule } from './standing.ts';
import { guidOf, type PimState } from './state.ts';
import { type Surface, sameSubject } from './surface.ts';
import { isBefore, plus } from './time.ts';

/** How somebody belongs to a group: the role of a subject whose scope is the group. */
export const ACCESS = ['member', 'owner'] as const;

/** Who manages any group, and who manages those that cannot be given roles (pim-api §3.2). */
const MANAGERS = [ROLE_IDS.privilegedRoleAdministrator, ROLE_IDS.globalAdministrator];
const MANAGERS_OF_PLAIN_GROUPS = [
  ...MANAGERS,
  ROLE_IDS.directoryWriters,
  ROLE_IDS.groupsAdministrator,
  ROLE_IDS.identityGovernanceAdministrator,
  ROLE_IDS.userAdministrator,
];
/** The damage of a second activation was seen "minutes later" (pim-api §3.7). */
const DAMAGE_AFTER = Temporal.Duration.from({ minutes: 3 });
/** How long a deactivation that is sent twice is answered as such. */
const REPEATED_WITHIN = Temporal.Duration.from({ minutes: 2 });

/**
 * PIM for Groups: a person becomes a real member or owner of a group for a time.
 *
 * It writes into the groups of the tenant and takes back only what it wrote; who is in there otherwise is shown as a
 * permanent assignment, once the group is onboarded.
 */
export class GroupSurface implements Surface {
  readonly name = 'group';
  readonly missingStatus = 404;
  readonly #world: World;
  readonly #roles: DirectoryRoles;
  readonly #state: PimState;
  readonly #onboarded = new Set<string>();
  /** By group, access and principal: the schedule that put them there. */
  readonly #written = new Map<string, string>();

  constructor(world: World, roles: DirectoryRoles, state: PimState) {
    this.#world = world;
    this.#roles = roles;
    this.#state = state;
  }

  get repeatedActivation(): NonNullable<Surface['repeatedActivation']> {
    return { damageAfter: () => (this.#world.settings.groupRepeatDamage ? DAMAGE_AFTER : null) };
  }

  check({ scope }: Subject): void {
    const group = this.#group(scope);
    if (group === undefined) {
      throw new Refusal('ResourceNotFound', 'The resource is not found.', 404);
    }
    if (group.isDynamic || group.isSynced) {
      throw invalidRequest();
    }
  }

  readonly covers = sameSubject;

  checkAction({ action }: Ask): void {
    const isExtension = action === 'selfExtend' || action === 'selfRenew';
    if (isExtension && !this.#world.settings.groupSelfExtension) {
      throw invalidRequest();
    }
  }

  checkAssignee(principalId: string, { scope }: Subject): void {
    if (principalId === scope) {
      throw invalidRequest();
    }
  }

  mayAdminister(personId: string, { scope }: Subject): boolean {
    const group = this.#group(scope);
    const managers = group?.isAssignableToRole === false ? MANAGERS_OF_PLAIN_GROUPS : MANAGERS;
    return group?.ownerIds.includes(personId) === true || this.#roles.holdsAny(personId, managers);
  }

  /** An application needs the role too, for groups that can be given roles. */
  mayAppAdminister(appId: string, { scope }: Subject): boolean {
    const held = this.#world.tenant.directoryRoles.get(appId) ?? new Set();
    return this.#group(scope)?.isAssignableToRole === false || MANAGERS.some((role) => held.has(role));
  }

  defaultApproverIds(): readonly string[] {
    return [];
  }

  nameOf({ role, scope }: Subject): string {
    const name = this.#group(scope)?.displayName ?? scope;
    return role === 'owner' ? `${name} owner` : name;
  }

  scheduleIds({ role, scope }: Subject, requestId: string): { readonly id: string; readonly instanceId: string } {
    return {
      id: `${scope}_${role}_${requestId}`,
      instanceId: `${scope}_${role}_${guidOf(`instance ${requestId}`)}`,
    };
  }

  /** Unlike roles, groups let neither eligible nor active assignments be permanent until somebody allows it (§3.6). */
  newPolicy(guid: string, subject: Subject): Policy {
    return groupPolicy(new Policy(guid, subject, { ...DEFAULT_ACTIVATION, enabledRules: ['Justification'] }));
  }

  provisioning(): Temporal.Duration {
    return this.#world.settings.groupProvisioning;
  }

  exists(ask: Ask): Refusal {
    const property = ask.subject.role === 'owner' ? 'owners' : 'members';
    return new Refusal(
      'RoleAssignmentExists',
      ask.kind === 'eligibility'
        ? 'The Role assignment already exists.'
        : `One or more added object references already exist for the following modified properties: '${property}'.`,
    );
  }

  missing(ask: Ask): Refusal | null {
    const { groupRepeatedDeactivation } = this.#world.settings;
    if (ask.action !== 'selfDeactivate' || groupRepeatedDeactivation === 'RoleAssignmentDoesNotExist') {
      return null;
    }
    const since = plus(this.#world.clock.now(), REPEATED_WITHIN.negated());
    const isRepeated = this.#state
      .schedulesOf(ask.principalId)
      .some(({ endedAt, subject }) => sameSubject(subject, ask.subject) && endedAt && isBefore(since, endedAt));
    return isRepeated ? new Refusal('BadRequest', 'The request could not be processed.') : null;
  }

  checkEnd(schedule: Schedule): void {
    if (this.#isLastOwner(schedule)) {
      throw new Refusal('CannotDeleteLastAdminAssignment', 'Cannot delete the last admin assignment.');
    }
  }

  endsInTime(schedule: Schedule): boolean {
    return !(this.#world.settings.groupLastOwnerStays && this.#isLastOwner(schedule));
  }

  began(schedule: Schedule): void {
    const list = this.#listOf(schedule.subject);
    if (!list.includes(schedule.principalId)) {
      list.push(schedule.principalId);
      this.#written.set(keyOf(schedule.subject, schedule.principalId), schedule.id);
    }
  }

  ended(schedule: Schedule): void {
    const key = keyOf(schedule.subject, schedule.principalId);
    if (this.#written.get(key) === schedule.id) {
      this.#written.delete(key);
      remove(this.#listOf(schedule.subject), schedule.principalId);
    }
  }

  touched(request: PimRequest): void {
    const { scope } = request.subject;
    if (!this.#onboarded.has(scope)) {
      this.#onboarded.add(scope);
      const at = this.#world.clock.now();
      record(this.#state, request, { at, name: 'Onboarded resource to PIM', type: 'OnboardResource' });
    }
  }

  /** A group that PIM has managed from the start. */
  onboard(groupId: string): void {
    this.#onboarded.add(groupId);
  }

  isOnboarded(groupId: string): boolean {
    return this.#onboarded.has(groupId);
  }

  standing(principalId: string): readonly Schedule[] {
    return [...this.#onboarded].flatMap((scope) =>
      ACCESS.flatMap((role) => {
        const subject: Subject = { surface: 'group', role, scope };
        const isHeld = this.#listOf(subject).includes(principalId);
        if (!isHeld || this.#written.has(keyOf(subject, principalId))) {
          return [];
        }
        return standingSchedule(this.scheduleIds(subject, guidOf(`standing ${principalId}`)), subject, principalId);
      }),
    );
  }

  standingHolders(): Iterable<string> {
    return [...this.#onboarded].flatMap((scope) =>
      ACCESS.flatMap((role) => this.#listOf({ surface: 'group', role, scope })),
    );
  }

  removeStanding({ principalId, subject }: Schedule): void {
    remove(this.#listOf(subject), principalId);
  }

  #isLastOwner({ kind, principalId, subject }: Schedule): boolean {
    const owners = this.#group(subject.scope)?.ownerIds ?? [];
    return kind === 'assignment' && subject.role === 'owner' && owners.length === 1 && owners[0] === principalId;
  }

  #group(id: string): Group | undefined {
    return this.#world.tenant.groups.get(id);
  }

  #listOf({ role, scope }: Subject): string[] {
    const group = this.#group(scope);
    return (role === 'owner' ? group?.ownerIds : group?.memberIds) ?? [];
  }
}

/** The two rules in which settings of groups differ from those of roles, set to what Microsoft starts with. */
export function groupPolicy(policy: Policy): Policy {
  const limit = (maximumDuration: string) =>
    ({ kind: 'expiration', isExpirationRequired: true, maximumDuration }) as const;
  policy.rules.set('Expiration_Admin_Eligibility', limit('P365D'));
  policy.rules.set('Expiration_Admin_Assignment', limit('P180D'));
  return policy;
}

function keyOf({ role, scope }: Subject, principalId: string): string {
  return `${scope} ${role} ${principalId}`;
}

function remove(list: string[], id: string): void {
  const index = list.indexOf(id);
  if (index >= 0) {
    list.splice(index, 1);
  }
}

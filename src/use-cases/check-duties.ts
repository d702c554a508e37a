import type { ActivationRequest } from '../domain/activation.ts';
import { type ActiveAssignment, isSameRole, type RoleAtScope } from '../domain/assignment.ts';
import type { PrincipalId } from '../domain/ids.ts';
import { type TokenResource, tokenResourcesOf } from '../domain/page-sign-in.ts';
import {
  type DutyConflict,
  findConflict,
  isUnclear,
  type JudgedRole,
  opposedDuties,
  opposedSurfaces,
} from '../domain/separation-of-duties.ts';
import { AccessError, asAccessError, type ErrorCode } from '../errors.ts';
import type { RoleManagement } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { isBefore } from './facts.ts';
import { withAllowed } from './read-allowed.ts';
import { readParts } from './role-surfaces.ts';
import type { Planner, Services } from './services.ts';

/** A part that answers so will not answer otherwise the next time. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set([
  'graph.forbidden',
  'graph.license_missing',
  'graph.not_found',
  'graph.unexpected_answer',
]);

/**
 * Why the rulebook forbids a role beside what its asker holds or waits for, here and in the tenant; null when it does not. Costs
 * a look at the tenant, but only for roles that a rule is about.
 *
 * @throws {AccessError} identity.*, graph.* where signing in or waiting helps
 */
export async function checkDuties(
  services: Services,
  { person, actor }: Planner,
  role: RoleAtScope,
): Promise<AccessError | null> {
  const { separationOfDuties: rules } = services.rules.current();
  if (isUnclear(rules, role)) {
    return unknownDuties(role, 'the role has no name');
  }
  const surfaces = opposedSurfaces(rules, role);
  if (surfaces.size === 0) {
    return null;
  }
  try {
    const [wanted] = await stillJudged(services, [role]);
    if (wanted === undefined) {
      return null;
    }
    const parts = services.roles.parts.filter(({ surface }) => surfaces.has(surface));
    const [own, active, waiting] = await Promise.all([
      services.store.now.requests.listOpenOf(person.id),
      readAll(parts, async (part) => await listActive(services, { person, actor }, part)),
      readAll(parts, async (part) => (await part.listOpenRequests(actor)).map((request) => request.role)),
    ]);
    const held = [...rolesOf(own), ...active, ...waiting];
    return held.some((one) => isUnclear(rules, one))
      ? unknownDuties(role, 'a role that is held has no name')
      : refusalOf(findConflict(rules, wanted, await withAllowed(services, held)));
  } catch (thrown) {
    return asUnknown(thrown, role);
  }
}

/** Those that a rule is about, with what they allow. */
async function stillJudged(services: Services, roles: readonly RoleAtScope[]): Promise<readonly JudgedRole[]> {
  const { separationOfDuties: rules } = services.rules.current();
  const isJudged = (role: JudgedRole): boolean => opposedSurfaces(rules, role).size > 0;
  return (await withAllowed(services, roles.filter(isJudged))).filter(isJudged);
}

/** @throws what asking again helps against */
function asUnknown(thrown: unknown, role: RoleAtScope): AccessError {
  const error = asAccessError(thrown);
  if (!UNREADABLE.has(error.code)) {
    throw error;
  }
  return unknownDuties(role, error.message, error);
}

/** What cannot be read may hold the very role that stands against this one. */
function unknownDuties(role: RoleAtScope, why: string, cause?: unknown): AccessError {
  const facts = { roleName: role.roleName, scopeName: role.scope.name };
  return new AccessError('activation.duties_unknown', why, { cause, facts });
}

/** Tokens that activating the roles takes, with those to see what their holder must not have beside them. */
export function tokenResourcesFor({ rules }: Services, roles: readonly RoleAtScope[]): readonly TokenResource[] {
  const { separationOfDuties } = rules.current();
  return tokenResourcesOf([...roles, ...roles.flatMap((role) => opposedDuties(separationOfDuties, role))]);
}

/**
 * The same at the moment at which an ask is committed, among what the asker asked for here: two asks at the same instant, and
 * two roles of one sentence, do not see each other before.
 *
 * @throws {AccessError} activation.conflicting_duty, activation.duties_unknown
 */
export async function claimDuties(
  services: Services,
  stores: Stores,
  { requesterId, roles }: ClaimedRoles,
): Promise<void> {
  const { separationOfDuties: rules } = services.rules.current();
  const [first] = roles;
  if (first === undefined || !roles.some((role) => opposedSurfaces(rules, role).size > 0)) {
    return;
  }
  try {
    // What they allow was read a moment ago, so that this waits for no answer with the lock in its hands.
    const judged = await stillJudged(services, roles);
    const open = judged.length === 0 ? [] : rolesOf(await stores.requests.listOpenOf(requesterId));
    const held = judged.length === 0 ? [] : await withAllowed(services, [...open, ...roles]);
    for (const role of judged) {
      const refusal = refusalOf(findConflict(rules, role, held));
      if (refusal !== null) {
        throw refusal;
      }
    }
  } catch (thrown) {
    throw asUnknown(thrown, first);
  }
}

interface ClaimedRoles {
  readonly requesterId: PrincipalId;
  /** What is asked for, what it leads to, and what it gives at once. */
  readonly roles: readonly RoleAtScope[];
}

/** Before anything of an ask is written: from here on no other ask of the person is judged, where a rule is about one of them. */
export async function lockDuties(
  services: Services,
  stores: Stores,
  { requesterId, roles }: ClaimedRoles,
): Promise<void> {
  const { separationOfDuties: rules } = services.rules.current();
  if (roles.some((role) => opposedSurfaces(rules, role).size > 0)) {
    await stores.people.lock(requesterId);
  }
}

/** Less what was given back here so recently that the tenant's lists may still show it. */
async function listActive(
  services: Services,
  { person, actor }: Planner,
  part: RoleManagement,
): Promise<readonly RoleAtScope[]> {
  const shownAgain = services.clock.now().subtract(part.capabilities.listLag);
  const [rows, ended] = await Promise.all([
    part.listActive(actor),
    services.store.now.requests.listEndedOf(person.id, shownAgain),
  ]);
  return withoutEnded(rows, ended);
}

/** What lists show that may be late: less what our own records say was given back. */
export function withoutEnded(
  rows: readonly ActiveAssignment[],
  ended: readonly ActivationRequest[],
): readonly ActiveAssignment[] {
  return rows.filter((row) => !ended.some((request) => isSameRole(request.role, row) && isBeforeEnd(row, request)));
}

/** An activation that began after the other was given back is another one. */
function isBeforeEnd({ startsAt }: ActiveAssignment, { endReason, endedAt }: ActivationRequest): boolean {
  return endReason === 'deactivated' && startsAt !== null && endedAt !== null && isBefore(startsAt, endedAt);
}

function rolesOf(open: readonly ActivationRequest[]): readonly RoleAtScope[] {
  return open.flatMap(({ role, leadsTo }) => (leadsTo === null ? [role] : [role, leadsTo.role]));
}

async function readAll(
  parts: readonly RoleManagement[],
  read: (part: RoleManagement) => Promise<readonly RoleAtScope[]>,
): Promise<readonly RoleAtScope[]> {
  const { rows, errors } = await readParts(parts, read);
  const [error] = errors;
  if (error !== undefined) {
    throw error;
  }
  return rows;
}

function refusalOf(conflict: DutyConflict | null): AccessError | null {
  if (conflict === null) {
    return null;
  }
  const { rule, wanted, held } = conflict;
  const facts = {
    rule: rule.name,
    reason: rule.reason,
    roleName: wanted.roleName,
    scopeName: wanted.scope.name,
    heldRoleName: held.roleName,
    heldScopeName: held.scope.name,
  };
  return new AccessError('activation.conflicting_duty', `the rulebook keeps these apart: ${rule.name}`, { facts });
}

import type { ActivationRequest } from '../domain/activation.ts';
import { type ActiveAssignment, isSameRole, type RoleAtScope } from '../domain/assignment.ts';
import { type DutyConflict, findConflict, opposedSurfaces } from '../domain/separation-of-duties.ts';
import { AccessError, asAccessError, type ErrorCode } from '../errors.ts';
import type { RoleManagement } from '../ports/role-management.ts';
import type { Stores } from '../ports/store.ts';
import { isBefore } from './facts.ts';
import { readParts } from './role-surfaces.ts';
import { type Asker, actorOf, type Services } from './services.ts';

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
export async function checkDuties(services: Services, asker: Asker, role: RoleAtScope): Promise<AccessError | null> {
  const { separationOfDuties: rules } = services.rules.current();
  const surfaces = opposedSurfaces(rules, role);
  if (surfaces.size === 0) {
    return null;
  }
  const parts = services.roles.parts.filter(({ surface }) => surfaces.has(surface));
  const actor = actorOf(asker);
  try {
    const [own, active, waiting] = await Promise.all([
      services.store.now.requests.listOpenOf(asker.person.id),
      readAll(parts, async (part) => await listActive(services, asker, part)),
      readAll(parts, async (part) => (await part.listOpenRequests(actor)).map((request) => request.role)),
    ]);
    return refusalOf(findConflict(rules, role, [...rolesOf(own), ...active, ...waiting]));
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (!UNREADABLE.has(error.code)) {
      throw error;
    }
    // What cannot be read may hold the very role that stands against this one.
    const facts = { roleName: role.roleName, scopeName: role.scope.name };
    return new AccessError('activation.duties_unknown', error.message, { cause: error, facts });
  }
}

/**
 * The same at the moment at which an ask is committed, among what the asker asked for here: two asks at the same instant, and
 * two roles of one sentence, do not see each other before.
 *
 * @throws {AccessError} activation.conflicting_duty
 */
export async function claimDuties(services: Services, stores: Stores, asked: ActivationRequest): Promise<void> {
  const { separationOfDuties: rules } = services.rules.current();
  if (opposedSurfaces(rules, asked.role).size === 0) {
    return;
  }
  await stores.people.lock(asked.requesterId);
  const refusal = refusalOf(
    findConflict(rules, asked.role, rolesOf(await stores.requests.listOpenOf(asked.requesterId))),
  );
  if (refusal !== null) {
    throw refusal;
  }
}

/** Less what was given back here so recently that the tenant's lists may still show it. */
async function listActive(services: Services, asker: Asker, part: RoleManagement): Promise<readonly RoleAtScope[]> {
  const shownAgain = services.clock.now().subtract(part.capabilities.listLag);
  const [rows, ended] = await Promise.all([
    part.listActive(actorOf(asker)),
    services.store.now.requests.listEndedOf(asker.person.id, shownAgain),
  ]);
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

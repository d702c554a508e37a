import type { AssignmentOrder, ListedAssignment } from '../../domain/administration.ts';
import type { AssignmentChangeNotice } from '../../domain/administration-notice.ts';
import { type Duty, findConflict, isDuty, opposedDuties } from '../../domain/separation-of-duties.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import { roleFacts } from '../facts.ts';
import { withAllowed } from '../read-allowed.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** A duty whose role is given at more places than these is not looked up: the answer would come too late. */
const MOST_PLACES = 20;

/**
 * What an administrator is warned of: an assignment that the principal has already, of a role that the rulebook keeps apart from
 * this one. To have both is allowed, to hold both at a time is not. Undefined when there is none.
 *
 * @throws {AccessError} identity.sign_in_required
 */
export async function dutiesBeside(
  services: Services,
  asker: Asker,
  { action, role, principal }: AssignmentOrder,
): Promise<AssignmentChangeNotice['duties']> {
  const { separationOfDuties: rules } = services.rules.current();
  if (action === 'remove' || opposedDuties(rules, role).length === 0) {
    return undefined;
  }
  try {
    const [wanted = role] = await withAllowed(services, [role]);
    const opposed = opposedDuties(rules, wanted);
    const listed = await Promise.all(opposed.map((duty) => listOf(services, asker, duty)));
    const held = listed.flat().filter((row) => row.principal.id.toLowerCase() === principal.id.toLowerCase());
    const conflict = findConflict(rules, wanted, await withAllowed(services, held));
    return conflict === null
      ? undefined
      : { ...roleFacts(conflict.held), rule: conflict.rule.name, reason: conflict.rule.reason };
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'identity.sign_in_required') {
      throw error;
    }
    services.log.warn('duties.unreadable', { code: error.code });
    return 'unknown';
  }
}

/** Everybody's assignments that a duty takes in. */
async function listOf(services: Services, asker: Asker, duty: Duty): Promise<readonly ListedAssignment[]> {
  const part = services.roles.administrationOf(duty);
  const actor = actorOf(asker);
  if (duty.role === null) {
    const scopeId = duty.scope ?? (duty.surface === 'directory' ? '/' : '');
    if (!scopeId.startsWith('/')) {
      throw new AccessError(
        'activation.duties_unknown',
        'no list has what is assigned everywhere, or at a scope by name',
      );
    }
    return await part.listAssignments(actor, { scopeId });
  }
  const found = await part.findRoles(actor, duty.role, duty.scope);
  const places = found.filter((role) => isDuty(duty, role));
  if (places.length > MOST_PLACES) {
    throw new AccessError('activation.duties_unknown', `${duty.role} is given at ${places.length} places`);
  }
  return (await Promise.all(places.map((role) => part.listAssignments(actor, { role })))).flat();
}

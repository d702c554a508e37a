import type { RoleAtScope } from '../../src/domain/assignment.ts';
import type { NamedRole } from '../../src/domain/named-role.ts';
import { isDuty } from '../../src/domain/separation-of-duties.ts';
import { AccessError } from '../../src/errors.ts';
import { dutyInWords } from '../../src/rulebook/role-words.ts';
import type { Tenant } from './tenant.ts';

/**
 * The role that a document names as the tenant has it, or what is wrong with naming it.
 *
 * @throws {AccessError} graph.unavailable when a part of the tenant could not be searched, so that there is no telling
 */
export async function findNamedRole({ findRoles }: Tenant, wanted: NamedRole): Promise<RoleAtScope | string> {
  const words = dutyInWords(wanted);
  const { roles, unread } = await findRoles(wanted.role, wanted.scope);
  const [role, ...others] = roles.filter((one) => isDuty(wanted, one));
  if (role === undefined && unread.length > 0) {
    throw new AccessError('graph.unavailable', `${words} could not be looked up: ${unread.join('; ')}`);
  }
  if (role === undefined) {
    return `the tenant has no ${words}`;
  }
  if (others.length > 0) {
    return `the tenant has ${others.length + 1} of the name ${words}: name it by its id`;
  }
  return role;
}

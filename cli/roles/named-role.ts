import type { RoleAtScope } from '../../src/domain/assignment.ts';
import type { NamedRole } from '../../src/domain/named-role.ts';
import { type Duty, isDuty } from '../../src/domain/separation-of-duties.ts';
import { AccessError } from '../../src/errors.ts';
import { dutyInWords } from '../../src/rulebook/role-words.ts';
import type { Tenant } from './tenant.ts';

/**
 * The roles of the tenant that a document names.
 *
 * @throws {AccessError} graph.unavailable when there is none and a part of the tenant could not be searched, so that there is no telling
 */
export async function rolesNamed({ findRoles }: Tenant, wanted: Duty): Promise<readonly RoleAtScope[]> {
  const { roles, unread } = await findRoles(wanted.role ?? '', wanted.scope);
  const named = roles.filter((role) => isDuty(wanted, role));
  if (named.length === 0 && unread.length > 0) {
    throw new AccessError('graph.unavailable', `${dutyInWords(wanted)} could not be looked up: ${unread.join('; ')}`);
  }
  return named;
}

/** Says of a role that the tenant has none such. */
export function noRole(wanted: Duty): string {
  return `the tenant has no ${dutyInWords(wanted)}`;
}

/**
 * The role that a document names as the tenant has it, or what is wrong with naming it.
 *
 * @throws {AccessError} as {@link rolesNamed}
 */
export async function findNamedRole(tenant: Tenant, wanted: NamedRole): Promise<RoleAtScope | string> {
  const [role, ...others] = await rolesNamed(tenant, wanted);
  if (role === undefined) {
    return noRole(wanted);
  }
  return others.length === 0
    ? role
    : `the tenant has ${others.length + 1} of the name ${dutyInWords(wanted)}: name it by its id`;
}

import type { Rulebook } from '../../src/domain/rulebook.ts';
import type { Duty } from '../../src/domain/separation-of-duties.ts';
import type { ServedPerson } from '../../src/domain/served.ts';
import { asAccessError } from '../../src/errors.ts';
import { noRole, rolesNamed } from '../roles/named-role.ts';
import type { Tenant } from '../roles/tenant.ts';
import { type Finding, problemAt, warningAt } from './finding.ts';
import { noPerson } from './packs-against-tenant.ts';

/**
 * What a rulebook says is served, or not, and the tenant does not have: an allowed name that matches nothing serves nobody, a
 * denied one denies nothing.
 *
 * @throws {AccessError} graph.* when the tenant could not be looked at, so that there is no telling
 */
export async function judgeServedNames(tenant: Tenant, { served }: Rulebook): Promise<readonly Finding[]> {
  const { roles, people, pilotGroup } = served;
  const lists = [
    { named: roles.allow ?? [], parts: ['served', 'roles', 'allow'] },
    { named: roles.deny, parts: ['served', 'roles', 'deny'] },
  ];
  const found: Finding[] = [];
  for (const { named, parts } of lists) {
    for (const duty of named) {
      found.push(...(await judgeRole(tenant, duty, parts)));
    }
  }
  const somebody = [
    ...(people.allow ?? []).map((one) => ({ one, parts: ['served', 'people', 'allow'] })),
    ...people.deny.map((one) => ({ one, parts: ['served', 'people', 'deny'] })),
  ];
  for (const { one, parts } of somebody) {
    found.push(...(await judgePerson(tenant, one, parts)));
  }
  return pilotGroup === null ? found : [...found, ...(await judgeGroup(tenant, pilotGroup, ['served', 'pilotGroup']))];
}

async function judgeRole(tenant: Tenant, duty: Duty, parts: readonly string[]): Promise<readonly Finding[]> {
  return (await rolesNamed(tenant, duty)).length > 0 ? [] : [problemAt(parts, noRole(duty))];
}

async function judgePerson(tenant: Tenant, one: ServedPerson, parts: readonly string[]): Promise<readonly Finding[]> {
  if (one.kind === 'group') {
    return await judgeGroup(tenant, one.group, parts);
  }
  const isKnown = (await tenant.reader.findPerson(one.person)) !== null;
  return isKnown ? [] : [problemAt(parts, noPerson(one.person))];
}

async function judgeGroup(tenant: Tenant, group: string, parts: readonly string[]): Promise<readonly Finding[]> {
  try {
    const members = await tenant.reader.listMembers(group);
    return members.length > 0 ? [] : [warningAt(parts, `nobody is in the group ${group}`)];
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code !== 'graph.not_found') {
      throw error;
    }
    return [problemAt(parts, `the tenant has no group ${group}, or several`)];
  }
}

import type { DocumentProblem } from '../../src/documents/yaml-document.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { noRole, rolesNamed } from '../roles/named-role.ts';
import type { Tenant } from '../roles/tenant.ts';

/**
 * What a rulebook names that the tenant does not have: a rule about it would forbid nothing.
 *
 * @throws {AccessError} graph.unavailable when a part of the tenant could not be searched, so that there is no telling
 */
export async function findMissing(tenant: Tenant, rulebook: Rulebook): Promise<readonly DocumentProblem[]> {
  const problems: DocumentProblem[] = [];
  for (const rule of rulebook.separationOfDuties) {
    for (const side of rule.sides) {
      for (const duty of side.duties) {
        if (duty.role !== null && (await rolesNamed(tenant, duty)).length === 0) {
          problems.push({ line: null, path: `${rule.name} › ${side.name}`, text: noRole(duty) });
        }
      }
    }
  }
  return problems;
}

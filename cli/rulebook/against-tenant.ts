import type { DocumentProblem } from '../../src/documents/yaml-document.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { isDuty } from '../../src/domain/separation-of-duties.ts';
import { AccessError } from '../../src/errors.ts';
import { dutyInWords } from '../../src/rulebook/role-words.ts';
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
        if (duty.role === null) {
          continue;
        }
        const { roles, unread } = await tenant.findRoles(duty.role, duty.scope);
        if (roles.some((role) => isDuty(duty, role))) {
          continue;
        }
        if (unread.length > 0) {
          throw new AccessError(
            'graph.unavailable',
            `${dutyInWords(duty)} could not be looked up: ${unread.join('; ')}`,
          );
        }
        const path = `${rule.name} › ${side.name}`;
        problems.push({ line: null, path, text: `the tenant has no ${dutyInWords(duty)}` });
      }
    }
  }
  return problems;
}

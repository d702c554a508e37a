import type { RoleAtScope } from '../domain/assignment.ts';
import { type JudgedRole, surfacesByOperation } from '../domain/separation-of-duties.ts';
import type { Services } from './services.ts';

/**
 * Reads what roles allow, where a rule of the rulebook goes by that: from the reader's cache, for the most part.
 *
 * @throws {AccessError} graph.*
 */
export async function withAllowed(
  { reader, rules }: Pick<Services, 'reader' | 'rules'>,
  roles: readonly RoleAtScope[],
): Promise<readonly JudgedRole[]> {
  const surfaces = surfacesByOperation(rules.current().separationOfDuties);
  return await Promise.all(
    roles.map(async (role) =>
      surfaces.has(role.surface) ? { ...role, allows: await reader.readRoleActions(role) } : role,
    ),
  );
}

import type { ListedAssignment } from '../../domain/administration.ts';
import type { WhoHasNotice } from '../../domain/administration-notice.ts';
import { postAnswer, postError } from '../error-card.ts';
import { isoOrNull, roleFacts } from '../facts.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { type AssignmentSubject, listAssignments, nameSubject, type SpokenSubject } from './list-assignments.ts';

/** More than a card can show; Export gives all. */
const MOST_ROWS = 200;

/**
 * Shows who holds a role, or everything at a scope, as the asker's own token sees it. This is how the eligible and active
 * assignments of the retired Azure PIM API (`roleAssignments` by state) are listed (pim-api §13.2).
 *
 * @throws {AccessError} identity.sign_in_required, graph.forbidden, graph.*
 */
export async function whoHas(services: Services, asker: Asker, spoken: SpokenSubject): Promise<Posted> {
  const named = await nameSubject(services, asker, spoken);
  if (named.kind === 'unclear') {
    return await postError(services, asker, named.error, named.suggestions);
  }
  const rows = await listAssignments(services, asker, named.subject);
  return await postAnswer(services, asker, whoHasNotice(named.subject, rows));
}

function whoHasNotice({ surface, role, scope }: AssignmentSubject, rows: readonly ListedAssignment[]): WhoHasNotice {
  return {
    card: 'who-has',
    roleName: role?.roleName ?? null,
    scopeName: scope.name,
    rows: rows.slice(0, MOST_ROWS).map((row) => ({
      ...roleFacts(row),
      principalName: row.principal.name,
      principalKind: row.principal.kind,
      kind: row.kind,
      assignmentType: row.assignmentType,
      memberType: row.memberType,
      endsAt: isoOrNull(row.endsAt),
    })),
    total: rows.length,
    totalEligible: rows.filter(({ kind }) => kind === 'eligible').length,
    query: { role, scopeId: scope.id, surface },
  };
}

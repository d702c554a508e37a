import type { ListedAssignment } from '../../domain/administration.ts';
import type { WhoHasNotice } from '../../domain/administration-notice.ts';
import type { CardRecord } from '../../ports/store.ts';
import { postError } from '../error-card.ts';
import { isoOrNull } from '../facts.ts';
import { keepExport } from '../keep-export.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { type AssignmentSubject, listAssignments, nameSubject, type SpokenSubject } from './list-assignments.ts';

/**
 * Writes down who holds a role, or everything at a scope, as CSV and NDJSON behind a link that works for ten minutes. Read with
 * the asker's own token. This is `roleAssignments/export` of the retired Azure PIM API (pim-api §13.2).
 *
 * @throws {AccessError} identity.sign_in_required, graph.forbidden, graph.*
 */
export async function exportAssignments(services: Services, asker: Asker, spoken: SpokenSubject): Promise<Posted> {
  const named = await nameSubject(services, asker, spoken);
  if (named.kind === 'unclear') {
    return await postError(services, asker, named.error, named.suggestions);
  }
  return await makeFile(services, asker, named.subject, null);
}

/** The same for the button of a list, which is read again for this person now; the button can be pressed again. */
export async function exportAgain(
  services: Services,
  asker: Asker,
  card: CardRecord & { readonly notice: WhoHasNotice },
): Promise<Posted> {
  const { query, scopeName } = card.notice;
  const scope = query.role?.scope ?? { id: query.scopeId, name: scopeName };
  return await makeFile(services, asker, { surface: query.surface, role: query.role, scope }, card);
}

async function makeFile(
  services: Services,
  asker: Asker,
  subject: AssignmentSubject,
  pressed: CardRecord | null,
): Promise<Posted> {
  const rows = await listAssignments(services, asker, subject);
  const list = {
    title: titleOf(subject),
    name: `assignments ${subject.role === null ? '' : `${subject.role.roleName} `}${subject.scope.name}`,
    columns: COLUMNS,
    rows: rows.map(record),
    facts: {
      surface: subject.surface,
      scope: subject.scope.id,
      role: subject.role?.roleDefinitionId ?? '',
      rows: String(rows.length),
    },
  };
  return await keepExport(services, asker, list, pressed);
}

function titleOf({ role, scope }: AssignmentSubject): string {
  return role === null ? `Everything on ${scope.name}` : `${role.roleName} on ${scope.name}`;
}

const COLUMNS = [
  'principalName',
  'userPrincipalName',
  'principalKind',
  'principalId',
  'roleName',
  'scopeName',
  'kind',
  'assignmentType',
  'memberType',
  'startsAt',
  'endsAt',
  'surface',
  'roleDefinitionId',
  'scopeId',
] as const;

function record(row: ListedAssignment): Readonly<Record<(typeof COLUMNS)[number], string | null>> {
  return {
    principalName: row.principal.name,
    userPrincipalName: row.principal.userPrincipalName,
    principalKind: row.principal.kind,
    principalId: row.principal.id,
    roleName: row.roleName,
    scopeName: row.scope.name,
    kind: row.kind,
    assignmentType: row.assignmentType,
    memberType: row.memberType,
    startsAt: isoOrNull(row.startsAt),
    endsAt: isoOrNull(row.endsAt),
    surface: row.surface,
    roleDefinitionId: row.roleDefinitionId,
    scopeId: row.scope.id,
  };
}

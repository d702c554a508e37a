import { createHash, randomBytes } from 'node:crypto';
import type { ListedAssignment } from '../../domain/administration.ts';
import type { ReportNotice, WhoHasNotice } from '../../domain/administration-notice.ts';
import type { CardRecord } from '../../ports/store.ts';
import { toCsv } from '../csv.ts';
import { answer, postError } from '../error-card.ts';
import { iso, isoOrNull } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { type AssignmentSubject, listAssignments, nameSubject, type SpokenSubject } from './list-assignments.ts';

/** How long the link works. */
const KEPT = Temporal.Duration.from({ minutes: 10 });

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
  const secret = randomBytes(32).toString('base64url');
  const now = services.clock.now();
  const expiresAt = now.add(KEPT);
  const notice: ReportNotice = {
    card: 'report',
    title: titleOf(subject),
    rows: rows.length,
    exportId: secret,
    expiresAt: iso(expiresAt),
  };
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.exports.insert({
      secretHash: hashOf(secret),
      ownerId: asker.person.id,
      fileName: fileNameOf(subject),
      csv: toCsv(COLUMNS, rows.map(record)),
      ndjson: toNdjson(rows),
      expiresAt,
    });
    await stores.audit.exportMade({
      at: now,
      actorId: asker.person.id,
      facts: {
        surface: subject.surface,
        scope: subject.scope.id,
        role: subject.role?.roleDefinitionId ?? '',
        rows: String(rows.length),
      },
    });
    const posted = await stores.cards.post(answer(asker, notice));
    if (pressed === null) {
      return [posted];
    }
    const { story, recipient, slot } = pressed;
    const redrawn = await stores.cards.revise(story, recipient, slot, pressed.notice);
    return redrawn === null ? [posted] : [posted, redrawn];
  });
}

/** What the database keeps of a link's secret: SHA-256, in hex. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function titleOf({ role, scope }: AssignmentSubject): string {
  return role === null ? `Everything on ${scope.name}` : `${role.roleName} on ${scope.name}`;
}

/** Nothing but letters, digits and dashes: it becomes part of a header and of a path. */
function fileNameOf({ role, scope }: AssignmentSubject): string {
  const words = role === null ? scope.name : `${role.roleName} ${scope.name}`;
  const safe = words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return safe === '' ? 'assignments' : `assignments-${safe}`;
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

function toNdjson(rows: readonly ListedAssignment[]): string {
  return rows.map((row) => `${JSON.stringify(record(row))}\n`).join('');
}

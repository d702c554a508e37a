import type { RoleDrift, RolesDriftNotice } from '../../domain/role-files-notice.ts';
import { asAdministrator, type CardOf } from '../administration/change-assignment.ts';
import { keepExport } from '../keep-export.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { namedRoles, surveyRoles } from './survey.ts';

/**
 * Writes down all that differs between the role files and the tenant, nothing cut, behind a link that works for ten minutes. Both
 * are read again for this person now; the button can be pressed again.
 *
 * @throws {AccessError} what surveying throws, export.too_large
 */
export async function exportDrift(services: Services, asker: Asker, card: CardOf<RolesDriftNotice>): Promise<Posted> {
  const { about, roles: shown } = card.notice;
  const names = about === null ? [] : shown.map(({ name }) => name);
  const survey = await asAdministrator(asker, async () => await surveyRoles(services, asker));
  const rows = namedRoles(survey.roles, names).flatMap(({ drift }) => rowsOf(drift));
  const list = {
    title: 'Role files and the tenant',
    name: 'roles drift',
    columns: COLUMNS,
    rows,
    facts: { of: 'roles', rows: String(rows.length) } as const,
  };
  return await keepExport(services, asker, list, card);
}

const COLUMNS = ['kind', 'role', 'file', 'state', 'difference', 'value', 'isEscalating'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

/** One row for each thing that differs; a role that is the same has one, too. */
function rowsOf(drift: RoleDrift): readonly Row[] {
  const { kind, name: role, file, state } = drift;
  const row = (difference: string | null, value: string | null, isEscalating: string | null = null): Row => ({
    kind,
    role,
    file,
    state,
    difference,
    value,
    isEscalating,
  });
  const each = (difference: string, values: readonly string[], isEscalating: string | null = null): readonly Row[] =>
    values.map((value) => row(difference, value, isEscalating));
  const rows = [
    ...each('gains', drift.gains.escalating, 'yes'),
    ...each('gains', drift.gains.others, 'no'),
    ...each('wildcard', drift.patterns.names),
    ...each('loses', drift.losses.escalating, 'yes'),
    ...each('loses', drift.losses.others, 'no'),
    ...each('scope-added', drift.scopesAdded.names),
    ...each('scope-removed', drift.scopesRemoved.names),
    ...each('name-in-tenant', drift.nameInTenant === null ? [] : [drift.nameInTenant]),
    ...(drift.isDescriptionOther ? [row('description', null)] : []),
    ...(drift.isConditionOther ? [row('condition', null)] : []),
    ...(drift.isEnabledByFile === null ? [] : [row('enabled', String(drift.isEnabledByFile))]),
    ...(drift.isSpeltOtherwise ? [row('spelling', null)] : []),
    ...drift.findings.map(({ level, rule, text, where }) => row(`lint-${level}`, `${rule}: ${text} (${where})`)),
  ];
  return rows.length === 0 ? [row(null, null)] : rows;
}

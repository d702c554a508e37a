import { AccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import type { CardRecord } from '../../ports/store.ts';
import { type GrantedOperation, providerOf } from '../../roles/granted.ts';
import { isPowerful } from '../../roles/powerful.ts';
import { keepExport } from '../keep-export.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { differencesOf } from './compare-definitions.ts';
import { doesChange, grantedBy } from './definition-facts.ts';
import type { KnownDefinition } from './name-subject.ts';

const COLUMNS = ['operation', 'plane', 'provider', 'does', 'reachesFurther', 'isConditional', 'description'] as const;

/** Writes down every operation that a role allows, behind a link. @throws {AccessError} role.definitions_unread, export.too_large */
export async function exportDefinition(
  services: Services,
  asker: Asker,
  {
    role,
    knowledge,
    card,
  }: { readonly role: KnownDefinition; readonly knowledge: RoleKnowledge; readonly card: CardRecord },
): Promise<Posted> {
  const rows = countable(grantedBy(role, knowledge)).map(record);
  const list = {
    title: `What ${role.name} allows`,
    name: `role ${role.name}`,
    columns: COLUMNS,
    rows,
    facts: { surface: role.kind, scope: '', role: role.id, rows: String(rows.length) },
  };
  return await keepExport(services, asker, list, card);
}

const SIDES = { first: 'only the first', second: 'only the second', both: 'both' } as const;

export interface ComparisonToExport {
  readonly first: KnownDefinition;
  readonly second: KnownDefinition;
  readonly knowledge: RoleKnowledge;
  readonly card: CardRecord;
}

/** The same for all that two roles allow, and which of them does. */
export async function exportComparison(
  services: Services,
  asker: Asker,
  { first, second, knowledge, card }: ComparisonToExport,
): Promise<Posted> {
  const differences = differencesOf(countable(grantedBy(first, knowledge)), countable(grantedBy(second, knowledge)));
  const rows = (['first', 'second', 'both'] as const).flatMap((side) =>
    differences[side].map((granted) => ({ allowedBy: SIDES[side], ...record(granted) })),
  );
  const list = {
    title: `${first.name} beside ${second.name}`,
    name: `roles ${first.name} ${second.name}`,
    columns: ['allowedBy', ...COLUMNS] as const,
    rows,
    facts: { surface: first.kind, scope: '', role: `${first.id} ${second.id}`, rows: String(rows.length) },
  };
  return await keepExport(services, asker, list, card);
}

/** The button is not there without the list; it may be lost between drawing and pressing. */
function countable(granted: readonly GrantedOperation[] | null): readonly GrantedOperation[] {
  if (granted === null) {
    throw new AccessError('role.definitions_unread', 'the list of operations was not read', {
      facts: { part: 'Azure' },
    });
  }
  return granted;
}

function record(granted: GrantedOperation): Readonly<Record<(typeof COLUMNS)[number], string>> {
  return {
    operation: granted.name,
    plane: granted.plane ?? '',
    provider: providerOf(granted),
    does: doesChange(granted) ? 'change' : 'read',
    reachesFurther: String(isPowerful(granted)),
    isConditional: String(granted.isConditional),
    description: granted.says,
  };
}

import type { Verb } from '../../domain/notice.ts';
import type { CompareNotice, DefinitionFacts, DefinitionNotice } from '../../domain/role-notice.ts';
import { AccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import type { CardRecord } from '../../ports/store.ts';
import { notFound } from '../administration/name-role.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { type PageWish, turnPage } from './describe-role.ts';
import { exportComparison, exportDefinition } from './export-role.ts';
import { lookAtRoles } from './look.ts';
import { definitionKeyOf, isKnown, type KnownDefinition } from './name-subject.ts';

export interface RolePress {
  readonly verb: Verb;
  readonly card: CardRecord;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Does what a button of a card about role definitions says, but activating; null for everything else. */
export function pressRoles(
  services: Services,
  asker: Asker,
  { verb, card, inputs }: RolePress,
): Promise<Posted> | null {
  switch (verb) {
    case 'show-role-summary':
      return turn(services, card, { kind: 'summary' });
    case 'show-role-definition':
      return turn(services, card, { kind: 'definition' });
    case 'show-role-operations':
      return turn(services, card, { kind: 'provider', provider: inputs.provider ?? '' });
    case 'show-role':
      return describeAsked(services, asker, card);
    case 'export':
      return exportOf(services, asker, card);
    default:
      return null;
  }
}

/** Draws the same card again, with another page. */
async function turn(services: Services, card: CardRecord, page: PageWish): Promise<Posted> {
  const notice = definitionNotice(card);
  const knowledge = await services.catalogue.current();
  const turned = turnPage(findKnown(knowledge, notice.role), notice, { knowledge, page });
  const redrawn = await services.store.now.cards.revise(card.story, card.recipient, card.slot, turned);
  return redrawn === null ? [] : [redrawn];
}

function definitionNotice({ notice }: CardRecord): DefinitionNotice {
  if (notice.card !== 'role' || notice.subject !== 'definition') {
    throw new AccessError('card.malformed', 'not a card of a definition');
  }
  return notice;
}

/** @throws {AccessError} role.not_found when it is gone meanwhile */
function findKnown({ roles }: RoleKnowledge, { kind, id, roleName }: DefinitionFacts): KnownDefinition {
  const role = roles.filter(isKnown).find((one) => one.kind === kind && one.id === id);
  if (role === undefined) {
    throw notFound(roleName, null, false);
  }
  return role;
}

async function describeAsked(services: Services, asker: Asker, { notice }: CardRecord): Promise<Posted> {
  if (notice.card !== 'can') {
    throw new AccessError('card.malformed', 'not a card of one role');
  }
  const subjects = [{ words: notice.role.roleName, key: definitionKeyOf(notice.role) }];
  const scope = notice.place?.scopeId ?? null;
  return await lookAtRoles(services, asker, { command: 'role', subjects, position: 0, scope, operation: null });
}

function exportOf(services: Services, asker: Asker, card: CardRecord): Promise<Posted> | null {
  const { notice } = card;
  switch (notice.card) {
    case 'role':
      return exportRole(services, asker, card);
    case 'compare':
      return exportCompared(services, asker, { card, notice });
    default:
      return null;
  }
}

async function exportRole(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  const knowledge = await services.catalogue.current();
  const role = findKnown(knowledge, definitionNotice(card).role);
  return await exportDefinition(services, asker, { role, knowledge, card });
}

async function exportCompared(
  services: Services,
  asker: Asker,
  { card, notice }: { readonly card: CardRecord; readonly notice: CompareNotice },
): Promise<Posted> {
  const knowledge = await services.catalogue.current();
  const [first, second] = [findKnown(knowledge, notice.first), findKnown(knowledge, notice.second)];
  return await exportComparison(services, asker, { first, second, knowledge, card });
}

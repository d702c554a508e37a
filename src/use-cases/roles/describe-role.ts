import type { Scope } from '../../domain/assignment.ts';
import type {
  DefinitionNotice,
  DefinitionPage,
  MembershipNotice,
  OwnFacts,
  PlaceFacts,
  ProviderPage,
  RoleNotice,
  RolePage,
  SummaryPage,
} from '../../domain/role-notice.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { providerOf } from '../../roles/granted.ts';
import { isPowerful } from '../../roles/powerful.ts';
import { roleFacts } from '../facts.ts';
import type { Asker, Services } from '../services.ts';
import { blocksOf, countByProvider, isOnData, type WholeDefinition, wholeDefinition } from './definition-facts.ts';
import { placeFacts } from './find-place.ts';
import type { KnownDefinition, Subject } from './name-subject.ts';
import { ownAccess } from './own-access.ts';

// No card has room for more; a download has all.
const MOST_POWERFUL = 60;
const MOST_WITHHELD = 40;
const MOST_PROVIDERS = 6;
const MOST_DATA_PROVIDERS = 5;
const MOST_CHOICES = 120;
const MOST_CONDITIONS = 4;
const MOST_OPERATIONS = 150;
const MOST_SCOPES = 8;
const MOST_HELD = 60;

/** Says what a role can do, or what membership of a group gives; at a place, whether the role can count there. */
export async function describeSubject(
  services: Services,
  asker: Asker,
  {
    subject,
    scope,
    knowledge,
  }: { readonly subject: Subject; readonly scope: Scope | null; readonly knowledge: RoleKnowledge },
): Promise<RoleNotice> {
  const own = await ownAccess(services, asker, { subject, scope, hierarchy: knowledge.hierarchy });
  if (subject.kind === 'group') {
    return await membershipNotice(services, subject, own);
  }
  const place = scope === null ? null : placeFacts(subject.role, scope, knowledge);
  const whole = wholeDefinition(subject.role, knowledge);
  return definitionNotice(subject.role, { whole, place, own, page: summaryPage(whole) });
}

/** Draws the card of a definition again, with another page of it: everything is read again but what the asker has. */
export function turnPage(
  role: KnownDefinition,
  notice: DefinitionNotice,
  { knowledge, page }: { readonly knowledge: RoleKnowledge; readonly page: PageWish },
): DefinitionNotice {
  const whole = wholeDefinition(role, knowledge);
  return definitionNotice(role, {
    whole,
    place: notice.place,
    own: notice.own,
    page: pageOf(role, { whole, knowledge, page }),
  });
}

export type PageWish =
  | { readonly kind: 'summary' | 'definition' }
  | { readonly kind: 'provider'; readonly provider: string };

function pageOf(
  role: KnownDefinition,
  {
    whole,
    knowledge,
    page,
  }: { readonly whole: WholeDefinition; readonly knowledge: RoleKnowledge; readonly page: PageWish },
): RolePage {
  switch (page.kind) {
    case 'summary':
      return summaryPage(whole);
    case 'definition':
      return definitionPage(role, whole, knowledge);
    case 'provider':
      return providerPage(whole, page.provider);
  }
}

interface Parts {
  readonly whole: WholeDefinition;
  readonly place: PlaceFacts | null;
  readonly own: OwnFacts;
  readonly page: RolePage;
}

function definitionNotice(role: KnownDefinition, { whole, place, own, page }: Parts): DefinitionNotice {
  const scopes = role.kind === 'azure' ? role.assignableScopes : [];
  return {
    card: 'role',
    subject: 'definition',
    role: whole.facts,
    description: role.description,
    isEnabled: role.kind === 'azure' || role.isEnabled,
    risk: whole.risk,
    counts: whole.counts,
    assignableScopes: scopes.slice(0, MOST_SCOPES),
    assignableTotal: scopes.length,
    inherited: whole.inherited,
    place,
    own,
    page,
  };
}

function summaryPage({ granted, powerful, conditions }: WholeDefinition): SummaryPage {
  const all = granted ?? [];
  const providers = countByProvider(all.filter((one) => !isOnData(one)));
  const dataProviders = countByProvider(all.filter(isOnData));
  return {
    kind: 'summary',
    powerful: powerful.has.slice(0, MOST_POWERFUL),
    powerfulTotal: powerful.has.length,
    withheld: powerful.withheld.slice(0, MOST_WITHHELD),
    withheldTotal: powerful.withheld.length,
    providers: providers.slice(0, MOST_PROVIDERS),
    providersTotal: providers.length,
    dataProviders: dataProviders.slice(0, MOST_DATA_PROVIDERS),
    dataProvidersTotal: dataProviders.length,
    conditions: conditions.slice(0, MOST_CONDITIONS),
    conditionsTotal: conditions.length,
  };
}

function definitionPage(role: KnownDefinition, { granted }: WholeDefinition, knowledge: RoleKnowledge): DefinitionPage {
  const providers = countByProvider(granted ?? []);
  return {
    kind: 'definition',
    blocks: blocksOf(role, knowledge),
    providers: providers.slice(0, MOST_CHOICES),
    providersTotal: providers.length,
  };
}

/** The provider is a claim of whoever pressed: one that is not there has nothing. */
function providerPage({ granted }: WholeDefinition, wanted: string): ProviderPage {
  const all = granted ?? [];
  const providers = countByProvider(all);
  const operations = all.filter((one) => providerOf(one).toLowerCase() === wanted.toLowerCase());
  const [first] = operations;
  return {
    kind: 'provider',
    provider: first === undefined ? wanted.slice(0, 100) : providerOf(first),
    operations: operations.slice(0, MOST_OPERATIONS).map((one) => ({
      operation: one.name,
      says: one.says,
      plane: one.plane,
      isConditional: one.isConditional,
      isPowerful: isPowerful(one),
    })),
    total: operations.length,
    providers: providers.slice(0, MOST_CHOICES),
    providersTotal: providers.length,
  };
}

/** Read by the reader, for a group that the asker may activate themselves. */
async function membershipNotice(
  services: Services,
  { group }: Extract<Subject, { readonly kind: 'group' }>,
  own: OwnFacts,
): Promise<MembershipNotice> {
  const { roles: held } = await services.reader.listHeldByGroup(group.scope.id);
  return {
    card: 'role',
    subject: 'membership',
    groupName: group.roleName,
    held: held.slice(0, MOST_HELD).map((role) => ({ ...roleFacts(role), gives: role.gives })),
    heldTotal: held.length,
    own,
  };
}

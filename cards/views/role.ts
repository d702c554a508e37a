import { mayActivate } from '../../src/domain/can-verdict.ts';
import type {
  BlockFacts,
  DefinitionFacts,
  DefinitionNotice,
  DefinitionPage,
  NamedString,
  ProviderCounts,
  ProviderPage,
  RoleNotice,
  SummaryPage,
} from '../../src/domain/role-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, plainText } from '../plain-text.ts';
import { namesWords } from '../words.ts';
import { type Choice, takeMapped } from './fitting.ts';
import { type Frame, frameOf } from './frame.ts';
import { viewMembership } from './membership.ts';
import { operationWords, powerfulWords } from './operation-words.ts';
import {
  assignableWords,
  conditionLine,
  countLines,
  countOf,
  kindWords,
  ownWords,
  placeWords,
  powerfulLines,
  RISKS,
  shortCount,
} from './role-facts.ts';
import type { RoleView } from './role-view.ts';
import { type LineWords, type Section, sectionOf } from './sections.ts';

const DESCRIPTION_LENGTH = 300;
const CHOICE_BYTES = 4_000;
const CHOICE_FRAME = 30;

export function viewRole(notice: RoleNotice, context: CardContext): RoleView {
  return notice.subject === 'membership' ? viewMembership(notice, context) : viewDefinition(notice, context);
}

function viewDefinition(notice: DefinitionNotice, context: CardContext): RoleView {
  const { role, page, own } = notice;
  const shared = frameOf(context);
  const name = nameText(role.roleName);
  const choices = page.kind === 'summary' ? [] : providerChoices(page.providers);
  const chosen = page.kind === 'provider' ? nameText(page.provider) : choices[0]?.value;
  const isFirst = page.kind === 'summary';
  const { text, color } = RISKS[notice.risk];
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && isFirst && mayActivate(own),
    summary: `What ${name} can do: ${text}`,
    title: titleOf(page, shared),
    name,
    kind: ` · ${kindWords(role)}${notice.isEnabled ? '' : ', switched off'}`,
    description: isFirst ? plainText(notice.description, DESCRIPTION_LENGTH) : '',
    risk: isFirst ? text : '',
    riskColor: shared.isLive ? color : 'Default',
    facts: isFirst ? factsOf(notice, shared) : providerFacts(page),
    sections: sectionsOf(notice),
    providers: choices,
    provider: chosen ?? '',
    hasProviders: shared.isLive && choices.length > 0,
    hasDefinition: shared.isLive && page.kind !== 'definition',
    hasSummary: shared.isLive && !isFirst,
    hasExport: shared.isLive && notice.counts !== null,
    hasActivate: shared.isLive && isFirst && mayActivate(own),
  };
}

function titleOf({ kind }: DefinitionNotice['page'], { isLive }: Frame): string {
  const verb = isLive ? 'allows' : 'allowed';
  switch (kind) {
    case 'summary':
      return isLive ? 'What this role can do' : 'What a role could do';
    case 'definition':
      return `What this role ${verb}, string by string`;
    case 'provider':
      return `What this role ${verb} with one provider`;
  }
}

function factsOf(notice: DefinitionNotice, shared: Frame) {
  const { role, counts, inherited, place, own } = notice;
  const { control, data } = counts === null ? { control: UNCOUNTED, data: '' } : countLines(role.kind, counts);
  const scopes = assignableWords(notice.assignableScopes, notice.assignableTotal);
  const lines = {
    control,
    data,
    inherited:
      inherited === null
        ? ''
        : `Besides, it has the ${countOf(inherited.operations, 'permission')} of ${namesWords(inherited.roles)}.`,
    assignable: scopes === '' ? '' : `Can be assigned: ${scopes}.`,
    place: place === null ? '' : placeWords(place, role.kind),
    own: ownWords(own, shared),
  };
  return Object.entries(lines).flatMap(([id, text]) => (text === '' ? [] : [{ id, text }]));
}

function providerFacts(page: DefinitionPage | ProviderPage) {
  return page.kind === 'provider' ? [{ id: 'of-provider', text: nameText(page.provider) }] : [];
}

const UNCOUNTED = 'The list of operations could not be read, so that what its strings come to is not counted.';

function sectionsOf({ role, page }: DefinitionNotice): Section[] {
  switch (page.kind) {
    case 'summary':
      return summarySections(role, page);
    case 'definition':
      return definitionSections(role, page);
    case 'provider':
      return providerSections(role, page);
  }
}

function summarySections({ kind }: DefinitionFacts, page: SummaryPage): Section[] {
  const thing = kind === 'azure' ? 'operation' : 'permission';
  return [
    ...sectionOf({
      id: 'powerful',
      heading: '⚠ What reaches further',
      ...powerfulLines(page.powerful, { kind, total: page.powerfulTotal }),
      advice: 'Download marks them all.',
      most: 6,
      budget: 5_500,
    }),
    ...sectionOf({
      id: 'withheld',
      heading: 'What it does not do, though one might expect it',
      ...withheldLines(page, kind),
      most: 4,
      budget: 3_000,
    }),
    ...sectionOf({
      id: 'providers',
      heading: kind === 'azure' ? 'On resources, by provider' : 'By what it is about',
      lines: page.providers.map(providerLine(thing)),
      total: page.providersTotal,
      budget: 4_000,
    }),
    ...sectionOf({
      id: 'data-providers',
      heading: 'On data, by provider',
      lines: page.dataProviders.map(providerLine(thing)),
      total: page.dataProvidersTotal,
      budget: 2_500,
    }),
    ...sectionOf({
      id: 'conditions',
      heading: 'Conditions',
      lines: page.conditions.map(conditionLine),
      total: page.conditionsTotal,
      budget: 3_000,
    }),
  ];
}

/** By the string that takes them out, with the heaviest of what that does. */
function withheldLines({ withheld, withheldTotal }: SummaryPage, kind: DefinitionFacts['kind']) {
  const groups = Map.groupBy(withheld, ({ by }) => by);
  const lines = [...groups].map(([by, same]): LineWords => {
    const operation = same[0]?.operation ?? '';
    const others = same.length === 1 ? '' : ` and ${same.length - 1} more like it`;
    const out = by === null ? 'not among its permissions' : `taken out by ${nameText(by)}`;
    return {
      text: `${powerfulWords(operation, kind)} — `,
      code: nameText(operation),
      note: `${others}: ${out}`,
    };
  });
  return { lines, total: lines.length + withheldTotal - withheld.length };
}

function providerLine(thing: string): (counts: ProviderCounts) => LineWords {
  return ({ provider, operations, changes }) => ({
    code: nameText(provider),
    note: ` — ${shortCount(operations, changes, thing)}`,
  });
}

/** Blocks add up, so that each is said by itself. */
function definitionSections({ kind }: DefinitionFacts, { blocks }: DefinitionPage): Section[] {
  const budget = Math.floor(DEFINITION_BYTES / Math.max(1, blocks.length));
  return blocks.flatMap((block, index) => {
    const number = blocks.length === 1 ? '' : ` (block ${index + 1} of ${blocks.length})`;
    return BLOCK_PARTS.flatMap(({ list, heading }) =>
      sectionOf({
        id: `block-${index + 1}-${list}`,
        heading: `${kind === 'azure' ? heading : 'Allows'}${number}`,
        lines: block[list].strings.map(stringLine(kind)),
        total: block[list].total,
        budget: Math.floor(budget / filledParts(block)),
        advice: 'Download has them all.',
      }),
    ).concat(conditionSection(block, index, number));
  });
}

const DEFINITION_BYTES = 14_000;
const BLOCK_PARTS = [
  { list: 'actions', heading: 'Allows on resources' },
  { list: 'notActions', heading: 'But not' },
  { list: 'dataActions', heading: 'Allows on data' },
  { list: 'notDataActions', heading: 'But not on data' },
] as const;

function filledParts(block: BlockFacts): number {
  const lists = BLOCK_PARTS.filter(({ list }) => block[list].total > 0).length;
  return Math.max(1, lists + (block.condition === null ? 0 : 1));
}

function conditionSection({ condition }: BlockFacts, index: number, number: string): Section[] {
  return sectionOf({
    id: `block-${index + 1}-condition`,
    heading: `Condition${number}`,
    lines: condition === null ? [] : [conditionLine(condition)],
    budget: 3_000,
  });
}

function stringLine(kind: DefinitionFacts['kind']): (string: NamedString) => LineWords {
  return (string) => {
    const words = operationWords(string, kind);
    return { code: nameText(string.operation), note: words === '' ? '' : ` — ${words}` };
  };
}

function providerSections({ kind }: DefinitionFacts, page: ProviderPage): Section[] {
  const line = stringLine(kind);
  return sectionOf({
    id: 'operations',
    heading: `${countOf(page.total, kind === 'azure' ? 'operation' : 'permission')} of this one`,
    lines: page.operations.map((operation) => {
      const words = line(operation);
      const marks = `${operation.plane === 'data' ? ', on data' : ''}${operation.isConditional ? ', under a condition' : ''}`;
      const reason = operation.isPowerful ? `: ${powerfulWords(operation.operation, kind)}` : '';
      return { ...words, text: operation.isPowerful ? '⚠ ' : '', note: `${words.note}${marks}${reason}` };
    }),
    total: page.total,
    advice: 'Download has them all.',
    budget: 15_000,
  });
}

function providerChoices(providers: readonly ProviderCounts[]): Choice[] {
  const { shown } = takeMapped(
    providers,
    ({ provider, operations }) => ({ title: `${nameText(provider)} (${operations})`, value: nameText(provider) }),
    { budget: CHOICE_BYTES, frame: CHOICE_FRAME },
  );
  return shown;
}

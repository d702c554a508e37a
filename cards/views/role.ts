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
import { type Listener, say } from '../messages.ts';
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
  moreLikeIt,
  ownWords,
  placeWords,
  powerfulLines,
  RISK_COLORS,
  riskWords,
  shortCount,
  type Thing,
  thingOf,
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
  const risk = riskWords(notice.risk, context);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && isFirst && mayActivate(own),
    summary: say(context, 'role.summary-line', { name, risk }),
    title: say(context, `role.title.${page.kind}.${shared.isLive ? 'now' : 'then'}`),
    name,
    kind: say(context, notice.isEnabled ? 'role.kind' : 'role.kind-off', { kind: kindWords(role, context) }),
    description: isFirst ? plainText(notice.description, DESCRIPTION_LENGTH) : '',
    risk: isFirst ? risk : '',
    riskColor: shared.isLive ? RISK_COLORS[notice.risk] : 'Default',
    facts: isFirst ? factsOf(notice, shared, context) : providerFacts(page),
    sections: sectionsOf(notice, context),
    providers: choices,
    provider: chosen ?? '',
    hasProviders: shared.isLive && choices.length > 0,
    hasDefinition: shared.isLive && page.kind !== 'definition',
    hasSummary: shared.isLive && !isFirst,
    hasExport: shared.isLive && notice.counts !== null,
    hasActivate: shared.isLive && isFirst && mayActivate(own),
  };
}

function factsOf(notice: DefinitionNotice, shared: Frame, reader: Listener) {
  const { role, counts, inherited, place, own } = notice;
  const { control, data } =
    counts === null ? { control: say(reader, 'role.uncounted'), data: '' } : countLines(role.kind, counts, reader);
  const places = assignableWords(notice.assignableScopes, notice.assignableTotal, reader);
  const lines = {
    control,
    data,
    inherited:
      inherited === null
        ? ''
        : say(reader, 'role.inherited', {
            permissions: countOf(inherited.operations, 'permission', reader),
            roles: namesWords(inherited.roles, reader),
          }),
    assignable: places === '' ? '' : say(reader, 'role.assignable', { places }),
    place: place === null ? '' : placeWords(place, role.kind, reader),
    own: ownWords(own, shared, reader),
  };
  return Object.entries(lines).flatMap(([id, text]) => (text === '' ? [] : [{ id, text }]));
}

function providerFacts(page: DefinitionPage | ProviderPage) {
  return page.kind === 'provider' ? [{ id: 'of-provider', text: nameText(page.provider) }] : [];
}

function sectionsOf({ role, page }: DefinitionNotice, reader: Listener): Section[] {
  switch (page.kind) {
    case 'summary':
      return summarySections(role, page, reader);
    case 'definition':
      return definitionSections(role, page, reader);
    case 'provider':
      return providerSections(role, page, reader);
  }
}

function summarySections({ kind }: DefinitionFacts, page: SummaryPage, reader: Listener): Section[] {
  const line = providerLine(thingOf(kind), reader);
  return [
    ...sectionOf(
      {
        id: 'powerful',
        heading: say(reader, 'role.powerful'),
        ...powerfulLines(page.powerful, { kind, total: page.powerfulTotal }, reader),
        advice: say(reader, 'role.download-marks'),
        most: 6,
        budget: 5_500,
      },
      reader,
    ),
    ...sectionOf(
      {
        id: 'withheld',
        heading: say(reader, 'role.withheld'),
        ...withheldLines(page, kind, reader),
        most: 4,
        budget: 3_000,
      },
      reader,
    ),
    ...sectionOf(
      {
        id: 'providers',
        heading: say(reader, `role.by-provider.${kind}`),
        lines: page.providers.map(line),
        total: page.providersTotal,
        budget: 4_000,
      },
      reader,
    ),
    ...sectionOf(
      {
        id: 'data-providers',
        heading: say(reader, 'role.data-by-provider'),
        lines: page.dataProviders.map(line),
        total: page.dataProvidersTotal,
        budget: 2_500,
      },
      reader,
    ),
    ...sectionOf(
      {
        id: 'conditions',
        heading: say(reader, 'role.conditions'),
        lines: page.conditions.map((condition) => conditionLine(condition, reader)),
        total: page.conditionsTotal,
        budget: 3_000,
      },
      reader,
    ),
  ];
}

/** By the string that takes them out, with the heaviest of what that does. */
function withheldLines({ withheld, withheldTotal }: SummaryPage, kind: DefinitionFacts['kind'], reader: Listener) {
  const groups = Map.groupBy(withheld, ({ by }) => by);
  const lines = [...groups].map(([by, same]): LineWords => {
    const operation = same[0]?.operation ?? '';
    const others = moreLikeIt(same.length - 1, reader);
    return {
      text: `${powerfulWords(operation, kind, reader)} — `,
      code: nameText(operation),
      note:
        by === null
          ? say(reader, 'role.withheld-by.none', { others })
          : say(reader, 'role.withheld-by.string', { others, by: nameText(by) }),
    };
  });
  return { lines, total: lines.length + withheldTotal - withheld.length };
}

function providerLine(thing: Thing, reader: Listener): (counts: ProviderCounts) => LineWords {
  return ({ provider, operations, changes }) => ({
    code: nameText(provider),
    note: say(reader, 'role.provider-count', { count: shortCount({ count: operations, changes }, thing, reader) }),
  });
}

/** Blocks add up, so that each is said by itself. */
function definitionSections({ kind }: DefinitionFacts, { blocks }: DefinitionPage, reader: Listener): Section[] {
  const budget = Math.floor(DEFINITION_BYTES / Math.max(1, blocks.length));
  return blocks.flatMap((block, index) => {
    const numbered = (heading: string) =>
      blocks.length === 1 ? heading : say(reader, 'role.block', { heading, number: index + 1, total: blocks.length });
    return BLOCK_PARTS.flatMap((list) =>
      sectionOf(
        {
          id: `block-${index + 1}-${list}`,
          heading: numbered(say(reader, kind === 'azure' ? `role.part.${list}` : 'role.allows')),
          lines: block[list].strings.map(stringLine(kind, reader)),
          total: block[list].total,
          budget: Math.floor(budget / filledParts(block)),
          advice: say(reader, 'role.download-all'),
        },
        reader,
      ),
    ).concat(conditionSection(block, { index, heading: numbered(say(reader, 'role.condition')) }, reader));
  });
}

const DEFINITION_BYTES = 14_000;
const BLOCK_PARTS = ['actions', 'notActions', 'dataActions', 'notDataActions'] as const;

function filledParts(block: BlockFacts): number {
  const lists = BLOCK_PARTS.filter((list) => block[list].total > 0).length;
  return Math.max(1, lists + (block.condition === null ? 0 : 1));
}

function conditionSection(
  { condition }: BlockFacts,
  { index, heading }: { readonly index: number; readonly heading: string },
  reader: Listener,
): Section[] {
  return sectionOf(
    {
      id: `block-${index + 1}-condition`,
      heading,
      lines: condition === null ? [] : [conditionLine(condition, reader)],
      budget: 3_000,
    },
    reader,
  );
}

function stringLine(kind: DefinitionFacts['kind'], reader: Listener): (string: NamedString) => LineWords {
  return (string) => {
    const words = operationWords(string, kind, reader);
    return { code: nameText(string.operation), note: words === '' ? '' : ` — ${words}` };
  };
}

function providerSections({ kind }: DefinitionFacts, page: ProviderPage, reader: Listener): Section[] {
  const line = stringLine(kind, reader);
  return sectionOf(
    {
      id: 'operations',
      heading: say(reader, 'role.of-this-one', { count: countOf(page.total, thingOf(kind), reader) }),
      lines: page.operations.map((operation) => {
        const { note = '', ...words } = line(operation);
        const onData = operation.plane === 'data' ? say(reader, 'role.on-data', { words: note }) : note;
        const marked = operation.isConditional ? say(reader, 'role.conditional', { words: onData }) : onData;
        const reason = operation.isPowerful ? `: ${powerfulWords(operation.operation, kind, reader)}` : '';
        return { ...words, text: operation.isPowerful ? '⚠ ' : '', note: `${marked}${reason}` };
      }),
      total: page.total,
      advice: say(reader, 'role.download-all'),
      budget: 15_000,
    },
    reader,
  );
}

function providerChoices(providers: readonly ProviderCounts[]): Choice[] {
  const { shown } = takeMapped(
    providers,
    ({ provider, operations }) => ({ title: `${nameText(provider)} (${operations})`, value: nameText(provider) }),
    { budget: CHOICE_BYTES, frame: CHOICE_FRAME },
  );
  return shown;
}

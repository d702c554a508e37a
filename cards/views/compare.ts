import { z } from 'zod';
import type { ComparedRole, CompareNotice } from '../../src/domain/role-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';
import { sentences } from './list.ts';
import {
  assignableWords,
  conditionLine,
  countLines,
  countOf,
  kindWords,
  powerfulLines,
  riskWords,
} from './role-facts.ts';
import { type LineWords, type Section, sectionOf, sectionsShape } from './sections.ts';

export const compareView = z.strictObject({
  ...frame,
  title: z.string(),
  roles: z.array(
    z.strictObject({ id: z.string(), label: z.string(), name: z.string(), kind: z.string(), notes: z.string() }),
  ),
  relation: z.string(),
  proof: z.string(),
  onList: z.string(),
  sections: sectionsShape,
  hasExport: z.boolean(),
});

export function viewCompare(notice: CompareNotice, context: CardContext): z.infer<typeof compareView> {
  const shared = frameOf(context);
  const relation = say(context, `compare.relation.${notice.relation}`);
  const { first, second } = notice;
  return {
    ...shared,
    summary: say(context, 'compare.summary-line', {
      first: nameText(first.roleName),
      second: nameText(second.roleName),
      relation,
    }),
    title: say(context, `compare.title.${notice.relation}.${shared.isLive ? 'now' : 'then'}`),
    roles: [roleOf(first, 'first', context), roleOf(second, 'second', context)],
    relation,
    proof: say(context, `compare.proof.${notice.proof}`),
    onList: listWords(notice, context),
    sections: [
      ...exampleSection(notice, context),
      ...powerfulSection(notice, context),
      ...providerSection(notice, context),
      ...conditionSections(notice, context),
    ],
    hasExport: shared.isLive && notice.onList !== null,
  };
}

function roleOf(role: ComparedRole, id: 'first' | 'second', reader: Listener) {
  const lines = role.counts === null ? [] : Object.values(countLines(role.kind, role.counts, reader));
  const places = assignableWords(role.assignableScopes, role.assignableTotal, reader);
  return {
    id,
    label: say(reader, `compare.side.${id}`),
    name: nameText(role.roleName),
    kind: say(reader, 'can.kind', { kind: kindWords(role, reader) }),
    notes: sentences([
      riskWords(role.risk, reader),
      ...lines,
      places === '' ? '' : say(reader, 'role.assignable', { places }),
    ]),
  };
}

/** What the list says beside the proof: there the relation may be another one, today. */
function listWords({ onList, relation, both, proof }: CompareNotice, reader: Listener): string {
  if (onList === null) {
    return proof === 'other-kind' ? '' : say(reader, 'compare.no-list');
  }
  const facts = {
    list: countOf(onList.operations, 'operation', reader),
    both: say(reader, 'compare.both', { operations: countOf(both, 'operation', reader), both }),
    relation: say(reader, `compare.relation.${onList.relation}`),
  };
  return say(reader, onList.relation === relation ? 'compare.on-list.same' : 'compare.on-list.otherwise', facts);
}

function exampleSection({ onlyFirst, onlySecond }: CompareNotice, reader: Listener): Section[] {
  const lines: LineWords[] = [
    ...(onlyFirst === null ? [] : [{ text: say(reader, 'compare.only.first'), code: nameText(onlyFirst) }]),
    ...(onlySecond === null ? [] : [{ text: say(reader, 'compare.only.second'), code: nameText(onlySecond) }]),
  ];
  return sectionOf({ id: 'examples', heading: say(reader, 'compare.for-example'), lines, budget: 2_500 }, reader);
}

function powerfulSection(notice: CompareNotice, reader: Listener): Section[] {
  const { powerful, powerfulTotal } = notice;
  const linesOf = (side: 'first' | 'second') => {
    const operations = powerful.filter((one) => one.side === side);
    const lead = say(reader, `compare.only.${side}`);
    return powerfulLines(operations, { kind: notice[side].kind, total: operations.length, lead }, reader);
  };
  const [mine, theirs] = [linesOf('first'), linesOf('second')];
  return sectionOf(
    {
      id: 'powerful',
      heading: say(reader, 'compare.powerful'),
      lines: [...mine.lines, ...theirs.lines],
      total: mine.total + theirs.total + powerfulTotal - powerful.length,
      budget: 5_500,
    },
    reader,
  );
}

function providerSection({ providers, providersTotal }: CompareNotice, reader: Listener): Section[] {
  return sectionOf(
    {
      id: 'providers',
      heading: say(reader, 'compare.counted'),
      lines: providers.map(({ provider, first, second }) => ({
        code: nameText(provider),
        note: say(reader, 'compare.provider', { first, second }),
      })),
      total: providersTotal,
      advice: say(reader, 'role.download-all'),
      budget: 4_500,
    },
    reader,
  );
}

function conditionSections({ first, second, areConditionsEqual }: CompareNotice, reader: Listener): Section[] {
  if (first.conditions.length + second.conditions.length === 0) {
    return [];
  }
  if (areConditionsEqual) {
    const lines = [
      { text: say(reader, 'compare.conditions.same') },
      ...first.conditions.map((condition) => conditionLine(condition, reader)),
    ];
    return sectionOf({ id: 'conditions', heading: say(reader, 'role.conditions'), lines, budget: 4_000 }, reader);
  }
  return [
    ...sectionOf(
      {
        id: 'conditions-first',
        heading: say(reader, 'compare.conditions.first'),
        lines: lineOrNone(first, reader),
        budget: 2_500,
      },
      reader,
    ),
    ...sectionOf(
      {
        id: 'conditions-second',
        heading: say(reader, 'compare.conditions.second'),
        lines: lineOrNone(second, reader),
        budget: 2_500,
      },
      reader,
    ),
  ];
}

function lineOrNone({ conditions }: ComparedRole, reader: Listener): LineWords[] {
  return conditions.length === 0
    ? [{ text: say(reader, 'compare.none') }]
    : conditions.map((condition) => conditionLine(condition, reader));
}

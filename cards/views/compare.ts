import { z } from 'zod';
import type { ComparedRole, CompareNotice, Relation } from '../../src/domain/role-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';
import { assignableWords, conditionLine, countLines, countOf, kindWords, powerfulLines, RISKS } from './role-facts.ts';
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

const TITLES: Readonly<Record<Relation, readonly [live: string, past: string]>> = {
  equal: ['They allow the same', 'They allowed the same'],
  subset: ['The first is contained in the second', 'The first was contained in the second'],
  superset: ['The second is contained in the first', 'The second was contained in the first'],
  overlap: ['Each allows what the other does not', 'Each allowed what the other did not'],
  disjoint: ['They have nothing in common', 'They had nothing in common'],
};
const RELATIONS: Readonly<Record<Relation, string>> = {
  equal: 'Both allow exactly the same operations.',
  subset: 'Everything that the first allows, the second allows too, and the second allows more.',
  superset: 'Everything that the second allows, the first allows too, and the first allows more.',
  overlap: 'They share some operations, and each allows some that the other does not.',
  disjoint: 'No operation is allowed by both.',
};
const PROOFS: Readonly<Record<CompareNotice['proof'], string>> = {
  'normal-form': 'This holds for all time: but for order, case and doublings their definitions are the same.',
  patterns:
    'This holds for all time, also for operations that Azure adds later: their patterns were compared, not a list.',
  list: 'This is so by the present list of operations: what Azure adds to it may change the answer.',
  strings: 'This is so by their permissions as they are written, with what they inherit.',
  'other-kind': 'One is a role of Azure, the other of Microsoft Entra: their operations are never the same.',
};

export function viewCompare(notice: CompareNotice, context: CardContext): z.infer<typeof compareView> {
  const shared = frameOf(context);
  const [live, past] = TITLES[notice.relation];
  const { first, second } = notice;
  return {
    ...shared,
    summary: `${nameText(first.roleName)} and ${nameText(second.roleName)}: ${RELATIONS[notice.relation]}`,
    title: shared.isLive ? live : past,
    roles: [roleOf(first, 'first', 'First'), roleOf(second, 'second', 'Second')],
    relation: RELATIONS[notice.relation],
    proof: PROOFS[notice.proof],
    onList: listWords(notice),
    sections: [
      ...exampleSection(notice),
      ...powerfulSection(notice),
      ...providerSection(notice),
      ...conditionSections(notice),
    ],
    hasExport: shared.isLive && notice.onList !== null,
  };
}

function roleOf(role: ComparedRole, id: string, label: string) {
  const lines = role.counts === null ? [] : Object.values(countLines(role.kind, role.counts));
  const scopes = assignableWords(role.assignableScopes, role.assignableTotal);
  return {
    id,
    label: `${label}: `,
    name: nameText(role.roleName),
    kind: ` · ${kindWords(role)}`,
    notes: [RISKS[role.risk].text, ...lines, scopes === '' ? '' : `Can be assigned: ${scopes}.`]
      .filter((text) => text !== '')
      .join(' '),
  };
}

/** What the list says beside the proof: there the relation may be another one, today. */
function listWords({ onList, relation, both, proof }: CompareNotice): string {
  if (onList === null) {
    return proof === 'other-kind' ? '' : 'The list of operations could not be read, so that nothing is counted.';
  }
  const shared = `${countOf(both, 'operation')} ${both === 1 ? 'is' : 'are'} allowed by both.`;
  const list = `the present list of ${countOf(onList.operations, 'operation')}`;
  return onList.relation === relation
    ? `On ${list} it is the same. ${shared}`
    : `On ${list} it looks otherwise: ${RELATIONS[onList.relation]} ${shared}`;
}

function exampleSection({ onlyFirst, onlySecond }: CompareNotice): Section[] {
  const lines: LineWords[] = [
    ...(onlyFirst === null ? [] : [{ text: 'Only the first: ', code: nameText(onlyFirst) }]),
    ...(onlySecond === null ? [] : [{ text: 'Only the second: ', code: nameText(onlySecond) }]),
  ];
  return sectionOf({ id: 'examples', heading: 'For example', lines, budget: 2_500 });
}

function powerfulSection({ powerful, powerfulTotal, first, second }: CompareNotice): Section[] {
  const of = (side: 'first' | 'second') => powerful.filter((one) => one.side === side);
  const mine = powerfulLines(of('first'), { kind: first.kind, total: of('first').length, lead: 'Only the first: ' });
  const theirs = powerfulLines(of('second'), {
    kind: second.kind,
    total: of('second').length,
    lead: 'Only the second: ',
  });
  return sectionOf({
    id: 'powerful',
    heading: '⚠ What reaches further, in one of them only',
    lines: [...mine.lines, ...theirs.lines],
    total: mine.total + theirs.total + powerfulTotal - powerful.length,
    budget: 5_500,
  });
}

function providerSection({ providers, providersTotal }: CompareNotice): Section[] {
  return sectionOf({
    id: 'providers',
    heading: 'What only one of them allows, counted',
    lines: providers.map(({ provider, first, second }) => ({
      code: nameText(provider),
      note: ` — ${first} only in the first, ${second} only in the second`,
    })),
    total: providersTotal,
    advice: 'Download has them all.',
    budget: 4_500,
  });
}

function conditionSections({ first, second, areConditionsEqual }: CompareNotice): Section[] {
  if (first.conditions.length + second.conditions.length === 0) {
    return [];
  }
  if (areConditionsEqual) {
    const lines = [{ text: 'Both have the same ones, word for word.' }, ...first.conditions.map(conditionLine)];
    return sectionOf({ id: 'conditions', heading: 'Conditions', lines, budget: 4_000 });
  }
  return [
    ...sectionOf({
      id: 'conditions-first',
      heading: 'Conditions of the first',
      lines: lineOrNone(first),
      budget: 2_500,
    }),
    ...sectionOf({
      id: 'conditions-second',
      heading: 'Conditions of the second',
      lines: lineOrNone(second),
      budget: 2_500,
    }),
  ];
}

function lineOrNone({ conditions }: ComparedRole): LineWords[] {
  return conditions.length === 0 ? [{ text: 'None.' }] : conditions.map(conditionLine);
}

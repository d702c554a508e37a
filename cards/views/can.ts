import { z } from 'zod';
import {
  type CanVerdict,
  canVerdict,
  helpsToActivate,
  isDeniedWhole,
  planeVerdict,
} from '../../src/domain/can-verdict.ts';
import type { CanNotice, DecidingBlock, DenialFacts, PlaneAnswer, ShareFacts } from '../../src/domain/role-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { namesWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { operationWords } from './operation-words.ts';
import { conditionLine, countOf, kindWords, ownWords, pathWords, placeWords } from './role-facts.ts';
import { type LineWords, type Section, sectionOf, sectionsShape } from './sections.ts';

export const canView = z.strictObject({
  ...frame,
  title: z.string(),
  titleColor: z.string(),
  name: z.string(),
  kind: z.string(),
  operation: z.string(),
  says: z.string(),
  reading: z.string(),
  sections: sectionsShape,
  facts: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  hasActivate: z.boolean(),
});

const TITLES: Readonly<Record<CanVerdict, string>> = { yes: 'Yes', no: 'No', depends: 'It depends' };
const COLORS: Readonly<Record<CanVerdict, string>> = { yes: 'Good', no: 'Attention', depends: 'Accent' };

export function viewCan(notice: CanNotice, context: CardContext): z.infer<typeof canView> {
  const { role, own, operation, place } = notice;
  const shared = frameOf(context);
  const verdict = canVerdict(notice);
  const name = nameText(role.roleName);
  const says = operationWords(operation, role.kind);
  const where = place === null ? '' : ` on ${nameText(place.scopeName)}`;
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && helpsToActivate(notice),
    summary: `${TITLES[verdict]}: ${name}, ${nameText(operation.operation)}${where}`,
    title: TITLES[verdict],
    titleColor: shared.isLive ? COLORS[verdict] : 'Default',
    name,
    kind: ` · ${kindWords(role)}`,
    operation: nameText(operation.operation),
    says: says === '' ? '' : ` — ${says}`,
    reading: readingWords(notice),
    sections: notice.answers.flatMap((answer, index) => answerSections(answer, index, notice)),
    facts: [
      ...(place === null ? [] : [{ id: 'place', text: placeWords(place, role.kind) }]),
      { id: 'own', text: ownWords(own, shared) },
      { id: 'unlisted', text: notice.isListed ? '' : UNLISTED },
      { id: 'caveat', text: caveatOf(notice, verdict) },
    ].filter(({ text }) => text !== ''),
    hasActivate: shared.isLive && helpsToActivate(notice),
  };
}

/** Words are read as an operation: that reading is shown, and what else they could mean. */
function readingWords({ asked, operation, others }: CanNotice): string {
  if (nameText(asked).toLowerCase() === nameText(operation.operation).toLowerCase()) {
    return '';
  }
  const further = others.length === 0 ? '' : ` It could also be ${namesWords(others, 4)}: write the one you mean.`;
  return `That is how I read “${wordsText(asked)}”.${further}`;
}

const PLANES = { control: ' on the resource itself', data: ' on the data in it' } as const;

function answerSections(answer: PlaneAnswer, index: number, { answers, role }: CanNotice): Section[] {
  const isOne = answers.length === 1;
  const where = answer.plane === null || (isOne && answer.plane === 'control') ? '' : PLANES[answer.plane];
  const heading = isOne ? `Why${where}` : `${TITLES[planeVerdict(answer)]},${where}`;
  const lines = [
    ...answer.denials.map(denialLine),
    ...(answer.share === null ? [] : shareLines(answer.share)),
    ...(answer.why.length === 0 && isDecidedByNone(answer) ? [{ text: nothingWords(answer, role.kind) }] : []),
    ...answer.why.flatMap((block) => blockLines(block, answer)),
  ];
  return sectionOf({ id: `why-${index + 1}`, heading, lines, budget: 6_500 });
}

const TAKEN: Readonly<Record<DenialFacts['takes'], string>> = {
  all: 'Denied',
  some: 'In part denied',
  condition: 'Under a condition denied',
  below: 'At something inside this place denied',
};

/** A deny assignment comes before what the role says: it stands above that. */
function denialLine({ name, scopeId, isSure, takes }: DenialFacts): LineWords {
  const place = nameText(pathWords(scopeId));
  return {
    text: `${TAKEN[takes]}${isSure ? ' to you' : ''} by the deny assignment `,
    code: nameText(name),
    note: isSure
      ? ` (${place}), whatever roles you have.`
      : ` (${place}). It may concern you: whether you are among those whom it names is not known.`,
  };
}

/** Some of what fits a pattern may be allowed though no single string allows all of it. */
function isDecidedByNone({ share }: PlaneAnswer): boolean {
  return share === null || share.allowed + share.conditional === 0;
}

function shareLines({ allowed, conditional, total, allowedExample, deniedExample }: ShareFacts): LineWords[] {
  const some = conditional === 0 ? '' : `, and ${conditional} more under a condition`;
  const lines: LineWords[] = [
    {
      text: `${countOf(total, 'operation')} ${total === 1 ? 'fits' : 'fit'} this pattern; ${allowed} of them ${allowed === 1 ? 'is' : 'are'} allowed${some}.`,
    },
  ];
  if (allowedExample !== null) {
    lines.push({ text: 'Allowed, for example: ', code: nameText(allowedExample) });
  }
  if (deniedExample !== null) {
    lines.push({ text: 'Not allowed, for example: ', code: nameText(deniedExample) });
  }
  return lines;
}

function nothingWords({ answer }: PlaneAnswer, kind: 'azure' | 'directory'): string {
  if (answer === 'other-kind') {
    return kind === 'azure'
      ? 'That is a permission of Microsoft Entra, and this is a role of Azure: it has none of those.'
      : 'That is an operation of Azure, and this is a role of Microsoft Entra: it has none of those.';
  }
  return kind === 'azure' ? 'No string of the definition fits this operation.' : 'None of its permissions covers this.';
}

/** One line for each string that decides, in which block it stands. */
function blockLines(
  { block, matchedBy, subtractedBy, condition, isInherited }: DecidingBlock,
  { answer, blocks, plane }: PlaneAnswer,
): LineWords[] {
  const where = blocks > 1 ? ` (block ${block + 1} of ${blocks})` : '';
  const not = plane === 'data' ? 'NotDataAction' : 'NotAction';
  const isTaken = subtractedBy.length > 0;
  const matched = matchedBy.slice(0, MOST_STRINGS).map((string) => ({
    text: isTaken ? 'Would be allowed by ' : (MATCHED[answer] ?? 'Allowed by '),
    code: nameText(string),
    note: `${where}${isInherited ? ', which it inherits' : ''}${isTaken ? ', but:' : ''}`,
  }));
  const subtracted = subtractedBy.slice(0, MOST_STRINGS).map((string) => ({
    text: `Taken out by the ${not} `,
    code: nameText(string),
    note: where,
  }));
  const binding = condition === null || isTaken ? [] : [conditionLine(condition)];
  return [...matched, ...subtracted, ...binding];
}

const MOST_STRINGS = 4;
const MATCHED: Readonly<Partial<Record<PlaneAnswer['answer'], string>>> = {
  exact: 'It is one of its permissions: ',
  implied: 'It is part of ',
  unknown: 'It may be part of this; Microsoft does not say whether it is: ',
  conditional: 'Allowed, under the condition below, by ',
};

const UNLISTED = 'The list of operations could not be read: whether there is such an operation is not checked.';

function caveatOf(notice: CanNotice, verdict: CanVerdict): string {
  const { role, answers } = notice;
  if (verdict === 'no') {
    return isDeniedWhole(notice)
      ? 'No role changes that: a deny assignment stands above all of them.'
      : 'This is about this role alone: another one that you hold may allow it.';
  }
  if (role.kind === 'azure') {
    return denialCaveat(notice);
  }
  return answers.some(({ answer }) => answer === 'implied')
    ? 'That the one is part of the other follows from how Microsoft describes such permissions.'
    : '';
}

function denialCaveat({ answers, denials }: CanNotice): string {
  if (denials === 'read') {
    const isFree = answers.every((answer) => answer.denials.length === 0);
    return isFree ? 'I see no deny assignment that forbids it to you there.' : '';
  }
  const why = denials === 'unread' ? 'I could not read those of this place' : 'I have not looked for any';
  return `Unless a deny assignment on the resource forbids it: those stand above roles, and ${why}.`;
}

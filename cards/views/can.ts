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
import { type Listener, say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
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

const COLORS: Readonly<Record<CanVerdict, string>> = { yes: 'Good', no: 'Attention', depends: 'Accent' };

export function viewCan(notice: CanNotice, context: CardContext): z.infer<typeof canView> {
  const { role, own, operation, place } = notice;
  const shared = frameOf(context);
  const verdict = canVerdict(notice);
  const name = nameText(role.roleName);
  const says = operationWords(operation, role.kind, context);
  const title = say(context, `can.verdict.${verdict}`);
  const answered = { verdict: title, role: name, operation: nameText(operation.operation) };
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && helpsToActivate(notice),
    summary:
      place === null
        ? say(context, 'can.summary-line', answered)
        : say(context, 'can.summary-on', { ...answered, place: scopeText(place.scopeName, context) }),
    title,
    titleColor: shared.isLive ? COLORS[verdict] : 'Default',
    name,
    kind: say(context, 'can.kind', { kind: kindWords(role, context) }),
    operation: nameText(operation.operation),
    says: says === '' ? '' : ` — ${says}`,
    reading: readingWords(notice, context),
    sections: notice.answers.flatMap((answer, index) => answerSections(answer, index, notice, context)),
    facts: [
      ...(place === null ? [] : [{ id: 'place', text: placeWords(place, role.kind, context) }]),
      { id: 'own', text: ownWords(own, shared, context) },
      { id: 'unlisted', text: notice.isListed ? '' : say(context, 'can.unlisted') },
      { id: 'caveat', text: caveatOf(notice, verdict, context) },
    ].filter(({ text }) => text !== ''),
    hasActivate: shared.isLive && helpsToActivate(notice),
  };
}

/** Words are read as an operation: that reading is shown, and what else they could mean. */
function readingWords({ asked, operation, others }: CanNotice, reader: Listener): string {
  if (nameText(asked).toLowerCase() === nameText(operation.operation).toLowerCase()) {
    return '';
  }
  const said = { asked: wordsText(asked) };
  return others.length === 0
    ? say(reader, 'can.reading', said)
    : say(reader, 'can.reading-others', { ...said, others: namesWords(others, reader, { most: 4 }) });
}

function answerSections(answer: PlaneAnswer, index: number, { answers, role }: CanNotice, reader: Listener): Section[] {
  const lines = [
    ...answer.denials.map((denial) => denialLine(denial, reader)),
    ...(answer.share === null ? [] : shareLines(answer.share, reader)),
    ...(answer.why.length === 0 && isDecidedByNone(answer) ? [{ text: nothingWords(answer, role.kind, reader) }] : []),
    ...answer.why.flatMap((block) => blockLines(block, answer, reader)),
  ];
  const heading = headingOf(answer, { isOne: answers.length === 1 }, reader);
  return sectionOf({ id: `why-${index + 1}`, heading, lines, budget: 6_500 }, reader);
}

function headingOf(answer: PlaneAnswer, { isOne }: { readonly isOne: boolean }, reader: Listener): string {
  const { plane } = answer;
  if (isOne) {
    return say(reader, plane === 'data' ? 'can.why.data' : 'can.why');
  }
  const verdict = say(reader, `can.verdict.${planeVerdict(answer)}`);
  return plane === null ? verdict : say(reader, `can.plane.${plane}`, { verdict });
}

/** A deny assignment comes before what the role says: it stands above that. */
function denialLine({ name, scopeId, isSure, takes }: DenialFacts, reader: Listener): LineWords {
  const who = isSure ? 'you' : 'maybe';
  return {
    text: say(reader, `can.taken.${takes}.${who}`),
    code: nameText(name),
    note: say(reader, `can.taken-at.${who}`, { place: nameText(pathWords(scopeId, reader)) }),
  };
}

/** Some of what fits a pattern may be allowed though no single string allows all of it. */
function isDecidedByNone({ share }: PlaneAnswer): boolean {
  return share === null || share.allowed + share.conditional === 0;
}

function shareLines(share: ShareFacts, reader: Listener): LineWords[] {
  const { allowed, conditional, total, allowedExample, deniedExample } = share;
  const counts = { operations: countOf(total, 'operation', reader), total, allowed, conditional };
  const lines: LineWords[] = [{ text: say(reader, conditional === 0 ? 'can.fit' : 'can.fit-conditional', counts) }];
  if (allowedExample !== null) {
    lines.push({ text: say(reader, 'can.example.allowed'), code: nameText(allowedExample) });
  }
  if (deniedExample !== null) {
    lines.push({ text: say(reader, 'can.example.denied'), code: nameText(deniedExample) });
  }
  return lines;
}

function nothingWords({ answer }: PlaneAnswer, kind: 'azure' | 'directory', reader: Listener): string {
  return say(reader, answer === 'other-kind' ? `can.other-kind.${kind}` : `can.none-fits.${kind}`);
}

/** One line for each string that decides, in which block it stands. */
function blockLines(
  { block, matchedBy, subtractedBy, condition, isInherited }: DecidingBlock,
  { answer, blocks, plane }: PlaneAnswer,
  reader: Listener,
): LineWords[] {
  const where = blocks > 1 ? say(reader, 'can.block', { number: block + 1, total: blocks }) : '';
  const isTaken = subtractedBy.length > 0;
  const inherits = isInherited ? say(reader, 'can.inherits') : '';
  const matched = matchedBy.slice(0, MOST_STRINGS).map((string) => ({
    text: say(
      reader,
      isTaken ? 'can.matched.would' : `can.matched.${SPECIAL.find((one) => one === answer) ?? 'plain'}`,
    ),
    code: nameText(string),
    note: `${where}${inherits}${isTaken ? say(reader, 'can.but') : ''}`,
  }));
  const subtracted = subtractedBy.slice(0, MOST_STRINGS).map((string) => ({
    text: say(reader, 'can.taken-out', { list: plane === 'data' ? 'NotDataAction' : 'NotAction' }),
    code: nameText(string),
    note: where,
  }));
  const binding = condition === null || isTaken ? [] : [conditionLine(condition, reader)];
  return [...matched, ...subtracted, ...binding];
}

const MOST_STRINGS = 4;
/** Answers that say by themselves how the string decides. */
const SPECIAL = ['exact', 'implied', 'unknown', 'conditional'] as const;

function caveatOf(notice: CanNotice, verdict: CanVerdict, reader: Listener): string {
  const { role, answers } = notice;
  if (verdict === 'no') {
    return say(reader, isDeniedWhole(notice) ? 'can.caveat.denied' : 'can.caveat.this-role');
  }
  if (role.kind === 'azure') {
    return denialCaveat(notice, reader);
  }
  return answers.some(({ answer }) => answer === 'implied') ? say(reader, 'can.caveat.implied') : '';
}

function denialCaveat({ answers, denials }: CanNotice, reader: Listener): string {
  if (denials === 'read') {
    const isFree = answers.every((answer) => answer.denials.length === 0);
    return isFree ? say(reader, 'can.caveat.none-seen') : '';
  }
  return say(reader, denials === 'unread' ? 'can.caveat.unread' : 'can.caveat.unseen');
}

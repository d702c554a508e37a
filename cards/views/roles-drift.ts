import { z } from 'zod';
import type { DriftState, RoleDrift, RolesDriftNotice } from '../../src/domain/role-files-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { choice, moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import {
  BRIEF,
  blockOf,
  differenceLines,
  FULL,
  findingLines,
  findingWords,
  frameOfBlock,
  holderLines,
  placeOf,
  plain,
  type RoleLine,
  rightLines,
  roleBlock,
  type Telling,
  whoMayLines,
} from './role-difference.ts';
import { unreadNotes } from './unread.ts';

export const rolesDriftView = z.strictObject({
  ...frame,
  title: z.string(),
  counts: z.string(),
  problemsTitle: z.string(),
  problems: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  roles: z.array(roleBlock),
  more: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
  hasPlan: z.boolean(),
  hasExport: z.boolean(),
});

const LIST_BYTES = 15_000;
const PROBLEM_BYTES = 4_000;
const PROBLEM_FRAME = 260;
const CHOICE_BYTES = 2_500;
const STATES = [
  'different',
  'only-in-files',
  'only-in-tenant',
  'unseen',
  'same',
] as const satisfies readonly DriftState[];

export function viewRolesDrift(notice: RolesDriftNotice, context: CardContext): z.infer<typeof rolesDriftView> {
  const shared = frameOf(context);
  const { roles, counts, about } = notice;
  const telling: Telling = { ...(about === null ? BRIEF : FULL), reader: context };
  const problems = problemsOf(notice, context);
  const { shown, left } = takeMapped(
    roles,
    (role, index) => entryOf(role, index, { telling, isFull: about !== null }),
    {
      budget: LIST_BYTES,
      frame: frameOfBlock,
    },
  );
  const isSame = roles.every(({ state }) => state === 'same') && problems.shown.length === 0;
  const title = say(context, isSame ? 'role-files.titles.same' : 'role-files.titles.drift');
  const counted = countWords(counts, context);
  const choices =
    about === null ? takeMapped(roles, (role) => choiceOf(role, context), { budget: CHOICE_BYTES }).shown : [];
  return {
    ...shared,
    hasRefresh: false,
    summary: say(context, 'role-files.summary-line', { title, rest: counted }),
    title,
    counts: counted,
    problemsTitle: problems.shown.length === 0 ? '' : say(context, 'role-files.problemsHeading'),
    problems: problems.shown,
    roles: shown,
    more: moreWords(left + problems.left, context, shared.isLive ? say(context, 'role-files.download') : ''),
    choices: shared.isLive ? choices : [],
    hasChoices: shared.isLive && choices.length > 0,
    hasPlan: shared.isLive && problems.shown.length === 0 && counts.different + counts['only-in-files'] > 0,
    hasExport: shared.isLive && roles.length > 0,
  };
}

/** "2 different · 1 only in the files · 12 the same" */
function countWords(counts: RolesDriftNotice['counts'], reader: Listener): string {
  const told = STATES.filter((state) => counts[state] > 0).map((state) =>
    say(reader, `role-files.counts.${state}`, { count: counts[state] }),
  );
  return told.length === 0 ? say(reader, 'role-files.no-roles') : told.join(' · ');
}

function problemsOf({ problems, unread }: RolesDriftNotice, context: CardContext) {
  const found = problems.map((problem) => findingWords(problem, context));
  const texts = [...found, ...unreadNotes(unread, context).map(({ text }) => text)];
  return takeMapped(texts, (text, index) => ({ id: `problem-${index + 1}`, text }), {
    budget: PROBLEM_BYTES,
    frame: PROBLEM_FRAME,
  });
}

interface Around {
  readonly telling: Telling;
  readonly isFull: boolean;
}

function entryOf(role: RoleDrift, index: number, { telling, isFull }: Around) {
  const { reader } = telling;
  const isNew = role.state === 'only-in-files';
  const stated: readonly RoleLine[] =
    role.state === 'different' ? [] : [plain(say(reader, `role-files.states.${role.state}`))];
  return blockOf(index, { name: nameText(role.name), place: placeOf(role, reader) }, [
    ...stated,
    ...differenceLines(role, isNew, telling),
    ...holderLines(role, reader),
    ...findingLines(role, telling),
    ...(isFull ? whoMayLines(role, reader) : []),
    // What one may do is no news; what one may not is.
    ...rightLines(role, telling).filter(({ isAlert }) => isAlert || isFull),
  ]);
}

function choiceOf({ key, name, kind }: RoleDrift, reader: Listener) {
  const named = { name: nameText(name), kind: say(reader, `role-files.kinds.${kind}`) };
  return { title: say(reader, 'role-files.choice', named), value: key };
}

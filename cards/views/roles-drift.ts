import { z } from 'zod';
import type { DriftState, RoleDrift, RolesDriftNotice } from '../../src/domain/role-files-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { choice, moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import {
  BRIEF,
  blockOf,
  differenceLines,
  FULL,
  type Fullness,
  findingLines,
  findingWords,
  frameOfBlock,
  holderLines,
  placeOf,
  plain,
  type RoleLine,
  rightLines,
  roleBlock,
  whoMayLines,
} from './role-difference.ts';
import words from './role-files-words.json' with { type: 'json' };
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
  const fullness = about === null ? BRIEF : FULL;
  const problems = problemsOf(notice, context);
  const { shown, left } = takeMapped(roles, (role, index) => entryOf(role, index, fullness), {
    budget: LIST_BYTES,
    frame: frameOfBlock,
  });
  const isSame = roles.every(({ state }) => state === 'same') && problems.shown.length === 0;
  const title = isSame ? words.titles.same : words.titles.drift;
  const choices = about === null ? takeMapped(roles, choiceOf, { budget: CHOICE_BYTES }).shown : [];
  return {
    ...shared,
    hasRefresh: false,
    summary: `${title}: ${countWords(counts)}`,
    title,
    counts: countWords(counts),
    problemsTitle: problems.shown.length === 0 ? '' : words.problemsHeading,
    problems: problems.shown,
    roles: shown,
    more: moreWords(left + problems.left, shared.isLive ? 'Download lists them all.' : ''),
    choices: shared.isLive ? choices : [],
    hasChoices: shared.isLive && choices.length > 0,
    hasPlan: shared.isLive && problems.shown.length === 0 && counts.different + counts['only-in-files'] > 0,
    hasExport: shared.isLive && roles.length > 0,
  };
}

/** "2 different · 1 only in the files · 12 the same" */
function countWords(counts: RolesDriftNotice['counts']): string {
  const told = STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${words.counts[state]}`);
  return told.length === 0 ? 'There is no custom role in the files or in what you may see.' : told.join(' · ');
}

function problemsOf({ problems, unread }: RolesDriftNotice, context: CardContext) {
  const texts = [...problems.map(findingWords), ...unreadNotes(unread, context).map(({ text }) => text)];
  return takeMapped(texts, (text, index) => ({ id: `problem-${index + 1}`, text }), {
    budget: PROBLEM_BYTES,
    frame: PROBLEM_FRAME,
  });
}

function entryOf(role: RoleDrift, index: number, fullness: Fullness) {
  const state = words.states[role.state];
  const isNew = role.state === 'only-in-files';
  const stated: readonly RoleLine[] = state === '' ? [] : [plain(state)];
  return blockOf(index, { name: nameText(role.name), place: placeOf(role) }, [
    ...stated,
    ...differenceLines(role, isNew, fullness),
    ...holderLines(role),
    ...findingLines(role, fullness),
    ...(fullness === FULL ? whoMayLines(role) : []),
    // What one may do is no news; what one may not is.
    ...rightLines(role, fullness).filter(({ isAlert }) => isAlert || fullness === FULL),
  ]);
}

function choiceOf({ key, name, kind }: RoleDrift) {
  return { title: `${nameText(name)} · ${words.kinds[kind]}`, value: key };
}

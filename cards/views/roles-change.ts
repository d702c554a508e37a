import { z } from 'zod';
import type { RoleChangeItem, RolesChangeNotice } from '../../src/domain/role-files-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { justificationText, nameText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import {
  blockOf,
  differenceLines,
  FULL,
  type Fullness,
  fill,
  findingLines,
  findingWords,
  frameOfBlock,
  holderLines,
  placeOf,
  plain,
  type RoleLine,
  rightLines,
  roleBlock,
} from './role-difference.ts';
import words from './role-files-words.json' with { type: 'json' };

export const rolesChangeView = z.strictObject({
  ...frame,
  title: z.string(),
  intro: z.string(),
  reason: z.string(),
  problem: z.string(),
  problems: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  roles: z.array(roleBlock),
  more: z.string(),
  until: z.string(),
  confirmStyle: z.enum(['positive', 'destructive']),
  hasButtons: z.boolean(),
  hasLook: z.boolean(),
});

const LIST_BYTES = 16_000;
const PROBLEM_BYTES = 4_000;
const PROBLEM_FRAME = 260;
const USES_SHOWN = 40;
/** What was asked to be confirmed is shown in so many words; afterwards it is what became of it that counts. */
const PLANNED: Fullness = { ...FULL, operations: 12 };

export function viewRolesChange(notice: RolesChangeNotice, context: CardContext): z.infer<typeof rolesChangeView> {
  const shared = frameOf(context);
  const { action, phase, items } = notice;
  const hasButtons = shared.isLive && phase === 'confirm';
  const hasLook = shared.isLive && phase === 'over' && items.some(({ outcome }) => outcome === 'in-doubt');
  const title = titleOf(notice, shared.isLive);
  const { shown, left } = takeMapped(items, (item, index) => entryOf(item, index, { notice, context }), {
    budget: LIST_BYTES,
    frame: frameOfBlock,
  });
  const problems = takeMapped(
    notice.problems.map(findingWords),
    (text, index) => ({ id: `problem-${index + 1}`, text }),
    {
      budget: PROBLEM_BYTES,
      frame: PROBLEM_FRAME,
    },
  );
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasButtons || hasLook),
    summary: `${title}: ${items.map(({ name }) => nameText(name)).join(', ')}`,
    title,
    intro: hasButtons ? words.intros[action] : '',
    reason: justificationText(notice.justification),
    problem: notice.problem === null ? '' : errorSentence(notice.problem.code, notice.problem.facts, context),
    problems: problems.shown,
    roles: shown,
    more: moreWords(left + problems.left),
    until: hasButtons ? fill(words.until, { at: instantWords(notice.expiresAt, context) }) : '',
    confirmStyle: action === 'delete' ? 'destructive' : 'positive',
    hasButtons,
    hasLook,
  };
}

function titleOf({ action, phase, items }: RolesChangeNotice, isLive: boolean): string {
  const { titles } = words;
  switch (phase) {
    case 'confirm':
      return (isLive ? titles.confirm : titles.confirmPast)[action];
    case 'changing':
      return (isLive ? titles.changing : titles.changingPast)[action];
    case 'blocked':
    case 'dropped':
      return titles[phase][action];
    case 'over':
      return titles[endOf(items)][action];
  }
}

function endOf(items: readonly RoleChangeItem[]): 'inDoubt' | 'done' | 'partly' | 'failed' {
  if (items.some(({ outcome }) => outcome === 'in-doubt')) {
    return 'inDoubt';
  }
  const done = items.filter(({ outcome }) => outcome === 'done').length;
  if (done === items.length) {
    return 'done';
  }
  return done === 0 ? 'failed' : 'partly';
}

interface Around {
  readonly notice: RolesChangeNotice;
  readonly context: CardContext;
}

function entryOf(item: RoleChangeItem, index: number, { notice, context }: Around) {
  const head = { name: nameText(item.name), place: placeOf(item) };
  const isPlan = notice.phase === 'confirm' || notice.phase === 'blocked';
  return blockOf(index, head, isPlan ? planLines(item) : outcomeLines(item, context));
}

function planLines(item: RoleChangeItem): readonly RoleLine[] {
  const isDeletion = item.action === 'delete';
  return [
    plain(item.state === 'unseen' ? words.states.unseen : `${words.actions[item.action]}.`),
    ...(isDeletion ? [] : differenceLines(item, item.action === 'create', PLANNED)),
    ...(isDeletion ? useLines(item) : holderLines(item)),
    ...findingLines(item, PLANNED),
    ...rightLines(item, PLANNED),
  ];
}

/** Who has the role, in the order of the places. */
function useLines({ uses, usesTotal }: RoleChangeItem): readonly RoleLine[] {
  if (usesTotal === 0) {
    return [];
  }
  const shown = uses
    .slice(0, USES_SHOWN)
    .map(({ principalName, kind, scopeName }) =>
      plain(`${words.uses[kind]}: ${nameText(principalName)} on ${nameText(scopeName)}`),
    );
  const left = usesTotal - shown.length;
  return [{ text: words.inUse, isAlert: true }, ...shown, ...(left > 0 ? [plain(`… and ${left} more.`)] : [])];
}

function outcomeLines({ action, outcome, problem }: RoleChangeItem, context: CardContext): readonly RoleLine[] {
  const said = outcome === 'done' ? words.outcomes.done[action] : words.outcomes[outcome];
  // What is in doubt is told in words of its own: an activation's would not fit.
  const isTold = problem === null || outcome === 'in-doubt';
  const why = isTold ? '' : ` ${errorSentence(problem.code, problem.facts, context)}`;
  const { lookedAt } = problem?.facts ?? {};
  const looked =
    lookedAt === undefined ? '' : ` ${fill(words.outcomes.looked, { at: instantWords(lookedAt, context) })}`;
  const text = `${said}${why}${looked}`.trim();
  return text === '' ? [] : [{ ...plain(text), isAlert: outcome === 'failed' || outcome === 'in-doubt' }];
}

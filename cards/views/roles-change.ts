import { z } from 'zod';
import type { RoleChangeItem, RolesChangeNotice } from '../../src/domain/role-files-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { type Listener, say } from '../messages.ts';
import { justificationText, nameText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { instantWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import {
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
} from './role-difference.ts';

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
const PLANNED = { ...FULL, operations: 12 };

export function viewRolesChange(notice: RolesChangeNotice, context: CardContext): z.infer<typeof rolesChangeView> {
  const shared = frameOf(context);
  const { action, phase, items } = notice;
  const hasButtons = shared.isLive && phase === 'confirm';
  const hasLook = shared.isLive && phase === 'over' && items.some(({ outcome }) => outcome === 'in-doubt');
  const title = say(context, `role-files.titles.${phaseOf(notice, shared.isLive)}.${action}`);
  const { shown, left } = takeMapped(items, (item, index) => entryOf(item, index, { notice, context }), {
    budget: LIST_BYTES,
    frame: frameOfBlock,
  });
  const problems = takeMapped(
    notice.problems.map((problem) => findingWords(problem, context)),
    (text, index) => ({ id: `problem-${index + 1}`, text }),
    {
      budget: PROBLEM_BYTES,
      frame: PROBLEM_FRAME,
    },
  );
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasButtons || hasLook),
    summary: say(context, 'role-files.summary-line', {
      title,
      rest: items.map(({ name }) => nameText(name)).join(', '),
    }),
    title,
    intro: hasButtons ? say(context, `role-files.intros.${action}`) : '',
    reason: justificationText(notice.justification),
    problem: notice.problem === null ? '' : errorSentence(notice.problem.code, notice.problem.facts, context),
    problems: problems.shown,
    roles: shown,
    more: moreWords(left + problems.left, context),
    until: hasButtons ? say(context, 'role-files.until', { at: instantWords(notice.expiresAt, context) }) : '',
    confirmStyle: action === 'delete' ? 'destructive' : 'positive',
    hasButtons,
    hasLook,
  };
}

/** The phase that the title tells of: as past where the card is, and how it ended. */
function phaseOf({ phase, items }: RolesChangeNotice, isLive: boolean) {
  switch (phase) {
    case 'confirm':
      return isLive ? phase : 'confirmPast';
    case 'changing':
      return isLive ? phase : 'changingPast';
    case 'blocked':
    case 'dropped':
      return phase;
    case 'over':
      return endOf(items);
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
  const head = { name: nameText(item.name), place: placeOf(item, context) };
  const isPlan = notice.phase === 'confirm' || notice.phase === 'blocked';
  return blockOf(index, head, isPlan ? planLines(item, context) : outcomeLines(item, context));
}

function planLines(item: RoleChangeItem, reader: Listener): readonly RoleLine[] {
  const isDeletion = item.action === 'delete';
  const telling: Telling = { ...PLANNED, reader };
  return [
    plain(say(reader, item.state === 'unseen' ? 'role-files.states.unseen' : `role-files.actions.${item.action}`)),
    ...(isDeletion ? [] : differenceLines(item, item.action === 'create', telling)),
    ...(isDeletion ? useLines(item, reader) : holderLines(item, reader)),
    ...findingLines(item, telling),
    ...rightLines(item, telling),
  ];
}

/** Who has the role, in the order of the places. */
function useLines({ uses, usesTotal }: RoleChangeItem, reader: Listener): readonly RoleLine[] {
  if (usesTotal === 0) {
    return [];
  }
  const shown = uses.slice(0, USES_SHOWN).map(({ principalName, kind, scopeName }) =>
    plain(
      say(reader, 'role-files.use', {
        kind: say(reader, `role-files.uses.${kind}`),
        principal: nameText(principalName),
        scope: scopeText(scopeName, reader),
      }),
    ),
  );
  const count = usesTotal - shown.length;
  const more = count > 0 ? [plain(say(reader, 'role-files.more-uses', { count }))] : [];
  return [{ text: say(reader, 'role-files.inUse'), isAlert: true }, ...shown, ...more];
}

function outcomeLines({ action, outcome, problem }: RoleChangeItem, context: CardContext): readonly RoleLine[] {
  const said = outcome === 'planned' ? '' : say(context, outcomeKey(action, outcome));
  // What is in doubt is told in words of its own: an activation's would not fit.
  const isTold = problem === null || outcome === 'in-doubt';
  const why = isTold ? '' : ` ${errorSentence(problem.code, problem.facts, context)}`;
  const { lookedAt } = problem?.facts ?? {};
  const looked =
    lookedAt === undefined
      ? ''
      : ` ${say(context, 'role-files.outcomes.looked', { at: instantWords(lookedAt, context) })}`;
  const text = `${said}${why}${looked}`.trim();
  return text === '' ? [] : [{ ...plain(text), isAlert: outcome === 'failed' || outcome === 'in-doubt' }];
}

function outcomeKey(action: RoleChangeItem['action'], outcome: Exclude<RoleChangeItem['outcome'], 'planned'>) {
  return outcome === 'done'
    ? (`role-files.outcomes.done.${action}` as const)
    : (`role-files.outcomes.${outcome}` as const);
}

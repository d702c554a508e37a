import { z } from 'zod';
import type { AssignmentChangeNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { type Listener, type MessageKey, say } from '../messages.ts';
import { justificationText, nameText, ticketText, wordsText } from '../plain-text.ts';
import { dateWords, instantWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { sentences } from './list.ts';
import { roleWords } from './request.ts';
import { exactRoleRows } from './scope-words.ts';

export const assignmentChangeView = z.strictObject({
  ...frame,
  title: z.string(),
  intro: z.string(),
  facts: z.array(factRow),
  warning: z.string(),
  outcome: z.string(),
  problem: z.string(),
  until: z.string(),
  confirmStyle: z.enum(['positive', 'destructive']),
  hasButtons: z.boolean(),
  hasLook: z.boolean(),
});

type Notice = AssignmentChangeNotice;

export function viewAssignmentChange(notice: Notice, context: CardContext): z.infer<typeof assignmentChangeView> {
  const shared = frameOf(context);
  const hasButtons = shared.isLive && notice.phase === 'confirm';
  const isInDoubt = notice.problem?.code === 'activation.in_doubt';
  const hasLook = shared.isLive && notice.phase === 'refused' && isInDoubt;
  const title = say(context, titleOf(notice, shared));
  const who = nameText(notice.principal.name);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasButtons || hasLook),
    summary: say(context, 'assignment-change.summary-line', {
      title: hasButtons ? say(context, 'assignment-change.confirm-a-change') : title,
      who,
      role: roleWords({ roleName: notice.role.roleName, scopeName: notice.role.scope.name }, context),
    }),
    title,
    intro: hasButtons ? say(context, 'assignment-change.intro') : '',
    facts: factRows([
      [
        'change',
        say(context, 'assignment-change.row.change'),
        say(context, `assignment-change.changes.${notice.action}.${notice.kind}`),
      ],
      ['principal', say(context, `assignment-change.holders.${notice.principal.kind}`), principalWords(notice)],
      ...exactRoleRows(notice.role, context),
      ...timeRows(notice, context),
      ['justification', say(context, 'assignment-change.row.justification'), justificationText(notice.justification)],
      ['ticket', say(context, 'assignment-change.row.ticket'), ticketText(notice.ticket)],
    ]),
    warning: hasButtons ? warningOf(notice, context) : '',
    outcome:
      notice.phase === 'done' && notice.outcome !== null
        ? say(context, `assignment-change.outcomes.${notice.outcome}`)
        : '',
    problem: problemWords(notice, context),
    until: hasButtons
      ? say(context, 'assignment-change.until', { until: instantWords(notice.expiresAt, context) })
      : '',
    confirmStyle: notice.action === 'remove' ? 'destructive' : 'positive',
    hasButtons,
    hasLook,
  };
}

/** Nobody goes on looking after a change by themselves, as somebody does after an activation. */
function problemWords({ problem }: Notice, context: CardContext): string {
  if (problem?.code !== 'activation.in_doubt') {
    return problem === null ? '' : errorSentence(problem.code, problem.facts, context);
  }
  const { lookedAt } = problem.facts;
  const looked =
    lookedAt === undefined
      ? ''
      : ` ${say(context, 'assignment-change.looked', { at: instantWords(lookedAt, context) })}`;
  return `${say(context, 'assignment-change.in-doubt')}${looked}`;
}

function titleOf({ phase, outcome, problem }: Notice, { isLive }: { readonly isLive: boolean }): MessageKey {
  if (phase === 'confirm' || phase === 'changing') {
    return `assignment-change.${phase}.${isLive ? 'now' : 'then'}`;
  }
  if (phase === 'refused' && problem?.code === 'activation.in_doubt') {
    return 'assignment-change.in-doubt-title';
  }
  if (phase === 'done' && (outcome === 'scheduled' || outcome === 'waiting')) {
    return `assignment-change.later-titles.${outcome}`;
  }
  return `assignment-change.titles.${phase}`;
}

/** Names alone are not unique. */
function principalWords({ principal }: Notice): string {
  return `${nameText(principal.name)} (${nameText(principal.userPrincipalName ?? principal.id)})`;
}

type Row = readonly [id: string, label: string, value: string];
type TimeLabel =
  | 'never'
  | 'at-once'
  | 'as-it-is'
  | `row.${'start' | 'end' | 'end-now' | 'new-end' | 'would-have-ended'}`;

/** Each time as it is and as it will be. */
function timeRows(notice: Notice, context: CardContext): readonly Row[] {
  const { action, current, startsAt, endsAt } = notice;
  const label = (name: TimeLabel) => say(context, `assignment-change.${name}`);
  const endOf = (at: string | null) => (at === null ? label('never') : dateWords(at, context));
  if (action === 'remove') {
    const end = current === null ? '' : endOf(current.endsAt);
    return [['end', label('row.would-have-ended'), end]];
  }
  const start = startsAt === null ? label(current === null ? 'at-once' : 'as-it-is') : dateWords(startsAt, context);
  return current === null
    ? [
        ['start', label('row.start'), start],
        ['end', label('row.end'), endOf(endsAt)],
      ]
    : [
        ['start', label('row.start'), start],
        ['end-before', label('row.end-now'), endOf(current.endsAt)],
        ['end', label('row.new-end'), endOf(endsAt)],
      ];
}

/** What an administrator may not have meant. */
function warningOf({ action, kind, endsAt, duties }: Notice, reader: Listener): string {
  if (action === 'remove') {
    return kind === 'active' ? say(reader, 'assignment-change.warnings.removeActive') : '';
  }
  const permanent =
    kind === 'active' && endsAt === null ? say(reader, 'assignment-change.warnings.permanentActive') : '';
  return sentences([dutiesWords(duties, reader), permanent]);
}

function dutiesWords(duties: Notice['duties'], reader: Listener): string {
  if (duties === undefined) {
    return '';
  }
  if (duties === 'unknown') {
    return say(reader, 'assignment-change.warnings.dutiesUnknown');
  }
  const facts = { role: roleWords(duties, reader), rule: nameText(duties.rule), reason: wordsText(duties.reason) };
  return say(reader, 'assignment-change.warnings.duties', facts);
}

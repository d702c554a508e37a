import { z } from 'zod';
import type { AssignmentChangeNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { justificationText, nameText, ticketText, wordsText } from '../plain-text.ts';
import { dateWords, instantWords } from '../words.ts';
import words from './assignment-words.json' with { type: 'json' };
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
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
  const title = titleOf(notice, shared.isLive);
  const who = nameText(notice.principal.name);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasButtons || hasLook),
    summary: `${hasButtons ? 'Confirm a change' : title}: ${who}, ${roleWords({ roleName: notice.role.roleName, scopeName: notice.role.scope.name })}`,
    title,
    intro: hasButtons ? 'Nothing has been changed yet. This is exactly what I would ask PIM for:' : '',
    facts: factRows([
      ['change', 'Change', words.changes[notice.action][notice.kind]],
      ['principal', words.holders[notice.principal.kind], principalWords(notice)],
      ...exactRoleRows(notice.role),
      ...timeRows(notice, context),
      ['justification', 'Justification', justificationText(notice.justification)],
      ['ticket', 'Ticket', ticketText(notice.ticket)],
    ]),
    warning: hasButtons ? warningOf(notice) : '',
    outcome: notice.phase === 'done' && notice.outcome !== null ? words.outcomes[notice.outcome] : '',
    problem: problemWords(notice, context),
    until: hasButtons ? `Confirm works until ${instantWords(notice.expiresAt, context)}.` : '',
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
  const looked = lookedAt === undefined ? '' : ` ${words.looked.replace('{at}', instantWords(lookedAt, context))}`;
  return `${words.inDoubt}${looked}`;
}

function titleOf({ phase, outcome, problem }: Notice, isLive: boolean): string {
  if (phase === 'confirm') {
    return isLive ? 'Is this right?' : 'A change was to be confirmed';
  }
  if (phase === 'changing') {
    return isLive ? 'PIM is being asked' : 'A change was confirmed';
  }
  if (phase === 'refused' && problem?.code === 'activation.in_doubt') {
    return words.inDoubtTitle;
  }
  if (phase === 'done' && (outcome === 'scheduled' || outcome === 'waiting')) {
    return words.laterTitles[outcome];
  }
  return words.titles[phase];
}

/** Names alone are not unique. */
function principalWords({ principal }: Notice): string {
  return `${nameText(principal.name)} (${nameText(principal.userPrincipalName ?? principal.id)})`;
}

type Row = readonly [id: string, label: string, value: string];

/** Each time as it is and as it will be. */
function timeRows(notice: Notice, context: CardContext): readonly Row[] {
  const { action, current, startsAt, endsAt } = notice;
  const endOf = (at: string | null) => (at === null ? 'never, it is permanent' : dateWords(at, context));
  if (action === 'remove') {
    const end = current === null ? '' : endOf(current.endsAt);
    return [['end', 'It would have ended', end]];
  }
  const start = startsAt === null ? (current === null ? 'at once' : 'as it is') : dateWords(startsAt, context);
  return current === null
    ? [
        ['start', 'Start', start],
        ['end', 'End', endOf(endsAt)],
      ]
    : [
        ['start', 'Start', start],
        ['end-before', 'End now', endOf(current.endsAt)],
        ['end', 'New end', endOf(endsAt)],
      ];
}

/** What an administrator may not have meant. */
function warningOf({ action, kind, endsAt, duties }: Notice): string {
  if (action === 'remove') {
    return kind === 'active' ? words.warnings.removeActive : '';
  }
  const permanent = kind === 'active' && endsAt === null ? words.warnings.permanentActive : '';
  return [dutiesWords(duties), permanent].filter((text) => text !== '').join(' ');
}

function dutiesWords(duties: Notice['duties']): string {
  if (duties === undefined) {
    return '';
  }
  if (duties === 'unknown') {
    return words.warnings.dutiesUnknown;
  }
  const facts = { role: roleWords(duties), rule: nameText(duties.rule), reason: wordsText(duties.reason) };
  return words.warnings.duties.replace(/\{(\w+)\}/g, (_, name: keyof typeof facts) => facts[name]);
}

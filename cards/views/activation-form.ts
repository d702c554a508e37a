import { z } from 'zod';
import type { ActivationFormNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { problemSentence } from '../error-texts.ts';
import { justificationText, nameText, ticketText } from '../plain-text.ts';
import { durationTyped, durationWords, instantTyped, isDuration } from '../words.ts';
import { choice, moreWords, roleChoice, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';

export const activationFormView = z.strictObject({
  ...frame,
  title: z.string(),
  problems: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  hasOneRole: z.boolean(),
  role: z.string(),
  scope: z.string(),
  through: z.string(),
  limits: z.string(),
  hasChoices: z.boolean(),
  choices: z.array(choice),
  chosenKey: z.string(),
  more: z.string(),
  durationLabel: z.string(),
  duration: z.string(),
  start: z.string(),
  justification: z.string(),
  isJustificationRequired: z.boolean(),
  ticket: z.string(),
  hasTicket: z.boolean(),
  isTicketRequired: z.boolean(),
});

const CHOICE_BYTES = 12_000;
const MOST_PROBLEMS = 6;

export function viewActivationForm(
  notice: ActivationFormNotice,
  context: CardContext,
): z.infer<typeof activationFormView> {
  const { roles, values } = notice;
  const only = roles.length === 1 ? roles[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { role: only.key });
  // The chosen one comes first, so that it is never among those that do not fit.
  const ordered = roles.toSorted((a, b) => Number(b.key === notice.chosenKey) - Number(a.key === notice.chosenKey));
  const { shown, left } = takeMapped(ordered, roleChoice, { budget: CHOICE_BYTES });
  const maximum =
    notice.maximumDuration !== null && isDuration(notice.maximumDuration) ? durationWords(notice.maximumDuration) : '';
  return {
    ...shared,
    summary:
      only === undefined
        ? 'Activate a role: some details are missing'
        : `Activate ${nameText(only.roleName)}: some details are missing`,
    title: shared.isLive ? 'Activate a role' : 'Activation form, closed',
    problems: (shared.isLive ? notice.problems : []).slice(0, MOST_PROBLEMS).map((problem, index) => ({
      id: `problem-${index + 1}`,
      text: problemSentence(problem.code, problem.facts, context),
    })),
    hasOneRole: only !== undefined,
    role: nameText(only?.roleName ?? null),
    scope: nameText(only?.scopeName ?? null),
    through: only?.through === undefined ? '' : `${nameText(only.through)}, which is activated first`,
    limits: limitsOf(notice, maximum),
    hasChoices: shared.isLive && roles.length > 1,
    choices: shown,
    chosenKey: notice.chosenKey ?? '',
    more:
      shared.isLive && roles.length > 1 ? moreWords(left, 'Write “activate” and a part of the name to find one.') : '',
    durationLabel: maximum === '' ? 'Duration' : `Duration (at most ${maximum})`,
    duration: durationTyped(values.duration),
    start: values.start === null ? '' : instantTyped(values.start, context),
    justification: justificationText(values.justification),
    isJustificationRequired: notice.isJustificationRequired,
    ticket: ticketText(values.ticket),
    hasTicket: shared.isLive && (notice.isTicketRequired || values.ticket !== ''),
    isTicketRequired: notice.isTicketRequired,
  };
}

function limitsOf(notice: ActivationFormNotice, maximum: string): string {
  const limits = [
    maximum === '' ? '' : `This role can be active for at most ${maximum}.`,
    notice.needsApproval ? 'An approver has to agree.' : '',
  ];
  return limits.filter((limit) => limit !== '').join(' ');
}

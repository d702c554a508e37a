import { z } from 'zod';
import type { ActivationFormNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { problemSentence } from '../error-texts.ts';
import { type Listener, say } from '../messages.ts';
import { justificationText, nameText, ticketText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { durationTyped, durationWords, instantTyped, isDuration } from '../words.ts';
import { leftOutWords, reachWords, unreachableWords } from './approver-words.ts';
import { choice, moreWords, roleChoice, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { sentences } from './list.ts';

export const activationFormView = z.strictObject({
  ...frame,
  title: z.string(),
  problems: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  hasOneRole: z.boolean(),
  role: z.string(),
  scope: z.string(),
  through: z.string(),
  limits: z.string(),
  willBeAsked: z.string(),
  unreachable: z.string(),
  leftOut: z.string(),
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
  const { shown, left } = takeMapped(ordered, (role) => roleChoice(role, context), { budget: CHOICE_BYTES });
  const maximum =
    notice.maximumDuration !== null && isDuration(notice.maximumDuration)
      ? durationWords(notice.maximumDuration, context)
      : '';
  return {
    ...shared,
    summary:
      only === undefined
        ? say(context, 'activation-form.summary')
        : say(context, 'activation-form.summary.of', { role: nameText(only.roleName) }),
    title: say(context, shared.isLive ? 'activation-form.title' : 'activation-form.over.title'),
    problems: (shared.isLive ? notice.problems : []).slice(0, MOST_PROBLEMS).map((problem, index) => ({
      id: `problem-${index + 1}`,
      text: problemSentence(problem.code, problem.facts, context),
    })),
    hasOneRole: only !== undefined,
    role: nameText(only?.roleName ?? null),
    scope: scopeText(only?.scopeName ?? '', context),
    through:
      only?.through === undefined ? '' : say(context, 'activation-form.through', { group: nameText(only.through) }),
    limits: limitsOf(notice, maximum, context),
    ...outlookOf(shared.isLive ? notice.outlook : null, context),
    hasChoices: shared.isLive && roles.length > 1,
    choices: shown,
    chosenKey: notice.chosenKey ?? '',
    more: shared.isLive && roles.length > 1 ? moreRoles(left, notice.rolesToFind ?? 0, context) : '',
    durationLabel:
      maximum === ''
        ? say(context, 'activation-form.duration')
        : say(context, 'activation-form.duration.at-most', { duration: maximum }),
    duration: durationTyped(values.duration),
    start: values.start === null ? '' : instantTyped(values.start, context),
    justification: justificationText(values.justification),
    isJustificationRequired: notice.isJustificationRequired,
    ticket: ticketText(values.ticket),
    hasTicket: shared.isLive && (notice.isTicketRequired || values.ticket !== ''),
    isTicketRequired: notice.isTicketRequired,
  };
}

/** What does not stand there is found by typing; in a client that cannot search, by a sentence. */
function moreRoles(left: number, toFind: number, reader: Listener): string {
  return moreWords(
    left + toFind,
    reader,
    say(reader, toFind === 0 ? 'activation-form.write-a-part' : 'activation-form.type-a-part'),
  );
}

/** Who would be asked, in the words of the card that tells it before PIM is asked. */
function outlookOf(outlook: ActivationFormNotice['outlook'], reader: Listener) {
  if (outlook === null || outlook === undefined) {
    return { willBeAsked: '', unreachable: '', leftOut: '' };
  }
  const asked = reachWords(outlook, 'asked', reader);
  const unreachable = unreachableWords(outlook, reader);
  const isUnknown = outlook.approvers.length === 0 && !outlook.areKnown;
  return {
    willBeAsked:
      asked === '' ? unknownWords(isUnknown, reader) : say(reader, 'activation-form.will-be-asked', { names: asked }),
    unreachable: unreachable === '' ? '' : say(reader, 'activation-form.unreachable', { names: unreachable }),
    leftOut: leftOutWords(outlook.leftOut, reader),
  };
}

function unknownWords(isUnknown: boolean, reader: Listener): string {
  return isUnknown ? say(reader, 'approvers.unknown') : '';
}

function limitsOf(notice: ActivationFormNotice, maximum: string, reader: Listener): string {
  return sentences([
    maximum === '' ? '' : say(reader, 'activation-form.limit', { duration: maximum }),
    notice.needsApproval ? say(reader, 'activation-form.approval') : '',
  ]);
}

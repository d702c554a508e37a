import { z } from 'zod';
import type { AskedFacts, ChooseRoleNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { ticketText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { choice, moreWords, roleChoice, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleOf } from './list.ts';
import { tellingWords } from './request.ts';

export const chooseRoleView = z.strictObject({
  ...frame,
  title: z.string(),
  question: z.string(),
  asked: z.string(),
  roles: z.array(z.strictObject({ id: z.string(), role: z.string(), place: z.string(), through: z.string() })),
  choices: z.array(choice),
  more: z.string(),
});

const LIST_BYTES = 9_000;
const CHOICE_BYTES = 9_000;

export function viewChooseRole(notice: ChooseRoleNotice, context: CardContext): z.infer<typeof chooseRoleView> {
  const words = wordsText(notice.words);
  const roles = takeMapped(
    notice.choices,
    (role, index) => ({ id: `role-${index + 1}`, ...roleOf(role, context), through: tellingWords(role, context) }),
    { budget: LIST_BYTES },
  );
  const { shown, left } = takeMapped(notice.choices, (role) => roleChoice(role, context), { budget: CHOICE_BYTES });
  const shared = frameOf(context);
  const isOnly = notice.choices.length === 1;
  const fact = factOf(words, isOnly, context);
  const asks = say(context, isOnly ? 'choose-role.is-this-it' : `choose-role.${notice.purpose}`);
  const question = shared.isLive ? `${fact} ${asks}` : fact;
  return {
    ...shared,
    summary: question,
    title: titleOf(shared.isLive, isOnly, context),
    question,
    asked: askedWords(notice.asked, context),
    roles: roles.shown,
    choices: shown,
    more: shared.isLive ? moreWords(left, context, say(context, 'choose-role.more')) : '',
  };
}

function factOf(words: string, isOnly: boolean, reader: Listener): string {
  if (words === '') {
    return say(reader, isOnly ? 'choose-role.only' : 'choose-role.several');
  }
  return say(reader, isOnly ? 'choose-role.only-near' : 'choose-role.several-fit', { words });
}

function titleOf(isLive: boolean, isOnly: boolean, reader: Listener): string {
  if (isOnly) {
    return say(reader, isLive ? 'choose-role.title-only' : 'choose-role.title-only.was');
  }
  return say(reader, isLive ? 'choose-role.title' : 'choose-role.title.was');
}

/** The rest of the sentence, so that the person sees it was not forgotten. */
function askedWords({ duration, start, until, justification, ticket }: AskedFacts, context: CardContext): string {
  const parts = [
    duration === null ? '' : say(context, 'choose-role.for', { duration: durationWords(duration, context) }),
    start === null ? '' : say(context, 'choose-role.from', { start: instantWords(start, context) }),
    until === null ? '' : say(context, 'choose-role.until', { until: instantWords(until, context) }),
    justification === null ? '' : say(context, 'choose-role.because', { justification: wordsText(justification) }),
    ticket === null ? '' : say(context, 'choose-role.ticket', { ticket: ticketText(ticket) }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : say(context, 'choose-role.kept', { parts: parts.join(', ') });
}

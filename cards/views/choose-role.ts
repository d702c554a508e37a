import { z } from 'zod';
import type { AskedFacts, ChooseRoleNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
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
const PURPOSES = {
  activate: 'Which one shall be activated?',
  deactivate: 'Which one shall be given back?',
  continue: 'Which one shall be continued?',
  cancel: 'Which request shall be canceled?',
  check: 'Which one shall be checked?',
  look: 'Which one is it about?',
} as const;

export function viewChooseRole(notice: ChooseRoleNotice, context: CardContext): z.infer<typeof chooseRoleView> {
  const words = wordsText(notice.words);
  const roles = takeMapped(
    notice.choices,
    (role, index) => ({ id: `role-${index + 1}`, ...roleOf(role), through: tellingWords(role) }),
    { budget: LIST_BYTES },
  );
  const { shown, left } = takeMapped(notice.choices, roleChoice, { budget: CHOICE_BYTES });
  const shared = frameOf(context);
  const isOnly = notice.choices.length === 1;
  const fact = factOf(words, isOnly);
  const asks = isOnly ? 'Is this the one?' : PURPOSES[notice.purpose];
  const question = shared.isLive ? `${fact} ${asks}` : fact;
  return {
    ...shared,
    summary: question,
    title: titleOf(shared.isLive, isOnly),
    question,
    asked: askedWords(notice.asked, context),
    roles: roles.shown,
    choices: shown,
    more: shared.isLive ? moreWords(left, 'Write more of the name to find one.') : '',
  };
}

function factOf(words: string, isOnly: boolean): string {
  if (words === '') {
    return isOnly ? 'Only one comes near.' : 'Several fit.';
  }
  return isOnly ? `Only one comes near “${words}”.` : `Several fit “${words}”.`;
}

function titleOf(isLive: boolean, isOnly: boolean): string {
  if (isOnly) {
    return isLive ? 'This role?' : 'A role came near';
  }
  return isLive ? 'Which role?' : 'Several roles fit';
}

/** The rest of the sentence, so that the person sees it was not forgotten. */
function askedWords(asked: AskedFacts, context: CardContext): string {
  const parts = [
    asked.duration === null ? '' : `for ${durationWords(asked.duration)}`,
    asked.start === null ? '' : `from ${instantWords(asked.start, context)}`,
    asked.until === null ? '' : `until ${instantWords(asked.until, context)}`,
    asked.justification === null ? '' : `because ${wordsText(asked.justification)}`,
    asked.ticket === null ? '' : `ticket ${ticketText(asked.ticket)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Kept from your sentence: ${parts.join(', ')}.`;
}

import { z } from 'zod';
import type { AskedFacts, ChooseRoleNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, ticketText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { choice, moreWords, roleChoice, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';

export const chooseRoleView = z.strictObject({
  ...frame,
  question: z.string(),
  asked: z.string(),
  roles: z.array(z.strictObject({ id: z.string(), role: z.string(), scope: z.string() })),
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
} as const;

export function viewChooseRole(notice: ChooseRoleNotice, context: CardContext): z.infer<typeof chooseRoleView> {
  const words = wordsText(notice.words);
  const entries = notice.choices.map((role, index) => ({
    id: `role-${index + 1}`,
    role: nameText(role.roleName),
    scope: nameText(role.scopeName),
  }));
  const { shown, left } = takeFitting(notice.choices.map(roleChoice), CHOICE_BYTES);
  const question = `${words === '' ? 'Several fit' : `Several fit “${words}”`}. ${PURPOSES[notice.purpose]}`;
  return {
    ...frameOf(context),
    summary: question,
    question,
    asked: askedWords(notice.asked, context),
    roles: takeFitting(entries, LIST_BYTES).shown,
    choices: shown,
    more: moreWords(left, 'Write more of the name to find one.'),
  };
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

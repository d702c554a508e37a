import { z } from 'zod';
import type { RunbooksNotice } from '../../src/domain/runbook-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { choice, moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine } from './list.ts';
import { roleWords } from './request.ts';

const entry = z.strictObject({ id: z.string(), task: z.string(), name: z.string(), notes: z.string() });
export const runbooksView = z.strictObject({
  ...frame,
  title: z.string(),
  intro: z.string(),
  runbooks: z.array(entry),
  more: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
});

const LIST_BYTES = 14_000;
const CHOICE_BYTES = 6_000;

export function viewRunbooks(notice: RunbooksNotice, context: CardContext): z.infer<typeof runbooksView> {
  const { runbooks, words } = notice;
  const shared = frameOf(context);
  const { shown, left } = takeMapped(
    runbooks,
    (runbook, index) => ({
      id: `runbook-${index + 1}`,
      task: wordsText(runbook.title),
      name: say(context, 'runbooks.name', { name: nameText(runbook.name) }),
      notes: notesLine([roleWords(runbook, context), runbook.isEligible ? say(context, 'runbooks.may-activate') : '']),
    }),
    { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const choices = takeMapped(runbooks, ({ name, title }) => ({ title: wordsText(title), value: nameText(name) }), {
    budget: CHOICE_BYTES,
  });
  const title = say(context, words === null ? 'runbooks.title' : 'runbooks.which');
  return {
    ...shared,
    hasRefresh: false,
    summary: title,
    title,
    intro: introOf(notice, context),
    runbooks: shown,
    more: moreWords(left, context, say(context, 'runbooks.more')),
    choices: choices.shown,
    hasChoices: shared.isLive && runbooks.length > 0,
  };
}

function introOf({ words, runbooks }: RunbooksNotice, reader: Listener): string {
  if (words !== null) {
    return say(reader, 'runbooks.several', { words: wordsText(words) });
  }
  return runbooks.length === 0 ? say(reader, 'runbooks.none') : '';
}

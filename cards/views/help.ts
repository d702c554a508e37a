import { z } from 'zod';
import type { HelpNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';
import examples from './help-examples.json' with { type: 'json' };

export const helpView = z.strictObject({
  ...frame,
  notUnderstood: z.string(),
  greeting: z.string(),
  examples: z.array(z.strictObject({ id: z.string(), sentence: z.string(), meaning: z.string() })),
  preferences: z.string(),
});

export function viewHelp(notice: HelpNotice, context: CardContext): z.infer<typeof helpView> {
  const name = nameText(notice.personName);
  const lead = notice.reminderMinutes;
  return {
    ...frameOf(context),
    summary:
      notice.notUnderstood === null ? 'What I can do for you' : 'I did not understand that; here is what I can do',
    notUnderstood: notice.notUnderstood === null ? '' : `I did not understand “${wordsText(notice.notUnderstood)}”.`,
    greeting: `Hello${name === '' ? '' : ` ${name}`}, I turn on the roles that Privileged Identity Management keeps ready for you, ask the approvers, and remind you before the access ends.`,
    examples: examples.map((example, index) => ({ id: `example-${index + 1}`, ...example })),
    preferences: `Times are read and shown in ${nameText(notice.timeZone)}. Reminders come ${
      lead === null ? 'at a fitting time' : `${lead} ${lead === 1 ? 'minute' : 'minutes'}`
    } before access ends.`,
  };
}

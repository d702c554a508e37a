import { z } from 'zod';
import type { HelpNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { EN } from '../messages/en.ts';
import { say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';

export const helpView = z.strictObject({
  ...frame,
  notUnderstood: z.string(),
  greeting: z.string(),
  examples: z.array(z.strictObject({ id: z.string(), sentence: z.string(), meaning: z.string() })),
  preferences: z.string(),
});

/** What one can write, which is English in any language; the catalogue says of each what it does. */
const SENTENCES = Object.keys(EN['help-examples']) as (keyof (typeof EN)['help-examples'])[];

export function viewHelp(notice: HelpNotice, context: CardContext): z.infer<typeof helpView> {
  const name = nameText(notice.personName);
  const { notUnderstood } = notice;
  return {
    ...frameOf(context),
    summary: say(context, notUnderstood === null ? 'help.what-i-can-do-for-you' : 'help.not-understood-summary'),
    notUnderstood:
      notUnderstood === null ? '' : say(context, 'help.not-understood', { words: wordsText(notUnderstood) }),
    greeting: name === '' ? say(context, 'help.hello-nameless') : say(context, 'help.hello', { name }),
    examples: SENTENCES.map((sentence, index) => ({
      id: `example-${index + 1}`,
      sentence,
      meaning: say(context, `help-examples.${sentence}`),
    })),
    preferences: preferenceWords(notice, context),
  };
}

function preferenceWords({ timeZone: zone, reminderMinutes: minutes }: HelpNotice, context: CardContext): string {
  const timeZone = nameText(zone);
  return minutes === null
    ? say(context, 'help.times-automatic', { timeZone })
    : say(context, 'help.times', { timeZone, minutes });
}

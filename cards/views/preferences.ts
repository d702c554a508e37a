import { z } from 'zod';
import { LANGUAGES } from '../../src/domain/languages.ts';
import type { PreferencesNotice } from '../../src/domain/notice.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import type { CardContext } from '../context.ts';
import { problemSentence } from '../error-texts.ts';
import { languageOf, say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';

export const preferencesView = z.strictObject({
  ...frame,
  saved: z.string(),
  problem: z.string(),
  timeZone: z.string(),
  timeZoneWords: z.string(),
  reminder: z.string(),
  reminderWords: z.string(),
  language: z.enum(LANGUAGES),
  languageWords: z.string(),
});

export function viewPreferences(notice: PreferencesNotice, context: CardContext): z.infer<typeof preferencesView> {
  const saved = notice.saved === null ? '' : say(context, `preferences.saved.${notice.saved}`);
  const language = notice.language ?? languageOf(context);
  const lead = notice.reminderMinutes;
  return {
    ...frameOf(context),
    summary: saved === '' ? say(context, 'preferences.your-preferences') : saved,
    saved,
    problem: notice.problem === null || context.isRetired ? '' : problemWords(notice.problem, context),
    timeZone: nameText(notice.timeZone),
    timeZoneWords: nameText(notice.timeZone),
    reminder: lead === null ? '' : String(lead),
    reminderWords:
      lead === null ? say(context, 'preferences.automatic') : say(context, 'preferences.minutes', { count: lead }),
    language,
    languageWords: say(context, `preferences.language.${language}`),
  };
}

/** A problem is one of our codes or a sentence of its own. */
function problemWords(problem: string, context: CardContext): string {
  const code = ERROR_CODES.find((candidate) => candidate === problem);
  return code === undefined ? wordsText(problem) : problemSentence(code, {}, context);
}

import { z } from 'zod';
import { isGuid } from '../domain/ids.ts';
import { minutesOf, readTypedDuration } from '../domain/settings-duration.ts';
import { LONGEST_TEXT } from './role-shapes.ts';

const SHORTEST_MINUTES = 5;
const LONGEST_MINUTES = 24 * 60;

/** A person, by sign-in name or object id. */
export const person = z
  .string()
  .trim()
  .max(LONGEST_TEXT)
  .refine(
    (text) => isGuid(text) || /^[^\s@]+@[^\s@]+$/.test(text),
    'must be a sign-in name such as patti@contoso.com, or an object id',
  );

/** A length of time as people type one, from five minutes to a day. */
export const timeSpan = z
  .string()
  .trim()
  .max(40)
  .transform((text, context) => {
    const read = readTypedDuration(text, 'hours');
    const minutes = read === null ? null : minutesOf(read);
    if (read === null || minutes === null || hasSeconds(text)) {
      context.addIssue({ code: 'custom', message: 'must be a time in hours and minutes, such as 30m, 1h30m or PT1H' });
      return z.NEVER;
    }
    if (minutes < SHORTEST_MINUTES || minutes > LONGEST_MINUTES) {
      context.addIssue({ code: 'custom', message: 'must be from 5 minutes to 24 hours' });
      return z.NEVER;
    }
    return read;
  });

/** What would be cut off without a word. */
function hasSeconds(text: string): boolean {
  return /^p.*\ds$/i.test(text);
}

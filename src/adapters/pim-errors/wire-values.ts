import { z } from 'zod';

/** Durations as Microsoft sends them: up to days (a day of policies has 24 hours), never months. */
export const duration = z.string().transform((text, context) => {
  try {
    return Temporal.Duration.from(text).round({ largestUnit: 'hour' });
  } catch {
    context.addIssue({ code: 'custom', message: 'not a duration' });
    return z.NEVER;
  }
});

/** Empty durations come as `PT0S`, absent ones as null; either way nothing is said. */
export const optionalDuration = duration.nullish().transform((value) => value ?? null);

export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** Words are PascalCase here and camelCase there (pim-api §1.3): kept in lower case, compared so. */
export const word = z.string().transform((text) => text.toLowerCase());

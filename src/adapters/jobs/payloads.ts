import { z } from 'zod';
import { cardId } from '../../domain/ids.ts';
import { TIMER_KINDS } from '../../ports/store.ts';

/** Ids only, with a version: a job may be read by a newer program than the one that wrote it. */
export const deliverPayload = z.strictObject({
  v: z.literal(1),
  cards: z.array(z.string().min(1).transform(cardId)).min(1),
});

export const timerPayload = z.strictObject({
  v: z.literal(1),
  kind: z.enum(TIMER_KINDS),
  subject: z.string().min(1),
  dueAt: z.iso.datetime().transform((text) => Temporal.Instant.from(text)),
  attempt: z.number().int().nonnegative(),
});

import { z } from 'zod';
import type { BreakGlassReviewsNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { dateWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { notesLine } from './list.ts';
import { marked } from './pull.ts';

const entry = z.strictObject({ id: z.string(), name: z.string(), notes: z.string() });
export const breakGlassReviewsView = z.strictObject({
  ...frame,
  title: z.string(),
  reviews: z.array(entry),
  more: z.string(),
});

const REVIEW_BYTES = 14_000;
const REVIEW_FRAME = 600;

export function viewBreakGlassReviews(
  { reviews }: BreakGlassReviewsNotice,
  context: CardContext,
): z.infer<typeof breakGlassReviewsView> {
  const title = say(context, `break-glass-reviews.title.${reviews.length === 0 ? 'none' : 'some'}`);
  const { shown, left } = takeMapped(
    reviews,
    (review, index) => ({
      id: `review-${index + 1}`,
      name: marked(nameOf(review, context), review, context),
      notes: notesLine([
        say(context, 'break-glass-reviews.ended', { at: dateWords(review.endedAt, context) }),
        say(context, 'break-glass-reviews.due', { at: dateWords(review.dueAt, context) }),
      ]),
    }),
    { budget: REVIEW_BYTES, frame: REVIEW_FRAME },
  );
  return {
    ...frameOf(context),
    hasRefresh: false,
    summary: title,
    title,
    reviews: shown,
    more: moreWords(left, context),
  };
}

function nameOf({ pack, pullerName }: BreakGlassReviewsNotice['reviews'][number], reader: Listener): string {
  return say(reader, 'break-glass-reviews.name', { pack: nameText(pack), name: nameText(pullerName) });
}

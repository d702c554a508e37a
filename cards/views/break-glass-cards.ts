import type { BreakGlassNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { viewBreakGlassActive } from './break-glass-active.ts';
import { viewBreakGlassConfirm } from './break-glass-confirm.ts';
import { viewBreakGlassPacks } from './break-glass-packs.ts';
import { viewBreakGlassReview } from './break-glass-review.ts';
import { viewBreakGlassReviews } from './break-glass-reviews.ts';

/** Turns a notice of an emergency into the words and switches of its card. */
export function viewBreakGlassCard(notice: BreakGlassNotice, context: CardContext) {
  switch (notice.card) {
    case 'break-glass-active':
      return viewBreakGlassActive(notice, context);
    case 'break-glass-confirm':
      return viewBreakGlassConfirm(notice, context);
    case 'break-glass-packs':
      return viewBreakGlassPacks(notice, context);
    case 'break-glass-review':
      return viewBreakGlassReview(notice, context);
    case 'break-glass-reviews':
      return viewBreakGlassReviews(notice, context);
  }
}

import { z } from 'zod';
import type { ActivationEndedNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { dateWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationEndedView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  endLabel: z.string(),
  ended: z.string(),
  reason: z.string(),
  tokens: z.string(),
  problem: z.string(),
});

const REASONS = {
  expired: 'The time was over.',
  deactivated: 'It was given back.',
  removed: 'An administrator took it away.',
  canceled: 'It was canceled before it gave access.',
  'not-continued': 'The time was over, and it could not be continued as you had wished.',
  'not-confirmed': 'The time was over, and continuing it would have needed you once more.',
} as const;

export function viewActivationEnded(
  notice: ActivationEndedNotice,
  context: CardContext,
): z.infer<typeof activationEndedView> {
  const isCanceled = notice.reason === 'canceled';
  return {
    ...frameOf(context),
    ...requestOf(notice.request, context),
    summary: `${roleWords(notice.request)} ${isCanceled ? 'was canceled' : 'has ended'}`,
    title: isCanceled ? 'Request canceled' : 'Access has ended',
    endLabel: isCanceled ? 'Canceled' : 'Ended',
    ended: dateWords(notice.endedAt, context),
    reason: REASONS[notice.reason],
    // PIM takes the role away, and no token that programs already hold (pim-api §19.35).
    tokens:
      notice.reason === 'deactivated' || notice.reason === 'removed'
        ? 'Tokens that were issued before may work up to 90 minutes longer.'
        : '',
    problem: notice.problem === null ? '' : errorSentence(notice.problem.code, notice.problem.facts, context),
  };
}

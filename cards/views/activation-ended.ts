import { z } from 'zod';
import type { ActivationEndedNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { say } from '../messages.ts';
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

export function viewActivationEnded(
  notice: ActivationEndedNotice,
  context: CardContext,
): z.infer<typeof activationEndedView> {
  const what = notice.reason === 'canceled' ? 'canceled' : 'ended';
  return {
    ...frameOf(context),
    ...requestOf(notice.request, context),
    summary: say(context, `activation-ended.summary.${what}`, { role: roleWords(notice.request, context) }),
    title: say(context, `activation-ended.title.${what}`),
    endLabel: say(context, `activation-ended.label.${what}`),
    ended: dateWords(notice.endedAt, context),
    reason: say(context, `activation-ended.reason.${notice.reason}`),
    // PIM takes the role away, and no token that programs already hold (pim-api §19.35).
    tokens:
      notice.reason === 'deactivated' || notice.reason === 'removed' ? say(context, 'activation-ended.tokens') : '',
    problem: notice.problem === null ? '' : errorSentence(notice.problem.code, notice.problem.facts, context),
  };
}

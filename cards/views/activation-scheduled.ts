import { z } from 'zod';
import type { ActivationScheduledNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationScheduledView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  from: z.string(),
  until: z.string(),
  approvedBy: z.string(),
});

export function viewActivationScheduled(
  notice: ActivationScheduledNotice,
  context: CardContext,
): z.infer<typeof activationScheduledView> {
  const from = instantWords(notice.activeFrom, context);
  const shared = frameOf(context);
  const tense = shared.isLive ? 'live' : 'past';
  return {
    ...shared,
    ...requestOf(notice.request, context),
    summary: say(context, `activation-scheduled.summary.${tense}`, { role: roleWords(notice.request, context), from }),
    title: say(context, `activation-scheduled.title.${tense}`),
    from,
    until: instantWords(notice.activeUntil, context),
    approvedBy: nameText(notice.approvedBy),
  };
}

import { z } from 'zod';
import type { ExpiryReminderNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { instantWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const expiryReminderView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  untilLabel: z.string(),
  until: z.string(),
  wish: z.string(),
  approval: z.string(),
  continueTitle: z.string(),
  hasContinue: z.boolean(),
  hasDeactivate: z.boolean(),
  hasLetItEnd: z.boolean(),
});

export function viewExpiryReminder(
  notice: ExpiryReminderNotice,
  context: CardContext,
): z.infer<typeof expiryReminderView> {
  const shared = frameOf(context);
  const { wish } = notice;
  const tense = shared.isLive ? 'live' : 'past';
  const until = instantWords(notice.activeUntil, context);
  return {
    ...shared,
    ...requestOf(notice.request, context),
    summary: say(context, `expiry-reminder.summary.${tense}`, { role: roleWords(notice.request, context), until }),
    title: say(context, `expiry-reminder.title.${tense}`),
    // It may have been given back, or gone on, since.
    untilLabel: say(context, `expiry-reminder.label.${shared.isLive ? 'ends' : 'planned-end'}`),
    until,
    wish: wishWords(notice, context),
    approval:
      shared.isLive && notice.needsApproval && wish !== 'let-it-end' ? say(context, 'expiry-reminder.approval') : '',
    continueTitle: say(context, `expiry-reminder.${notice.needsApproval ? 'ask-again' : 'continue'}`),
    hasContinue: shared.isLive && (wish === 'none' || wish === 'let-it-end'),
    hasDeactivate: shared.isLive,
    hasLetItEnd: shared.isLive && (wish === 'none' || wish === 'continue'),
  };
}

function wishWords({ wish, needsApproval }: ExpiryReminderNotice, context: CardContext): string {
  if (wish === 'none') {
    return '';
  }
  if (context.isRetired) {
    return say(context, `expiry-reminder.past.${wish}`);
  }
  return say(context, `expiry-reminder.wish.${wish === 'continue' && needsApproval ? 'continue-with-approval' : wish}`);
}

import { z } from 'zod';
import type { ActivationDeniedNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { justificationText, nameText } from '../plain-text.ts';
import { dateWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationDeniedView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  decidedBy: z.string(),
  reason: z.string(),
  decision: z.string(),
  at: z.string(),
});

export function viewActivationDenied(
  notice: ActivationDeniedNotice,
  context: CardContext,
): z.infer<typeof activationDeniedView> {
  const { reason } = notice;
  return {
    ...frameOf(context),
    ...requestOf(notice.request, context),
    summary: say(context, `activation-denied.summary.${reason}`, { role: roleWords(notice.request, context) }),
    title: say(context, `activation-denied.title.${reason}`),
    decidedBy: reason === 'denied' ? nameText(notice.decidedBy) : '',
    reason: say(context, `activation-denied.reason.${reason}`),
    decision: justificationText(notice.justification),
    at: dateWords(notice.at, context),
  };
}

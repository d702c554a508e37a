import { z } from 'zod';
import type { ActivationDeniedNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
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

const TEXTS = {
  denied: { title: 'Request denied', reason: 'An approver did not agree.', summary: 'was denied' },
  expired: {
    title: 'Nobody decided in time',
    reason: 'PIM keeps a request open for 24 hours. You can ask again.',
    summary: 'was not decided in time',
  },
  failed: {
    title: 'Access could not be given',
    reason: 'PIM accepted the request and then could not carry it out. You can ask again.',
    summary: 'could not be given',
  },
} as const;

export function viewActivationDenied(
  notice: ActivationDeniedNotice,
  context: CardContext,
): z.infer<typeof activationDeniedView> {
  const text = TEXTS[notice.reason];
  return {
    ...frameOf(context),
    ...requestOf(notice.request, context),
    summary: `${roleWords(notice.request)} ${text.summary}`,
    title: text.title,
    decidedBy: notice.reason === 'denied' ? nameText(notice.decidedBy) : '',
    reason: text.reason,
    decision: justificationText(notice.justification),
    at: dateWords(notice.at, context),
  };
}

import { z } from 'zod';
import type { ExpiryReminderNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
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
  continueTitle: z.enum(['Continue', 'Ask again at the end']),
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
  const until = instantWords(notice.activeUntil, context);
  return {
    ...shared,
    ...requestOf(notice.request, context),
    summary: `${roleWords(notice.request)} ${shared.isLive ? 'ends' : 'was to end'} ${until}`,
    title: shared.isLive ? 'Access ends soon' : 'Access was about to end',
    // It may have been given back, or gone on, since.
    untilLabel: shared.isLive ? 'Ends' : 'Planned end',
    until,
    wish: shared.isLive ? wishWords(notice) : PAST_WISHES[wish],
    approval:
      shared.isLive && notice.needsApproval && wish !== 'let-it-end'
        ? 'This role needs approval: after the end, access stops until somebody approves again.'
        : '',
    continueTitle: notice.needsApproval ? 'Ask again at the end' : 'Continue',
    hasContinue: shared.isLive && (wish === 'none' || wish === 'let-it-end'),
    hasDeactivate: shared.isLive,
    hasLetItEnd: shared.isLive && (wish === 'none' || wish === 'continue'),
  };
}

const PAST_WISHES = {
  none: '',
  continue: 'You asked to continue it.',
  'let-it-end': 'You chose to let it end.',
} as const;

function wishWords(notice: ExpiryReminderNotice): string {
  switch (notice.wish) {
    case 'none':
      return '';
    case 'continue':
      return notice.needsApproval
        ? 'You asked to continue: the approvers are asked again when it ends.'
        : 'You asked to continue: it is activated again as soon as it ends.';
    case 'let-it-end':
      return 'You chose to let it end.';
  }
}

import { z } from 'zod';
import type { ActivationActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationActiveView = z.strictObject({
  ...frame,
  ...requestShape,
  title: z.string(),
  untilLabel: z.string(),
  until: z.string(),
  approvedBy: z.string(),
  gap: z.string(),
  deactivateAt: z.string(),
  hasDeactivate: z.boolean(),
});

export function viewActivationActive(
  notice: ActivationActiveNotice,
  context: CardContext,
): z.infer<typeof activationActiveView> {
  const shared = frameOf(context);
  const isGivenBack = notice.deactivateAt !== null;
  const until = instantWords(notice.activeUntil, context);
  return {
    ...shared,
    ...requestOf(notice.request, context),
    summary: `${roleWords(notice.request)} ${shared.isLive ? 'is active until' : 'was activated until'} ${until}`,
    title: shared.isLive ? 'Access is active' : 'Access was activated',
    // It may have been given back since.
    untilLabel: shared.isLive ? 'Until' : 'Planned end',
    until,
    approvedBy: nameText(notice.approvedBy),
    gap: notice.gap === null ? '' : gapWords(notice.gap),
    deactivateAt:
      notice.deactivateAt === null
        ? ''
        : `It ${shared.isLive ? 'is' : 'was to be'} given back ${instantWords(notice.deactivateAt, context)}: PIM allows that only five minutes after the start.`,
    hasDeactivate: shared.isLive && !isGivenBack,
  };
}

function gapWords(gap: string): string {
  const words = durationWords(gap);
  return words === 'no time'
    ? 'It followed the activation before without interruption.'
    : `Access was interrupted for ${words} between the two activations.`;
}

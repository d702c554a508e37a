import { z } from 'zod';
import type { ActivationActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { chainOf, chainShape } from './chain.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationActiveView = z.strictObject({
  ...frame,
  ...requestShape,
  ...chainShape,
  title: z.string(),
  untilLabel: z.string(),
  until: z.string(),
  approvedBy: z.string(),
  gap: z.string(),
  deactivateAt: z.string(),
  usable: z.string(),
  hasCheck: z.boolean(),
  hasGoOn: z.boolean(),
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
    ...chainOf(notice.chain, context, 'active'),
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
    usable: usableWords(notice, shared.isLive),
    hasCheck: shared.isLive && notice.hasRunbook === true,
    hasGoOn: shared.isLive && !isGivenBack && notice.chain?.phase === 'stopped',
    hasDeactivate: shared.isLive && !isGivenBack,
  };
}

/** PIM's yes comes before its lists show it; a list that does not show it yet is no failure. */
function usableWords({ usable, usableAfter }: ActivationActiveNotice, isLive: boolean): string {
  if (usable === 'usable') {
    return usableAfter === null
      ? 'Usable: PIM lists it.'
      : `Usable: listed ${durationWords(usableAfter)} after PIM’s yes.`;
  }
  return usable === 'watching' && isLive
    ? 'PIM has said yes. Not listed yet: it can take up to a few minutes until it works.'
    : '';
}

function gapWords(gap: string): string {
  const words = durationWords(gap);
  return words === 'no time'
    ? 'It followed the activation before without interruption.'
    : `Access was interrupted for ${words} between the two activations.`;
}

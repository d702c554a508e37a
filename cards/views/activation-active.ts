import { z } from 'zod';
import type { ActivationActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
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
  const tense = shared.isLive ? 'live' : 'past';
  const isGivenBack = notice.deactivateAt !== null;
  const until = instantWords(notice.activeUntil, context);
  return {
    ...shared,
    ...requestOf(notice.request, context),
    ...chainOf(notice.chain, context, 'active'),
    summary: say(context, `activation-active.summary.${tense}`, { role: roleWords(notice.request, context), until }),
    title: say(context, `activation-active.title.${tense}`),
    // It may have been given back since.
    untilLabel: say(context, `activation-active.label.${shared.isLive ? 'until' : 'planned-end'}`),
    until,
    approvedBy: nameText(notice.approvedBy),
    gap: notice.gap === null ? '' : gapWords(notice.gap, context),
    deactivateAt:
      notice.deactivateAt === null
        ? ''
        : say(context, `activation-active.give-back.${tense}`, { at: instantWords(notice.deactivateAt, context) }),
    usable: usableWords(notice, context),
    hasCheck: shared.isLive && notice.hasRunbook === true,
    hasGoOn: shared.isLive && !isGivenBack && notice.chain?.phase === 'stopped',
    hasDeactivate: shared.isLive && !isGivenBack,
  };
}

/** PIM's yes comes before its lists show it; a list that does not show it yet is no failure. */
function usableWords({ usable, usableAfter }: ActivationActiveNotice, context: CardContext): string {
  if (usable === 'usable') {
    return usableAfter === null
      ? say(context, 'activation-active.usable')
      : say(context, 'activation-active.usable-after', { duration: durationWords(usableAfter, context) });
  }
  return usable === 'watching' && !context.isRetired ? say(context, 'activation-active.watching') : '';
}

function gapWords(gap: string, reader: Listener): string {
  const duration = durationWords(gap, reader);
  return duration === say(reader, 'dates.no-time')
    ? say(reader, 'activation-active.gap.none')
    : say(reader, 'activation-active.gap', { duration });
}

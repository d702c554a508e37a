import { z } from 'zod';
import type { ActivationPendingNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { instantWords, namesWords } from '../words.ts';
import { chainOf, chainShape } from './chain.ts';
import { frame, frameOf } from './frame.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationPendingView = z.strictObject({
  ...frame,
  ...requestShape,
  ...chainShape,
  title: z.string(),
  approvers: z.string(),
  unreachable: z.string(),
  decideBy: z.string(),
  reminded: z.string(),
  progress: z.string(),
  isAsked: z.boolean(),
});

export function viewActivationPending(
  notice: ActivationPendingNotice,
  context: CardContext,
): z.infer<typeof activationPendingView> {
  const asked = notice.approvers.filter((approver) => approver.reach === 'asked').map((approver) => approver.name);
  const unreachable = notice.approvers
    .filter((approver) => approver.reach === 'unreachable')
    .map((approver) => approver.name);
  const shared = frameOf(context);
  // A retired card stays in the chat when all is over: nothing on it may still be waiting.
  const mails = shared.isLive ? 'PIM mails them' : 'PIM mailed them';
  const isAsked = notice.waitsFor !== 'provisioning';
  const words = isAsked ? ASKED : GRANTED;
  return {
    ...shared,
    ...requestOf(notice.request, context),
    ...chainOf(notice.chain, context, 'asked'),
    isAsked,
    summary: `${roleWords(notice.request)} ${shared.isLive ? words.summary : 'was asked for'}`,
    title: shared.isLive ? words.title : 'Request sent',
    progress: shared.isLive ? words.progress : '',
    approvers: !isAsked ? '' : asked.length > 0 ? namesWords(asked) : nobodyAsked(unreachable, mails),
    unreachable: unreachable.length === 0 ? '' : `${namesWords(unreachable)} could not be reached in Teams; ${mails}.`,
    decideBy: shared.isLive && isAsked ? instantWords(notice.decideBy, context) : '',
    reminded: notice.remindedAt === null ? '' : instantWords(notice.remindedAt, context),
  };
}

const ASKED = { summary: 'waits for approval', title: 'Waiting for approval', progress: '' };

const GRANTED = {
  summary: 'is being set up',
  title: 'Being set up',
  progress: 'PIM has said yes and is putting the access in place. That takes seconds, rarely minutes; I tell you here.',
};

/** Unknown approvers are not "no approvers": PIM knows and mails them. */
function nobodyAsked(unreachable: readonly string[], mails: string): string {
  return unreachable.length > 0 ? 'nobody in Teams' : `not known to me; ${mails}`;
}

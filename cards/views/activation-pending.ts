import { z } from 'zod';
import type { ActivationPendingNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { instantWords, timeWords } from '../words.ts';
import { countOf, leftOutWords, reachWords, reasonWords, unreachableWords } from './approver-words.ts';
import { chainOf, chainShape } from './chain.ts';
import { frame, frameOf } from './frame.ts';
import { sentences } from './list.ts';
import { requestOf, requestShape, roleWords } from './request.ts';

export const activationPendingView = z.strictObject({
  ...frame,
  ...requestShape,
  ...chainShape,
  title: z.string(),
  approversLabel: z.string(),
  approvers: z.string(),
  unreachable: z.string(),
  leftOut: z.string(),
  nobody: z.string(),
  nextWave: z.string(),
  channel: z.string(),
  decideBy: z.string(),
  reminded: z.string(),
  progress: z.string(),
  isAsked: z.boolean(),
});

type View = z.infer<typeof activationPendingView>;
type Words = Omit<View, keyof typeof frame | keyof typeof requestShape | keyof typeof chainShape> &
  Pick<View, 'summary'>;

export function viewActivationPending(notice: ActivationPendingNotice, context: CardContext): View {
  return {
    ...frameOf(context),
    ...requestOf(notice.request, context),
    ...chainOf(notice.chain, context, 'asked'),
    ...(notice.phase === 'sending' ? beforeAsking : sinceAsking)(readInChannel(notice), context),
  };
}

function sinceAsking(notice: ActivationPendingNotice, context: CardContext): Words {
  const isLive = !context.isRetired;
  const isAsked = notice.waitsFor !== 'provisioning';
  const role = roleWords(notice.request, context);
  const words = isAsked ? 'asked' : 'granted';
  return {
    isAsked,
    summary: say(context, isLive ? `activation-pending.${words}.summary` : 'activation-pending.over.summary', { role }),
    title: say(context, isLive ? `activation-pending.${words}.title` : 'activation-pending.over.title'),
    progress: isLive && !isAsked ? say(context, 'activation-pending.granted.progress') : '',
    approversLabel: say(context, 'activation-pending.fact.approvers-asked'),
    approvers: isAsked ? askedWords(notice, context) : '',
    unreachable: missedWords(notice, context),
    leftOut: '',
    nobody: '',
    nextWave: isLive && isAsked ? nextWaveWords(notice, context) : '',
    channel: isAsked ? shownWords(notice, context) : '',
    decideBy: isLive && isAsked ? instantWords(notice.decideBy, context) : '',
    reminded: notice.remindedAt === null ? '' : instantWords(notice.remindedAt, context),
  };
}

/** Nobody by themselves; where there is a channel, approvers may read it there. */
function nobodyWords(notice: ActivationPendingNotice, reader: Listener): string {
  return say(
    reader,
    notice.channel === undefined ? 'activation-pending.nobody-here' : 'activation-pending.nobody-in-chat',
  );
}

/** Whom the rulebook denies decides in the portal only: where that is all of them, nobody decides in the channel either. */
function readInChannel(notice: ActivationPendingNotice): ActivationPendingNotice {
  const { channel: _, ...elsewhere } = notice;
  const { approvers, further } = notice;
  const isForNobody =
    approvers.length > 0 && further === undefined && approvers.every(({ why }) => why === 'not-served');
  return isForNobody ? elsewhere : notice;
}

function shownWords(notice: ActivationPendingNotice, context: CardContext): string {
  const { isRetired } = context;
  if (notice.channel?.isThere === true) {
    return channelWords(notice, isRetired ? 'over.channel' : 'channel', context);
  }
  return isRetired ? '' : channelWords(notice, 'sending.channel', context);
}

type ChannelKey = 'channel' | 'over.channel' | 'sending.channel' | 'sending.channel-only';

function channelWords({ channel }: ActivationPendingNotice, key: ChannelKey, reader: Listener): string {
  return channel === undefined
    ? ''
    : say(reader, `activation-pending.${key}`, {
        channel: nameText(channel.channelName),
        team: nameText(channel.teamName),
      });
}

/** Unknown approvers are not "no approvers": PIM knows and mails them. */
function askedWords(notice: ActivationPendingNotice, context: CardContext): string {
  if (countOf(notice, 'asked') > 0) {
    return reachWords(notice, 'asked', context);
  }
  if (countOf(notice, 'unreachable') > 0) {
    return nobodyWords(notice, context);
  }
  // A retired card stays in the chat when all is over: nothing on it may still be waiting.
  return say(context, context.isRetired ? 'activation-pending.over.unknown' : 'activation-pending.unknown');
}

function missedWords(notice: ActivationPendingNotice, context: CardContext): string {
  if (countOf(notice, 'unreachable') === 0) {
    return '';
  }
  const names = reachWords(notice, 'unreachable', context);
  const over = context.isRetired ? 'over.' : '';
  const key = `activation-pending.${over}unreachable${notice.channel === undefined ? '' : '-in-chat'}` as const;
  return sentences([say(context, key, { names }), reasonWords(notice, context)]);
}

function nextWaveWords(notice: ActivationPendingNotice, context: CardContext): string {
  const count = countOf(notice, 'waiting');
  return notice.nextAskAt === undefined || count === 0
    ? ''
    : say(context, 'activation-pending.next-wave', { count, at: timeWords(notice.nextAskAt, context) });
}

/** Before PIM is asked nothing can be pressed yet; once it was, the card says who was looked up, and waits for nobody. */
function beforeAsking(notice: ActivationPendingNotice, context: CardContext): Words {
  const isLive = !context.isRetired;
  const role = roleWords(notice.request, context);
  const asked = reachWords(notice, 'asked', context);
  const isNobodyReached = countOf(notice, 'asked') === 0 && notice.areKnown === true;
  const names = unreachableWords(notice, context);
  return {
    isAsked: false,
    summary: say(context, isLive ? 'activation-pending.sending.summary' : 'activation-pending.over.summary', { role }),
    title: say(context, isLive ? 'activation-pending.sending.title' : 'activation-pending.sending.over.title'),
    progress: isLive ? say(context, 'activation-pending.sending.progress') : '',
    approversLabel: say(
      context,
      isLive ? 'activation-pending.fact.will-be-asked' : 'activation-pending.fact.were-to-be-asked',
    ),
    approvers: asked === '' && isNobodyReached ? nobodyWords(notice, context) : asked,
    unreachable:
      names === ''
        ? ''
        : say(
            context,
            isLive ? 'activation-pending.sending.unreachable' : 'activation-pending.sending.over.unreachable',
            { names },
          ),
    leftOut: leftOutWords(notice.leftOut ?? [], context),
    nobody: isLive && isNobodyReached && notice.channel === undefined ? say(context, 'approvers.nobody') : '',
    nextWave: '',
    channel: isLive ? channelWords(notice, isNobodyReached ? 'sending.channel-only' : 'sending.channel', context) : '',
    decideBy: '',
    reminded: '',
  };
}

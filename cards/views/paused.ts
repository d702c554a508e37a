import { z } from 'zod';
import type { PausedNotice } from '../../src/domain/serving-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { frame, frameOf } from './frame.ts';

export const pausedView = z.strictObject({
  ...frame,
  title: z.string(),
  who: z.string(),
  reason: z.string(),
  extent: z.string(),
  packs: z.string(),
  outside: z.string(),
});

export function viewPaused(notice: PausedNotice, context: CardContext): z.infer<typeof pausedView> {
  const { isPaused, byName, since, reason } = notice;
  const title = say(context, isPaused ? 'paused.paused' : 'paused.resumed');
  const name = nameText(byName ?? '');
  const at = since === null ? null : instantWords(since, context);
  const who = at === null ? say(context, 'paused.by', { name }) : say(context, 'paused.by-at', { name, at });
  return {
    ...frameOf(context),
    hasRefresh: false,
    summary: title,
    title,
    who: byName === null ? '' : who,
    reason: reason === '' ? '' : say(context, 'paused.because', { reason: wordsText(reason) }),
    extent: isPaused ? say(context, 'paused.acts-stop') : say(context, 'paused.acts-again'),
    packs: isPaused ? say(context, notice.stops === 'everything' ? 'paused.packs-stop' : 'paused.packs-go-on') : '',
    outside: isPaused && notice.isPausedOutside ? say(context, 'paused.outside') : '',
  };
}

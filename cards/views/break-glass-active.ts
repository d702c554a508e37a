import { z } from 'zod';
import type { BreakGlassActiveNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { dateWords, durationWords, instantWords, namesWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { mentionWords } from './mentions.ts';
import { marked, pullRows, pullSummary } from './pull.ts';

export const breakGlassActiveView = z.strictObject({
  ...frame,
  title: z.string(),
  mentions: z.string(),
  drill: z.string(),
  facts: z.array(factRow),
  left: z.string(),
  standDown: z.string(),
  problem: z.string(),
  next: z.string(),
  hasStandDown: z.boolean(),
  hasStop: z.boolean(),
});

type Notice = BreakGlassActiveNotice;

export function viewBreakGlassActive(notice: Notice, context: CardContext): z.infer<typeof breakGlassActiveView> {
  const shared = frameOf(context);
  const isUnderWay = shared.isLive && notice.phase !== 'over' && notice.phase !== 'dropped';
  const tense = shared.isLive ? 'live' : 'past';
  const title = marked(say(context, `break-glass-active.title.${tense}.${notice.phase}`), notice.pull, context);
  const isEnding = notice.standDownAt !== null || notice.isStandingDown;
  const hasStandDown = isUnderWay && notice.view === 'puller' && !isEnding;
  const hasStop = isUnderWay && notice.view === 'person' && notice.phase === 'active' && !notice.pull.isDrill;
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasStandDown || hasStop),
    summary: pullSummary(title, notice.pull, context),
    title,
    mentions: mentionWords(notice, context),
    drill: notice.pull.isDrill ? say(context, 'break-glass-active.drill') : '',
    facts: factRows([
      ...pullRows(notice.pull, context),
      ['second', say(context, 'break-glass-active.confirmed-by'), nameText(notice.secondName)],
      ['seconds', say(context, 'break-glass-active.waits-for'), isUnderWay ? secondsWords(notice, context) : ''],
      [
        'until',
        say(
          context,
          isUnderWay && notice.phase === 'active' ? 'break-glass-active.until' : 'break-glass-active.planned-end',
        ),
        notice.activeUntil === null ? '' : instantWords(notice.activeUntil, context),
      ],
      [
        'ended',
        say(context, 'break-glass-active.ended'),
        notice.endedAt === null ? '' : dateWords(notice.endedAt, context),
      ],
    ]),
    left: isUnderWay ? leftWords(notice, context) : '',
    standDown: isUnderWay ? standDownWords(notice, context) : '',
    problem: notice.problem === null ? '' : errorSentence(notice.problem.code, notice.problem.facts, context),
    next: nextWords(notice, context),
    hasStandDown,
    hasStop,
  };
}

function secondsWords({ phase, seconds, secondBy }: Notice, context: CardContext): string {
  if (phase !== 'waiting' || secondBy === null) {
    return '';
  }
  const names = seconds.length === 0 ? say(context, 'break-glass-active.somebody') : namesWords(seconds, context);
  return say(context, 'break-glass-active.seconds', { names, until: instantWords(secondBy, context) });
}

function standDownWords({ isStandingDown, standDownAt }: Notice, context: CardContext): string {
  if (standDownAt !== null) {
    return say(context, 'break-glass-active.stand-down-at', { at: instantWords(standDownAt, context) });
  }
  return isStandingDown ? say(context, 'break-glass-active.standing-down') : '';
}

/** What is left, in whole minutes: the card is drawn again as it passes. */
function leftWords({ phase, activeUntil }: Notice, context: CardContext): string {
  if (phase !== 'active' || activeUntil === null) {
    return '';
  }
  const minutes = Math.ceil(context.now.until(Temporal.Instant.from(activeUntil)).total('minutes'));
  return minutes <= 0
    ? say(context, 'break-glass-active.ends-now')
    : say(context, 'break-glass-active.left', { duration: durationWords(`PT${minutes}M`, context) });
}

function nextWords({ phase, pull, view }: Notice, reader: Listener): string {
  if (phase !== 'over') {
    return '';
  }
  const hadAccess = view === 'puller' && !pull.isDrill;
  return say(reader, hadAccess ? 'break-glass-active.review-and-tokens' : 'break-glass-active.review');
}

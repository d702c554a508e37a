import { z } from 'zod';
import type { BreakGlassActiveNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { nameText } from '../plain-text.ts';
import { dateWords, durationWords, instantWords, namesWords } from '../words.ts';
import words from './break-glass-words.json' with { type: 'json' };
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
  const titles = shared.isLive ? words.active.titles : words.active.pastTitles;
  const title = marked(titles[notice.phase], notice.pull);
  const isEnding = notice.standDownAt !== null || notice.isStandingDown;
  const hasStandDown = isUnderWay && notice.view === 'puller' && !isEnding;
  const hasStop = isUnderWay && notice.view === 'person' && notice.phase === 'active' && !notice.pull.isDrill;
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasStandDown || hasStop),
    summary: pullSummary(title, notice.pull),
    title,
    mentions: mentionWords(notice, context),
    drill: notice.pull.isDrill ? words.active.drill : '',
    facts: factRows([
      ...pullRows(notice.pull),
      ['second', 'Confirmed by', nameText(notice.secondName)],
      ['seconds', 'Waits for', isUnderWay ? secondsWords(notice, context) : ''],
      [
        'until',
        endLabel(notice, isUnderWay),
        notice.activeUntil === null ? '' : instantWords(notice.activeUntil, context),
      ],
      ['ended', 'Ended', notice.endedAt === null ? '' : dateWords(notice.endedAt, context)],
    ]),
    left: isUnderWay ? leftWords(notice, context) : '',
    standDown: isUnderWay ? standDownWords(notice, context) : '',
    problem: notice.problem === null ? '' : errorSentence(notice.problem.code, notice.problem.facts, context),
    next: nextWords(notice),
    hasStandDown,
    hasStop,
  };
}

function secondsWords({ phase, seconds, secondBy }: Notice, context: CardContext): string {
  if (phase !== 'waiting' || secondBy === null) {
    return '';
  }
  const who = seconds.length === 0 ? 'somebody else on call' : namesWords(seconds);
  return `${who}, until ${instantWords(secondBy, context)}`;
}

function endLabel({ phase }: Notice, isUnderWay: boolean): string {
  return isUnderWay && phase === 'active' ? 'Until' : 'Planned end';
}

function standDownWords({ isStandingDown, standDownAt }: Notice, context: CardContext): string {
  if (standDownAt !== null) {
    return words.active.standDown.replace('{at}', instantWords(standDownAt, context));
  }
  return isStandingDown ? words.active.standingDown : '';
}

/** What is left, in whole minutes: the card is drawn again as it passes. */
function leftWords({ phase, activeUntil }: Notice, { now }: CardContext): string {
  if (phase !== 'active' || activeUntil === null) {
    return '';
  }
  const minutes = Math.ceil(now.until(Temporal.Instant.from(activeUntil)).total('minutes'));
  return minutes <= 0 ? 'It ends now.' : `${durationWords(`PT${minutes}M`)} left.`;
}

function nextWords({ phase, pull, view }: Notice): string {
  if (phase !== 'over') {
    return '';
  }
  const { review, tokens } = words.active;
  return view === 'puller' && !pull.isDrill ? `${review} ${tokens}` : review;
}

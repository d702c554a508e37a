import { z } from 'zod';
import type { BreakGlassConfirmNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { signInLink } from '../sign-in-link.ts';
import { instantWords, namesWords } from '../words.ts';
import words from './break-glass-words.json' with { type: 'json' };
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { marked, PORTAL_URL, pullRows, pullSummary } from './pull.ts';

export const breakGlassConfirmView = z.strictObject({
  ...frame,
  title: z.string(),
  intro: z.string(),
  facts: z.array(factRow),
  how: z.string(),
  until: z.string(),
  signInUrl: z.string(),
  portalUrl: z.string(),
  hasConfirm: z.boolean(),
  hasSecond: z.boolean(),
});

type Notice = BreakGlassConfirmNotice;

export function viewBreakGlassConfirm(notice: Notice, context: CardContext): z.infer<typeof breakGlassConfirmView> {
  const shared = frameOf(context);
  const isAsking = notice.phase === 'confirm' || notice.phase === 'sign-in';
  const isOpen = shared.isLive && isAsking;
  const isSilent = isOpen && notice.phase === 'sign-in';
  const isSecond = notice.view === 'second';
  const hasConfirm = isOpen && !isSecond;
  // A retired card asks nobody any more.
  const phase = isAsking && !isOpen ? 'dropped' : notice.phase;
  const titles = isSecond ? words.confirm.secondTitles : words.confirm.titles;
  const title = marked(titles[phase], notice.pull);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && isOpen,
    summary: pullSummary(title, notice.pull),
    title,
    intro: isOpen ? introOf(notice) : '',
    facts: factRows([
      ...pullRows(notice.pull),
      ['alarmed', 'Alarm', hasConfirm ? alarmWords(notice) : ''],
      ['seconds', 'Second person', hasConfirm ? secondWords(notice) : ''],
    ]),
    how: isSilent ? words.confirm.signIn : '',
    until: isOpen ? `Confirm works until ${instantWords(notice.until, context)}.` : '',
    signInUrl: isSilent ? signInLink(context.publicUrl, notice.pageSignInId) : '',
    portalUrl: isSilent ? PORTAL_URL : '',
    hasConfirm,
    hasSecond: isOpen && isSecond,
  };
}

function introOf({ view, pull }: Notice): string {
  const { intro, drillIntro, secondIntro, secondDrillIntro } = words.confirm;
  if (view === 'second') {
    return pull.isDrill ? secondDrillIntro : secondIntro;
  }
  return pull.isDrill ? drillIntro : intro;
}

function alarmWords({ alarmed }: Notice): string {
  return alarmed.length === 0 ? 'the pack’s channel' : `the pack’s channel and ${namesWords(alarmed)}`;
}

function secondWords({ pull, seconds }: Notice): string {
  if (!pull.needsSecondPerson) {
    return '';
  }
  return seconds.length === 0
    ? 'nobody else is on call now, so nobody could confirm it'
    : `${namesWords(seconds)} must confirm within five minutes`;
}

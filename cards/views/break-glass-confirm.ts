import { z } from 'zod';
import type { BreakGlassConfirmNotice } from '../../src/domain/break-glass-notice.ts';
import { ACTIVATION_PAGE } from '../../src/domain/portal.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { signInLink } from '../sign-in-link.ts';
import { instantWords, namesWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { marked, pullRows, pullSummary } from './pull.ts';

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
  const who = isSecond ? 'second' : 'first';
  const title = marked(say(context, `break-glass-confirm.title.${who}.${phase}`), notice.pull, context);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && isOpen,
    summary: pullSummary(title, notice.pull, context),
    title,
    intro: isOpen ? introOf(notice, context) : '',
    facts: factRows([
      ...pullRows(notice.pull, context),
      ['alarmed', say(context, 'break-glass-confirm.alarm'), hasConfirm ? alarmWords(notice, context) : ''],
      ['seconds', say(context, 'break-glass-confirm.second'), hasConfirm ? secondWords(notice, context) : ''],
    ]),
    how: isSilent ? say(context, 'break-glass-confirm.how') : '',
    until: isOpen ? say(context, 'break-glass-confirm.until', { until: instantWords(notice.until, context) }) : '',
    signInUrl: isSilent ? signInLink(context.publicUrl, notice.pageSignInId) : '',
    portalUrl: isSilent ? ACTIVATION_PAGE : '',
    hasConfirm,
    hasSecond: isOpen && isSecond,
  };
}

function introOf({ view, pull }: Notice, reader: Listener): string {
  const who = view === 'second' ? 'second' : 'first';
  return say(reader, `break-glass-confirm.intro.${who}${pull.isDrill ? '-drill' : ''}`);
}

function alarmWords({ alarmed }: Notice, reader: Listener): string {
  return alarmed.length === 0
    ? say(reader, 'break-glass-confirm.alarm.channel')
    : say(reader, 'break-glass-confirm.alarm.people', { names: namesWords(alarmed, reader) });
}

function secondWords({ pull, seconds }: Notice, reader: Listener): string {
  if (!pull.needsSecondPerson) {
    return '';
  }
  return seconds.length === 0
    ? say(reader, 'break-glass-confirm.second.nobody')
    : say(reader, 'break-glass-confirm.second.people', { names: namesWords(seconds, reader) });
}

import { z } from 'zod';
import type { CheckAdvice, CheckVerdict } from '../../src/domain/judge-check.ts';
import type { CheckNotice, CheckResult, CheckSubject } from '../../src/domain/runbook-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import words from './check-words.json' with { type: 'json' };
import { moreWords } from './fitting.ts';
import { type Frame, frame, frameOf } from './frame.ts';
import { roleOf } from './list.ts';
import { roleWords } from './request.ts';

const result = z.strictObject({
  id: z.string(),
  mark: z.string(),
  color: z.enum(['Good', 'Attention', 'Warning', 'Default']),
  name: z.string(),
  note: z.string(),
});
export const checkView = z.strictObject({
  ...frame,
  title: z.string(),
  role: z.string(),
  place: z.string(),
  standing: z.string(),
  results: z.array(result),
  more: z.string(),
  advice: z.string(),
  hasActivate: z.boolean(),
  hasCheck: z.boolean(),
  hasRunbook: z.boolean(),
});

export function viewCheck(notice: CheckNotice, context: CardContext): z.infer<typeof checkView> {
  const shared = frameOf(context);
  const title = titleOf(notice, shared);
  return {
    ...shared,
    hasRefresh: false,
    summary: `${roleWords(notice.role)}: ${title}`,
    title,
    ...roleOf(notice.role),
    standing: standingWords(notice, shared, context),
    results: notice.results.map(resultOf),
    more: moreWords(notice.left),
    advice: notice.runbook === null ? '' : `${words.runbook} ${wordsText(notice.runbook.title)}.`,
    hasActivate: shared.isLive && notice.standing === 'not-active' && notice.isEligible,
    hasCheck: shared.isLive,
    hasRunbook: shared.isLive && notice.runbook !== null,
  };
}

/** In one line whether it can be used; "active" alone says nothing about that. */
function titleOf({ phase, standing, results }: CheckNotice, { isLive }: Frame): string {
  if (!isLive) {
    return words.title.retired;
  }
  if (phase === 'working') {
    return words.title.working;
  }
  if (standing === 'not-active' || standing === 'unknown') {
    return words.title[standing];
  }
  const kinds = new Set(results.map(({ verdict }) => verdict.is));
  if (kinds.has('fails')) {
    return words.title.fails;
  }
  if (kinds.has('too-much')) {
    return words.title['too-much'];
  }
  return kinds.has('works') ? words.title.usable : words.title.unprobed;
}

function standingWords({ standing, activeUntil, phase }: CheckNotice, { isLive }: Frame, context: CardContext): string {
  const said = words.standing[isLive ? 'live' : 'retired'][standing];
  const until = standing === 'active' && activeUntil !== null ? ` until ${instantWords(activeUntil, context)}` : '';
  const working = phase === 'working' && isLive ? ` ${words.working}` : '';
  return `${said}${until}.${working}`;
}

function resultOf({ subject, verdict }: CheckResult, index: number): z.infer<typeof result> {
  return {
    id: `result-${index + 1}`,
    ...MARKS[verdict.is],
    name: subjectWords(subject),
    note: ` — ${noteOf(verdict)}`,
  };
}

const MARKS = {
  works: { mark: '✓ ', color: 'Good' },
  'works-without-role': { mark: '✓ ', color: 'Default' },
  refused: { mark: '✓ ', color: 'Good' },
  'too-much': { mark: '! ', color: 'Warning' },
  fails: { mark: '✗ ', color: 'Attention' },
  unclear: { mark: '? ', color: 'Default' },
} as const satisfies Record<CheckVerdict['is'], Pick<z.infer<typeof result>, 'mark' | 'color'>>;

function subjectWords(subject: CheckSubject): string {
  return subject.kind === 'named' ? nameText(subject.name) : words.subject[subject.kind];
}

const ADVICE: Readonly<Record<CheckAdvice, string>> = words.fails;

function noteOf(verdict: CheckVerdict): string {
  switch (verdict.is) {
    case 'fails':
      return ADVICE[verdict.advice];
    case 'refused':
      return words.refused[verdict.because];
    case 'unclear':
      return words.unclear[verdict.because];
    default:
      return words[verdict.is];
  }
}

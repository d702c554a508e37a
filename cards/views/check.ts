import { z } from 'zod';
import type { CheckVerdict } from '../../src/domain/judge-check.ts';
import type { CheckNotice, CheckResult, CheckSubject } from '../../src/domain/runbook-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
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
  const title = say(context, `check.title.${titleOf(notice, shared)}`);
  return {
    ...shared,
    hasRefresh: false,
    summary: say(context, 'check.summary-line', { role: roleWords(notice.role, context), title }),
    title,
    ...roleOf(notice.role, context),
    standing: standingWords(notice, shared, context),
    results: notice.results.map((one, index) => resultOf(one, index, context)),
    more: moreWords(notice.left, context),
    advice: notice.runbook === null ? '' : say(context, 'check.runbook', { title: wordsText(notice.runbook.title) }),
    hasActivate: shared.isLive && notice.standing === 'not-active' && notice.isEligible,
    hasCheck: shared.isLive,
    hasRunbook: shared.isLive && notice.runbook !== null,
  };
}

/** In one line whether it can be used; "active" alone says nothing about that. */
function titleOf({ phase, standing, results }: CheckNotice, { isLive }: Frame) {
  if (!isLive) {
    return 'retired';
  }
  if (phase === 'working') {
    return 'working';
  }
  if (standing === 'not-active' || standing === 'unknown') {
    return standing;
  }
  const kinds = new Set(results.map(({ verdict }) => verdict.is));
  if (kinds.has('fails')) {
    return 'fails';
  }
  if (kinds.has('too-much')) {
    return 'too-much';
  }
  return kinds.has('works') ? 'usable' : 'unprobed';
}

function standingWords({ standing, activeUntil, phase }: CheckNotice, { isLive }: Frame, context: CardContext): string {
  const said = { standing: say(context, `check.standing.${isLive ? 'now' : 'then'}.${standing}`) };
  const stands =
    standing === 'active' && activeUntil !== null
      ? say(context, 'check.stands-until', { ...said, until: instantWords(activeUntil, context) })
      : say(context, 'check.stands', said);
  return phase === 'working' && isLive ? `${stands} ${say(context, 'check.working')}` : stands;
}

function resultOf({ subject, verdict }: CheckResult, index: number, reader: Listener): z.infer<typeof result> {
  return {
    id: `result-${index + 1}`,
    ...MARKS[verdict.is],
    name: subjectWords(subject, reader),
    note: say(reader, 'check.note', { note: noteOf(verdict, reader) }),
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

function subjectWords(subject: CheckSubject, reader: Listener): string {
  return subject.kind === 'named' ? nameText(subject.name) : say(reader, `check.subject.${subject.kind}`);
}

function noteOf(verdict: CheckVerdict, reader: Listener): string {
  switch (verdict.is) {
    case 'fails':
      return say(reader, `check.fails.${verdict.advice}`);
    case 'refused':
      return say(reader, `check.refused.${verdict.because}`);
    case 'unclear':
      return say(reader, `check.unclear.${verdict.because}`);
    default:
      return say(reader, `check.verdict.${verdict.is}`);
  }
}

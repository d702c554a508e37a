import { z } from 'zod';
import type { BreakGlassReviewNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { justificationText, nameText, wordsText } from '../plain-text.ts';
import { dateWords, instantWords } from '../words.ts';
import words from './break-glass-words.json' with { type: 'json' };
import { factRow, factRows } from './fact-rows.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { marked, pullRows, pullSummary } from './pull.ts';

const line = z.strictObject({ id: z.string(), text: z.string() });
export const breakGlassReviewView = z.strictObject({
  ...frame,
  title: z.string(),
  facts: z.array(factRow),
  timeline: z.array(line),
  operations: z.array(line),
  more: z.string(),
  log: z.string(),
  account: z.string(),
  outcome: z.string(),
  due: z.string(),
  inputLabel: z.string(),
  hasInput: z.boolean(),
});

type Notice = BreakGlassReviewNotice;
const OPERATION_BYTES = 9_000;

export function viewBreakGlassReview(notice: Notice, context: CardContext): z.infer<typeof breakGlassReviewView> {
  const shared = frameOf(context);
  const hasInput = shared.isLive && notice.phase !== 'done' && notice.view !== 'channel';
  const title = marked(words.review.titles[notice.waitsFor === null ? notice.phase : 'part'], notice.pull);
  const { shown, left } = takeMapped(
    notice.operations,
    ({ at, what, target }, index) => ({
      id: `operation-${index + 1}`,
      text: `${dateWords(at, context)}: ${wordsText(what)}${target === null ? '' : `, ${nameText(target)}`}`,
    }),
    { budget: OPERATION_BYTES },
  );
  return {
    ...shared,
    // It holds an input.
    hasRefresh: false,
    summary: pullSummary(title, notice.pull),
    title,
    facts: factRows(pullRows(notice.pull)),
    timeline: notice.timeline.map(({ at, what, who }, index) => ({
      id: `event-${index + 1}`,
      text: `${dateWords(at, context)}: ${who === null ? '' : `${nameText(who)} `}${words.review.timeline[what]}`,
    })),
    operations: shown,
    more: moreWords(left),
    log: logWords(notice, context),
    account: notice.view === 'puller' ? '' : justificationText(notice.account),
    outcome: outcomeOf(notice, context),
    due: hasInput ? `Due ${instantWords(notice.dueAt, context)}.` : '',
    inputLabel: words.review.labels[notice.view],
    hasInput,
  };
}

function logWords({ operations, withoutLog }: Notice, context: CardContext): string {
  if (withoutLog !== null) {
    return errorSentence(withoutLog.code, withoutLog.facts, context);
  }
  return operations.length === 0 ? words.review.nothingLogged : '';
}

function outcomeOf({ done, waitsFor }: Notice, context: CardContext): string {
  if (done === null) {
    return '';
  }
  const said = `${nameText(done.byName)}, ${dateWords(done.at, context)}: ${justificationText(done.text)}`;
  return waitsFor === null ? said : `${said} — ${words.review.mine.replace('{owner}', nameText(waitsFor))}`;
}

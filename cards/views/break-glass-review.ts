import { z } from 'zod';
import type { BreakGlassReviewNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { say } from '../messages.ts';
import { justificationText, nameText, wordsText } from '../plain-text.ts';
import { dateWords, instantWords } from '../words.ts';
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
  const title = marked(
    say(context, `break-glass-review.title.${notice.waitsFor === null ? notice.phase : 'part'}`),
    notice.pull,
    context,
  );
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
    summary: pullSummary(title, notice.pull, context),
    title,
    facts: factRows(pullRows(notice.pull, context)),
    timeline: notice.timeline.map(({ at, what, who }, index) => ({
      id: `event-${index + 1}`,
      text: eventWords(dateWords(at, context), who, say(context, `break-glass-review.timeline.${what}`)),
    })),
    operations: shown,
    more: moreWords(left, context),
    log: logWords(notice, context),
    account: notice.view === 'puller' ? '' : justificationText(notice.account),
    outcome: outcomeOf(notice, context),
    due: hasInput ? say(context, 'break-glass-review.due', { at: instantWords(notice.dueAt, context) }) : '',
    inputLabel: say(context, `break-glass-review.label.${notice.view}`),
    hasInput,
  };
}

function eventWords(at: string, who: string | null, what: string): string {
  return `${at}: ${who === null ? '' : `${nameText(who)} `}${what}`;
}

function logWords({ operations, withoutLog }: Notice, context: CardContext): string {
  if (withoutLog !== null) {
    return errorSentence(withoutLog.code, withoutLog.facts, context);
  }
  return operations.length === 0 ? say(context, 'break-glass-review.nothing-logged') : '';
}

function outcomeOf({ done, waitsFor }: Notice, context: CardContext): string {
  if (done === null) {
    return '';
  }
  const said = `${nameText(done.byName)}, ${dateWords(done.at, context)}: ${justificationText(done.text)}`;
  return waitsFor === null ? said : say(context, 'break-glass-review.said-waits', { said, owner: nameText(waitsFor) });
}

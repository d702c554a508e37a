import { z } from 'zod';
import type { AssignmentFormNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { problemSentence } from '../error-texts.ts';
import { say } from '../messages.ts';
import { justificationText, plainText, ticketText, WORDS_LENGTH } from '../plain-text.ts';
import { durationTyped, instantTyped } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { nearestWords } from './suggestions.ts';

export const assignmentFormView = z.strictObject({
  ...frame,
  title: z.string(),
  problem: z.string(),
  suggestions: z.string(),
  facts: z.array(factRow),
  action: z.string(),
  kind: z.string(),
  principal: z.string(),
  role: z.string(),
  scope: z.string(),
  end: z.string(),
  start: z.string(),
  justification: z.string(),
  ticket: z.string(),
});

const SCOPE_LENGTH = 500;

export function viewAssignmentForm(
  notice: AssignmentFormNotice,
  context: CardContext,
): z.infer<typeof assignmentFormView> {
  const shared = frameOf(context);
  const { values, problem } = notice;
  const texts = {
    principal: plainText(values.principal, WORDS_LENGTH),
    role: plainText(values.role, WORDS_LENGTH),
    scope: plainText(values.scope, SCOPE_LENGTH),
  };
  return {
    ...shared,
    summary: say(context, shared.isLive ? 'assignment-form.summary.now' : 'assignment-form.summary.then'),
    title: say(context, shared.isLive ? 'assignment-form.title.now' : 'assignment-form.title.then'),
    problem: shared.isLive && problem !== null ? problemSentence(problem.code, problem.facts, context) : '',
    suggestions: shared.isLive ? nearestWords(notice.suggestions, context) : '',
    facts: shared.isLive
      ? []
      : factRows([
          ['principal', say(context, 'assignment-form.person-or-group'), texts.principal],
          ['role', say(context, 'shared.role'), texts.role],
          ['scope', say(context, 'assignment-form.row.scope'), texts.scope],
        ]),
    action: values.action,
    kind: values.kind,
    ...texts,
    end: typed(values.end, context),
    start: typed(values.start, context),
    justification: justificationText(values.justification),
    ticket: ticketText(values.ticket),
  };
}

const PERIOD = /^P[\dT]/;

/** A time as a person would have typed it; what they did type stays. */
function typed(text: string, context: CardContext): string {
  return PERIOD.test(text) ? durationTyped(text) : instantTyped(text, context);
}

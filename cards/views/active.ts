import { z } from 'zod';
import type { ActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { choice, moreWords, roleChoice, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';

export const activeView = z.strictObject({
  ...frame,
  title: z.string(),
  isEmpty: z.boolean(),
  empty: z.string(),
  assignments: z.array(z.strictObject(roleEntryShape)),
  more: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
  hasDeactivate: z.boolean(),
});

const LIST_BYTES = 11_000;
const CHOICE_BYTES = 9_000;
const RETIRED_TITLE = 'Access that was active';

export function viewActive(notice: ActiveNotice, context: CardContext): z.infer<typeof activeView> {
  const { assignments } = notice;
  // What an administrator assigned is not the person's to give back.
  const own = assignments.filter((assignment) => assignment.assignmentType === 'activated');
  const entries = assignments.map((assignment, index) => ({
    id: `assignment-${index + 1}`,
    ...roleOf(assignment),
    notes: notesOf(assignment, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES, LIST_ENTRY_FRAME);
  const only = own.length === 1 ? own[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { assignment: only.key });
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: summaryOf(entries.length, shared.isLive),
    title: shared.isLive ? 'Your active access' : RETIRED_TITLE,
    isEmpty: entries.length === 0,
    empty: `No role ${shared.isLive ? 'is active just now' : 'was active'}.`,
    assignments: shown,
    more: moreWords(left),
    choices: takeFitting(own.map(roleChoice), CHOICE_BYTES).shown,
    hasChoices: shared.isLive && own.length > 1,
    hasDeactivate: shared.isLive && own.length > 0,
  };
}

function summaryOf(count: number, isLive: boolean): string {
  if (!isLive) {
    return RETIRED_TITLE;
  }
  return count === 0 ? 'No role is active' : `${count} active ${count === 1 ? 'role' : 'roles'}`;
}

function notesOf(assignment: ActiveNotice['assignments'][number], context: CardContext): string {
  return notesLine([
    assignment.endsAt === null ? 'without an end' : `until ${instantWords(assignment.endsAt, context)}`,
    assignment.assignmentType === 'assigned' ? 'assigned by an administrator' : '',
    assignment.requestId === null ? '' : `request ${nameText(assignment.requestId)}`,
  ]);
}

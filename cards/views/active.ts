import { z } from 'zod';
import type { ActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { choice, moreWords, roleChoice, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';
import { unreadNotes, unreadShape } from './unread.ts';

export const activeView = z.strictObject({
  ...frame,
  title: z.string(),
  isEmpty: z.boolean(),
  empty: z.string(),
  assignments: z.array(z.strictObject(roleEntryShape)),
  more: z.string(),
  unread: unreadShape,
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
  const { shown, left } = takeMapped(
    assignments,
    (assignment, index) => ({
      id: `assignment-${index + 1}`,
      ...roleOf(assignment),
      notes: activeNotes(assignment, context),
    }),
    { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const only = own.length === 1 ? own[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { assignment: only.key });
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: summaryOf(assignments.length, shared.isLive),
    title: shared.isLive ? 'Your active access' : RETIRED_TITLE,
    isEmpty: assignments.length === 0,
    empty:
      notice.unread.length > 0
        ? `Nothing that I could read ${shared.isLive ? 'is active just now' : 'was active'}.`
        : `No role ${shared.isLive ? 'is active just now' : 'was active'}.`,
    assignments: shown,
    more: moreWords(left),
    unread: unreadNotes(notice.unread, context),
    choices: takeMapped(own, roleChoice, { budget: CHOICE_BYTES }).shown,
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

/** Until when, by whom and by which request. */
export function activeNotes(assignment: ActiveNotice['assignments'][number], context: CardContext): string {
  return notesLine([
    assignment.endsAt === null ? 'without an end' : `until ${instantWords(assignment.endsAt, context)}`,
    assignment.assignmentType === 'assigned' ? 'assigned by an administrator' : '',
    assignment.requestId === null ? '' : `request ${nameText(assignment.requestId)}`,
  ]);
}

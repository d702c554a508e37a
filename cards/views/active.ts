import { z } from 'zod';
import type { ActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { choice, moreWords, roleChoice, takeMapped } from './fitting.ts';
import { type Frame, frame, frameOf } from './frame.ts';
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

export function viewActive(notice: ActiveNotice, context: CardContext): z.infer<typeof activeView> {
  const { assignments } = notice;
  // What an administrator assigned is not the person's to give back.
  const own = assignments.filter((assignment) => assignment.assignmentType === 'activated');
  const { shown, left } = takeMapped(
    assignments,
    (assignment, index) => ({
      id: `assignment-${index + 1}`,
      ...roleOf(assignment, context),
      notes: activeNotes(assignment, context),
    }),
    { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const only = own.length === 1 ? own[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { assignment: only.key });
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary: shared.isLive
      ? say(context, 'active.summary', { count: assignments.length })
      : say(context, 'active.title.was'),
    title: say(context, shared.isLive ? 'active.title' : 'active.title.was'),
    isEmpty: assignments.length === 0,
    empty: emptyWords(notice, shared, context),
    assignments: shown,
    more: moreWords(left, context),
    unread: unreadNotes(notice.unread, context),
    choices: takeMapped(own, (role) => roleChoice(role, context), { budget: CHOICE_BYTES }).shown,
    hasChoices: shared.isLive && own.length > 1,
    hasDeactivate: shared.isLive && own.length > 0,
  };
}

function emptyWords({ unread }: ActiveNotice, { isLive }: Frame, reader: Listener): string {
  if (unread.length > 0) {
    return say(reader, isLive ? 'active.empty-read' : 'active.empty-read.was');
  }
  return say(reader, isLive ? 'active.empty' : 'active.empty.was');
}

/** Until when, by whom and by which request. */
export function activeNotes(assignment: ActiveNotice['assignments'][number], context: CardContext): string {
  return notesLine([
    assignment.endsAt === null
      ? say(context, 'active.without-end')
      : say(context, 'active.until', { until: instantWords(assignment.endsAt, context) }),
    assignment.assignmentType === 'assigned' ? say(context, 'active.assigned') : '',
    assignment.requestId === null ? '' : say(context, 'active.request', { requestId: nameText(assignment.requestId) }),
  ]);
}

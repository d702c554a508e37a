import { z } from 'zod';
import type { ActiveNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { choice, moreWords, roleChoice, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';

const entry = z.strictObject({ id: z.string(), role: z.string(), scope: z.string(), notes: z.string() });
export const activeView = z.strictObject({
  ...frame,
  isEmpty: z.boolean(),
  assignments: z.array(entry),
  more: z.string(),
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
  const entries = assignments.map((assignment, index) => ({
    id: `assignment-${index + 1}`,
    role: nameText(assignment.roleName),
    scope: nameText(assignment.scopeName),
    notes: notesOf(assignment, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES);
  const only = own.length === 1 ? own[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { assignment: only.key });
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && only !== undefined,
    summary:
      entries.length === 0
        ? 'No role is active'
        : `${entries.length} active ${entries.length === 1 ? 'role' : 'roles'}`,
    isEmpty: entries.length === 0,
    assignments: shown,
    more: moreWords(left),
    choices: takeFitting(own.map(roleChoice), CHOICE_BYTES).shown,
    hasChoices: shared.isLive && own.length > 1,
    hasDeactivate: shared.isLive && own.length > 0,
  };
}

function notesOf(assignment: ActiveNotice['assignments'][number], context: CardContext): string {
  const end = assignment.endsAt === null ? ' · without an end' : ` · until ${instantWords(assignment.endsAt, context)}`;
  const kind = assignment.assignmentType === 'assigned' ? ' · assigned by an administrator' : '';
  const request = assignment.requestId === null ? '' : ` · request ${nameText(assignment.requestId)}`;
  return `${end}${kind}${request}`;
}

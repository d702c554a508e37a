import { z } from 'zod';
import type { MyRolesNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { activeNotes } from './active.ts';
import { choice, moreWords, roleChoice, takeMapped } from './fitting.ts';
import { type Frame, frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';
import { roleWords } from './request.ts';
import { unreadNotes, unreadShape } from './unread.ts';

const entry = z.strictObject(roleEntryShape);
export const myRolesView = z.strictObject({
  ...frame,
  title: z.string(),
  isEmpty: z.boolean(),
  empty: z.string(),
  roles: z.array(entry),
  more: z.string(),
  unread: unreadShape,
  activeTitle: z.string(),
  assignments: z.array(entry),
  moreActive: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
  hasActivate: z.boolean(),
  hasDeactivate: z.boolean(),
});

const LIST_BYTES = 20_000;
/** How the room is shared when there is something active as well. */
const SHARED_LIST_BYTES = 10_000;
const ACTIVE_BYTES = 6_000;
const CHOICE_BYTES = 4_000;
const MOST_LEADS = 3;

export function viewMyRoles(notice: MyRolesNotice, context: CardContext): z.infer<typeof myRolesView> {
  const count = notice.roles.length;
  const { shown, left } = takeMapped(
    notice.roles,
    (role, index) => ({ id: `role-${index + 1}`, ...roleOf(role), notes: notesOf(role, context) }),
    { budget: notice.active.length > 0 ? SHARED_LIST_BYTES : LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const isEmpty = count === 0;
  // What an administrator assigned is not the person's to give back.
  const own = notice.active.filter((assignment) => assignment.assignmentType === 'activated');
  const only = own.length === 1 ? own[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { assignment: only.key });
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && own.length < 2 && !(isEmpty && own.length === 0),
    summary: isEmpty ? 'You have no role to activate' : `You can activate ${count} ${count === 1 ? 'role' : 'roles'}`,
    title: shared.isLive ? 'Roles you can activate' : 'Roles you could activate',
    isEmpty,
    empty: emptyWords(notice, shared),
    roles: shown,
    more: moreWords(left, 'Write “activate” and a part of the name to find one.'),
    unread: unreadNotes(notice.unread, context),
    ...activePart(notice, context),
    choices: takeMapped(own, roleChoice, { budget: CHOICE_BYTES }).shown,
    hasChoices: shared.isLive && own.length > 1,
    hasActivate: shared.isLive && !isEmpty,
    hasDeactivate: shared.isLive && own.length > 0,
  };
}

/** What gives access now, whether it was activated or assigned. */
function activePart({ active }: MyRolesNotice, context: CardContext) {
  const { shown, left } = takeMapped(
    active,
    (assignment, index) => ({
      id: `assignment-${index + 1}`,
      ...roleOf(assignment),
      notes: activeNotes(assignment, context),
    }),
    { budget: ACTIVE_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const title = context.isRetired ? 'What was active' : 'Active now';
  return {
    activeTitle: active.length === 0 ? '' : title,
    assignments: shown,
    moreActive: moreWords(left, 'Write “deactivate” and a part of the name to give one back.'),
  };
}

function emptyWords({ unread }: MyRolesNotice, { isLive }: Frame): string {
  if (unread.length > 0) {
    return `What I could read of PIM ${isLive ? 'lists' : 'listed'} no role that you could activate.`;
  }
  return `PIM ${isLive ? 'lists' : 'listed'} no role that you could activate. An administrator of the role can make you eligible.`;
}

function notesOf(role: MyRolesNotice['roles'][number], context: CardContext): string {
  return notesLine([
    role.maximumDuration === null ? '' : `up to ${durationWords(role.maximumDuration)}`,
    role.needsApproval === null ? '' : role.needsApproval ? 'needs approval' : 'no approval',
    leadsWords(role, context),
    role.activeUntil === null ? '' : `active until ${instantWords(role.activeUntil, context)}`,
    role.pendingRequestId === null
      ? ''
      : `request ${nameText(role.pendingRequestId)} ${context.isRetired ? 'was' : 'is'} waiting`,
  ]);
}

/** What a group is for: "gives Contributor on rg-payments". */
function leadsWords({ leadsTo }: MyRolesNotice['roles'][number], { isRetired }: CardContext): string {
  return leadsTo.length === 0
    ? ''
    : `${isRetired ? 'gave' : 'gives'} ${namesWords(leadsTo.map(roleWords), MOST_LEADS)}`;
}

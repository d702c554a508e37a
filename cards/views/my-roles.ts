import { z } from 'zod';
import type { MyRolesNotice } from '../../src/domain/notice.ts';
import { ACTIVATION_PAGE } from '../../src/domain/portal.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
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
  portalUrl: z.string(),
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
    (role, index) => ({ id: `role-${index + 1}`, ...roleOf(role, context), notes: notesOf(role, context) }),
    { budget: notice.active.length > 0 ? SHARED_LIST_BYTES : LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const isEmpty = count === 0;
  const hasServed = notice.roles.some(({ isServed }) => isServed !== false);
  // What an administrator assigned is not the person's to give back.
  const own = notice.active.filter((assignment) => assignment.assignmentType === 'activated');
  const only = own.length === 1 ? own[0] : undefined;
  const shared = frameOf(context, only === undefined ? {} : { assignment: only.key });
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && own.length < 2 && (hasServed || own.length > 0),
    summary: say(context, 'my-roles.summary', { count }),
    title: say(context, shared.isLive ? 'my-roles.title' : 'my-roles.title.was'),
    isEmpty,
    empty: emptyWords(notice, shared, context),
    roles: shown,
    more: moreWords(left, context, say(context, 'my-roles.more')),
    unread: unreadNotes(notice.unread, context),
    ...activePart(notice, context),
    choices: takeMapped(own, (role) => roleChoice(role, context), { budget: CHOICE_BYTES }).shown,
    hasChoices: shared.isLive && own.length > 1,
    hasActivate: shared.isLive && hasServed,
    portalUrl: shared.isLive && notice.roles.some(({ isServed }) => isServed === false) ? ACTIVATION_PAGE : '',
    hasDeactivate: shared.isLive && own.length > 0,
  };
}

/** What gives access now, whether it was activated or assigned. */
function activePart({ active }: MyRolesNotice, context: CardContext) {
  const { shown, left } = takeMapped(
    active,
    (assignment, index) => ({
      id: `assignment-${index + 1}`,
      ...roleOf(assignment, context),
      notes: activeNotes(assignment, context),
    }),
    { budget: ACTIVE_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const title = say(context, context.isRetired ? 'my-roles.active.was' : 'my-roles.active');
  return {
    activeTitle: active.length === 0 ? '' : title,
    assignments: shown,
    moreActive: moreWords(left, context, say(context, 'my-roles.more-active')),
  };
}

function emptyWords({ unread }: MyRolesNotice, { isLive }: Frame, reader: Listener): string {
  if (unread.length > 0) {
    return say(reader, isLive ? 'my-roles.empty-read' : 'my-roles.empty-read.was');
  }
  return say(reader, isLive ? 'my-roles.empty' : 'my-roles.empty.was');
}

function notesOf(role: MyRolesNotice['roles'][number], context: CardContext): string {
  const { maximumDuration, needsApproval, activeUntil, pendingRequestId } = role;
  const waits = context.isRetired ? 'my-roles.request-waits.was' : 'my-roles.request-waits';
  return notesLine([
    role.isServed === false ? say(context, 'shared.not-served-here') : '',
    maximumDuration === null
      ? ''
      : say(context, 'my-roles.up-to', { maximum: durationWords(maximumDuration, context) }),
    needsApproval === null ? '' : say(context, needsApproval ? 'my-roles.needs-approval' : 'my-roles.no-approval'),
    leadsWords(role, context),
    activeUntil === null ? '' : say(context, 'my-roles.active-until', { until: instantWords(activeUntil, context) }),
    pendingRequestId === null ? '' : say(context, waits, { requestId: nameText(pendingRequestId) }),
  ]);
}

/** What a group is for: "gives Contributor on rg-payments". */
function leadsWords({ leadsTo }: MyRolesNotice['roles'][number], context: CardContext): string {
  if (leadsTo.length === 0) {
    return '';
  }
  const names = leadsTo.map((role) => roleWords(role, context));
  const roles = namesWords(names, context, { most: MOST_LEADS });
  return say(context, context.isRetired ? 'my-roles.gives.was' : 'my-roles.gives', { roles });
}

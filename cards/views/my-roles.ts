import { z } from 'zod';
import type { MyRolesNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';

export const myRolesView = z.strictObject({
  ...frame,
  title: z.string(),
  isEmpty: z.boolean(),
  empty: z.string(),
  roles: z.array(z.strictObject(roleEntryShape)),
  more: z.string(),
});

const LIST_BYTES = 20_000;

export function viewMyRoles(notice: MyRolesNotice, context: CardContext): z.infer<typeof myRolesView> {
  const entries = notice.roles.map((role, index) => ({
    id: `role-${index + 1}`,
    ...roleOf(role),
    notes: notesOf(role, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES, LIST_ENTRY_FRAME);
  const isEmpty = entries.length === 0;
  const shared = frameOf(context);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && !isEmpty,
    summary: isEmpty
      ? 'You have no role to activate'
      : `You can activate ${entries.length} ${entries.length === 1 ? 'role' : 'roles'}`,
    title: shared.isLive ? 'Roles you can activate' : 'Roles you could activate',
    isEmpty,
    empty: `PIM ${shared.isLive ? 'lists' : 'listed'} no role that you could activate. An administrator of the role can make you eligible.`,
    roles: shown,
    more: moreWords(left, 'Write “activate” and a part of the name to find one.'),
  };
}

function notesOf(role: MyRolesNotice['roles'][number], context: CardContext): string {
  return notesLine([
    role.maximumDuration === null ? '' : `up to ${durationWords(role.maximumDuration)}`,
    role.needsApproval === null ? '' : role.needsApproval ? 'needs approval' : 'no approval',
    role.activeUntil === null ? '' : `active until ${instantWords(role.activeUntil, context)}`,
    role.pendingRequestId === null
      ? ''
      : `request ${nameText(role.pendingRequestId)} ${context.isRetired ? 'was' : 'is'} waiting`,
  ]);
}

import { z } from 'zod';
import type { MyRolesNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';

const entry = z.strictObject({ id: z.string(), role: z.string(), scope: z.string(), notes: z.string() });
export const myRolesView = z.strictObject({
  ...frame,
  isEmpty: z.boolean(),
  roles: z.array(entry),
  more: z.string(),
});

const LIST_BYTES = 20_000;

export function viewMyRoles(notice: MyRolesNotice, context: CardContext): z.infer<typeof myRolesView> {
  const entries = notice.roles.map((role, index) => ({
    id: `role-${index + 1}`,
    role: nameText(role.roleName),
    scope: nameText(role.scopeName),
    notes: notesOf(role, context),
  }));
  const { shown, left } = takeFitting(entries, LIST_BYTES);
  const isEmpty = entries.length === 0;
  const shared = frameOf(context);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && !isEmpty,
    summary: isEmpty
      ? 'You have no role to activate'
      : `You can activate ${entries.length} ${entries.length === 1 ? 'role' : 'roles'}`,
    isEmpty,
    roles: shown,
    more: moreWords(left, 'Write “activate” and a part of the name to find one.'),
  };
}

function notesOf(role: MyRolesNotice['roles'][number], context: CardContext): string {
  const notes = [
    role.maximumDuration === null ? '' : `up to ${durationWords(role.maximumDuration)}`,
    role.needsApproval === null ? '' : role.needsApproval ? 'needs approval' : 'no approval',
    role.activeUntil === null ? '' : `active until ${instantWords(role.activeUntil, context)}`,
    role.pendingRequestId === null ? '' : `request ${nameText(role.pendingRequestId)} is waiting`,
  ].filter((note) => note !== '');
  return notes.map((note) => ` · ${note}`).join('');
}

import type { RoleCardNotice } from '../../src/domain/role-notice.ts';
import type { WhichRoleNotice } from '../../src/domain/which-role-notice.ts';
import type { CardContext } from '../context.ts';
import { viewCan } from './can.ts';
import { viewCompare } from './compare.ts';
import { viewRole } from './role.ts';
import { viewWhichRole } from './which-role.ts';

/** Turns a notice about role definitions into the words and switches of its card. */
export function viewRoleCard(notice: RoleCardNotice | WhichRoleNotice, context: CardContext) {
  switch (notice.card) {
    case 'role':
      return viewRole(notice, context);
    case 'can':
      return viewCan(notice, context);
    case 'compare':
      return viewCompare(notice, context);
    case 'which-role':
      return viewWhichRole(notice, context);
  }
}

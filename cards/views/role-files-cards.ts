import type { RoleFilesNotice } from '../../src/domain/role-files-notice.ts';
import type { CardContext } from '../context.ts';
import { viewRolesChange } from './roles-change.ts';
import { viewRolesDrift } from './roles-drift.ts';

/** Views of the cards about custom roles as code. */
export function viewRoleFilesCard(notice: RoleFilesNotice, context: CardContext) {
  switch (notice.card) {
    case 'roles-change':
      return viewRolesChange(notice, context);
    case 'roles-drift':
      return viewRolesDrift(notice, context);
  }
}

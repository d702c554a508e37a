import type { Duty } from '../domain/separation-of-duties.ts';

/** A duty, or a role of a pack, in words, such as “Azure role Contributor on /subscriptions/…”. */
export function dutyInWords({ surface, role, scope, operation }: Duty): string {
  if (operation !== undefined) {
    const kind = surface === 'azure' ? 'Azure' : 'Entra';
    return `every ${kind} role that allows ${operation}${scope === null ? '' : ` on ${scope}`}`;
  }
  switch (surface) {
    case 'directory':
      return `Entra role ${role}${scope === null ? '' : ` on ${scope}`}`;
    case 'group':
      return `${scope ?? 'member'} of the group ${role}`;
    default:
      return `${role === null ? 'every Azure role' : `Azure role ${role}`}${scope === null ? '' : ` on ${scope}`}`;
  }
}

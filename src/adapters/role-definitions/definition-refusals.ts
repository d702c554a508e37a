import type { ErrorCode } from '../../errors.ts';
import type { Meaning } from '../pim-errors/call-error.ts';
import { printableCode } from '../pim-errors/problem.ts';

/** Azure's codes (pim-api §15.2, rbac.md §4.4) and the directory's quota; other refusals of a body are judged by their status. */
const CODES: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['RoleDefinitionWithSameNameExists', 'role_definition.exists'],
  ['RoleDefinitionExists', 'role_definition.exists'],
  ['RoleDefinitionLimitExceeded', 'role_definition.limit'],
  ['Directory_QuotaExceeded', 'role_definition.limit'],
  ['RoleDefinitionHasAssignments', 'role_definition.in_use'],
]);
const LONGEST_REASON = 300;

/**
 * What Graph or Azure refuse a role definition with. `scope` is where it was put, which is what a plain "no right" is about; a
 * refusal for another assignable scope names that one.
 */
export function definitionRefusal(scope: string | null): Meaning {
  return ({ code, message, status, detail }) => {
    const known = CODES.get(code) ?? (detail === 'ObjectConflict' ? 'role_definition.exists' : undefined);
    if (known !== undefined) {
      return { code: known, facts: {} };
    }
    if (code === 'LinkedAuthorizationFailed' || (scope !== null && code === 'AuthorizationFailed')) {
      const forbidden = linkedScope(message) ?? scope;
      return { code: 'role_definition.scope_forbidden', facts: forbidden === null ? {} : { scope: forbidden } };
    }
    return status === 400 ? { code: 'role_definition.refused', facts: { reason: reasonOf(code, message) } } : null;
  };
}

/** Azure says only in its text for which of the scopes the right is missing. */
function linkedScope(message: string): string | null {
  return /linked scope\(s\) '([^']{1,500})'/.exec(message)?.[1] ?? null;
}

/** Microsoft's own words about what somebody wrote themselves: which of their strings it does not take is said nowhere else. */
function reasonOf(code: string, message: string): string {
  const words = message.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  const name = printableCode(code);
  const reason = [name, words].filter((part) => part !== null && part !== '').join(': ');
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason || 'HTTP 400';
}

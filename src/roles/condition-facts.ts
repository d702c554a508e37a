import type { ConditionFacts } from '../domain/role-notice.ts';

const ACTIONS = /ActionMatches\s*\{\s*'([^']*)'\s*\}/gi;
// With and without dashes: Azure's own roles write both.
const GUIDS = /\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi;
const MOST_NAMED = 12;

/**
 * What can be told of a condition without deciding it: which operations it is about, and which roles it names. The usual form is
 * `!(ActionMatches{'A'}) OR …`, which binds A only (rbac.md §3).
 */
export function conditionFacts(text: string, nameOf: (roleId: string) => string | null): ConditionFacts {
  const operations = [...new Set([...text.matchAll(ACTIONS)].map(([, name = '']) => name))];
  const ids = new Set([...text.matchAll(GUIDS)].map(([guid]) => dashed(guid)));
  const roles = [...ids].map((id) => nameOf(id) ?? id);
  return { text, operations, roles: roles.slice(0, MOST_NAMED), rolesTotal: roles.length };
}

function dashed(guid: string): string {
  const digits = guid.replaceAll('-', '').toLowerCase();
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}

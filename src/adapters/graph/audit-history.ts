import type { z } from 'zod';
import type { HistoryEntry } from '../../domain/administration.ts';
import { GROUP_MEMBER, GROUP_OWNER, GROUP_SCOPE_NAMES, WHOLE_TENANT } from '../../domain/assignment.ts';
import { isGuid } from '../../domain/ids.ts';
import type { HistoryOptions } from '../../ports/role-administration.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import facts from './audit-facts.json' with { type: 'json' };
import {
  AUDIT_PATH,
  type AuditRow,
  auditPage,
  detail,
  instantOf,
  isFailure,
  LARGEST_PAGE,
  lastPart,
  nextPage,
  pimSince,
  typed,
} from './audit-rows.ts';
import type { GraphCaller } from './graph-caller.ts';
import { quoted, withQuery } from './paths.ts';

/** Not each row is told, so more are read than are wanted. */
const ROWS_PER_FACT = 4;
/** Five requests in ten seconds are all that Graph answers here, for the whole app (pim-api §10). */
const MOST_PAGES = 4;

/**
 * PIM's log about one person, of all surfaces, newest first. What a human need not hear (the intent behind a deed that follows
 * at once) is left out.
 */
export async function readHistory(
  graph: GraphCaller,
  tokens: BearerTokens,
  options: HistoryOptions & { readonly now: Temporal.Instant },
): Promise<readonly HistoryEntry[]> {
  if (!isGuid(options.about) || options.limit < 1) {
    return [];
  }
  const found: HistoryEntry[] = [];
  let path: string | null = firstPage(options);
  for (let pages = 0; path !== null && found.length < options.limit && pages < MOST_PAGES; pages += 1) {
    const page: z.infer<typeof auditPage> = await graph.read(tokens, { path }, auditPage);
    found.push(...page.value.flatMap((row) => toEntry(row) ?? []));
    path = nextPage(page['@odata.nextLink'] ?? null);
  }
  return found.slice(0, options.limit);
}

function firstPage({ about, since, limit, now }: HistoryOptions & { readonly now: Temporal.Instant }): string {
  const person = quoted(about.toLowerCase());
  const filter = [
    pimSince(since, now),
    `(initiatedBy/user/id eq ${person} or targetResources/any(t: t/id eq ${person}))`,
  ].join(' and ');
  const top = String(Math.min(LARGEST_PAGE, limit * ROWS_PER_FACT));
  return withQuery(AUDIT_PATH, { filter, orderby: 'activityDateTime desc', top });
}

function toEntry(row: AuditRow): HistoryEntry | null {
  const stem = row.activityDisplayName.toLowerCase();
  const what = facts.find(({ begins }) => stem.startsWith(begins))?.what;
  const at = instantOf(row.activityDateTime);
  if (what === undefined || at === null) {
    return null;
  }
  const by = row.initiatedBy?.user;
  return {
    at,
    what: isFailure(row) ? `${what} (failed)` : what,
    ...placeOf(row),
    byName: by?.displayName ?? by?.userPrincipalName ?? null,
    justification: detail(row, 'justification') ?? row.resultReason,
    source: 'tenant',
  };
}

/** What the row is about. A group's role is the group itself, and its "role" is member or owner. */
function placeOf(row: AuditRow): Pick<HistoryEntry, 'roleName' | 'scopeName'> {
  const role = typed(row, 'role')[0]?.displayName ?? '';
  switch (row.category?.toLowerCase()) {
    case 'groupmanagement': {
      const id = detail(row, 'resourceoriginid')?.toLowerCase();
      const groups = typed(row, 'group');
      const group = groups.find((one) => one.id?.toLowerCase() === id) ?? groups.at(-1);
      return {
        roleName: group?.displayName ?? group?.id ?? '',
        scopeName: accessName(role.toLowerCase()),
      };
    }
    case 'resourcemanagement':
      return { roleName: role, scopeName: lastPart(typed(row, 'other').at(-1)?.displayName ?? '') };
    default:
      return { roleName: role, scopeName: directoryScope(typed(row, 'directory').at(-1)?.displayName ?? '/') };
  }
}

/** As the scopes of groups are called everywhere else. */
function accessName(access: string): string {
  return access === GROUP_MEMBER || access === GROUP_OWNER ? GROUP_SCOPE_NAMES[access] : access;
}

function directoryScope(name: string): string {
  return /^\/.+/.test(name) ? lastPart(name) : WHOLE_TENANT;
}

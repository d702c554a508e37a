import { setTimeout as pauseFor } from 'node:timers/promises';
import { z } from 'zod';
import { GROUP_MEMBER, GROUP_OWNER, groupRole, type RoleAtScope, WHOLE_TENANT } from '../../domain/assignment.ts';
import { isGuid, principalId, roleDefinitionId, scheduleRequestId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FeedPage, TenantEvent, TenantEventKind, TenantFeed } from '../../ports/tenant-feed.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { activitiesPath, activityPage, signInPage, signInsPath, toActivities, toSignIns } from './account-deeds.ts';
import { asReader } from './as-reader.ts';
import kinds from './audit-kinds.json' with { type: 'json' };
import {
  AUDIT_PATH,
  type AuditRow,
  auditRow,
  detail,
  instantOf,
  isFailure,
  isKept,
  LARGEST_PAGE,
  lastPart,
  nextPage,
  notBefore,
  pimSince,
  typed,
} from './audit-rows.ts';
import { GraphCaller, type GraphSettings } from './graph-caller.ts';
import { quoted, withQuery } from './paths.ts';
import { Turns } from './turns.ts';

/** Of the five requests in ten seconds that Graph answers here (pim-api §10), one is left for others of this app. */
const MOST_REQUESTS = 4;
const WINDOW_MS = 10_000;

/** Of what one person did, no more is told at once. */
const MOST_OPERATIONS = 50;

/** What one look at the log gave. */
interface Look {
  readonly rows: readonly AuditRow[];
  readonly unreadable: number;
  readonly isAtEnd: boolean;
}

/** Rows are read one by one: an odd one hides no other. */
const feedPage = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().nullish() });

export interface TenantFeedSettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** The reader's own tokens: `AuditLog.Read.All`. */
  readonly tokens: BearerTokens;
  /** Milliseconds of a clock that only goes on; for tests. */
  readonly now?: () => number;
}

/** Reads `directoryAudits` as the reader, oldest first (pim-api §14.2). */
export function createTenantFeed({ clock, tokens, ...settings }: TenantFeedSettings): TenantFeed {
  const graph = new GraphCaller(settings);
  const { now = () => performance.now(), pause = pauseFor } = settings;
  const turns = new Turns();
  const asked: { readonly at: Temporal.Instant; readonly machineMs: number }[] = [];
  /**
   * By the machine's clock, as Microsoft counts by its own; a clock that goes faster, as one that is jumped does, counts
   * too. One after another: two that waited side by side would each go by what the other has not noted yet.
   */
  const takeTurn = (): Promise<void> =>
    turns.run(AUDIT_PATH, async () => {
      const first = asked.length < MOST_REQUESTS ? undefined : asked.shift();
      if (first !== undefined) {
        const passedMs = Math.max(now() - first.machineMs, first.at.until(clock.now()).total('milliseconds'));
        if (passedMs < WINDOW_MS) {
          await pause(WINDOW_MS - passedMs);
        }
      }
      asked.push({ at: clock.now(), machineMs: now() });
    });
  /** As many rows as one look may give, or as are wanted. */
  const look = async (filter: string, wanted = Number.POSITIVE_INFINITY): Promise<Look> => {
    const rows: AuditRow[] = [];
    let unreadable = 0;
    let path: string | null = firstPage(filter, Math.min(wanted, LARGEST_PAGE));
    for (let pages = 0; path !== null && pages < MOST_REQUESTS && rows.length < wanted; pages += 1) {
      await takeTurn();
      const page: z.infer<typeof feedPage> = await asReader(graph.read(tokens, { path }, feedPage));
      for (const raw of page.value) {
        const row = auditRow.safeParse(raw);
        if (row.success) {
          rows.push(row.data);
        } else {
          unreadable += 1;
          settings.log.warn('feed.row_unreadable', { member: row.error.issues[0]?.path.join('.') ?? '' });
        }
      }
      path = nextPage(page['@odata.nextLink'] ?? null);
    }
    return { rows, unreadable, isAtEnd: path === null };
  };
  return {
    async read(since) {
      const { rows, isAtEnd } = await look(pimSince(since, clock.now()));
      return pageOf(rows, isAtEnd);
    },
    async listOperationsOf(person, { from, until }) {
      const now = clock.now();
      const filter = [
        `initiatedBy/user/id eq ${quoted(person)}`,
        notBefore(from, now),
        `activityDateTime le ${until.toString({ smallestUnit: 'second', roundingMode: 'ceil' })}`,
      ].join(' and ');
      // One more than is told, which tells whether there is more.
      const { rows, unreadable, isAtEnd } = await look(filter, MOST_OPERATIONS + 1);
      const operations = rows
        .flatMap((row) => toOperation(row) ?? [])
        .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
      const isEach = unreadable === 0 && operations.length === rows.length && rows.length <= MOST_OPERATIONS;
      return { operations: operations.slice(0, MOST_OPERATIONS), isWhole: isAtEnd && isEach && isKept(from, now) };
    },
    async listActivities(account, since) {
      await takeTurn();
      const path = activitiesPath(account, { since, now: clock.now() });
      return toActivities(await asReader(graph.read(tokens, { path }, activityPage)));
    },
    async listSignIns(account, since) {
      await takeTurn();
      const path = signInsPath(account, { since, now: clock.now() });
      return toSignIns(await asReader(graph.read(tokens, { path }, signInPage)));
    },
  };
}

function firstPage(filter: string, top: number): string {
  return withQuery(AUDIT_PATH, { filter, orderby: 'activityDateTime asc', top: String(top) });
}

function toOperation(row: AuditRow) {
  const at = instantOf(row.activityDateTime);
  const [first] = row.targetResources;
  const target = first?.displayName || first?.userPrincipalName || first?.id || null;
  const what = row.activityDisplayName;
  return at === null ? null : { at, what: isFailure(row) ? `${what} (failed)` : what, target };
}

function pageOf(rows: readonly AuditRow[], isWhole: boolean): FeedPage {
  const instants = rows.flatMap(({ activityDateTime }) => instantOf(activityDateTime) ?? []);
  const events = rows.flatMap((row) => toEvent(row) ?? []);
  return {
    events: events.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at)),
    newestAt: instants.toSorted(Temporal.Instant.compare).at(-1) ?? null,
    isWhole,
  };
}

function toEvent(row: AuditRow): TenantEvent | null {
  const stem = row.activityDisplayName.toLowerCase();
  const kind = kinds.find(({ begins }) => stem.startsWith(begins))?.kind as TenantEventKind | undefined;
  const at = instantOf(row.activityDateTime);
  const [user] = typed(row, 'user');
  const role = roleOf(row);
  // What failed changed nothing; a group that holds a role activates nothing.
  if (kind === undefined || at === null || role === null || isFailure(row) || !isGuid(user?.id ?? '')) {
    return null;
  }
  const requestId = typed(row, 'request')[0]?.id ?? detail(row, 'requestid');
  const by = row.initiatedBy?.user;
  return {
    id: row.id ?? `${row.activityDateTime} ${requestId} ${stem}`,
    at,
    kind,
    principalId: principalId(user?.id ?? ''),
    principalName: user?.displayName ?? null,
    role,
    requestId: requestId === null ? null : scheduleRequestId(requestId),
    by: isGuid(by?.id ?? '') ? { id: principalId(by?.id ?? ''), name: by?.displayName ?? '' } : null,
    justification: kind === 'approved' || kind === 'denied' ? row.resultReason : detail(row, 'justification'),
  };
}

/** The role at its scope; null where the row does not tell it. Names are what the row has. */
function roleOf(row: AuditRow): RoleAtScope | null {
  const [named] = typed(row, 'role');
  const id = detail(row, 'roledefinitionoriginid') ?? named?.id ?? null;
  switch (row.category?.toLowerCase()) {
    case 'groupmanagement':
      return membershipOf(row, [id, named?.displayName ?? null]);
    case 'resourcemanagement': {
      const scope = detail(row, 'resourceoriginid') ?? typed(row, 'other').at(-1)?.displayName ?? '';
      return id === null || !scope.startsWith('/') ? null : placed('azure', { id, name: named?.displayName }, scope);
    }
    case 'rolemanagement': {
      const scope = typed(row, 'directory').at(-1)?.displayName ?? '/';
      const place = scope.startsWith('/') ? scope : '/';
      return id === null ? null : placed('directory', { id, name: named?.displayName }, place);
    }
    default:
      return null;
  }
}

function placed(
  surface: 'azure' | 'directory',
  { id, name }: { readonly id: string; readonly name: string | null | undefined },
  scope: string,
): RoleAtScope {
  const scopeName = scope === '/' ? WHOLE_TENANT : lastPart(scope.replace(/\/+$/, ''));
  return {
    surface,
    roleDefinitionId: roleDefinitionId(id),
    roleName: name ?? lastPart(id),
    scope: { id: scope, name: scopeName },
  };
}

/** Of the group's id and its display name one may be missing; the access is the definition's id, or its name. */
function membershipOf(row: AuditRow, words: readonly (string | null)[]): RoleAtScope | null {
  const access = words.map((word) => word?.toLowerCase()).find((word) => word === GROUP_MEMBER || word === GROUP_OWNER);
  const groups = typed(row, 'group');
  const id = detail(row, 'resourceoriginid') ?? groups.at(-1)?.id ?? null;
  if (access === undefined || id === null || !isGuid(id)) {
    return null;
  }
  const group = groups.find((one) => one.id?.toLowerCase() === id.toLowerCase());
  return groupRole({ id, name: group?.displayName ?? null }, access);
}

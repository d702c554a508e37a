import { z } from 'zod';
import type { PrincipalId } from '../../domain/ids.ts';
import type { AccountDeed } from '../../ports/tenant-feed.ts';
import { AUDIT_PATH, instantOf, keptSince, LARGEST_PAGE, text } from './audit-rows.ts';
import { quoted, withQuery } from './paths.ts';

const SIGN_IN_PATH = '/auditLogs/signIns';

export const activityPage = z.object({
  value: z.array(z.object({ id: text, activityDisplayName: z.string(), activityDateTime: z.string(), result: text })),
});

export const signInPage = z.object({
  value: z.array(
    z.object({
      id: text,
      createdDateTime: z.string(),
      appDisplayName: text,
      ipAddress: text,
      status: z.object({ errorCode: z.number().nullish() }).nullish(),
    }),
  ),
});

/** Bounds of one look at an account; `now` says how far back the log is kept. */
interface Span {
  readonly since: Temporal.Instant;
  readonly now: Temporal.Instant;
}

/** The newest rows about one account, of any service: one page is plenty of an account that is to do nothing. */
export function activitiesPath(account: PrincipalId, span: Span): string {
  return withQuery(AUDIT_PATH, {
    filter: `initiatedBy/user/id eq ${quoted(account)} and activityDateTime ge ${keptSince(span)}`,
    orderby: 'activityDateTime desc',
    top: String(LARGEST_PAGE),
  });
}

/** Interactive sign-ins only: the others need the beta version. */
export function signInsPath(account: PrincipalId, span: Span): string {
  return withQuery(SIGN_IN_PATH, {
    filter: `userId eq ${quoted(account)} and createdDateTime ge ${keptSince(span)}`,
    orderby: 'createdDateTime desc',
    top: String(LARGEST_PAGE),
  });
}

export function toActivities({ value }: z.infer<typeof activityPage>): readonly AccountDeed[] {
  return inOrder(
    value.map(({ id, activityDisplayName: activity, activityDateTime, result }) => ({
      id: id ?? `${activityDateTime} ${activity}`,
      at: instantOf(activityDateTime),
      kind: 'activity' as const,
      isSuccess: result?.toLowerCase() !== 'failure',
      activity,
    })),
  );
}

export function toSignIns({ value }: z.infer<typeof signInPage>): readonly AccountDeed[] {
  return inOrder(
    value.map(({ id, createdDateTime, appDisplayName, ipAddress, status }) => ({
      id: id ?? createdDateTime,
      at: instantOf(createdDateTime),
      kind: 'sign-in' as const,
      isSuccess: (status?.errorCode ?? 0) === 0,
      app: appDisplayName,
      address: ipAddress,
    })),
  );
}

/** Rows come newest first, and go oldest first; a row whose instant cannot be read has no place. */
function inOrder<T extends { readonly at: Temporal.Instant | null }>(rows: readonly T[]) {
  return rows
    .toReversed()
    .flatMap(({ at, ...row }) => (at === null ? [] : [{ ...row, at }]))
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

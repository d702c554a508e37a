import { z } from 'zod';

export const AUDIT_PATH = '/auditLogs/directoryAudits';
/** Entra keeps the log for 30 days and refuses older bounds (pim-api §14.2); a little less, since clocks differ. */
const RETENTION = Temporal.Duration.from({ hours: 24 * 30 - 1 });

/** Rows of one page at most. */
export const LARGEST_PAGE = 999;

/** A text that may be absent. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const target = z.object({ id: text, displayName: text, userPrincipalName: text, type: text });
export type Target = z.infer<typeof target>;

/** One row of the log (pim-api §14.2). */
export const auditRow = z.object({
  id: text,
  activityDisplayName: z.string(),
  activityDateTime: z.string(),
  category: text,
  result: text,
  resultReason: text,
  initiatedBy: z
    .object({ user: z.object({ id: text, displayName: text, userPrincipalName: text }).nullish() })
    .nullish(),
  targetResources: z
    .array(target)
    .nullish()
    .transform((targets) => targets ?? []),
  additionalDetails: z
    .array(z.object({ key: z.string(), value: text }))
    .nullish()
    .transform((details) => details ?? []),
});
export type AuditRow = z.infer<typeof auditRow>;
export const auditPage = z.object({ value: z.array(auditRow), '@odata.nextLink': z.string().nullish() });

/** Only the query of the link is followed: the token goes nowhere but to the log. */
export function nextPage(link: string | null): string | null {
  const search = link === null ? null : (URL.parse(link)?.search ?? null);
  return search === null ? null : `${AUDIT_PATH}${search}`;
}

/** What the log is asked for: PIM's rows since then, or since it was kept. */
export function pimSince(since: Temporal.Instant, now: Temporal.Instant): string {
  return `loggedByService eq 'PIM' and ${notBefore(since, now)}`;
}

/** Words of a filter: rows since then, or since the log was kept. */
export function notBefore(since: Temporal.Instant, now: Temporal.Instant): string {
  return `activityDateTime ge ${keptSince({ since, now })}`;
}

/** An instant as filters take it, or that since which the log is kept. */
export function keptSince({
  since,
  now,
}: {
  readonly since: Temporal.Instant;
  readonly now: Temporal.Instant;
}): string {
  return (isKept(since, now) ? since : now.subtract(RETENTION)).toString({ smallestUnit: 'second' });
}

/** Says whether the log goes back to then. */
export function isKept(since: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(since, now.subtract(RETENTION)) >= 0;
}

/** Whether what the row tells came to nothing. */
export function isFailure({ result }: AuditRow): boolean {
  return result?.toLowerCase() === 'failure';
}

/** Targets of one type, in any case. */
export function typed({ targetResources }: AuditRow, type: string): readonly Target[] {
  return targetResources.filter((one) => one.type?.toLowerCase() === type);
}

/** A detail by its key, in any case; null when it is absent or empty. */
export function detail({ additionalDetails }: AuditRow, name: string): string | null {
  const value = additionalDetails.find(({ key }) => key.toLowerCase() === name)?.value;
  return value === undefined || value === '' ? null : value;
}

export function instantOf(time: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(time);
  } catch {
    return null;
  }
}

/** What stands behind the last slash. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

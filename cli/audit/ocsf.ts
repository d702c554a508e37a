import type { TrailAsk, TrailRecord } from '../../src/adapters/postgres/audit-read.ts';
import type { AuditEventName } from '../../src/domain/audit.ts';
import events from './ocsf-events.json' with { type: 'json' };

/** Of the schema that the objects are written by. All of what is used is in 1.0 as well, but for `actor.app_name`. */
const VERSION = '1.3.0';
/** Identity & Access Management: the first digit of its classes. */
const CATEGORY = 3;
const OTHER = 99;

const CLASSES: Readonly<
  Record<number, { readonly name: string; readonly activities: Readonly<Record<number, string>> }>
> = {
  3001: { name: 'Account Change', activities: { 99: 'Other' } },
  3002: { name: 'Authentication', activities: { 1: 'Logon', 2: 'Logoff', 99: 'Other' } },
  3004: { name: 'Entity Management', activities: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete', 99: 'Other' } },
  3005: { name: 'User Access Management', activities: { 1: 'Assign Privileges', 2: 'Revoke Privileges', 99: 'Other' } },
};
const ENTITY_MANAGEMENT = 3004;
const AUTHENTICATION = 3002;
const ACCESS_MANAGEMENT = 3005;

/** What an event of ours is there. */
interface OcsfRow {
  readonly class: number;
  readonly activity: number;
  /** Another activity where the fact `action` says so. */
  readonly activityByAction?: Readonly<Record<string, number>>;
  readonly status: string;
  readonly severity: number;
  /** What is managed, of class 3004. */
  readonly entity?: string;
}

/** One row for each event of the trail; one without a row does not compile. */
const ROWS: Readonly<Record<AuditEventName, OcsfRow>> = events;
/** Events of a newer version of the bot. */
const UNKNOWN: OcsfRow = { class: ENTITY_MANAGEMENT, activity: OTHER, status: 'open', severity: 1, entity: 'Record' };

const STATUS: Readonly<Record<string, { readonly status_id: number; readonly status: string }>> = {
  success: { status_id: 1, status: 'Success' },
  failure: { status_id: 2, status: 'Failure' },
  // Nothing has come of it yet.
  open: { status_id: 0, status: 'Unknown' },
};
const SEVERITIES = ['Unknown', 'Informational', 'Low', 'Medium', 'High'] as const;

/** A user of the directory, or one that the trail does not tell of, or not any more. */
const userOf = (uid: string | null): object =>
  uid === null ? { name: 'Unknown', type: 'Unknown', type_id: 0 } : { uid, type: 'User', type_id: 1 };

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * A record of the trail, and the ask it belongs to, as an event of the Open Cybersecurity Schema Framework. Facts that have no
 * place go into `unmapped`.
 */
export function toOcsf(record: TrailRecord, ask: TrailAsk | null): object {
  const row = (ROWS as Readonly<Record<string, OcsfRow>>)[record.event] ?? UNKNOWN;
  const { code, ...facts } = record.facts;
  const activity = row.activityByAction?.[textOf(facts.action) ?? ''] ?? row.activity;
  const kind = CLASSES[row.class];
  const { placed, unmapped } = place({ ...record, facts }, row, ask);
  return {
    category_uid: CATEGORY,
    category_name: 'Identity & Access Management',
    class_uid: row.class,
    class_name: kind?.name,
    activity_id: activity,
    activity_name: kind?.activities[activity],
    type_uid: row.class * 100 + activity,
    type_name: `${kind?.name}: ${kind?.activities[activity]}`,
    severity_id: row.severity,
    severity: SEVERITIES[row.severity],
    ...STATUS[row.status],
    ...(textOf(code) !== null && { status_code: code }),
    time: record.at.epochMilliseconds,
    message: record.event,
    metadata: {
      version: VERSION,
      product: { name: 'Pimlico', vendor_name: 'Pimlico' },
      uid: String(record.position),
      event_code: record.event,
      ...(record.requestId !== null && { correlation_uid: record.requestId }),
    },
    actor: record.actorId === null ? { app_name: 'Pimlico' } : { user: userOf(record.actorId) },
    ...placed,
    unmapped,
  };
}

/** What the class of an event has a place for, and what is left. */
function place(
  { event, position, requestId, actorId, facts }: TrailRecord,
  row: OcsfRow,
  ask: TrailAsk | null,
): { readonly placed: object; readonly unmapped: object } {
  if (row.class === ENTITY_MANAGEMENT) {
    const { justification, ...unmapped } = facts;
    const uid = requestId ?? textOf(facts.change) ?? textOf(facts.pull) ?? `${event}/${position}`;
    const comment = textOf(justification) === null ? {} : { comment: justification };
    return { placed: { entity: { type: row.entity, uid }, ...comment }, unmapped };
  }
  const { principal, person, role: named, ...unmapped } = facts;
  const role = textOf(named) ?? ask?.role ?? null;
  const user = userOf(textOf(principal) ?? textOf(person) ?? ask?.askedBy ?? actorId);
  if (row.class === ACCESS_MANAGEMENT) {
    return { placed: { user, privileges: role === null ? [] : [role] }, unmapped };
  }
  return { placed: { user, ...(row.class === AUTHENTICATION && { service: { name: 'Pimlico' } }) }, unmapped };
}

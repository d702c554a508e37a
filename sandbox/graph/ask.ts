import type { Action, Actor, Ask, Expiration, Kind, ScheduleInfo, Ticket } from '../pim/model.ts';
import { invalidRequest } from '../pim/refusal.ts';
import type { AccessToken } from '../platform/types.ts';
import { type Body, guid, isRecord } from './body.ts';
import type { Plane } from './plane.ts';

const ACTIONS: readonly Action[] = [
  'adminAssign',
  'adminUpdate',
  'adminRemove',
  'adminExtend',
  'adminRenew',
  'selfActivate',
  'selfDeactivate',
  'selfExtend',
  'selfRenew',
];
const EXPIRATIONS = ['noExpiration', 'notSpecified', 'afterDuration', 'afterDateTime'] as const;
/** What every plane's requests may say; each adds what the request is about. */
const PROPERTIES: readonly string[] = [
  'action',
  'customData',
  'isValidationOnly',
  'justification',
  'principalId',
  'scheduleInfo',
  'targetScheduleId',
  'ticketInfo',
];
const WITH_OFFSET = /(?:z|[+-]\d\d:\d\d)$/i;

export function actorOf(caller: AccessToken): Actor {
  const { principalId, appId, amr, acrs, capabilities } = caller;
  return { principalId, appId, amr, acrs, capabilities };
}

/** The action alone, which decides what permission is needed before the rest is read; null when there is none. */
export function actionOf(body: unknown): Action | null {
  const text = isRecord(body) && typeof body.action === 'string' ? body.action.toLowerCase() : '';
  return ACTIONS.find((action) => action.toLowerCase() === text) ?? null;
}

/** Reads the body of a schedule request; anything malformed is 400 `InvalidRoleAssignmentRequest`. */
export function parseAsk(plane: Plane, kind: Kind, body: unknown, caller: AccessToken): Ask {
  const action = actionOf(body);
  if (!isRecord(body) || action === null || !hasKnownProperties(plane, body)) {
    throw invalidRequest();
  }
  return {
    kind,
    action,
    principalId: guid(body.principalId),
    subject: plane.parseSubject(body),
    justification: text(body.justification),
    ticket: ticket(body.ticketInfo),
    schedule: schedule(body.scheduleInfo),
    customData: text(body.customData),
    targetScheduleId: text(body.targetScheduleId),
    isValidationOnly: flag(body.isValidationOnly),
    by: actorOf(caller),
  };
}

function hasKnownProperties(plane: Plane, body: Body): boolean {
  const known = [...PROPERTIES, ...plane.properties];
  return Object.keys(body).every((name) => known.includes(name) || name.startsWith('@odata.'));
}

function text(value: unknown): string | null {
  if (value === undefined || value === null) {
    return null;
  }
  if (typeof value !== 'string') {
    throw invalidRequest();
  }
  return value;
}

function flag(value: unknown): boolean {
  if (value !== undefined && value !== null && typeof value !== 'boolean') {
    throw invalidRequest();
  }
  return value === true;
}

function ticket(value: unknown): Ticket {
  if (value === undefined || value === null) {
    return { number: null, system: null };
  }
  if (!isRecord(value)) {
    throw invalidRequest();
  }
  return { number: text(value.ticketNumber), system: text(value.ticketSystem) };
}

function schedule(value: unknown): ScheduleInfo | null {
  if (value === undefined || value === null) {
    return null;
  }
  if (!isRecord(value) || value.recurrence != null) {
    throw invalidRequest();
  }
  const start = value.startDateTime == null ? null : instant(value.startDateTime);
  return { start, expiration: expiration(value.expiration) };
}

function expiration(value: unknown): Expiration {
  if (value === undefined || value === null) {
    return { type: 'notSpecified' };
  }
  if (!isRecord(value)) {
    throw invalidRequest();
  }
  const name = String(value.type).toLowerCase();
  const type = EXPIRATIONS.find((one) => one.toLowerCase() === name);
  switch (type) {
    case 'afterDuration':
      return { type, duration: duration(value.duration) };
    case 'afterDateTime':
      return { type, end: instant(value.endDateTime) };
    case 'noExpiration':
    case 'notSpecified':
      return { type };
    case undefined:
      throw invalidRequest();
  }
}

/** Without `Z` or an offset Graph refuses (seen 2026-10-06, pim-api §1.2). */
function instant(value: unknown): Temporal.Instant {
  if (typeof value !== 'string' || !WITH_OFFSET.test(value)) {
    throw invalidRequest();
  }
  try {
    return Temporal.Instant.from(value);
  } catch {
    throw invalidRequest();
  }
}

function duration(value: unknown): Temporal.Duration {
  try {
    const read = Temporal.Duration.from(String(value));
    if (read.sign === 1) {
      return read;
    }
  } catch {
    // Falls to the refusal below, as a duration of nothing does.
  }
  throw invalidRequest();
}

import type { Action, Ask, Expiration, Kind, ScheduleInfo, Ticket } from '../pim/model.ts';
import { invalidRequest } from '../pim/refusal.ts';
import { actorOf, readAction, readDuration, readExpirationType, readInstant } from '../pim/request-words.ts';
import type { AccessToken } from '../platform/types.ts';
import { type Body, guid, isRecord } from './body.ts';
import type { Plane } from './plane.ts';

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

/** The action alone, which decides what permission is needed before the rest is read; null when there is none. */
export function actionOf(body: unknown): Action | null {
  return isRecord(body) && typeof body.action === 'string' ? readAction(body.action) : null;
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
  const type = readExpirationType(value.type);
  switch (type) {
    case 'afterDuration':
      return { type, duration: duration(value.duration) };
    case 'afterDateTime':
      return { type, end: instant(value.endDateTime) };
    case 'noExpiration':
    case 'notSpecified':
      return { type };
    case null:
      throw invalidRequest();
  }
}

function instant(value: unknown): Temporal.Instant {
  return readInstant(value) ?? refuse();
}

function duration(value: unknown): Temporal.Duration {
  return readDuration(value) ?? refuse();
}

function refuse(): never {
  throw invalidRequest();
}

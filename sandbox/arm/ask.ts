import type { Ask, Expiration, Kind, ScheduleInfo, Ticket } from '../pim/model.ts';
import { invalidRequest } from '../pim/refusal.ts';
import { actorOf, readAction, readDuration, readExpirationType, readInstant } from '../pim/request-words.ts';
import type { Fields } from './body.ts';
import { ArmProblem, notSimulated } from './problem.ts';
import { readRoleId } from './roles.ts';
import type { Arm, Call } from './tools.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LINKED = /^.*\/providers\/microsoft\.authorization\/roleeligibilityschedules\/([0-9a-f-]{36})$/;

/** Reads the `properties` of a schedule request for the scope of its URL (pim-api §4.5). */
export function parseAsk(arm: Arm, call: Call, kind: Kind, fields: Fields): Ask {
  const requestId = guid(call.params.name);
  const action = readAction(fields.get('requestType'));
  if (action === null) {
    throw invalidRequest();
  }
  if (fields.get('condition') !== null) {
    throw notSimulated('conditions of assignments');
  }
  const target = text(
    fields.get(kind === 'assignment' ? 'targetRoleAssignmentScheduleId' : 'targetRoleEligibilityScheduleId'),
  );
  const linked = text(fields.get('linkedRoleEligibilityScheduleId'));
  return {
    kind,
    action,
    requestId,
    principalId: guid(fields.get('principalId')),
    subject: { surface: 'azure', role: roleId(arm, call, fields.get('roleDefinitionId')), scope: call.scope.id },
    justification: text(fields.get('justification')),
    ticket: ticket(fields.object('ticketInfo')),
    schedule: schedule(kind, fields.object('scheduleInfo')),
    customData: null,
    targetScheduleId: target === null ? null : (target.split('/').at(-1) ?? target),
    isValidationOnly: false,
    by: actorOf(call.caller),
    ...(linked !== null && { eligibleScheduleId: linkedId(linked) }),
  };
}

/** A bare GUID is refused, a wrong prefix too: the id must be one that fits the scope (pim-api §19.17). */
function roleId(arm: Arm, call: Call, value: unknown): string {
  const id = readRoleId(arm.tree, call.scope, text(value) ?? '');
  if (id === 'elsewhere') {
    const message = `The role definition id '${String(value)}' does not match the scope '${call.scope.id}'.`;
    throw new ArmProblem(400, 'ScopeDoesNotMatchRoleDefinition', message);
  }
  if (id === null) {
    throw invalidRequest();
  }
  return id;
}

/** One client saw a bare GUID refused and the full id of the row accepted. */
function linkedId(value: string): string {
  const id = LINKED.exec(value.toLowerCase())?.[1];
  if (id === undefined) {
    throw invalidRequest();
  }
  return id;
}

function guid(value: unknown): string {
  if (typeof value !== 'string' || !GUID.test(value)) {
    throw invalidRequest();
  }
  return value.toLowerCase();
}

function text(value: unknown): string | null {
  if (value !== null && typeof value !== 'string') {
    throw invalidRequest();
  }
  return value;
}

function ticket(fields: Fields | null): Ticket {
  return {
    number: text(fields?.get('ticketNumber') ?? null),
    system: text(fields?.get('ticketSystem') ?? null),
  };
}

function schedule(kind: Kind, fields: Fields | null): ScheduleInfo | null {
  if (fields === null) {
    return null;
  }
  const start = fields.get('startDateTime');
  return {
    start: start === null ? null : instant(start),
    expiration: expiration(kind, fields.object('expiration')),
  };
}

function expiration(kind: Kind, fields: Fields | null): Expiration {
  const type = readExpirationType(fields?.get('type') ?? 'notSpecified');
  switch (type) {
    case 'afterDuration':
      // An eligibility without a length is one for good; an assignment without is an error (pim-api §1.4).
      if (kind === 'eligibility' && fields?.get('duration') === null) {
        return { type: 'noExpiration' };
      }
      return { type, duration: duration(fields?.get('duration')) };
    case 'afterDateTime':
      return { type, end: instant(fields?.get('endDateTime')) };
    case 'noExpiration':
    case 'notSpecified':
      return { type };
    case null:
      throw badSchedule();
  }
}

function instant(value: unknown): Temporal.Instant {
  return readInstant(value) ?? refuse();
}

function duration(value: unknown): Temporal.Duration {
  return readDuration(value) ?? refuse();
}

function refuse(): never {
  throw badSchedule();
}

function badSchedule(): ArmProblem {
  return new ArmProblem(
    400,
    'InvalidRoleAssignmentRequestSchedule',
    'The role assignment request schedule is invalid.',
  );
}

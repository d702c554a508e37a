import { z } from 'zod';
import { isGuid } from '../../domain/ids.ts';

const LONGEST_NAME = 100;
const LONGEST_PERSON = 500;
const MOST_PEOPLE = 200;

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const SIGN_IN_NAME = /^[^\s/@]+@[^\s/@]+$/;
/** Such as `12 hours`. */
export const EVERY = /^([1-9]\d{0,3}) (hour|day|week)s?$/;

const name = z.string().trim().min(1, 'must not be empty').max(LONGEST_NAME);
const person = z
  .string()
  .trim()
  .max(LONGEST_PERSON)
  .refine((text) => isGuid(text) || SIGN_IN_NAME.test(text), 'must be a sign-in name or an object id');
const wallTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, {
    error: 'must be a time on the clock of the time zone, such as 2026-01-05T09:00',
    abort: true,
  })
  .refine((text) => isWallTime(text), 'is not in the calendar');
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from 00:00 to 23:59');

const weeklyHours = z
  .strictObject({
    days: z.array(z.enum(DAYS, 'must be a day of the week, such as monday')).min(1, 'must name a day'),
    from: timeOfDay.describe('When they begin, on each of the days.'),
    to: timeOfDay.describe('When they end; of the next day unless it is later than “from”.'),
  })
  .describe('Hours of some days of the week; they may go over midnight.');

const rotation = z
  .strictObject({
    name: name.describe('Exceptions name it.'),
    starts: wallTime.describe('The first handover. Nobody is on call before.'),
    every: z
      .string()
      .regex(EVERY, 'must be a number of hours, days or weeks, such as “1 week” or “12 hours”')
      .describe('From one handover to the next. Days and weeks keep the time on the clock, hours are exact.'),
    people: z
      .array(person)
      .min(1, 'must name somebody')
      .max(MOST_PEOPLE)
      .describe('Sign-in names or object ids, in turn.'),
    during: z
      .array(weeklyHours)
      .min(1, 'must name hours; left out, it means all of them')
      .optional()
      .describe('Somebody is on call only within these; left out, always.'),
  })
  .describe('People who are on call one after the other.');

const exception = z
  .strictObject({
    rotation: name.describe('Name of the rotation.'),
    from: wallTime,
    to: wallTime,
    person: person.optional().describe('Who is on call instead, whatever the hours of the rotation.'),
    nobody: z.literal(true, 'must be true, or left out').optional().describe('Nobody is on call.'),
  })
  .superRefine(({ from, to, person: who, nobody }, context) => {
    if ((who === undefined) === (nobody === undefined)) {
      context.addIssue({ code: 'custom', message: 'must have either “person” or “nobody: true”' });
    }
    if (from >= to) {
      context.addIssue({ code: 'custom', path: ['to'], message: 'must be after “from”' });
    }
  })
  .describe('A swap or a holiday. Of two that overlap, the one further down counts.');

/** The form of a rota; whether its people exist is asked of the tenant. */
export const rotaSchema = z
  .strictObject({
    version: z.literal(1, 'must be 1: no other form is known').describe('Form of this document.'),
    timeZone: z
      .string()
      .refine((text) => isTimeZone(text), 'must be the name of a time zone, such as Europe/Madrid')
      .describe('All times of the document are of this zone.'),
    rotations: z.array(rotation).min(1, 'must have a rotation').describe('On call is whom any of them has on call.'),
    exceptions: z.array(exception).default([]),
  })
  .superRefine(({ rotations, exceptions }, context) => {
    const names = new Set<string>();
    for (const [index, { name: given }] of rotations.entries()) {
      if (names.has(given.toLowerCase())) {
        context.addIssue({ code: 'custom', path: ['rotations', index, 'name'], message: 'names a rotation twice' });
      }
      names.add(given.toLowerCase());
    }
    for (const [index, { rotation: given }] of exceptions.entries()) {
      if (!names.has(given.toLowerCase())) {
        context.addIssue({ code: 'custom', path: ['exceptions', index, 'rotation'], message: 'names no rotation' });
      }
    }
  })
  .describe('A rota of Pimlico: who is on call when.');

export type RotaContent = z.output<typeof rotaSchema>;

/** `PlainDateTime.from` would bend the 31st of June. */
function isWallTime(text: string): boolean {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toString().startsWith(text);
  } catch {
    return false;
  }
}

/** Names only: an offset such as +01:00 knows no summer. */
function isTimeZone(text: string): boolean {
  try {
    return /^[A-Z]/i.test(text) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text) !== null;
  } catch {
    return false;
  }
}

import { z } from 'zod';
import { conversationId, principalId, pullId } from '../../domain/ids.ts';
import { PULL_STATES, type Pull } from '../../domain/pull.ts';
import { ERROR_CODES } from '../../errors.ts';
import { storedDuration, storedRole, writtenRole } from './stored-json.ts';

const instant = z.iso.datetime().transform((text) => Temporal.Instant.from(text));
const person = z.strictObject({ id: z.string().transform(principalId), name: z.string() });
const statement = z.strictObject({ by: person, at: instant, text: z.string() });
const review = z.strictObject({ dueAt: instant, account: statement.nullable(), done: statement.nullable() });

/** A use of a pack in a JSON column. */
export const storedPull: z.ZodType<Pull> = z.strictObject({
  id: z.string().transform(pullId),
  pack: z.string(),
  purpose: z.string(),
  pulledBy: z.string(),
  rulebook: z.string(),
  roles: z.array(storedRole),
  puller: person,
  window: storedDuration,
  incident: z.string().nullable(),
  severity: z.string().nullable(),
  reason: z.string(),
  isDrill: z.boolean(),
  needsSecondPerson: z.boolean(),
  state: z.enum(PULL_STATES),
  plannedAt: instant,
  pulledAt: instant.nullable(),
  secondBy: instant.nullable(),
  second: person.nullable(),
  activeFrom: instant.nullable(),
  activeUntil: instant.nullable(),
  endedAt: instant.nullable(),
  problem: z.strictObject({ code: z.enum(ERROR_CODES), facts: z.record(z.string(), z.string()) }).nullable(),
  alarmed: z.strictObject({
    channel: z.string().transform(conversationId).nullable(),
    people: z.array(person.extend({ teamsUserId: z.string().exactOptional() })),
  }),
  owner: person.nullable(),
  review: review.nullable(),
});

/** The same as JSON has it: instants and durations write themselves. */
export function writtenPull(pull: Pull): string {
  return JSON.stringify({ ...pull, roles: pull.roles.map(writtenRole) });
}

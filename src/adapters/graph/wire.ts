import type { ZodType } from 'zod';
import { z } from 'zod';
import { optionalDuration, optionalText, word } from '../pim-errors/wire-values.ts';
import { ruleRow } from '../pim-rules/role-policy.ts';
import type { Placed, Plane } from './plane.ts';

/** Instants as Graph sends them: UTC, up to seven fractional digits. */
const instant = z.string().transform((text, context) => {
  try {
    return Temporal.Instant.from(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not an instant' });
    return z.NEVER;
  }
});

export const optionalInstant = instant.nullish().transform((value) => value ?? null);

/** What an expanded object is called. */
export const named = z.object({ displayName: optionalText }).nullish();

const eligibleParts = z.object({ endDateTime: optionalInstant });
const activeParts = z.object({ startDateTime: optionalInstant, endDateTime: optionalInstant, assignmentType: word });

const scheduleInfo = z.object({
  startDateTime: optionalInstant,
  expiration: z.object({ duration: optionalDuration, endDateTime: optionalInstant }).nullish(),
});

const requestParts = z.object({
  id: z.string(),
  status: word,
  action: word,
  createdDateTime: optionalInstant,
  completedDateTime: optionalInstant,
  customData: optionalText,
  principalId: z.string(),
  justification: optionalText,
  scheduleInfo: scheduleInfo.nullish(),
  ticketInfo: z.object({ ticketNumber: optionalText }).nullish(),
});

export type EligibleRow = Placed & z.infer<typeof eligibleParts>;
export type ActiveRow = Placed & z.infer<typeof activeParts>;
export type RequestRow = Placed & z.infer<typeof requestParts>;

/** The rows of one part of PIM. */
export interface Rows {
  readonly eligible: ZodType<EligibleRow>;
  readonly active: ZodType<ActiveRow>;
  readonly request: ZodType<RequestRow>;
}

/** How the rows of a part are read: the same on each, but for the role. */
export function rowsOf({ place }: Pick<Plane, 'place'>): Rows {
  return { eligible: place.and(eligibleParts), active: place.and(activeParts), request: place.and(requestParts) };
}

/** What a deactivation answers: of all of it only the word counts. */
export const outcomeRow = z.object({ status: word });

/** One stage of an approval, which beta calls a step. */
export const approvalStage = z.object({
  id: z.string(),
  status: word,
  reviewResult: word.nullish(),
  assignedToMe: z.boolean().nullish(),
});
export type ApprovalStage = z.infer<typeof approvalStage>;

export const userRow = z.object({
  '@odata.type': z.string().optional(),
  id: z.string(),
  displayName: optionalText,
  userPrincipalName: optionalText,
  accountEnabled: z.boolean().nullish(),
  /** `Guest` or `Member`; only where it was selected. */
  userType: optionalText,
});
export type UserRow = z.infer<typeof userRow>;

/** Only what says whether members are shown. */
export const groupRow = z.object({ id: z.string(), visibility: optionalText });

/** Any object of the directory, by its id. */
export const objectRow = z.object({ id: z.string(), displayName: optionalText });

export const policyAssignmentRow = z.object({ policy: z.object({ rules: z.array(ruleRow) }) });

/** v1.0 says `userId` and `groupId` where beta says `id` (pim-api §8.5). */
export const subjectSet = z.object({
  '@odata.type': word,
  userId: optionalText,
  groupId: optionalText,
  id: optionalText,
  description: optionalText,
});
export type SubjectSet = z.infer<typeof subjectSet>;

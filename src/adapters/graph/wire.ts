import { z } from 'zod';

/** Instants as Graph sends them: UTC, up to seven fractional digits. */
const instant = z.string().transform((text, context) => {
  try {
    return Temporal.Instant.from(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not an instant' });
    return z.NEVER;
  }
});

/** Durations as Graph sends them, without calendar units. */
const duration = z.string().transform((text, context) => {
  try {
    return Temporal.Duration.from(text).round({ largestUnit: 'hour' });
  } catch {
    context.addIssue({ code: 'custom', message: 'not a duration' });
    return z.NEVER;
  }
});

/** Empty durations come as `PT0S`, absent ones as null; either way nothing is said. */
const optionalDuration = duration.nullish().transform((value) => value ?? null);
const optionalInstant = instant.nullish().transform((value) => value ?? null);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** Words are PascalCase here and camelCase there (pim-api §1.3): kept in lower case. */
const word = z.string().transform((text) => text.toLowerCase());

const named = z.object({ displayName: optionalText }).nullish();

export const eligibleRow = z.object({
  roleDefinitionId: z.string(),
  directoryScopeId: optionalText,
  endDateTime: optionalInstant,
  roleDefinition: named,
  directoryScope: named,
});
export type EligibleRow = z.infer<typeof eligibleRow>;

export const activeRow = eligibleRow.extend({ startDateTime: optionalInstant, assignmentType: word });
export type ActiveRow = z.infer<typeof activeRow>;

const scheduleInfo = z.object({
  startDateTime: optionalInstant,
  expiration: z.object({ duration: optionalDuration, endDateTime: optionalInstant }).nullish(),
});

export const requestRow = z.object({
  id: z.string(),
  status: word,
  action: word,
  createdDateTime: optionalInstant,
  customData: optionalText,
  principalId: z.string(),
  roleDefinitionId: z.string(),
  directoryScopeId: optionalText,
  justification: optionalText,
  scheduleInfo: scheduleInfo.nullish(),
  ticketInfo: z.object({ ticketNumber: optionalText }).nullish(),
  roleDefinition: named,
  directoryScope: named,
});
export type RequestRow = z.infer<typeof requestRow>;

/** What a deactivation answers: of all of it only the word counts. */
export const outcomeRow = z.object({ status: word });

export const approvalBody = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      status: word,
      reviewResult: word.nullish(),
      assignedToMe: z.boolean().nullish(),
    }),
  ),
});
export type ApprovalStep = z.infer<typeof approvalBody>['steps'][number];

export const userRow = z.object({
  '@odata.type': z.string().optional(),
  id: z.string(),
  displayName: optionalText,
  userPrincipalName: optionalText,
  accountEnabled: z.boolean().nullish(),
});
export type UserRow = z.infer<typeof userRow>;

/** A policy rule before its kind is known; the rest is read by rule id. */
export const ruleRow = z.looseObject({ id: z.string() });

export const policyAssignmentRow = z.object({ policy: z.object({ rules: z.array(ruleRow) }) });

export const expirationRule = z.object({ maximumDuration: duration });
export const enablementRule = z.object({ enabledRules: z.array(word) });
export const authenticationContextRule = z.object({ isEnabled: z.boolean(), claimValue: optionalText });

/** v1.0 says `userId` and `groupId` where beta says `id` (pim-api §8.5). */
const subjectSet = z.object({
  '@odata.type': word,
  userId: optionalText,
  groupId: optionalText,
  id: optionalText,
  description: optionalText,
});
export type SubjectSet = z.infer<typeof subjectSet>;

export const approvalRule = z.object({
  setting: z.object({
    isApprovalRequired: z.boolean(),
    approvalStages: z
      .array(
        z.object({
          isApproverJustificationRequired: z.boolean().nullish(),
          primaryApprovers: z.array(subjectSet).nullish(),
        }),
      )
      .nullish(),
  }),
});

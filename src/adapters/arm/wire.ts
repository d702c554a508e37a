import { z } from 'zod';
import { optionalDuration, optionalText, word } from '../pim-errors/wire-values.ts';
import { ruleRow } from '../pim-rules/role-policy.ts';

/** Instants as ARM sends them: UTC, up to seven fractional digits, now and then without the `Z`. */
const instant = z.string().transform((text, context) => {
  try {
    return Temporal.Instant.from(/(?:z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  } catch {
    context.addIssue({ code: 'custom', message: 'not an instant' });
    return z.NEVER;
  }
});

export const optionalInstant = instant.nullish().transform((value) => value ?? null);

const expanded = z.object({ displayName: optionalText }).nullish();
const expandedProperties = z.object({ scope: expanded, roleDefinition: expanded, principal: expanded }).nullish();

const roleAtScope = z.object({
  scope: z.string().startsWith('/'),
  roleDefinitionId: z.string().min(1),
  principalId: z.string().min(1),
  expandedProperties,
});
export type NamedRole = Pick<z.infer<typeof roleAtScope>, 'scope' | 'roleDefinitionId' | 'expandedProperties'>;

export const eligibleRow = z.object({ properties: roleAtScope.extend({ endDateTime: optionalInstant }) });
export type EligibleRow = z.infer<typeof eligibleRow>;

export const activeRow = z.object({
  properties: eligibleRow.shape.properties.extend({ startDateTime: optionalInstant, assignmentType: word }),
});
export type ActiveRow = z.infer<typeof activeRow>;

const scheduleInfo = z.object({
  startDateTime: optionalInstant,
  expiration: z.object({ duration: optionalDuration, endDateTime: optionalInstant }).nullish(),
});

export const requestRow = z.object({
  name: z.string().min(1),
  properties: roleAtScope.extend({
    requestType: word,
    status: word,
    approvalId: optionalText,
    createdOn: optionalInstant,
    justification: optionalText,
    scheduleInfo: scheduleInfo.nullish(),
    ticketInfo: z.object({ ticketNumber: optionalText }).nullish(),
  }),
});
export type RequestRow = z.infer<typeof requestRow>;

/** What a deactivation answers: of all of it only the word counts. */
export const outcomeRow = z.object({ properties: z.object({ status: word }) });

export const stageRow = z.object({
  name: z.string().min(1),
  properties: z.object({ status: word, reviewResult: word.nullish(), assignedToMe: z.boolean().nullish() }),
});
export type StageRow = z.infer<typeof stageRow>;

export const childRow = z.object({ id: z.string().startsWith('/'), name: optionalText });

export const subscriptionRow = z.object({ subscriptionId: z.string().min(1) });
export const managementGroupRow = z.object({ id: z.string().startsWith('/') });

export const policyAssignmentRow = z.object({
  properties: z.object({ scope: z.string(), roleDefinitionId: z.string(), effectiveRules: z.array(ruleRow) }),
});

export const approver = z.object({ id: z.string().min(1), userType: word, description: optionalText });
export type Approver = z.infer<typeof approver>;

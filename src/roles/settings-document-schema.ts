import { z } from 'zod';
import { isGuid } from '../domain/ids.ts';
import { NOTIFICATION_RULES } from '../domain/settings-canonical.ts';
import { minutesOf } from '../domain/settings-duration.ts';
import { SETTINGS_WORDS } from '../domain/settings-words.ts';

const LONGEST_TEXT = 500;
const text = z.string().min(1).max(LONGEST_TEXT);
const duration = z
  .string()
  .refine((value) => minutesOf(value) !== null, 'must be an ISO 8601 duration without months and years, such as PT8H');
const guid = z.string().refine(isGuid, 'must be an object id (a GUID)');

const demands = {
  requireJustification: z.boolean(),
  requireMultiFactorAuthentication: z.boolean(),
  requireTicket: z.boolean(),
};

const assignment = z.strictObject({ allowPermanent: z.boolean(), maximumDuration: duration, ...demands });

const approver = z.union(
  [z.strictObject({ person: guid, name: text }), z.strictObject({ group: guid, name: text })],
  'must have “person” or “group” (a GUID) and “name”',
);

const notification = z.strictObject({
  rule: z.enum(NOTIFICATION_RULES),
  level: z.enum(['All', 'Critical', 'None']),
  defaultRecipients: z.boolean(),
  recipients: z.array(text),
});

/** The form of a document; whether its values are sensible is judged elsewhere. */
export const documentSchema = z.strictObject({
  version: z.literal(1),
  surface: z.enum(Object.values(SETTINGS_WORDS).map(({ name }) => name)),
  role: text,
  roleDefinition: text,
  scope: text,
  scopeId: text,
  activation: z.strictObject({
    maximumDuration: duration,
    ...demands,
    authenticationContext: z
      .string()
      .regex(/^c[1-9]\d?$/, 'must be c1 to c99, or null')
      .nullable(),
    approval: z.strictObject({
      required: z.boolean(),
      requireApproverJustification: z.boolean(),
      approvers: z.array(approver),
    }),
  }),
  eligibleAssignment: assignment,
  activeAssignment: assignment,
  notifications: z
    .array(notification)
    .length(NOTIFICATION_RULES.length, `must name each of the ${NOTIFICATION_RULES.length} notification rules`)
    .refine((rules) => new Set(rules.map(({ rule }) => rule)).size === rules.length, 'names a rule twice'),
});

/** What is printed: the schema's output, where rules are any text. */
export type DocumentContent = Omit<z.infer<typeof documentSchema>, 'notifications'> & {
  readonly notifications: readonly (Omit<z.infer<typeof notification>, 'rule'> & { readonly rule: string })[];
};

import { z } from 'zod';

/** A rule as it came, before its kind is known: whatever else it holds goes back as it is. */
export const rawRule = z.looseObject({ id: z.string() });
export type RawRule = z.infer<typeof rawRule>;

/** The five families of rules; both planes have the same ids and contents (pim-api §8.2, §8.6). */
export const RULES = {
  eligibleExpiration: 'Expiration_Admin_Eligibility',
  eligibleEnablement: 'Enablement_Admin_Eligibility',
  activeExpiration: 'Expiration_Admin_Assignment',
  activeEnablement: 'Enablement_Admin_Assignment',
  activationExpiration: 'Expiration_EndUser_Assignment',
  activationEnablement: 'Enablement_EndUser_Assignment',
  context: 'AuthenticationContext_EndUser_Assignment',
  approval: 'Approval_EndUser_Assignment',
} as const;

const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const wordList = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

export const expirationRule = z.object({ isExpirationRequired: z.boolean(), maximumDuration: z.string() });

export const enablementRule = z.object({ enabledRules: wordList });

export const contextRule = z.object({ isEnabled: z.boolean(), claimValue: optionalText });

export const notificationRule = z.object({
  notificationLevel: z.string(),
  isDefaultRecipientsEnabled: z.boolean(),
  notificationRecipients: wordList,
});

/** v1.0 says `userId` and `groupId`, beta `id`, ARM `id` and `userType` (pim-api §8.5, §8.6). */
export const rawApprover = z.looseObject({
  '@odata.type': optionalText,
  userType: optionalText,
  userId: optionalText,
  groupId: optionalText,
  id: optionalText,
  description: optionalText,
});

export const rawStage = z.looseObject({
  isApproverJustificationRequired: z.boolean().nullish(),
  primaryApprovers: z.array(z.looseObject({})).nullish(),
});

export const approvalRule = z.object({
  setting: z.looseObject({
    isApprovalRequired: z.boolean(),
    approvalStages: z.array(rawStage).nullish(),
  }),
});

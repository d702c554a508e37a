import { type ZodType, z } from 'zod';
import type { ApproverReference, RolePolicy } from '../../domain/policy.ts';
import { AccessError } from '../../errors.ts';
import { duration, optionalText, word } from '../pim-errors/wire-values.ts';

/** A policy rule before its kind is known; the rest is read by rule id. */
export const ruleRow = z.looseObject({ id: z.string() });
export type RuleRow = z.infer<typeof ruleRow>;

const expirationRule = z.object({ maximumDuration: duration });
const enablementRule = z.object({ enabledRules: z.array(word) });
/** Off, the value is null or empty (pim-api §8.2). */
const authenticationContextRule = z.object({ isEnabled: z.boolean(), claimValue: optionalText });

/**
 * Reads what PIM demands of one activation out of the rules of a policy (pim-api §8.2, §8.6). The rules are the same on
 * Graph and on ARM, but for how an approver is written; `toApprover` answers null for one it does not know.
 */
export function createPolicyReader<T>(
  approver: ZodType<T>,
  toApprover: (said: T) => ApproverReference | null,
): (rules: readonly RuleRow[]) => RolePolicy {
  const approvalRule = approvalRuleOf(approver);
  const knownApprover = (said: T): ApproverReference => {
    const known = toApprover(said);
    if (known === null) {
      throw unknownShape('an approver');
    }
    return known;
  };

  /** @throws {AccessError} graph.unexpected_answer when a rule is missing or of a shape we do not know: never a guess */
  return (rules) => {
    const { maximumDuration } = rule(rules, 'Expiration_EndUser_Assignment', expirationRule);
    const { enabledRules } = rule(rules, 'Enablement_EndUser_Assignment', enablementRule);
    const context = rule(rules, 'AuthenticationContext_EndUser_Assignment', authenticationContextRule);
    const { setting } = rule(rules, 'Approval_EndUser_Assignment', approvalRule);
    const stage = setting.approvalStages?.[0];
    if (maximumDuration.sign <= 0 || (context.isEnabled && !context.claimValue)) {
      throw unknownShape('a rule without its value');
    }
    return {
      maximumDuration,
      isJustificationRequired: enabledRules.includes('justification'),
      isTicketRequired: enabledRules.includes('ticketing'),
      isMfaRequired: enabledRules.includes('multifactorauthentication'),
      authenticationContext: context.isEnabled ? context.claimValue : null,
      isApprovalRequired: setting.isApprovalRequired,
      isApproverJustificationRequired: stage?.isApproverJustificationRequired ?? true,
      approvers: setting.isApprovalRequired ? (stage?.primaryApprovers ?? []).map(knownApprover) : [],
    };
  };
}

function approvalRuleOf<T>(approver: ZodType<T>) {
  const stage = z.object({
    isApproverJustificationRequired: z.boolean().nullish(),
    primaryApprovers: z.array(approver).nullish(),
  });
  return z.object({
    setting: z.object({ isApprovalRequired: z.boolean(), approvalStages: z.array(stage).nullish() }),
  });
}

function rule<T>(rules: readonly RuleRow[], id: string, schema: ZodType<T>): T {
  const parsed = schema.safeParse(rules.find((row) => row.id === id));
  if (!parsed.success) {
    throw unknownShape(id);
  }
  return parsed.data;
}

function unknownShape(what: string): AccessError {
  return new AccessError('graph.unexpected_answer', `The role settings are not understood: ${what}`);
}

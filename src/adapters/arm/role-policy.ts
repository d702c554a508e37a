import type { ZodType } from 'zod';
import { principalId } from '../../domain/ids.ts';
import type { ApproverReference, RolePolicy } from '../../domain/policy.ts';
import { AccessError } from '../../errors.ts';
import type { Approver, RuleRow } from './wire.ts';
import { approvalRule, authenticationContextRule, enablementRule, expirationRule } from './wire.ts';

/**
 * Reads what PIM demands of one activation out of the effective rules of a policy (pim-api §8.2, §8.6).
 * @throws {AccessError} graph.unexpected_answer when a rule is missing or of a shape we do not know: never a guess
 */
export function toRolePolicy(rules: readonly RuleRow[]): RolePolicy {
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
    approvers: setting.isApprovalRequired ? (stage?.primaryApprovers ?? []).map(toApprover) : [],
  };
}

function rule<T>(rules: readonly RuleRow[], id: string, schema: ZodType<T>): T {
  const parsed = schema.safeParse(rules.find((row) => row.id === id));
  if (!parsed.success) {
    throw unknownShape(id);
  }
  return parsed.data;
}

function toApprover({ id, userType, description }: Approver): ApproverReference {
  switch (userType) {
    case 'user':
      return { kind: 'person', id: principalId(id), name: description ?? id };
    case 'group':
      return { kind: 'group', id: id.toLowerCase(), name: description ?? id };
    default:
      throw unknownShape('an approver');
  }
}

function unknownShape(what: string): AccessError {
  return new AccessError('graph.unexpected_answer', `The role settings are not understood: ${what}`);
}

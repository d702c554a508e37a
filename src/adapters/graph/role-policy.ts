import type { ZodType, z } from 'zod';
import { principalId } from '../../domain/ids.ts';
import type { ApproverReference, RolePolicy } from '../../domain/policy.ts';
import { AccessError } from '../../errors.ts';
import type { ruleRow, SubjectSet } from './wire.ts';
import { approvalRule, authenticationContextRule, enablementRule, expirationRule } from './wire.ts';

type RuleRow = z.infer<typeof ruleRow>;

/**
 * Reads what PIM demands of one activation out of the 17 rules of a policy (pim-api §8.2).
 * @throws {AccessError} graph.unexpected_answer when a rule is missing or of a shape we do not know: never a guess
 */
export function toRolePolicy(rules: readonly RuleRow[]): RolePolicy {
  const expiration = rule(rules, 'Expiration_EndUser_Assignment', expirationRule);
  const enablement = rule(rules, 'Enablement_EndUser_Assignment', enablementRule);
  const context = rule(rules, 'AuthenticationContext_EndUser_Assignment', authenticationContextRule);
  const { setting } = rule(rules, 'Approval_EndUser_Assignment', approvalRule);
  const stage = setting.approvalStages?.[0];
  if (expiration.maximumDuration.sign <= 0 || (context.isEnabled && !context.claimValue)) {
    throw unknownShape('a rule without its value');
  }
  return {
    maximumDuration: expiration.maximumDuration,
    isJustificationRequired: enablement.enabledRules.includes('justification'),
    isTicketRequired: enablement.enabledRules.includes('ticketing'),
    isMfaRequired: enablement.enabledRules.includes('multifactorauthentication'),
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

function toApprover(subject: SubjectSet): ApproverReference {
  const type = subject['@odata.type'].replace(/^#/, '');
  const id = (type === 'microsoft.graph.groupmembers' ? subject.groupId : subject.userId) ?? subject.id;
  if (id !== null && type === 'microsoft.graph.singleuser') {
    return { kind: 'person', id: principalId(id), name: subject.description ?? id };
  }
  if (id !== null && type === 'microsoft.graph.groupmembers') {
    return { kind: 'group', id: id.toLowerCase(), name: subject.description ?? id };
  }
  throw unknownShape('an approver');
}

function unknownShape(what: string): AccessError {
  return new AccessError('graph.unexpected_answer', `The role settings are not understood: ${what}`);
}

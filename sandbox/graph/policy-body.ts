import type { Approvers } from '../pim/model.ts';
import type { PolicyRule, RuleId } from '../pim/policy.ts';
import { isMaximumAllowed } from '../pim/policy-limits.ts';
import { isRecord } from './body.ts';
import { badRequest } from './problem.ts';

type Body = Readonly<Record<string, unknown>>;

const ENABLED = ['Justification', 'MultiFactorAuthentication', 'Ticketing'];

/** Reads the body of a rule's PATCH against the rule that is there; needs `@odata.type`, `id` and `target` (§8.5). */
export function parseRule(id: RuleId, current: PolicyRule, body: Body): PolicyRule {
  const type = `#microsoft.graph.unifiedRoleManagementPolicy${suffixOf(current)}`;
  if (body['@odata.type'] !== type || body.id !== id || !isRecord(body.target)) {
    throw badRequest(`A rule needs @odata.type '${type}', id '${id}' and a target.`);
  }
  switch (current.kind) {
    case 'expiration':
      return {
        ...current,
        isExpirationRequired: boolean(body.isExpirationRequired, current.isExpirationRequired),
        maximumDuration: maximum(id, body.maximumDuration ?? current.maximumDuration),
      };
    case 'enablement':
      return { ...current, enabledRules: enabled(body.enabledRules) };
    case 'authenticationContext':
      return { ...current, ...context(body) };
    case 'approval':
      return { ...current, ...approval(body.setting) };
    case 'notification':
      return {
        ...current,
        notificationLevel: String(body.notificationLevel ?? current.notificationLevel),
        isDefaultRecipientsEnabled: boolean(body.isDefaultRecipientsEnabled, current.isDefaultRecipientsEnabled),
        notificationRecipients: strings(body.notificationRecipients ?? []),
      };
  }
}

function suffixOf(rule: PolicyRule): string {
  return `${rule.kind.slice(0, 1).toUpperCase()}${rule.kind.slice(1)}Rule`;
}

function maximum(id: RuleId, value: unknown): string {
  if (!isMaximumAllowed(id, value)) {
    throw badRequest(`The maximumDuration '${String(value)}' is not allowed.`);
  }
  return String(value);
}

function enabled(value: unknown): readonly string[] {
  const rules = strings(value);
  const unknown = rules.find((rule) => !ENABLED.includes(rule));
  if (unknown !== undefined) {
    throw badRequest(`The enabled rule '${unknown}' is not known.`);
  }
  return rules;
}

function context(body: Body): { isEnabled: boolean; claimValue: string | null } {
  const isEnabled = boolean(body.isEnabled, false);
  const { claimValue } = body;
  if (isEnabled && !/^c[1-9]\d?$/.test(String(claimValue))) {
    throw badRequest('An authentication context needs a claimValue c1 to c99.');
  }
  return { isEnabled, claimValue: isEnabled ? String(claimValue) : null };
}

function approval(value: unknown): {
  isApprovalRequired: boolean;
  isApproverJustificationRequired: boolean;
  approvers: Approvers;
} {
  if (!isRecord(value)) {
    throw badRequest('An approval rule needs a setting.');
  }
  const stages = Array.isArray(value.approvalStages) ? value.approvalStages : [];
  const stage: unknown = stages[0] ?? {};
  if (!isRecord(stage) || stages.length > 1) {
    throw badRequest('PIM supports one approval stage.');
  }
  const named = Array.isArray(stage.primaryApprovers) ? stage.primaryApprovers.filter(isRecord) : [];
  return {
    isApprovalRequired: boolean(value.isApprovalRequired, false),
    isApproverJustificationRequired: boolean(stage.isApproverJustificationRequired, true),
    approvers: {
      userIds: named.flatMap(({ userId }) => (typeof userId === 'string' ? [userId.toLowerCase()] : [])),
      groupIds: named.flatMap(({ groupId }) => (typeof groupId === 'string' ? [groupId.toLowerCase()] : [])),
    },
  };
}

function boolean(value: unknown, otherwise: boolean): boolean {
  if (value === undefined) {
    return otherwise;
  }
  if (typeof value !== 'boolean') {
    throw badRequest('A boolean was expected.');
  }
  return value;
}

function strings(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw badRequest('A list of strings was expected.');
  }
  return value;
}

import type { Approvers } from '../pim/model.ts';
import type { PolicyRule, RuleId } from '../pim/policy.ts';
import { isMaximumAllowed } from '../pim/policy-limits.ts';
import { Fields, isRecord } from './body.ts';
import { ruleTypeOf } from './policy-rows.ts';
import { ArmProblem } from './problem.ts';
import type { Arm } from './tools.ts';

const ENABLED = ['Justification', 'MultiFactorAuthentication', 'Ticketing'];
/** Rules of administrators know no ticket (pim-api §8.2). */
const ENABLED_FOR_ADMINS = ['Justification', 'MultiFactorAuthentication'];

/** Reads one changed rule against the one that is there; whatever is wrong is 400 `InvalidPolicy` (§8.6). */
export function parseRule(arm: Arm, id: RuleId, current: PolicyRule, body: Fields): PolicyRule {
  const type = ruleTypeOf(current).toLowerCase();
  if (String(body.get('ruleType')).toLowerCase() !== type) {
    throw invalidPolicy();
  }
  switch (current.kind) {
    case 'expiration':
      return {
        ...current,
        isExpirationRequired: boolean(body.get('isExpirationRequired'), current.isExpirationRequired),
        maximumDuration: maximum(id, body.get('maximumDuration') ?? current.maximumDuration),
      };
    case 'enablement':
      return { ...current, enabledRules: enabled(id, body.get('enabledRules')) };
    case 'authenticationContext':
      return { ...current, ...context(body) };
    case 'approval':
      return { ...current, ...approval(arm, body.object('setting')) };
    case 'notification':
      return {
        ...current,
        notificationLevel: String(body.get('notificationLevel') ?? current.notificationLevel),
        isDefaultRecipientsEnabled: boolean(body.get('isDefaultRecipientsEnabled'), current.isDefaultRecipientsEnabled),
        notificationRecipients: strings(body.get('notificationRecipients') ?? []),
      };
  }
}

export function invalidPolicy(): ArmProblem {
  return new ArmProblem(400, 'InvalidPolicy', 'The policy is invalid.');
}

function maximum(id: RuleId, value: unknown): string {
  if (!isMaximumAllowed(id, value)) {
    throw invalidPolicy();
  }
  return String(value);
}

/** The values are compared with their case (pim-api §8.2). */
function enabled(id: RuleId, value: unknown): readonly string[] {
  const known = id === 'Enablement_EndUser_Assignment' ? ENABLED : ENABLED_FOR_ADMINS;
  const rules = strings(value);
  if (!rules.every((rule) => known.includes(rule))) {
    throw invalidPolicy();
  }
  return rules;
}

function context(body: Fields): { readonly isEnabled: boolean; readonly claimValue: string | null } {
  const isEnabled = boolean(body.get('isEnabled'), false);
  const claimValue = String(body.get('claimValue') ?? '');
  if (isEnabled && !/^c[1-9]\d?$/.test(claimValue)) {
    throw invalidPolicy();
  }
  return { isEnabled, claimValue: isEnabled ? claimValue : null };
}

interface ApprovalContent {
  readonly isApprovalRequired: boolean;
  readonly isApproverJustificationRequired: boolean;
  readonly approvers: Approvers;
}

/** Azure has no default approvers, so approval by nobody is no policy (§7.1). */
function approval(arm: Arm, setting: Fields | null): ApprovalContent {
  const stages = setting?.get('approvalStages') ?? [];
  if (setting === null || !Array.isArray(stages) || stages.length > 1) {
    throw invalidPolicy();
  }
  const stage = new Fields(isRecord(stages[0]) ? stages[0] : {});
  const approvers = readApprovers(arm, stage.get('primaryApprovers') ?? []);
  const isApprovalRequired = boolean(setting.get('isApprovalRequired'), false);
  if (isApprovalRequired && approvers.userIds.length + approvers.groupIds.length === 0) {
    throw invalidPolicy();
  }
  const isApproverJustificationRequired = boolean(stage.get('isApproverJustificationRequired'), true);
  return { isApprovalRequired, isApproverJustificationRequired, approvers };
}

function readApprovers(arm: Arm, value: unknown): Approvers {
  if (!Array.isArray(value) || !value.every(isRecord)) {
    throw invalidPolicy();
  }
  const { groups, users } = arm.world.tenant;
  const userIds: string[] = [];
  const groupIds: string[] = [];
  for (const one of value) {
    const fields = new Fields(one);
    const id = String(fields.get('id')).toLowerCase();
    const type = String(fields.get('userType')).toLowerCase();
    if (type === 'user' && users.has(id)) {
      userIds.push(id);
    } else if (type === 'group' && groups.has(id)) {
      groupIds.push(id);
    } else {
      throw invalidPolicy();
    }
  }
  return { userIds, groupIds };
}

function boolean(value: unknown, otherwise: boolean): boolean {
  if (value === null) {
    return otherwise;
  }
  if (typeof value !== 'boolean') {
    throw invalidPolicy();
  }
  return value;
}

function strings(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalidPolicy();
  }
  return value;
}

import type { ZodType } from 'zod';
import {
  type AssignmentSettings,
  type HeldSettings,
  type NotificationSetting,
  REQUIREMENTS,
  type Requirement,
  type RoleSettings,
  type SettingsApprover,
} from '../../domain/role-settings.ts';
import { canonicalSettings, NOTIFICATION_RULES } from '../../domain/settings-canonical.ts';
import { canonicalDuration } from '../../domain/settings-duration.ts';
import { AccessError } from '../../errors.ts';
import {
  approvalRule,
  contextRule,
  enablementRule,
  expirationRule,
  notificationRule,
  type RawRule,
  RULES,
  rawApprover,
} from './rule-shapes.ts';

/** What a policy says beside its rules. */
export type PolicyFacts = Pick<HeldSettings, 'policyId' | 'lastModified'>;

const LEVELS = ['All', 'Critical', 'None'] as const;
const KNOWN_IDS: ReadonlySet<string> = new Set([...Object.values(RULES), ...NOTIFICATION_RULES]);

/**
 * Reads the seventeen rules of a policy, of either plane.
 *
 * @throws {AccessError} graph.unexpected_answer naming the rule that is missing or of a shape we do not know: never a guess
 */
export function toHeldSettings(rules: readonly RawRule[], facts: PolicyFacts): HeldSettings {
  return { ...facts, settings: toSettings(rules), unknownRules: unknownRules(rules) };
}

function toSettings(rules: readonly RawRule[]): RoleSettings {
  const expiration = ruleOf(rules, RULES.activationExpiration, expirationRule);
  const context = ruleOf(rules, RULES.context, contextRule);
  if (context.isEnabled && !context.claimValue) {
    throw unknownShape(RULES.context);
  }
  return canonicalSettings({
    activation: {
      maximumDuration: durationOf(RULES.activationExpiration, expiration.maximumDuration),
      requires: requirementsOf(rules, RULES.activationEnablement),
      authenticationContext: context.isEnabled ? context.claimValue : null,
      approval: approvalOf(rules),
    },
    eligibleAssignment: assignmentOf(rules, RULES.eligibleExpiration, RULES.eligibleEnablement),
    activeAssignment: assignmentOf(rules, RULES.activeExpiration, RULES.activeEnablement),
    notifications: NOTIFICATION_RULES.map((id) => notificationOf(rules, id)),
  });
}

function assignmentOf(rules: readonly RawRule[], expirationId: string, enablementId: string): AssignmentSettings {
  const expiration = ruleOf(rules, expirationId, expirationRule);
  return {
    isPermanentAllowed: !expiration.isExpirationRequired,
    maximumDuration: durationOf(expirationId, expiration.maximumDuration),
    requires: requirementsOf(rules, enablementId),
  };
}

function approvalOf(rules: readonly RawRule[]): RoleSettings['activation']['approval'] {
  const { setting } = ruleOf(rules, RULES.approval, approvalRule);
  const [stage, second] = setting.approvalStages ?? [];
  if (second !== undefined) {
    // PIM has one stage only (pim-api §7.1): who of several would decide is not ours to guess.
    throw unknownShape(RULES.approval);
  }
  return {
    isRequired: setting.isApprovalRequired,
    isJustificationRequired: stage?.isApproverJustificationRequired ?? true,
    approvers: (stage?.primaryApprovers ?? []).map(toApprover),
  };
}

/** Reads one approver in any of the three shapes. @throws graph.unexpected_answer */
export function toApprover(raw: unknown): SettingsApprover {
  const parsed = rawApprover.safeParse(raw);
  if (!parsed.success) {
    throw unknownShape(RULES.approval);
  }
  const { userId, groupId, id: plainId, description } = parsed.data;
  const kind = kindOf(`${parsed.data['@odata.type'] ?? ''}${parsed.data.userType ?? ''}`);
  const id = (kind === 'group' ? groupId : userId) ?? plainId;
  if (kind === null || id === null || id === '') {
    throw unknownShape(RULES.approval);
  }
  return { kind, id: id.toLowerCase(), name: description === null || description === '' ? id : description };
}

function kindOf(type: string): SettingsApprover['kind'] | null {
  switch (type.replace(/^#?microsoft\.graph\./i, '').toLowerCase()) {
    case 'singleuser':
    case 'user':
      return 'person';
    case 'groupmembers':
    case 'group':
      return 'group';
    default:
      return null;
  }
}

function notificationOf(rules: readonly RawRule[], id: string): NotificationSetting {
  const found = ruleOf(rules, id, notificationRule);
  const level = LEVELS.find((one) => one.toLowerCase() === found.notificationLevel.toLowerCase());
  if (level === undefined) {
    throw unknownShape(id);
  }
  return {
    rule: id,
    level,
    isDefaultRecipientsEnabled: found.isDefaultRecipientsEnabled,
    recipients: found.notificationRecipients,
  };
}

function requirementsOf(rules: readonly RawRule[], id: string): readonly Requirement[] {
  return ruleOf(rules, id, enablementRule).enabledRules.flatMap((word) => toRequirement(word) ?? []);
}

/** One of the words we know, in any case; null for a new one, which is left as it is. */
export function toRequirement(word: string): Requirement | null {
  return REQUIREMENTS.find((one) => one.toLowerCase() === word.toLowerCase()) ?? null;
}

/** What is shown to people as not understood: whole rules, and demands inside a rule that we have no word for. */
function unknownRules(rules: readonly RawRule[]): readonly string[] {
  return rules.flatMap((rule) => {
    if (!KNOWN_IDS.has(rule.id)) {
      return [rule.id];
    }
    const parsed = enablementRule.safeParse(rule);
    const words = rule.id.startsWith('Enablement_') && parsed.success ? parsed.data.enabledRules : [];
    return words.filter((word) => toRequirement(word) === null).map((word) => `${rule.id}: ${word}`);
  });
}

function durationOf(id: string, text: string): string {
  try {
    Temporal.Duration.from(text);
  } catch {
    throw unknownShape(id);
  }
  return canonicalDuration(text, 'days') ?? text;
}

function ruleOf<T>(rules: readonly RawRule[], id: string, schema: ZodType<T>): T {
  const parsed = schema.safeParse(rules.find((rule) => rule.id === id));
  if (!parsed.success) {
    throw unknownShape(id);
  }
  return parsed.data;
}

function unknownShape(rule: string): AccessError {
  return new AccessError('graph.unexpected_answer', `The role settings are not understood: ${rule}`, {
    facts: { rule },
  });
}

import type {
  AssignmentSettings,
  NotificationSetting,
  Requirement,
  RoleSettings,
  SettingsApprover,
} from '../../domain/role-settings.ts';
import { approverKey, canonicalSettings } from '../../domain/settings-canonical.ts';
import { toApprover, toRequirement } from './read-rules.ts';
import { approvalRule, enablementRule, type RawRule, RULES } from './rule-shapes.ts';

/** How a plane spells what the two do not spell alike. */
export interface RuleDialect {
  approver(approver: SettingsApprover): Readonly<Record<string, unknown>>;
  /** What marks an approval stage that is made anew. */
  readonly newStage: Readonly<Record<string, unknown>>;
  /** The value of a context that is off. */
  readonly noContext: string | null;
}

export const GRAPH_DIALECT: RuleDialect = {
  approver: ({ kind, id, name }) =>
    kind === 'group'
      ? { '@odata.type': '#microsoft.graph.groupMembers', groupId: id, description: name }
      : { '@odata.type': '#microsoft.graph.singleUser', userId: id, description: name },
  newStage: { '@odata.type': 'microsoft.graph.unifiedApprovalStage', escalationApprovers: [] },
  noContext: null,
};

export const ARM_DIALECT: RuleDialect = {
  approver: ({ kind, id, name }) => ({
    id,
    description: name,
    isBackup: false,
    userType: kind === 'group' ? 'Group' : 'User',
  }),
  newStage: { escalationApprovers: null },
  // Reads say null, writes want it empty (pim-api §8.2).
  noContext: '',
};

type Change = (rule: RawRule) => RawRule;

/**
 * Gives the rules whose settings differ between the two, each as it came and with only that changed: what we do not model goes
 * back as the tenant holds it. Of MFA and the authentication context, which exclude each other, the one that goes off is first.
 */
export function changedRules(
  rules: readonly RawRule[],
  { from, to }: { readonly from: RoleSettings; readonly to: RoleSettings },
  dialect: RuleDialect,
): readonly RawRule[] {
  const changes = changesBetween(canonicalSettings(from), canonicalSettings(to), dialect);
  return [...changes].flatMap(([id, change]) => {
    const rule = rules.find((one) => one.id === id);
    return rule === undefined ? [] : [change(rule)];
  });
}

function changesBetween(from: RoleSettings, to: RoleSettings, dialect: RuleDialect): ReadonlyMap<string, Change> {
  const [was, is] = [from.activation, to.activation];
  const enablement: readonly Entry[] = isSame(was.requires, is.requires)
    ? []
    : [[RULES.activationEnablement, (rule) => withRequirements(rule, is.requires)]];
  const context: readonly Entry[] =
    was.authenticationContext === is.authenticationContext
      ? []
      : [[RULES.context, (rule) => withContext(rule, is.authenticationContext, dialect)]];
  return new Map([
    ...(is.authenticationContext === null ? [...context, ...enablement] : [...enablement, ...context]),
    ...entry(was.approval, is.approval, RULES.approval, (rule) => withApproval(rule, is.approval, dialect)),
    ...entry(was.maximumDuration, is.maximumDuration, RULES.activationExpiration, (rule) => ({
      ...rule,
      maximumDuration: is.maximumDuration,
    })),
    ...assignmentChanges(from.eligibleAssignment, to.eligibleAssignment, {
      expiration: RULES.eligibleExpiration,
      enablement: RULES.eligibleEnablement,
    }),
    ...assignmentChanges(from.activeAssignment, to.activeAssignment, {
      expiration: RULES.activeExpiration,
      enablement: RULES.activeEnablement,
    }),
    ...to.notifications.flatMap((mail) => {
      const old = from.notifications.find(({ rule }) => rule === mail.rule);
      return entry(old, mail, mail.rule, (rule) => withNotification(rule, mail));
    }),
  ]);
}

type Entry = readonly [string, Change];

function entry(was: unknown, is: unknown, id: string, change: Change): readonly Entry[] {
  return isSame(was, is) ? [] : [[id, change]];
}

/** Compares what {@link canonicalSettings} gave: equal settings are equal texts. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function assignmentChanges(
  was: AssignmentSettings,
  is: AssignmentSettings,
  ids: { readonly expiration: string; readonly enablement: string },
): readonly Entry[] {
  const span = ({ isPermanentAllowed, maximumDuration }: AssignmentSettings) => [isPermanentAllowed, maximumDuration];
  return [
    ...entry(was.requires, is.requires, ids.enablement, (rule) => withRequirements(rule, is.requires)),
    ...entry(span(was), span(is), ids.expiration, (rule) => ({
      ...rule,
      isExpirationRequired: !is.isPermanentAllowed,
      maximumDuration: is.maximumDuration,
    })),
  ];
}

/** Demands that we have no word for stay. */
function withRequirements(rule: RawRule, requires: readonly Requirement[]): RawRule {
  const held = enablementRule.parse(rule).enabledRules;
  return { ...rule, enabledRules: [...requires, ...held.filter((word) => toRequirement(word) === null)] };
}

function withContext(rule: RawRule, context: string | null, { noContext }: RuleDialect): RawRule {
  return { ...rule, isEnabled: context !== null, claimValue: context ?? noContext };
}

function withNotification(rule: RawRule, mail: NotificationSetting): RawRule {
  return {
    ...rule,
    notificationLevel: mail.level,
    isDefaultRecipientsEnabled: mail.isDefaultRecipientsEnabled,
    notificationRecipients: [...mail.recipients],
  };
}

/** An approver who stays is sent as the tenant holds them. */
function withApproval(rule: RawRule, is: RoleSettings['activation']['approval'], dialect: RuleDialect): RawRule {
  const { setting } = approvalRule.parse(rule);
  const stage = setting.approvalStages?.[0] ?? {
    approvalStageTimeOutInDays: 1,
    escalationTimeInMinutes: 0,
    isEscalationEnabled: false,
    ...dialect.newStage,
  };
  const held = new Map(('primaryApprovers' in stage ? (stage.primaryApprovers ?? []) : []).map(keyed));
  return {
    ...rule,
    setting: {
      ...setting,
      isApprovalRequired: is.isRequired,
      approvalStages: [
        {
          ...stage,
          isApproverJustificationRequired: is.isJustificationRequired,
          primaryApprovers: is.approvers.map((one) => held.get(approverKey(one)) ?? dialect.approver(one)),
        },
      ],
    },
  };
}

function keyed(raw: Readonly<Record<string, unknown>>): readonly [string, Readonly<Record<string, unknown>>] {
  return [approverKey(toApprover(raw)), raw];
}

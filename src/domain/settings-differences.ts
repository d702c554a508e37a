import type {
  AssignmentSettings,
  NotificationSetting,
  Requirement,
  RoleSettings,
  SettingDifference,
  SettingsApprover,
} from './role-settings.ts';
import { REQUIREMENTS } from './role-settings.ts';
import { approverKey, canonicalSettings } from './settings-canonical.ts';

/** One value of the settings, with the words that Microsoft's portal has for it. */
interface SettingValue {
  readonly path: string;
  readonly label: string;
  readonly text: string;
  /** What decides whether two are equal, where that is not the text. */
  readonly key: string;
}

const NAMES: Readonly<Record<Requirement, { readonly path: string; readonly label: string }>> = {
  Justification: { path: 'requireJustification', label: 'Require justification' },
  MultiFactorAuthentication: { path: 'requireMultiFactorAuthentication', label: 'Require Azure MFA' },
  Ticketing: { path: 'requireTicket', label: 'Require ticket information' },
};

/** What the portal says about each notification rule: to whom, and when. */
const MAIL_TO: Readonly<Record<string, string>> = {
  Admin: 'Role assignment alert',
  Requestor: 'Notification to the assigned user (assignee)',
  Approver: 'Request to approve',
};
const MAIL_WHEN: Readonly<Record<string, string>> = {
  Admin_Eligibility: 'when members are assigned as eligible to this role',
  Admin_Assignment: 'when members are assigned as active to this role',
  EndUser_Assignment: 'when eligible members activate this role',
};

/** What the portal calls one of the nine notification rules; the id of a rule that is none of them. */
export function notificationLabel(rule: string): string {
  const [, to = '', ...when] = rule.split('_');
  const [recipient, occasion] = [MAIL_TO[to], MAIL_WHEN[when.join('_')]];
  return recipient === undefined || occasion === undefined ? rule : `${recipient}, ${occasion}`;
}

/**
 * Lists what differs, in the order of the portal's pages, each under the path that it has in a document. Approvers differ by
 * their ids, never by their names.
 */
export function diffSettings(before: RoleSettings, after: RoleSettings): readonly SettingDifference[] {
  const twins = namesOfSeveral([...before.activation.approval.approvers, ...after.activation.approval.approvers]);
  const [old, fresh] = [valuesOf(before, twins), valuesOf(after, twins)];
  const paths = [...new Set([...fresh.keys(), ...old.keys()])];
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), fresh.get(path)];
    if (was?.key === is?.key) {
      return [];
    }
    // Two people of one name: only their ids tell them apart.
    const isById = was?.text === is?.text;
    const text = (value: SettingValue | undefined): string => (isById ? value?.key : value?.text) ?? 'absent';
    return [{ path, label: (is ?? was)?.label ?? path, before: text(was), after: text(is) }];
  });
}

function valuesOf(settings: RoleSettings, twins: ReadonlySet<string>): ReadonlyMap<string, SettingValue> {
  const { activation, eligibleAssignment, activeAssignment, notifications } = canonicalSettings(settings);
  const { approval } = activation;
  const at = 'activation';
  const values = [
    value(`${at}.maximumDuration`, 'Activation maximum duration', activation.maximumDuration),
    ...required(at, 'on activation', activation.requires),
    value(
      `${at}.authenticationContext`,
      'Require Microsoft Entra Conditional Access authentication context on activation',
      activation.authenticationContext ?? 'none',
    ),
    value(`${at}.approval.required`, 'Require approval to activate', yes(approval.isRequired)),
    value(
      `${at}.approval.requireApproverJustification`,
      'Require justification from approvers',
      yes(approval.isJustificationRequired),
    ),
    approversValue(approval.approvers, twins),
    ...assignmentValues('eligibleAssignment', 'eligible', eligibleAssignment),
    ...assignmentValues('activeAssignment', 'active', activeAssignment),
    ...notifications.flatMap(notificationValues),
  ];
  return new Map(values.map((one) => [one.path, one]));
}

function assignmentValues(
  path: 'eligibleAssignment' | 'activeAssignment',
  kind: 'eligible' | 'active',
  { isPermanentAllowed, maximumDuration, requires }: AssignmentSettings,
): readonly SettingValue[] {
  return [
    value(`${path}.allowPermanent`, `Allow permanent ${kind} assignment`, yes(isPermanentAllowed)),
    value(`${path}.maximumDuration`, `Expire ${kind} assignments after`, maximumDuration),
    ...required(path, `on ${kind} assignment`, requires),
  ];
}

function required(path: string, when: string, requires: readonly Requirement[]): readonly SettingValue[] {
  return REQUIREMENTS.map((one) => {
    const name = NAMES[one];
    return value(`${path}.${name.path}`, `${name.label} ${when}`, yes(requires.includes(one)));
  });
}

function notificationValues(mail: NotificationSetting): readonly SettingValue[] {
  const path = `notifications.${mail.rule}`;
  const label = notificationLabel(mail.rule);
  return [
    value(`${path}.level`, `${label}: emails sent`, mail.level),
    value(`${path}.defaultRecipients`, `${label}: default recipients`, yes(mail.isDefaultRecipientsEnabled)),
    value(`${path}.recipients`, `${label}: additional recipients`, listed(mail.recipients)),
  ];
}

/** Names that stand for more than one approver, as they look: whoever confirms must see which of them is meant. */
function namesOfSeveral(approvers: readonly SettingsApprover[]): ReadonlySet<string> {
  const ids = new Map<string, Set<string>>();
  for (const approver of approvers) {
    const look = lookOf(approver.name);
    ids.set(look, (ids.get(look) ?? new Set()).add(approverKey(approver)));
  }
  return new Set([...ids].filter(([, keys]) => keys.size > 1).map(([look]) => look));
}

/** Without what cannot be seen on a card. */
function lookOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{C}\p{Z}]+/gu, '');
}

function approversValue(approvers: readonly SettingsApprover[], twins: ReadonlySet<string>): SettingValue {
  const names = approvers.map(({ kind, id, name }) => {
    const known = twins.has(lookOf(name)) ? `${name} (${id})` : name;
    return kind === 'group' ? `${known} (group)` : known;
  });
  const path = 'activation.approval.approvers';
  return { path, label: 'Select approvers', text: listed(names), key: listed(approvers.map(approverKey)) };
}

function value(path: string, label: string, text: string): SettingValue {
  return { path, label, text, key: text };
}

function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

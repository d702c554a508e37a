import type { NotificationSetting, Requirement, RoleSettings } from '../../src/domain/role-settings.ts';
import { notificationLabel } from '../../src/domain/settings-differences.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, namesWords } from '../words.ts';
import { type FactRow, factRows } from './fact-rows.ts';

const MOST_APPROVERS = 20;
const MOST_RECIPIENTS = 4;
const LEVELS = { All: 'all emails', Critical: 'critical emails only', None: 'no emails' } as const;

const yesNo = (is: boolean): string => (is ? 'Yes' : 'No');

/** The page "Activation" of the portal's role settings. */
export function activationRows({ activation }: RoleSettings): FactRow[] {
  const { requires, approval, authenticationContext } = activation;
  return factRows([
    ['maximum', 'Activation maximum duration', durationWords(activation.maximumDuration)],
    ['require', 'On activation, require', factorWords(requires, authenticationContext)],
    ['require-justification', 'Require justification on activation', yesNo(requires.includes('Justification'))],
    ['require-ticket', 'Require ticket information on activation', yesNo(requires.includes('Ticketing'))],
    ['require-approval', 'Require approval to activate', yesNo(approval.isRequired)],
    ['approvers', approval.isRequired ? 'Approvers' : 'Approvers, kept while approval is off', approverWords(approval)],
    [
      'approver-justification',
      'Require justification from approvers',
      approval.isRequired ? yesNo(approval.isJustificationRequired) : '',
    ],
  ]);
}

function factorWords(requires: readonly Requirement[], context: string | null): string {
  const factors = [
    requires.includes('MultiFactorAuthentication') ? 'Azure MFA' : '',
    context === null ? '' : `Microsoft Entra Conditional Access authentication context ${nameText(context)}`,
  ].filter((factor) => factor !== '');
  return factors.length === 0 ? 'None' : factors.join(' and ');
}

function approverWords({ approvers, isRequired }: RoleSettings['activation']['approval']): string {
  if (approvers.length === 0) {
    return isRequired ? 'nobody is named' : '';
  }
  const names = approvers.map(({ kind, name, id }) => {
    const shown = nameText(name) === '' ? id : nameText(name);
    return kind === 'group' ? `${shown} (group)` : shown;
  });
  return namesWords(names, MOST_APPROVERS);
}

/** The page "Assignment". */
export function assignmentRows({ eligibleAssignment, activeAssignment }: RoleSettings): FactRow[] {
  return factRows([
    ['eligible-permanent-now', 'Allow permanent eligible assignment', yesNo(eligibleAssignment.isPermanentAllowed)],
    ['eligible-maximum-now', 'Expire eligible assignments after', lastsWords(eligibleAssignment)],
    ['eligible-require', 'Require on eligible assignment', requiredWords(eligibleAssignment.requires)],
    ['active-permanent-now', 'Allow permanent active assignment', yesNo(activeAssignment.isPermanentAllowed)],
    ['active-maximum-now', 'Expire active assignments after', lastsWords(activeAssignment)],
    ['active-require', 'Require on active assignment', requiredWords(activeAssignment.requires)],
  ]);
}

/** Where assignments may be permanent the maximum is kept, and binds nobody. */
function lastsWords({ isPermanentAllowed, maximumDuration }: RoleSettings['eligibleAssignment']): string {
  const words = durationWords(maximumDuration);
  return isPermanentAllowed ? `${words}, not enforced` : words;
}

const REQUIREMENTS: Readonly<Record<Requirement, string>> = {
  Justification: 'Justification',
  MultiFactorAuthentication: 'Azure MFA',
  Ticketing: 'Ticket information',
};

function requiredWords(requires: readonly Requirement[]): string {
  return requires.length === 0 ? 'None' : requires.map((one) => REQUIREMENTS[one]).join(', ');
}

/** The page "Notifications": what is as Microsoft sets it takes one line. */
export function notificationRows({ notifications }: RoleSettings): FactRow[] {
  const changed = notifications.filter((mail) => !isUsual(mail));
  const usual = notifications.length - changed.length;
  const label = changed.length === 0 ? 'All notifications' : `The other ${usual} notifications`;
  return factRows([
    ...changed.map(
      (mail, index) => [`mail-${index + 1}`, wordsText(notificationLabel(mail.rule)), mailWords(mail)] as const,
    ),
    ['mail-usual', label, usual === 0 ? '' : 'all emails, default recipients'],
  ]);
}

function isUsual({ level, isDefaultRecipientsEnabled, recipients }: NotificationSetting): boolean {
  return level === 'All' && isDefaultRecipientsEnabled && recipients.length === 0;
}

function mailWords({ level, isDefaultRecipientsEnabled, recipients }: NotificationSetting): string {
  const to = [
    isDefaultRecipientsEnabled ? 'default recipients' : '',
    recipients.length === 0 ? '' : namesWords(recipients, MOST_RECIPIENTS),
  ].filter((part) => part !== '');
  return [LEVELS[level], to.length === 0 ? 'to nobody' : `to ${to.join(' and ')}`].join(', ');
}

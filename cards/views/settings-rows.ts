import type { NotificationSetting, Requirement, RoleSettings } from '../../src/domain/role-settings.ts';
import { notificationLabel } from '../../src/domain/settings-differences.ts';
import { joined, type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, namesWords } from '../words.ts';
import { type FactRow, factRows } from './fact-rows.ts';
import { settingLabel } from './setting-labels.ts';

const MOST_APPROVERS = 20;
const MOST_RECIPIENTS = 4;

/** The page "Activation" of the portal's role settings. */
export function activationRows({ activation }: RoleSettings, reader: Listener): FactRow[] {
  const { requires, approval, authenticationContext } = activation;
  const yesNo = yesNoOf(reader);
  return factRows([
    ['maximum', say(reader, 'settings-labels.maximum'), durationWords(activation.maximumDuration, reader)],
    ['require', say(reader, 'settings.row.require'), factorWords(requires, authenticationContext, reader)],
    [
      'require-justification',
      say(reader, 'settings-labels.justification.activation'),
      yesNo(requires.includes('Justification')),
    ],
    ['require-ticket', say(reader, 'settings-labels.ticket.activation'), yesNo(requires.includes('Ticketing'))],
    ['require-approval', say(reader, 'settings-labels.approval'), yesNo(approval.isRequired)],
    [
      'approvers',
      say(reader, approval.isRequired ? 'settings.row.approvers' : 'settings.row.approvers-off'),
      approverWords(approval, reader),
    ],
    [
      'approver-justification',
      say(reader, 'settings-labels.approver-justification'),
      approval.isRequired ? yesNo(approval.isJustificationRequired) : '',
    ],
  ]);
}

function yesNoOf(reader: Listener): (is: boolean) => string {
  return (is) => say(reader, is ? 'settings.yes' : 'settings.no');
}

function factorWords(requires: readonly Requirement[], context: string | null, reader: Listener): string {
  const factors = [
    ...(requires.includes('MultiFactorAuthentication') ? [say(reader, 'settings.factor.mfa')] : []),
    ...(context === null ? [] : [say(reader, 'settings.factor.context', { id: nameText(context) })]),
  ];
  return factors.length === 0 ? say(reader, 'settings.none') : joined(reader, factors);
}

function approverWords({ approvers, isRequired }: RoleSettings['activation']['approval'], reader: Listener): string {
  if (approvers.length === 0) {
    return isRequired ? say(reader, 'settings.nobody-named') : '';
  }
  const names = approvers.map((approver) => {
    const name = nameText(approver.name) === '' ? approver.id : nameText(approver.name);
    return approver.kind === 'group' ? say(reader, 'settings.group', { name }) : name;
  });
  return namesWords(names, reader, { most: MOST_APPROVERS });
}

/** The page "Assignment". */
export function assignmentRows({ eligibleAssignment, activeAssignment }: RoleSettings, reader: Listener): FactRow[] {
  const yesNo = yesNoOf(reader);
  const [eligible, active] = [eligibleAssignment, activeAssignment];
  return factRows([
    ['eligible-permanent-now', say(reader, 'settings-labels.eligible-permanent'), yesNo(eligible.isPermanentAllowed)],
    ['eligible-maximum-now', say(reader, 'settings-labels.eligible-maximum'), lastsWords(eligible, reader)],
    ['eligible-require', say(reader, 'settings.row.eligible-require'), requiredWords(eligible.requires, reader)],
    ['active-permanent-now', say(reader, 'settings-labels.active-permanent'), yesNo(active.isPermanentAllowed)],
    ['active-maximum-now', say(reader, 'settings-labels.active-maximum'), lastsWords(active, reader)],
    ['active-require', say(reader, 'settings.row.active-require'), requiredWords(active.requires, reader)],
  ]);
}

/** Where assignments may be permanent the maximum is kept, and binds nobody. */
function lastsWords(
  { isPermanentAllowed, maximumDuration }: RoleSettings['eligibleAssignment'],
  reader: Listener,
): string {
  const duration = durationWords(maximumDuration, reader);
  return isPermanentAllowed ? say(reader, 'settings.not-enforced', { duration }) : duration;
}

function requiredWords(requires: readonly Requirement[], reader: Listener): string {
  return requires.length === 0
    ? say(reader, 'settings.none')
    : requires.map((one) => say(reader, `settings.requires.${one}`)).join(', ');
}

/** The page "Notifications": what is as Microsoft sets it takes one line. */
export function notificationRows({ notifications }: RoleSettings, reader: Listener): FactRow[] {
  const changed = notifications.filter((mail) => !isUsual(mail));
  const count = notifications.length - changed.length;
  const label =
    changed.length === 0 ? say(reader, 'settings.mails.all') : say(reader, 'settings.mails.others', { count });
  return factRows([
    ...changed.map(
      (mail, index) =>
        [`mail-${index + 1}`, settingLabel(notificationLabel(mail.rule), reader), mailWords(mail, reader)] as const,
    ),
    ['mail-usual', label, count === 0 ? '' : say(reader, 'settings.mails.usual')],
  ]);
}

function isUsual({ level, isDefaultRecipientsEnabled, recipients }: NotificationSetting): boolean {
  return level === 'All' && isDefaultRecipientsEnabled && recipients.length === 0;
}

function mailWords({ level, isDefaultRecipientsEnabled, recipients }: NotificationSetting, reader: Listener): string {
  const to = [
    ...(isDefaultRecipientsEnabled ? [say(reader, 'settings.default-recipients')] : []),
    ...(recipients.length === 0 ? [] : [namesWords(recipients, reader, { most: MOST_RECIPIENTS })]),
  ];
  const said = { level: say(reader, `settings.level.${level}`), recipients: joined(reader, to) };
  return say(reader, to.length === 0 ? 'settings.mail-nobody' : 'settings.mail', said);
}

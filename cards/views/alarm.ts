import { z } from 'zod';
import type {
  AlarmNotice,
  DutiesAlarmNotice,
  EmergencyAlarmNotice,
  EmergencyDeed,
} from '../../src/domain/alarm-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { dateWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { mentionWords } from './mentions.ts';
import { roleWords } from './request.ts';

export const alarmView = z.strictObject({
  ...frame,
  title: z.string(),
  mentions: z.string(),
  facts: z.array(factRow),
  next: z.string(),
});

interface Words {
  readonly title: string;
  readonly summary: string;
  readonly rows: readonly (readonly [id: string, label: string, value: string])[];
  readonly next: string;
}

/** Says everything with its date: whoever reads a channel may come later. Nothing on it can be pressed. */
export function viewAlarm(notice: AlarmNotice, context: CardContext): z.infer<typeof alarmView> {
  const { title, summary, rows, next } =
    notice.kind === 'duties' ? dutiesWords(notice, context) : emergencyWords(notice, context);
  return {
    ...frameOf(context),
    hasRefresh: false,
    title,
    summary,
    mentions: mentionWords(notice, context),
    facts: factRows([...rows, ['raised', 'Noticed', dateWords(notice.raisedAt, context)]]),
    next,
  };
}

function dutiesWords(notice: DutiesAlarmNotice, context: CardContext): Words {
  const who = nameText(notice.personName);
  return {
    title: 'Duties that must be kept apart were held together',
    summary: `${who} had ${roleWords(notice.role)} beside ${roleWords(notice.beside)}, against the rulebook`,
    rows: [
      ['who', 'Who', who],
      ['role', 'Activated', roleWords(notice.role)],
      ['active', 'Active since', dateWords(notice.activeAt, context)],
      ['beside', 'Beside it', roleWords(notice.beside)],
      ['rule', 'Rule', nameText(notice.ruleName)],
      ['reason', 'Why', wordsText(notice.ruleReason)],
    ],
    next: 'Nothing was taken away. If both are still active, have one given back, or remove it in Privileged Identity Management.',
  };
}

function emergencyWords(notice: EmergencyAlarmNotice, context: CardContext): Words {
  const who = nameText(notice.personName);
  const { seen, further } = notice;
  return {
    title: 'An emergency access account was used',
    summary: `${who} was used: an emergency access account`,
    rows: [
      ['who', 'Account', who],
      ...seen.map((deed, index) => [`seen-${index + 1}`, dateWords(deed.at, context), deedWords(deed)] as const),
      ['further', 'Besides', further === 0 ? '' : `${further} more ${further === 1 ? 'entry' : 'entries'} in the logs`],
    ],
    next: 'Where nobody declared an emergency, take it for an attack: block the account’s sign-ins, and read Entra’s sign-in and audit logs.',
  };
}

function deedWords(deed: EmergencyDeed): string {
  if (deed.kind === 'activity') {
    return `${nameText(deed.activity)}${deed.isSuccess ? '' : ' (failed)'}`;
  }
  const app = deed.app === null ? '' : ` to ${nameText(deed.app)}`;
  const address = deed.address === null ? '' : ` from ${nameText(deed.address)}`;
  return `${deed.isSuccess ? 'Signed in' : 'A sign-in failed'}${app}${address}`;
}

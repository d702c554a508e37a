import { z } from 'zod';
import type {
  AlarmNotice,
  DutiesAlarmNotice,
  EmergencyAlarmNotice,
  EmergencyDeed,
} from '../../src/domain/alarm-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
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
    facts: factRows([...rows, ['raised', say(context, 'alarm.noticed'), dateWords(notice.raisedAt, context)]]),
    next,
  };
}

function dutiesWords(notice: DutiesAlarmNotice, context: CardContext): Words {
  const who = nameText(notice.personName);
  const role = roleWords(notice.role, context);
  const beside = roleWords(notice.beside, context);
  return {
    title: say(context, 'alarm.duties.title'),
    summary: say(context, 'alarm.duties.summary', { who, role, beside }),
    rows: [
      ['who', say(context, 'alarm.duties.who'), who],
      ['role', say(context, 'alarm.duties.activated'), role],
      ['active', say(context, 'alarm.duties.active-since'), dateWords(notice.activeAt, context)],
      ['beside', say(context, 'alarm.duties.beside'), beside],
      ['rule', say(context, 'alarm.duties.rule'), nameText(notice.ruleName)],
      ['reason', say(context, 'alarm.duties.why'), wordsText(notice.ruleReason)],
    ],
    next: say(context, 'alarm.duties.next'),
  };
}

function emergencyWords(notice: EmergencyAlarmNotice, context: CardContext): Words {
  const who = nameText(notice.personName);
  const { seen, further } = notice;
  const besides =
    further === 0 ? '' : say(context, 'alarm.emergency.further', { count: further, shown: String(further) });
  return {
    title: say(context, 'alarm.emergency.title'),
    summary: say(context, 'alarm.emergency.summary', { who }),
    rows: [
      ['who', say(context, 'alarm.emergency.account'), who],
      ...seen.map(
        (deed, index) => [`seen-${index + 1}`, dateWords(deed.at, context), deedWords(deed, context)] as const,
      ),
      ['further', say(context, 'alarm.emergency.besides'), besides],
    ],
    next: say(context, 'alarm.emergency.next'),
  };
}

function deedWords(deed: EmergencyDeed, reader: Listener): string {
  if (deed.kind === 'activity') {
    const activity = nameText(deed.activity);
    return deed.isSuccess ? activity : say(reader, 'alarm.deed.failed', { activity });
  }
  const app = deed.app === null ? '' : say(reader, 'alarm.deed.app', { app: nameText(deed.app) });
  const address = deed.address === null ? '' : say(reader, 'alarm.deed.address', { address: nameText(deed.address) });
  return say(reader, deed.isSuccess ? 'alarm.deed.signed-in' : 'alarm.deed.sign-in-failed', { app, address });
}

import type { DutiesAlarmNotice, EmergencyAlarmNotice } from '../../src/domain/alarm-notice.ts';

/** Two roles that the rulebook keeps apart. */
export const ALARM = {
  card: 'alarm',
  kind: 'duties',
  personName: 'Alex Wilber',
  role: { roleName: 'Contoso-App-Assignment-Operator', scopeName: 'Whole tenant' },
  activeAt: '2026-11-22T13:55:00Z',
  beside: { roleName: 'Contributor', scopeName: 'rg-payments' },
  ruleName: 'Configuration against assignment',
  ruleReason: 'Whoever configures an application must not also decide who may use it.',
  raisedAt: '2026-11-22T14:00:00Z',
  mentions: [
    { id: '29:oncall', name: 'Lynne Robbins' },
    { id: '00000000-0000-4000-8000-0000000000b2', name: 'Isaiah Langer' },
  ],
} as const satisfies DutiesAlarmNotice;

/** An emergency access account that was used. */
export const EMERGENCY: EmergencyAlarmNotice = {
  card: 'alarm',
  kind: 'emergency-account',
  personName: 'Emergency Access 1',
  seen: [
    { kind: 'sign-in', at: '2026-11-22T13:50:00Z', isSuccess: false, app: null, address: null },
    { kind: 'sign-in', at: '2026-11-22T13:51:00Z', isSuccess: true, app: 'Azure Portal', address: '203.0.113.7' },
    { kind: 'activity', at: '2026-11-22T13:53:00Z', isSuccess: true, activity: 'Add member to role' },
    { kind: 'activity', at: '2026-11-22T13:54:00Z', isSuccess: false, activity: 'Reset user password' },
  ],
  further: 0,
  raisedAt: '2026-11-22T14:00:00Z',
  mentions: ALARM.mentions,
};

/** Alarms in their other forms. */
export const ALARMS = [
  { ...ALARM, mentions: [] },
  EMERGENCY,
  { ...EMERGENCY, seen: EMERGENCY.seen.slice(0, 1), further: 1, mentions: [] },
  { ...EMERGENCY, further: 12 },
] as const;

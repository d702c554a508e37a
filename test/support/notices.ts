import type { RenderContext } from '../../cards/render.ts';
import type { AdministrationNotice } from '../../src/domain/administration-notice.ts';
import type { BreakGlassNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardName, Notice, RequestFacts, RoleChoice, StepUpSubject } from '../../src/domain/notice.ts';
import type { RoleFilesNotice } from '../../src/domain/role-files-notice.ts';
import type { RoleCardNotice } from '../../src/domain/role-notice.ts';
import type { RunbookCardNotice } from '../../src/domain/runbook-notice.ts';
import { ALARM, ALARMS } from './alarm-notices.ts';
import { approvalsOf, asksOf } from './approval-notices.ts';

/** Sunday 22 November 2026, 15:00 in Madrid. */
export const CARD_NOW = Temporal.Instant.from('2026-11-22T14:00:00Z');

export function aRenderContext(overrides: Partial<RenderContext> = {}): RenderContext {
  return {
    story: '7F3K',
    slot: 'requester',
    version: 3,
    nonce: 'nonce-0001',
    isRetired: false,
    timeZone: 'Europe/Madrid',
    locale: 'en-GB',
    isShared: false,
    refreshUserIds: ['29:engineer'],
    step: null,
    publicUrl: 'https://pimlico.contoso.example',
    now: CARD_NOW,
    ...overrides,
  };
}

export function aRequestFacts(overrides: Partial<RequestFacts> = {}): RequestFacts {
  return {
    requestId: '7F3K',
    requesterName: 'Alex Wilber',
    roleName: 'Contoso-App-Assignment-Operator',
    scopeName: 'Contoso',
    duration: 'PT2H',
    startsAt: null,
    justification: 'INC-42 broken sign-in',
    ticket: null,
    ...overrides,
  };
}

export function aRoleChoice(overrides: Partial<RoleChoice> = {}): RoleChoice {
  return {
    key: 'directory|operator|/',
    roleName: 'Contoso-App-Assignment-Operator',
    scopeName: 'Contoso',
    ...overrides,
  };
}

/** Names a sign-in on the bot's own page. */
export const SIGN_IN_ID = '0123456789abcdef0123456789abcdef';

export function aStepUpSubject(overrides: Partial<StepUpSubject> = {}): StepUpSubject {
  return {
    requestId: '7F3K',
    requesterName: 'Lynne Robbins',
    roleName: 'Privileged Role Administrator',
    scopeName: 'Whole tenant',
    duration: 'PT30M',
    ...overrides,
  };
}

const NOTHING_ASKED = { duration: null, until: null, start: null, justification: null, ticket: null };
const MADRID = aRoleChoice({ key: 'helpdesk-madrid', roleName: 'Helpdesk Administrator', scopeName: 'Branch Madrid' });
const LISBON = aRoleChoice({ key: 'helpdesk-lisbon', roleName: 'Helpdesk Administrator', scopeName: 'Branch Lisbon' });

/** A notice of a card with everything common filled in, for tests to bend. */
export const BASES = {
  help: {
    card: 'help',
    personName: 'Alex Wilber',
    timeZone: 'Europe/Madrid',
    reminderMinutes: null,
    notUnderstood: null,
  },
  preferences: { card: 'preferences', timeZone: 'Europe/Madrid', reminderMinutes: null, saved: null, problem: null },
  'my-roles': {
    card: 'my-roles',
    roles: [
      {
        roleName: 'Security Reader',
        scopeName: 'Contoso',
        maximumDuration: 'PT8H',
        needsApproval: false,
        activeUntil: '2026-11-22T15:30:00Z',
        pendingRequestId: null,
        leadsTo: [],
      },
      {
        roleName: 'Contoso-App-Assignment-Operator',
        scopeName: 'Contoso',
        maximumDuration: 'PT4H',
        needsApproval: true,
        activeUntil: null,
        pendingRequestId: '7F3K',
        leadsTo: [],
      },
      {
        roleName: 'Reader',
        scopeName: 'rg-web',
        maximumDuration: null,
        needsApproval: null,
        activeUntil: null,
        pendingRequestId: null,
        leadsTo: [],
      },
    ],
    active: [],
    unread: [],
  },
  active: {
    card: 'active',
    assignments: [{ ...MADRID, endsAt: '2026-11-22T15:30:00Z', assignmentType: 'activated', requestId: '7F3K' }],
    unread: [],
  },
  pending: {
    card: 'pending',
    requests: [
      {
        ...aRequestFacts(),
        requestedAt: '2026-11-22T14:00:00Z',
        waitsFor: 'approver',
        decideBy: '2026-11-23T14:00:00Z',
        approvers: [{ name: 'Megan Bowen', reach: 'asked' }],
      },
    ],
  },
  approvals: {
    card: 'approvals',
    requests: [{ ...aRequestFacts(), requestedAt: '2026-11-22T14:00:00Z', decideBy: '2026-11-23T14:00:00Z' }],
  },
  'activation-form': {
    card: 'activation-form',
    roles: [aRoleChoice()],
    chosenKey: 'directory|operator|/',
    values: { duration: 'PT4H', start: null, justification: '', ticket: '' },
    maximumDuration: 'PT4H',
    isJustificationRequired: true,
    isTicketRequired: false,
    needsApproval: true,
    problems: [{ code: 'activation.too_long', facts: { maximum: 'PT4H', asked: 'PT6H' } }],
    asked: NOTHING_ASKED,
  },
  'choose-role': {
    card: 'choose-role',
    words: 'helpdesk',
    choices: [MADRID, LISBON],
    purpose: 'activate',
    asked: { ...NOTHING_ASKED, duration: 'PT2H', justification: 'reset passwords' },
  },
  'activation-pending': {
    card: 'activation-pending',
    waitsFor: 'approver',
    request: aRequestFacts(),
    requestedAt: '2026-11-22T14:00:00Z',
    decideBy: '2026-11-23T14:00:00Z',
    approvers: [
      { name: 'Adele Vance', reach: 'asked' },
      { name: 'Megan Bowen', reach: 'unreachable' },
    ],
    remindedAt: null,
    chain: null,
  },
  'activation-active': {
    card: 'activation-active',
    request: aRequestFacts(),
    activeFrom: '2026-11-22T14:00:00Z',
    activeUntil: '2026-11-22T16:00:00Z',
    approvedBy: 'Megan Bowen',
    gap: null,
    deactivateAt: null,
    usable: 'unknown',
    usableAfter: null,
    chain: null,
  },
  'activation-scheduled': {
    card: 'activation-scheduled',
    request: aRequestFacts({ startsAt: '2026-11-23T08:00:00Z' }),
    activeFrom: '2026-11-23T08:00:00Z',
    activeUntil: '2026-11-23T10:00:00Z',
    approvedBy: null,
  },
  'activation-ended': {
    card: 'activation-ended',
    request: aRequestFacts(),
    endedAt: '2026-11-22T14:00:00Z',
    reason: 'deactivated',
    problem: null,
  },
  'activation-denied': {
    card: 'activation-denied',
    request: aRequestFacts(),
    reason: 'denied',
    decidedBy: 'Megan Bowen',
    justification: 'wrong role for that',
    at: '2026-11-22T14:00:00Z',
  },
  'approval-request': {
    card: 'approval-request',
    request: aRequestFacts(),
    requestedAt: '2026-11-22T14:00:00Z',
    decideBy: '2026-11-23T14:00:00Z',
    phase: 'ask',
    isJustificationRequired: true,
    otherApprovers: ['Adele Vance'],
    remindedAt: null,
  },
  'approval-decided': {
    card: 'approval-decided',
    request: aRequestFacts(),
    outcome: 'approved',
    decidedBy: 'Megan Bowen',
    decidedAt: '2026-11-22T14:00:00Z',
    justification: 'looks right',
  },
  'expiry-reminder': {
    card: 'expiry-reminder',
    request: aRequestFacts(),
    activeUntil: '2026-11-22T15:30:00Z',
    needsApproval: false,
    wish: 'none',
  },
  'sign-in': { card: 'sign-in', exchangeId: null, reason: 'first-time', pageSignInId: null },
  paused: {
    card: 'paused',
    isPaused: true,
    stops: 'usual',
    reason: 'INC-42 a token may be stolen',
    byName: 'Patti Fernandez',
    since: '2026-11-22T13:30:00Z',
    isPausedOutside: false,
  },
  'signed-out': { card: 'signed-out', personName: null, byName: null, waiting: 0 },
  'approvals-channel': {
    card: 'approvals-channel',
    says: 'set',
    channel: { teamName: 'Contoso Operations', channelName: 'approvals' },
    byName: null,
    isUnreachable: false,
  },
  'thread-note': { card: 'thread-note', says: 'answered-elsewhere', threadId: '19:c@thread.tacv2;messageid=17' },
  'step-up': {
    card: 'step-up',
    phase: 'waiting',
    pageSignInId: SIGN_IN_ID,
    purpose: 'activate',
    why: 'context',
    roles: [aStepUpSubject()],
    expiresAt: '2026-11-22T14:05:00Z',
    problem: null,
  },
  alarm: ALARM,
  error: {
    card: 'error',
    code: 'activation.role_unknown',
    facts: { words: 'securty' },
    suggestions: [],
    reference: null,
  },
} as const satisfies {
  [Name in Exclude<
    CardName,
    | AdministrationNotice['card']
    | BreakGlassNotice['card']
    | RoleCardNotice['card']
    | RoleFilesNotice['card']
    | RunbookCardNotice['card']
    | 'which-role'
  >]: Extract<Notice, { card: Name }>;
};

const STEPPED = { ...BASES['step-up'], pageSignInId: null } as const;
const STEP_UPS: readonly Notice[] = [
  { ...BASES['step-up'], roles: [aStepUpSubject(), aStepUpSubject({ requestId: '9QXM', scopeName: 'Branch Madrid' })] },
  { ...BASES['step-up'], purpose: 'approve', why: 'approver' },
  { ...BASES['step-up'], purpose: 'sentence', why: 'entra', roles: [] },
  { ...BASES['step-up'], purpose: 'press', why: 'azure-mfa' },
  { ...BASES['step-up'], purpose: 'admin', why: 'admin', roles: [] },
  { ...BASES['step-up'], why: 'mfa', pageSignInId: 'not one of ours' },
  ...(['activate', 'approve', 'sentence', 'press', 'admin'] as const).map(
    (purpose): Notice => ({ ...STEPPED, phase: 'done', purpose }),
  ),
  ...(['cancelled', 'expired', 'wrong-person', 'replaced'] as const).map((phase): Notice => ({ ...STEPPED, phase })),
  { ...STEPPED, phase: 'refused', problem: { code: 'identity.token_invalid', facts: {} } },
  { ...STEPPED, phase: 'refused', problem: { code: 'identity.device_blocked', facts: {} } },
  { ...STEPPED, phase: 'refused', problem: { code: 'activation.mfa_not_accepted', facts: {} } },
];

/** Every card in its forms, to be checked against what must hold for all. */
export const NOTICES: readonly Notice[] = [
  ...Object.values(BASES),
  { ...BASES.help, reminderMinutes: 1, notUnderstood: 'make me a sandwich' },
  { ...BASES.preferences, reminderMinutes: 10, saved: 'both' },
  { ...BASES.preferences, problem: 'preference.time_zone_unknown' },
  { ...BASES['my-roles'], roles: [] },
  { ...BASES['my-roles'], roles: BASES['my-roles'].roles.map((role) => ({ ...role, isServed: false as const })) },
  { ...BASES.active, assignments: [] },
  {
    ...BASES.active,
    assignments: [
      { ...MADRID, endsAt: '2026-11-22T15:30:00Z', assignmentType: 'activated', requestId: '7F3K' },
      { ...LISBON, endsAt: '2026-11-22T15:30:00Z', assignmentType: 'activated', requestId: null },
      { ...aRoleChoice(), endsAt: null, assignmentType: 'assigned', requestId: null },
    ],
  },
  { ...BASES.pending, requests: [] },
  {
    ...BASES.pending,
    requests: [BASES.pending.requests[0], { ...BASES.pending.requests[0], requestId: '9QXM', approvers: [] }],
  },
  { ...BASES.approvals, requests: [] },
  ...approvalsOf(BASES.approvals),
  { ...BASES['activation-form'], roles: [MADRID, LISBON], chosenKey: null, maximumDuration: null, problems: [] },
  { ...BASES['activation-form'], roles: [MADRID, LISBON], chosenKey: 'helpdesk-lisbon' },
  {
    ...BASES['activation-form'],
    isTicketRequired: true,
    values: { duration: 'PT1H30M', start: '2026-11-23T08:00:00Z', justification: 'because', ticket: 'INC-42' },
    problems: [
      { code: 'activation.too_long', facts: { maximum: 'PT4H' } },
      { code: 'activation.ticket_required', facts: {} },
    ],
  },
  {
    ...BASES['choose-role'],
    purpose: 'cancel',
    asked: {
      duration: null,
      until: '2026-11-22T17:00:00Z',
      start: '2026-11-22T15:00:00Z',
      justification: null,
      ticket: 'INC-42',
    },
  },
  { ...BASES['activation-pending'], approvers: [], remindedAt: '2026-11-22T14:00:00Z' },
  { ...BASES['activation-pending'], approvers: [{ name: 'Megan Bowen', reach: 'unreachable' }] },
  { ...BASES['activation-pending'], approvers: [], waitsFor: 'provisioning' },
  { ...BASES['activation-active'], approvedBy: null, gap: 'PT12S', deactivateAt: '2026-11-22T14:05:00Z' },
  { ...BASES['activation-scheduled'], approvedBy: 'Megan Bowen' },
  { ...BASES['activation-ended'], reason: 'canceled' },
  { ...BASES['activation-ended'], reason: 'removed' },
  { ...BASES['activation-ended'], reason: 'not-continued', problem: { code: 'graph.throttled', facts: {} } },
  { ...BASES['activation-ended'], reason: 'not-confirmed' },
  { ...BASES['activation-denied'], reason: 'expired', decidedBy: null, justification: null },
  { ...BASES['activation-denied'], reason: 'failed', decidedBy: null, justification: null },
  {
    ...BASES['approval-request'],
    request: aRequestFacts({ ticket: 'INC-42', startsAt: '2026-11-23T08:00:00Z', justification: '' }),
    isJustificationRequired: false,
    otherApprovers: [],
    remindedAt: '2026-11-22T14:00:00Z',
  },
  { ...BASES['approval-request'], phase: 'ahead' },
  ...asksOf(BASES['approval-request']),
  { ...BASES['approval-request'], request: aRequestFacts({ duration: null, learnedAfter: 'PT5M20S' }) },
  { ...BASES['approval-decided'], request: aRequestFacts({ learnedAfter: 'PT5M20S' }) },
  { ...BASES['activation-pending'], request: aRequestFacts({ duration: null, learnedAfter: 'PT6M' }) },
  { ...BASES['approval-decided'], outcome: 'denied', decidedBy: null, justification: null },
  { ...BASES['approval-decided'], outcome: 'canceled', decidedBy: null, justification: null },
  { ...BASES['approval-decided'], outcome: 'expired', decidedBy: null, justification: null },
  { ...BASES['expiry-reminder'], needsApproval: true },
  { ...BASES['expiry-reminder'], wish: 'continue' },
  { ...BASES['expiry-reminder'], needsApproval: true, wish: 'continue' },
  { ...BASES['expiry-reminder'], wish: 'let-it-end' },
  { ...BASES['sign-in'], reason: 'consent-missing' },
  { ...BASES['sign-in'], exchangeId: 'exchange-1', reason: 'refused' },
  { ...BASES['sign-in'], reason: 'blocked' },
  { ...BASES['sign-in'], reason: 'device' },
  { ...BASES['sign-in'], reason: 'unavailable' },
  { ...BASES['sign-in'], reason: 'stronger', pageSignInId: SIGN_IN_ID },
  { ...BASES['thread-note'], says: 'no-chat' },
  { ...BASES['approval-request'], channel: { asked: 70, watchers: ['29:approver'], isForMore: true } },
  { ...BASES['approvals-channel'], says: 'is', isUnreachable: true },
  { ...BASES['approvals-channel'], says: 'is', channel: null },
  { ...BASES['approvals-channel'], says: 'off' },
  { ...BASES['approvals-channel'], says: 'announced', byName: 'Patti Fernandez' },
  { ...BASES.paused, stops: 'everything', isPausedOutside: true },
  { ...BASES.paused, isPaused: false, stops: null, reason: '', byName: null, since: null },
  { ...BASES['signed-out'], waiting: 1 },
  { ...BASES['signed-out'], byName: 'Patti Fernandez', waiting: 2 },
  { ...BASES['signed-out'], personName: 'Diego Siciliani', waiting: 2 },
  ...STEP_UPS,
  ...ALARMS,
  { ...BASES.error, code: 'activation.azure_mfa_required', facts: {} },
  { ...BASES.error, code: 'internal.unexpected', facts: {}, reference: '4f9c2a1b' },
  { ...BASES.error, code: 'config.invalid', facts: {} },
  { ...BASES.error, suggestions: ['Security Reader', 'Security Administrator'] },
];

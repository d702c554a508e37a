import type { BreakGlassNotice, PullFacts } from '../../../src/domain/break-glass-notice.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { SIGN_IN_ID } from '../../support/notices.ts';

/** One use of a pack. */
export const A_PULL: PullFacts = {
  pack: 'payments',
  purpose: 'Restore payments in production',
  pullerName: 'Lynne Robbins',
  roles: [{ roleName: 'sg-breakglass-payments', scopeName: 'Group membership' }],
  window: 'PT30M',
  incident: 'INC-99',
  severity: 'SEV1',
  reason: 'SEV1 INC-99 checkout down',
  isDrill: false,
  needsSecondPerson: false,
};

const TWO: PullFacts = { ...A_PULL, pack: 'tier0', needsSecondPerson: true };
const DRILL: PullFacts = { ...A_PULL, isDrill: true };

/** A notice of each card with everything common filled in. */
export const BREAK_GLASS_BASES = {
  'break-glass-packs': {
    card: 'break-glass-packs',
    packs: [
      {
        name: 'payments',
        purpose: 'Restore payments in production',
        window: 'PT1H',
        needsSecondPerson: false,
        example: 'breakglass payments for 30m because SEV1 INC-99 what is broken',
      },
    ],
    unread: [],
    underWay: [],
  },
  'break-glass-confirm': {
    card: 'break-glass-confirm',
    view: 'puller',
    phase: 'confirm',
    pull: A_PULL,
    until: '2026-11-22T14:05:00Z',
    alarmed: ['Patti Fernandez'],
    seconds: [],
    pageSignInId: null,
  },
  'break-glass-active': {
    card: 'break-glass-active',
    view: 'puller',
    phase: 'active',
    pull: A_PULL,
    pulledAt: '2026-11-22T13:55:00Z',
    secondName: null,
    seconds: [],
    secondBy: null,
    activeFrom: '2026-11-22T13:55:00Z',
    activeUntil: '2026-11-22T14:25:00Z',
    endedAt: null,
    standDownAt: null,
    isStandingDown: false,
    problem: null,
    mentions: [],
  },
  'break-glass-review': {
    card: 'break-glass-review',
    view: 'puller',
    phase: 'open',
    pull: A_PULL,
    timeline: [
      { at: '2026-11-22T13:54:00Z', what: 'asked', who: 'Lynne Robbins' },
      { at: '2026-11-22T13:55:00Z', what: 'pulled', who: 'Lynne Robbins' },
      { at: '2026-11-22T13:55:00Z', what: 'active', who: null },
      { at: '2026-11-22T14:00:00Z', what: 'over', who: null },
    ],
    operations: [{ at: '2026-11-22T13:57:00Z', what: 'Restart app', target: 'checkout' }],
    withoutLog: null,
    waitsFor: null,
    account: null,
    dueAt: '2026-11-23T14:00:00Z',
    done: null,
  },
  'break-glass-reviews': {
    card: 'break-glass-reviews',
    reviews: [
      {
        pack: 'payments',
        pullerName: 'Lynne Robbins',
        isDrill: false,
        endedAt: '2026-11-22T14:00:00Z',
        dueAt: '2026-11-23T14:00:00Z',
      },
    ],
  },
} as const satisfies { [Name in BreakGlassNotice['card']]: Extract<Notice, { card: Name }> };

const CONFIRM = BREAK_GLASS_BASES['break-glass-confirm'];
const ACTIVE = BREAK_GLASS_BASES['break-glass-active'];
const REVIEW = BREAK_GLASS_BASES['break-glass-review'];

/** The cards of break-glass in their forms. */
export const BREAK_GLASS_NOTICES: readonly BreakGlassNotice[] = [
  ...Object.values(BREAK_GLASS_BASES),
  { ...BREAK_GLASS_BASES['break-glass-packs'], packs: [], unread: ['leads'] },
  {
    ...BREAK_GLASS_BASES['break-glass-packs'],
    underWay: [
      { pack: 'payments', until: '2026-11-22T14:25:00Z' },
      { pack: 'tier0', until: null },
    ],
  },
  { ...CONFIRM, pull: TWO, seconds: ['Isaiah Langer'] },
  { ...CONFIRM, pull: TWO, alarmed: [] },
  { ...CONFIRM, pull: DRILL },
  { ...CONFIRM, phase: 'sign-in', pageSignInId: SIGN_IN_ID },
  { ...CONFIRM, view: 'second', pull: TWO },
  { ...CONFIRM, view: 'second', pull: { ...TWO, isDrill: true } },
  ...(['confirmed', 'dropped', 'late'] as const).flatMap((phase): BreakGlassNotice[] => [
    { ...CONFIRM, phase },
    { ...CONFIRM, view: 'second', phase, pull: TWO },
  ]),
  ...(['puller', 'channel', 'person'] as const).flatMap((view): BreakGlassNotice[] => [
    { ...ACTIVE, view, phase: 'pulling', activeFrom: null, activeUntil: null },
    {
      ...ACTIVE,
      view,
      phase: 'waiting',
      pull: TWO,
      seconds: ['Isaiah Langer'],
      secondBy: '2026-11-22T14:05:00Z',
      activeFrom: null,
      activeUntil: null,
    },
    { ...ACTIVE, view, pull: TWO, secondName: 'Isaiah Langer' },
    { ...ACTIVE, view, standDownAt: '2026-11-22T14:00:00Z' },
    { ...ACTIVE, view, phase: 'pulling', isStandingDown: true, activeFrom: null, activeUntil: null },
    { ...ACTIVE, view, pull: DRILL },
    { ...ACTIVE, view, phase: 'over', endedAt: '2026-11-22T14:25:00Z' },
    {
      ...ACTIVE,
      view,
      phase: 'dropped',
      activeFrom: null,
      activeUntil: null,
      problem: { code: 'breakglass.confirm_over', facts: { pack: 'payments' } },
    },
  ]),
  {
    ...ACTIVE,
    view: 'channel',
    mentions: [{ id: '07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07', name: 'Patti Fernandez' }],
  },
  {
    ...ACTIVE,
    view: 'channel',
    pull: DRILL,
    mentions: [{ id: '07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07', name: 'Patti Fernandez' }],
  },
  { ...ACTIVE, pull: { ...A_PULL, incident: null, severity: null, roles: Array(9).fill(A_PULL.roles[0]) } },
  { ...ACTIVE, activeUntil: '2026-11-22T14:00:00Z' },
  { ...REVIEW, view: 'owner', account: 'The queue was stuck; I restarted it.' },
  { ...REVIEW, phase: 'overdue', operations: [] },
  { ...REVIEW, view: 'owner', operations: [], withoutLog: { code: 'graph.forbidden', facts: {} } },
  { ...REVIEW, view: 'channel', phase: 'overdue', operations: [] },
  {
    ...REVIEW,
    pull: DRILL,
    phase: 'done',
    done: { byName: 'Patti Fernandez', at: '2026-11-22T15:00:00Z', text: 'It was needed.' },
  },
  {
    ...REVIEW,
    phase: 'done',
    waitsFor: 'Patti Fernandez',
    done: { byName: 'Lynne Robbins', at: '2026-11-22T15:00:00Z', text: 'The queue was stuck.' },
  },
  { ...BREAK_GLASS_BASES['break-glass-reviews'], reviews: [] },
  {
    ...BREAK_GLASS_BASES['break-glass-reviews'],
    reviews: [{ ...BREAK_GLASS_BASES['break-glass-reviews'].reviews[0], isDrill: true }],
  },
];

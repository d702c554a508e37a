import type {
  CheckNotice,
  RunbookCardNotice,
  RunbookNotice,
  RunbooksNotice,
} from '../../../src/domain/runbook-notice.ts';

const VM_ROLE = { roleName: 'Virtual Machine Operator', scopeName: 'rg-payments' };

const ENTRY = {
  ...VM_ROLE,
  name: 'restart-payments-vm',
  title: 'Restart a virtual machine of payments',
  isEligible: true,
} as const;

const RUNBOOKS: RunbooksNotice = {
  card: 'runbooks',
  words: null,
  runbooks: [
    ENTRY,
    {
      name: 'assign-users',
      title: 'Assign users to the Contoso app',
      roleName: 'Contoso-App-Assignment-Operator',
      scopeName: 'Whole tenant',
      isEligible: false,
    },
  ],
};

export const RUNBOOK: RunbookNotice = {
  card: 'runbook',
  name: 'restart-payments-vm',
  title: 'Restart a virtual machine of payments',
  role: VM_ROLE,
  standing: 'eligible',
  activeUntil: null,
  through: null,
  key: 'azure|operator|/subscriptions/1/resourcegroups/rg-payments',
  duration: 'PT30M',
  maximumDuration: 'PT8H',
  needsApproval: false,
  steps: [
    { text: 'Tell the payments channel that vm-pay-01 goes away for two minutes.', link: null },
    { text: 'Open vm-pay-01 in the portal and choose Restart.', link: 'https://portal.azure.com/' },
  ],
  checks: [
    { name: 'Read vm-pay-01', expects: 'works' },
    { name: 'Delete virtual machines', expects: 'refused' },
  ],
  owner: 'pattif@contoso.onmicrosoft.com',
};

export const CHECK: CheckNotice = {
  card: 'check',
  phase: 'done',
  role: VM_ROLE,
  key: 'azure|operator|/subscriptions/1/resourcegroups/rg-payments',
  standing: 'active',
  activeUntil: '2026-11-22T14:30:00Z',
  isEligible: true,
  results: [
    { subject: { kind: 'named', name: 'Read vm-pay-01' }, verdict: { is: 'works' } },
    { subject: { kind: 'named', name: 'Delete virtual machines' }, verdict: { is: 'refused', because: 'never' } },
  ],
  left: 0,
  runbook: { name: 'restart-payments-vm', title: 'Restart a virtual machine of payments' },
};

/** A notice of each card with everything common filled in. */
export const RUNBOOK_BASES = {
  runbooks: RUNBOOKS,
  runbook: RUNBOOK,
  check: CHECK,
} as const satisfies { readonly [Name in RunbookCardNotice['card']]: RunbookCardNotice };

const FAILING: CheckNotice = {
  ...CHECK,
  results: (['wait', 'sign-in-again', 'denied', 'missing', 'unsure'] as const).map((advice) => ({
    subject: { kind: 'named', name: 'Read vm-pay-01' },
    verdict: { is: 'fails', advice },
  })),
};
const UNCLEAR: CheckNotice = {
  ...CHECK,
  runbook: null,
  results: (
    ['conditional', 'missing', 'not-consented', 'unavailable', 'too-slow', 'not-probed', 'definition-unread'] as const
  ).map((because) => ({ subject: { kind: 'effect' }, verdict: { is: 'unclear', because } })),
};

export const RUNBOOK_NOTICES: readonly RunbookCardNotice[] = [
  RUNBOOKS,
  { ...RUNBOOKS, runbooks: [] },
  { ...RUNBOOKS, words: 'payments', runbooks: [ENTRY, { ...ENTRY, name: 'payments-oncall' }] },
  RUNBOOK,
  { ...RUNBOOK, standing: 'active', key: null, activeUntil: '2026-11-22T14:30:00Z' },
  { ...RUNBOOK, standing: 'active', key: null },
  { ...RUNBOOK, standing: 'waiting', key: null },
  { ...RUNBOOK, through: 'sg-payments-oncall', needsApproval: true },
  { ...RUNBOOK, standing: 'not-eligible', key: null, duration: null, maximumDuration: null, needsApproval: null },
  { ...RUNBOOK, standing: 'unknown', key: null, checks: [], owner: null },
  { ...RUNBOOK, steps: [{ text: 'Go there.', link: 'javascript:alert(1)' }] },
  CHECK,
  { ...CHECK, phase: 'working', results: [] },
  FAILING,
  UNCLEAR,
  { ...CHECK, standing: 'lagging', results: [{ subject: { kind: 'definition' }, verdict: { is: 'works' } }] },
  { ...CHECK, results: [{ subject: { kind: 'named', name: 'Delete' }, verdict: { is: 'too-much' } }], left: 3 },
  {
    ...CHECK,
    standing: 'not-active',
    activeUntil: null,
    results: [
      { subject: { kind: 'named', name: 'Read vm-pay-01' }, verdict: { is: 'refused', because: 'not-active' } },
      { subject: { kind: 'named', name: 'Restart' }, verdict: { is: 'works-without-role' } },
    ],
  },
  { ...CHECK, standing: 'unknown', activeUntil: null, isEligible: false },
];

import type { ProblemFacts } from '../../../src/domain/card-facts.ts';
import type {
  NameList,
  OperationsBeside,
  RoleChangeItem,
  RoleDrift,
  RoleFilesNotice,
  RoleFinding,
} from '../../../src/domain/role-files-notice.ts';

const NOTHING: OperationsBeside = { total: 0, escalating: [], others: [] };
const NO_NAMES: NameList = { total: 0, names: [] };
const PAYMENTS = '/subscriptions/3b7a5c1e-0f4d-4b7e-9a52-5d0c8f3e2a10/resourceGroups/rg-payments';
const WEB = '/subscriptions/3b7a5c1e-0f4d-4b7e-9a52-5d0c8f3e2a10/resourceGroups/rg-web';
const UNSAID: ProblemFacts = { code: 'graph.throttled', facts: {} };

export const AN_ERROR: RoleFinding = {
  level: 'error',
  rule: 'unknown-op',
  text: 'There is no operation Microsoft.Compute/virtualMachines/restart.',
  where: 'vm-operator.json:12:7',
};

/** A role that its file changes in every way there is. */
export const A_DRIFT: RoleDrift = {
  key: 'b1946ac92492d234',
  kind: 'azure',
  name: 'Contoso Virtual Machine Operator',
  file: 'vm-operator.json',
  state: 'different',
  nameInTenant: 'Virtual Machine Operator',
  isDescriptionOther: true,
  isConditionOther: true,
  isEnabledByFile: null,
  gains: {
    total: 9,
    escalating: ['Microsoft.Compute/virtualMachines/runCommand/action'],
    others: [
      'Microsoft.Compute/virtualMachines/deallocate/action',
      'Microsoft.Compute/virtualMachines/powerOff/action',
    ],
  },
  losses: { total: 1, escalating: [], others: ['Microsoft.Network/networkInterfaces/read'] },
  isSpeltOtherwise: false,
  patterns: { total: 1, names: ['Microsoft.Compute/virtualMachines/*/action'] },
  scopesAdded: { total: 1, names: [WEB] },
  scopesRemoved: { total: 1, names: [PAYMENTS] },
  findings: [AN_ERROR, { level: 'warning', rule: 'broad', text: 'It grows with Azure.', where: '' }],
  findingsTotal: 2,
  holders: { eligible: 3, active: 1 },
  rights: {
    needs: 'Microsoft.Authorization/roleDefinitions/write',
    on: [PAYMENTS, WEB],
    held: [PAYMENTS],
    missing: [WEB],
    unknown: 0,
  },
};

const UNCHANGED: RoleDrift = {
  ...A_DRIFT,
  state: 'same',
  nameInTenant: null,
  isDescriptionOther: false,
  isConditionOther: false,
  gains: NOTHING,
  losses: NOTHING,
  patterns: NO_NAMES,
  scopesAdded: NO_NAMES,
  scopesRemoved: NO_NAMES,
  findings: [],
  findingsTotal: 0,
  holders: { eligible: 0, active: 0 },
  rights: null,
};

const NEW: RoleDrift = {
  ...A_DRIFT,
  state: 'only-in-files',
  nameInTenant: null,
  holders: null,
  losses: NOTHING,
  scopesRemoved: NO_NAMES,
};

const ITEM: RoleChangeItem = {
  ...A_DRIFT,
  findings: [],
  findingsTotal: 0,
  action: 'update',
  id: '5f1c1f0a-6a0e-4f3b-9d6e-1b2c3d4e5f60',
  heldHash: 'a'.repeat(64),
  wantedHash: 'b'.repeat(64),
  uses: [],
  usesTotal: 0,
  outcome: 'planned',
  problem: null,
};
const USE = { principalName: 'Alex Wilber', kind: 'eligible', scopeName: 'rg-payments' } as const;
const GONE: RoleChangeItem = {
  ...ITEM,
  ...UNCHANGED,
  file: null,
  state: 'only-in-tenant',
  action: 'delete',
  wantedHash: null,
};

const COUNTS = { same: 4, different: 1, 'only-in-files': 1, 'only-in-tenant': 2, unseen: 1 };

export const ROLE_FILES_BASES = {
  'roles-drift': {
    card: 'roles-drift',
    about: null,
    counts: COUNTS,
    roles: [
      A_DRIFT,
      NEW,
      { ...UNCHANGED, state: 'only-in-tenant', file: null, rights: null },
      { ...UNCHANGED, state: 'unseen' },
    ],
    problems: [],
    unread: [],
  },
  'roles-change': {
    card: 'roles-change',
    action: 'apply',
    phase: 'confirm',
    names: [],
    justification: 'CHG77 the weekly review',
    items: [ITEM, { ...ITEM, ...NEW, action: 'create', heldHash: null, findings: [], findingsTotal: 0 }],
    problems: [],
    problem: null,
    expiresAt: '2026-11-22T14:15:00Z',
  },
} as const satisfies { [Name in RoleFilesNotice['card']]: Extract<RoleFilesNotice, { card: Name }> };

const DRIFT = ROLE_FILES_BASES['roles-drift'];
const CHANGE = ROLE_FILES_BASES['roles-change'];
const over = (...outcomes: readonly RoleChangeItem['outcome'][]): RoleFilesNotice => ({
  ...CHANGE,
  phase: 'over',
  items: outcomes.map((outcome, index) => ({
    ...ITEM,
    name: `${ITEM.name} ${index + 1}`,
    outcome,
    problem: outcome === 'failed' ? UNSAID : null,
  })),
});

export const ROLE_FILES_NOTICES: readonly RoleFilesNotice[] = [
  DRIFT,
  CHANGE,
  { ...DRIFT, about: A_DRIFT.name, roles: [A_DRIFT] },
  { ...DRIFT, about: A_DRIFT.name, roles: [UNCHANGED], counts: { ...COUNTS, different: 0, 'only-in-files': 0 } },
  {
    ...DRIFT,
    roles: [],
    counts: { ...COUNTS, same: 7, different: 0, 'only-in-files': 0, 'only-in-tenant': 0, unseen: 0 },
  },
  { ...DRIFT, roles: [], counts: { same: 0, different: 0, 'only-in-files': 0, 'only-in-tenant': 0, unseen: 0 } },
  { ...DRIFT, problems: [AN_ERROR], unread: [{ surface: 'azure', code: 'graph.throttled' }] },
  {
    ...DRIFT,
    roles: [
      { ...UNCHANGED, state: 'different', isEnabledByFile: true, isSpeltOtherwise: true, kind: 'directory' },
      {
        ...UNCHANGED,
        state: 'different',
        isEnabledByFile: false,
        gains: { ...NOTHING, total: 1, others: ['x/y/read'] },
      },
      {
        ...UNCHANGED,
        kind: 'directory',
        rights: { needs: 'Privileged Role Administrator', on: ['/'], held: [], missing: ['/'], unknown: 0 },
      },
      {
        ...UNCHANGED,
        rights: {
          needs: 'Microsoft.Authorization/roleDefinitions/write',
          on: [WEB],
          held: [WEB],
          missing: [],
          unknown: 2,
        },
      },
      {
        ...UNCHANGED,
        rights: {
          needs: 'Microsoft.Authorization/roleDefinitions/write',
          on: [WEB],
          held: [],
          missing: [WEB],
          unknown: 0,
        },
      },
    ],
  },
  { ...CHANGE, problem: { code: 'role_files.changed', facts: {} } },
  {
    ...CHANGE,
    phase: 'blocked',
    items: [{ ...ITEM, findings: [AN_ERROR], findingsTotal: 1 }],
    problem: { code: 'role_files.wrong', facts: {} },
  },
  { ...CHANGE, phase: 'blocked', items: [], problems: [AN_ERROR], problem: { code: 'role_files.wrong', facts: {} } },
  { ...CHANGE, phase: 'changing', items: [{ ...ITEM, outcome: 'done' }, { ...ITEM, outcome: 'writing' }, ITEM] },
  { ...CHANGE, phase: 'dropped' },
  over('done', 'done'),
  over('done', 'failed', 'left'),
  over('failed'),
  over('done', 'in-doubt', 'left'),
  { ...CHANGE, action: 'delete', items: [GONE] },
  {
    ...CHANGE,
    action: 'delete',
    phase: 'blocked',
    items: [{ ...GONE, uses: [USE, { ...USE, kind: 'active' }], usesTotal: 61 }],
    problem: { code: 'role_definition.in_use', facts: {} },
  },
  { ...CHANGE, action: 'delete', phase: 'changing', items: [{ ...GONE, outcome: 'writing' }] },
  { ...CHANGE, action: 'delete', phase: 'dropped', items: [GONE] },
  ...(['done', 'failed', 'in-doubt'] as const).map(
    (outcome): RoleFilesNotice => ({ ...CHANGE, action: 'delete', phase: 'over', items: [{ ...GONE, outcome }] }),
  ),
];

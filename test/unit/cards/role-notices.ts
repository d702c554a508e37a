import type { Notice } from '../../../src/domain/notice.ts';
import type {
  BlockFacts,
  CanNotice,
  DefinitionNotice,
  MembershipNotice,
  OwnFacts,
  ProviderCounts,
  RoleCardNotice,
} from '../../../src/domain/role-notice.ts';
import { COMPARE, COMPARES } from './compare-notices.ts';
import { A_CONDITION, ADMINISTRATOR, OPERATOR, RG_PAYMENTS } from './role-samples.ts';

const ELIGIBLE: OwnFacts = {
  state: 'eligible',
  scopeNames: ['rg-payments'],
  through: null,
  key: 'azure|vm-operator|rg-payments',
};
const NOTHING_OWN: OwnFacts = { state: 'none', scopeNames: [], through: null, key: null };
const COMPUTE: ProviderCounts = { provider: 'Microsoft.Compute', operations: 12, changes: 3 };
const STORAGE: ProviderCounts = { provider: 'Microsoft.Storage', operations: 2, changes: 0 };

const DEFINITION: DefinitionNotice = {
  card: 'role',
  subject: 'definition',
  role: OPERATOR,
  description: 'Can watch, start and restart virtual machines.',
  isEnabled: true,
  risk: 'changes',
  counts: { control: 14, controlChanges: 3, data: 0, dataChanges: 0 },
  assignableScopes: [RG_PAYMENTS],
  assignableTotal: 1,
  inherited: null,
  place: null,
  own: ELIGIBLE,
  page: {
    kind: 'summary',
    powerful: [],
    powerfulTotal: 0,
    withheld: [],
    withheldTotal: 0,
    providers: [COMPUTE, STORAGE],
    providersTotal: 2,
    dataProviders: [],
    dataProvidersTotal: 0,
    conditions: [],
    conditionsTotal: 0,
  },
};

export const CONTRIBUTOR: DefinitionNotice = {
  ...DEFINITION,
  role: { ...OPERATOR, id: 'b24988ac-6180-42a0-ab88-20f7382dd24c', roleName: 'Contributor', isCustom: false },
  risk: 'changes-access',
  counts: { control: 18_402, controlChanges: 9_282, data: 1, dataChanges: 1 },
  assignableScopes: ['/'],
  own: NOTHING_OWN,
  place: { scopeName: 'rg-web', scopeId: '/subscriptions/1/resourceGroups/rg-web', reach: 'covered' },
  page: {
    kind: 'summary',
    powerful: [
      { operation: 'Microsoft.Compute/virtualMachines/runCommand/action', isConditional: false },
      { operation: 'Microsoft.Compute/virtualMachines/runCommands/write', isConditional: false },
      { operation: 'Microsoft.Authorization/roleAssignments/write', isConditional: true },
      { operation: 'Contoso.Own/things/unheardOf/action', isConditional: false },
    ],
    powerfulTotal: 30,
    withheld: [{ operation: 'Microsoft.Authorization/roleAssignments/delete', by: 'Microsoft.Authorization/*/Delete' }],
    withheldTotal: 1,
    providers: [COMPUTE, { ...STORAGE, operations: 1 }, { ...STORAGE, changes: 2 }],
    providersTotal: 317,
    dataProviders: [{ ...STORAGE, operations: 1, changes: 1 }],
    dataProvidersTotal: 1,
    conditions: [
      A_CONDITION,
      { text: '@Resource[HasObotoken] boolequals true', operations: [], roles: [], rolesTotal: 0 },
    ],
    conditionsTotal: 2,
  },
};

const listOf = (...strings: readonly string[]): BlockFacts['actions'] => ({
  strings: strings.map((operation) => ({ operation, says: '' })),
  total: strings.length,
});
export const NO_STRINGS = listOf();
const A_BLOCK: BlockFacts = {
  actions: {
    strings: [
      { operation: 'Microsoft.Compute/*/read', says: '' },
      { operation: 'Microsoft.Compute/virtualMachines/restart/action', says: 'Restart Virtual Machine' },
      { operation: 'odd*/thing', says: '' },
    ],
    total: 5,
  },
  notActions: listOf('Microsoft.Compute/virtualMachines/delete'),
  dataActions: listOf('Microsoft.Storage/*'),
  notDataActions: listOf('*/write'),
  condition: A_CONDITION,
};

const DETAILS: DefinitionNotice = {
  ...DEFINITION,
  page: { kind: 'definition', blocks: [A_BLOCK], providers: [COMPUTE, STORAGE], providersTotal: 2 },
};

export const ENTRA: DefinitionNotice = {
  ...DEFINITION,
  role: ADMINISTRATOR,
  isEnabled: false,
  counts: { control: 40, controlChanges: 30, data: 0, dataChanges: 0 },
  assignableScopes: [],
  assignableTotal: 0,
  inherited: { roles: ['Directory Readers'], operations: 38 },
  own: { state: 'active', scopeNames: ['Whole tenant'], through: null, key: null },
  page: {
    kind: 'summary',
    powerful: [{ operation: 'microsoft.directory/users/password/update', isConditional: false }],
    powerfulTotal: 1,
    withheld: [{ operation: 'microsoft.directory/groupsAssignableToRoles/members/update', by: null }],
    withheldTotal: 1,
    providers: [{ provider: 'microsoft.directory/users', operations: 20, changes: 20 }],
    providersTotal: 12,
    dataProviders: [],
    dataProvidersTotal: 0,
    conditions: [],
    conditionsTotal: 0,
  },
};

const MEMBERSHIP: MembershipNotice = {
  card: 'role',
  subject: 'membership',
  groupName: 'sg-payments-oncall',
  held: [
    { roleName: 'Contributor', scopeName: 'rg-payments', gives: 'eligible' },
    { roleName: 'Security Reader', scopeName: 'Whole tenant', gives: 'active' },
  ],
  heldTotal: 2,
  own: { state: 'eligible', scopeNames: [], through: null, key: 'group|member|sg-payments-oncall' },
};

const WHY = {
  block: 0,
  matchedBy: ['Microsoft.Compute/virtualMachines/restart/action'],
  subtractedBy: [],
  condition: null,
  isInherited: false,
} as const;
export const ANSWER: CanNotice['answers'][number] = {
  plane: 'control',
  answer: 'allowed',
  blocks: 1,
  why: [WHY],
  share: null,
  denials: [],
};

const CAN: CanNotice = {
  card: 'can',
  role: OPERATOR,
  asked: 'restart virtual machines',
  operation: {
    operation: 'Microsoft.Compute/virtualMachines/restart/action',
    says: 'Restart Virtual Machine',
  },
  isListed: true,
  others: ['Microsoft.ClassicCompute/virtualMachines/restart/action'],
  answers: [ANSWER],
  denials: 'read',
  place: {
    scopeName: 'vm-pay-01',
    scopeId: `${RG_PAYMENTS}/providers/Microsoft.Compute/virtualMachines/vm-pay-01`,
    reach: 'covered',
  },
  own: ELIGIBLE,
};

const CANS: readonly CanNotice[] = [
  { ...CAN, asked: CAN.operation.operation, others: [], place: null, own: NOTHING_OWN },
  { ...CAN, answers: [{ ...ANSWER, answer: 'denied', why: [] }] },
  ...(['open', 'unread'] as const).map((denials): CanNotice => ({ ...CAN, denials })),
  ...(['all', 'some', 'condition', 'below'] as const).map(
    (takes): CanNotice => ({
      ...CAN,
      answers: [
        {
          ...ANSWER,
          denials: [true, false].map((isSure) => ({ name: 'stack-payments', scopeId: RG_PAYMENTS, isSure, takes })),
        },
      ],
    }),
  ),
  {
    ...CAN,
    place: null,
    answers: [
      {
        ...ANSWER,
        answer: 'denied',
        blocks: 2,
        why: [{ ...WHY, matchedBy: ['*'], subtractedBy: ['Microsoft.Authorization/*/Write'] }],
      },
    ],
  },
  { ...CAN, answers: [{ ...ANSWER, answer: 'conditional', why: [{ ...WHY, condition: A_CONDITION }] }] },
  {
    ...CAN,
    operation: { operation: 'Microsoft.KeyVault/vaults/keys/read', says: '' },
    answers: [ANSWER, { ...ANSWER, plane: 'data', answer: 'denied', why: [] }],
  },
  { ...CAN, answers: [{ ...ANSWER, plane: 'data', answer: 'denied', why: [{ ...WHY, subtractedBy: ['*/read'] }] }] },
  ...(['below', 'outside', 'unknown'] as const).map(
    (reach): CanNotice => ({ ...CAN, place: { scopeName: 'Contoso Staging', scopeId: '/subscriptions/2', reach } }),
  ),
  {
    ...CAN,
    operation: { operation: 'Microsoft.Compute/virtualMachines/*', says: '' },
    own: { state: 'eligible-elsewhere', scopeNames: ['rg-web'], through: null, key: null },
    answers: [
      {
        ...ANSWER,
        answer: 'denied',
        why: [],
        share: {
          allowed: 3,
          conditional: 1,
          total: 60,
          allowedExample: 'Microsoft.Compute/virtualMachines/read',
          deniedExample: 'Microsoft.Compute/virtualMachines/delete',
        },
      },
    ],
  },
  ...(['exact', 'implied', 'unknown', 'no', 'other-kind'] as const).map(
    (answer): CanNotice => ({
      ...CAN,
      role: ADMINISTRATOR,
      operation: { operation: 'microsoft.directory/users/password/update', says: '' },
      others: [],
      place: null,
      own: { state: 'unknown', scopeNames: [], through: null, key: null },
      answers: [
        {
          plane: null,
          answer,
          blocks: 1,
          share: null,
          denials: [],
          why:
            answer === 'no' || answer === 'other-kind'
              ? []
              : [{ ...WHY, matchedBy: ['microsoft.directory/users/allProperties/allTasks'] }],
        },
      ],
    }),
  ),
  { ...CAN, answers: [{ ...ANSWER, answer: 'other-kind', why: [] }], place: null },
  {
    ...CAN,
    isListed: false,
    own: { ...ELIGIBLE, scopeNames: ['rg-payments', 'rg-web'], through: 'sg-payments-oncall', key: null },
  },
  {
    ...CAN,
    role: ADMINISTRATOR,
    place: { scopeName: 'Branch Madrid', scopeId: '/administrativeUnits/1', reach: 'unknown' },
  },
];

/** A notice of each card with everything common filled in. */
export const ROLE_BASES = { role: DEFINITION, can: CAN, compare: COMPARE } as const satisfies {
  [Name in RoleCardNotice['card']]: Extract<Notice, { card: Name }>;
};

/** The cards about role definitions in their forms. */
export const ROLE_NOTICES: readonly RoleCardNotice[] = [
  ...Object.values(ROLE_BASES),
  CONTRIBUTOR,
  {
    ...CONTRIBUTOR,
    counts: null,
    assignableScopes: [
      '/providers/Microsoft.Management/managementGroups/mg-contoso',
      '/subscriptions/1',
      `${RG_PAYMENTS}/providers/Microsoft.Compute/virtualMachines/vm-pay-01`,
    ],
    assignableTotal: 12,
  },
  { ...DEFINITION, risk: 'reads', counts: { control: 1, controlChanges: 0, data: 1, dataChanges: 0 } },
  { ...DEFINITION, risk: 'reaches-data', counts: { control: 1, controlChanges: 1, data: 12, dataChanges: 12 } },
  DETAILS,
  {
    ...DETAILS,
    page: {
      ...DETAILS.page,
      kind: 'definition',
      blocks: [A_BLOCK, { ...A_BLOCK, condition: null }],
      providers: [],
      providersTotal: 0,
    },
  },
  {
    ...DETAILS,
    page: {
      kind: 'provider',
      provider: 'Microsoft.Compute',
      operations: [
        {
          operation: 'Microsoft.Compute/virtualMachines/read',
          says: 'Get Virtual Machine',
          plane: 'control',
          isConditional: false,
          isPowerful: false,
        },
        {
          operation: 'Microsoft.Compute/disks/download/action',
          says: '',
          plane: 'data',
          isConditional: true,
          isPowerful: true,
        },
      ],
      total: 412,
      providers: [COMPUTE, STORAGE],
      providersTotal: 2,
    },
  },
  ENTRA,
  MEMBERSHIP,
  { ...MEMBERSHIP, held: [], heldTotal: 0, own: NOTHING_OWN },
  ...CANS,
  ...COMPARES,
];

import type { FittingRole, MeaningFacts, WhichRoleNotice } from '../../../src/domain/which-role-notice.ts';

export const RESTART: MeaningFacts = {
  kind: 'operation',
  key: 'operation:control:Microsoft.Compute/virtualMachines/restart/action',
  name: 'Microsoft.Compute/virtualMachines/restart/action',
  says: 'Restart Virtual Machine',
  isData: false,
  roles: [],
};
export const GET_SECRET: MeaningFacts = {
  kind: 'operation',
  key: 'operation:data:Microsoft.KeyVault/vaults/secrets/getSecret/action',
  name: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  says: '',
  isData: true,
  roles: [],
};
const SECRET_READ: MeaningFacts = {
  ...GET_SECRET,
  key: 'operation:control:Microsoft.KeyVault/vaults/secrets/read',
  name: 'Microsoft.KeyVault/vaults/secrets/read',
  isData: false,
};
export const RESET: MeaningFacts = {
  kind: 'task',
  key: 'task::Reset the password of a user',
  name: 'Reset the password of a user',
  says: '',
  isData: false,
  roles: ['Password Administrator'],
};
const PATTERN: MeaningFacts = { ...RESTART, kind: 'pattern', key: 'pattern', name: 'Microsoft.Compute/*', says: '' };
const ACTION: MeaningFacts = {
  ...RESTART,
  kind: 'directory-action',
  key: 'directory-action',
  name: 'microsoft.directory/users/photo/update',
  says: '',
};

export const OPERATOR: FittingRole = {
  kind: 'azure',
  key: 'azure|vm-operator|/subscriptions/1/resourcegroups/rg-payments',
  roleName: 'Virtual Machine Operator',
  scopeName: 'rg-payments',
  through: null,
  certainty: 'sure',
  by: 'Microsoft.Compute/virtualMachines/restart/action',
  condition: null,
  risk: 'changes',
  operations: 14,
  changes: 3,
  maximumDuration: 'PT8H',
  needsApproval: false,
  activeUntil: null,
  isActive: false,
};
export const CONTRIBUTOR: FittingRole = {
  ...OPERATOR,
  key: 'azure|contributor|rg>group|member|sg',
  roleName: 'Contributor',
  through: 'sg-payments-oncall',
  by: '*',
  risk: 'reaches-data',
  operations: 18_000,
  changes: 9_200,
  maximumDuration: 'PT4H',
  needsApproval: true,
};

export const WHICH_ROLE: WhichRoleNotice = {
  card: 'which-role',
  purpose: 'which-role',
  asked: 'restart vm-pay-01',
  meaning: RESTART,
  isListed: true,
  others: [],
  areOthersFitting: false,
  place: { scopeName: 'vm-pay-01', scopeId: '/subscriptions/1/resourceGroups/rg-payments/providers/x/y/vm-pay-01' },
  fitting: [OPERATOR, CONTRIBUTOR],
  fittingTotal: 2,
  elsewhere: [],
  tenantRoles: [],
  tenantTotal: 0,
  administrators: null,
  unread: [],
  unreadDefinitions: [],
};

export const NONE_FITS: WhichRoleNotice = {
  ...WHICH_ROLE,
  fitting: [],
  fittingTotal: 0,
  elsewhere: ['Virtual Machine Operator on rg-web'],
  tenantRoles: [
    {
      kind: 'azure',
      id: '1',
      roleName: 'Desktop Virtualization Power On Off Contributor',
      isCustom: false,
      isSure: true,
    },
    { kind: 'azure', id: '2', roleName: 'Virtual Machine Operator', isCustom: true, isSure: true },
  ],
  tenantTotal: 7,
  administrators: { kind: 'azure', names: ['Patti Fernandez'], total: 1, areKnown: true },
};
export const SEVERAL: WhichRoleNotice = {
  ...NONE_FITS,
  asked: 'read key vault secrets',
  meaning: null,
  others: [GET_SECRET, SECRET_READ],
  areOthersFitting: true,
  place: null,
  tenantRoles: [],
  tenantTotal: 0,
  administrators: null,
};
export const UNKNOWN: WhichRoleNotice = {
  ...SEVERAL,
  asked: 'restat virtual machines',
  others: [RESTART],
  areOthersFitting: false,
};

/** The card in its forms. */
export const WHICH_ROLES: readonly WhichRoleNotice[] = [
  WHICH_ROLE,
  NONE_FITS,
  SEVERAL,
  UNKNOWN,
  { ...UNKNOWN, others: [], unreadDefinitions: ['azure', 'directory'] },
  { ...WHICH_ROLE, purpose: 'can-i' },
  {
    ...WHICH_ROLE,
    purpose: 'can-i',
    fitting: [{ ...OPERATOR, key: null, isActive: true, activeUntil: '2026-11-22T18:00:00Z' }],
  },
  { ...NONE_FITS, purpose: 'can-i' },
  { ...NONE_FITS, unreadDefinitions: ['azure'], tenantRoles: [], tenantTotal: 0, administrators: null },
  { ...NONE_FITS, unread: [{ surface: 'azure', code: 'graph.forbidden' }], tenantTotal: 2 },
  {
    ...NONE_FITS,
    asked: 'reset passwords',
    meaning: RESET,
    place: null,
    tenantRoles: [{ kind: 'directory', id: '3', roleName: 'Password Administrator', isCustom: false, isSure: true }],
    tenantTotal: 1,
    administrators: { kind: 'directory', names: [], total: 0, areKnown: false },
  },
  { ...NONE_FITS, administrators: { kind: 'directory', names: [], total: 0, areKnown: true } },
  {
    ...WHICH_ROLE,
    asked: 'reset passwords',
    meaning: RESET,
    others: [RESTART, ACTION, PATTERN],
    fitting: [
      {
        ...OPERATOR,
        roleName: 'User Administrator',
        scopeName: 'Whole tenant',
        by: null,
        operations: null,
        changes: null,
      },
      { ...OPERATOR, certainty: 'likely', by: 'microsoft.directory/users/allProperties/allTasks', risk: 'reads' },
    ],
  },
  {
    ...WHICH_ROLE,
    meaning: PATTERN,
    isListed: false,
    fitting: [
      {
        ...OPERATOR,
        certainty: 'conditional',
        condition: "((!(ActionMatches{'x'})) OR (1))",
        maximumDuration: null,
        needsApproval: null,
      },
      { ...OPERATOR, certainty: 'part', by: null, risk: 'changes-access', operations: 1, changes: 0 },
    ],
    fittingTotal: 40,
  },
  {
    ...WHICH_ROLE,
    meaning: ACTION,
    purpose: 'can-i',
    fitting: [{ ...OPERATOR, certainty: 'likely' }],
    fittingTotal: 1,
  },
];

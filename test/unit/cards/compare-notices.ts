import type { CompareNotice } from '../../../src/domain/role-notice.ts';
import { A_CONDITION, ADMINISTRATOR, OPERATOR, RG_PAYMENTS } from './role-samples.ts';

const COMPARED = {
  ...OPERATOR,
  risk: 'changes',
  counts: { control: 14, controlChanges: 3, data: 0, dataChanges: 0 },
  conditions: [],
  assignableScopes: [RG_PAYMENTS],
  assignableTotal: 1,
} as const;

export const COMPARE: CompareNotice = {
  card: 'compare',
  first: COMPARED,
  second: {
    ...COMPARED,
    id: '0a1b2c3d-0000-4000-8000-000000000002',
    roleName: 'Virtual Machine Operator (Contractors)',
  },
  relation: 'equal',
  proof: 'normal-form',
  onList: { relation: 'equal', operations: 22_639 },
  onlyFirst: null,
  onlySecond: null,
  both: 14,
  powerful: [],
  powerfulTotal: 0,
  providers: [],
  providersTotal: 0,
  areConditionsEqual: true,
};

export const COMPARES: readonly CompareNotice[] = [
  {
    ...COMPARE,
    second: { ...COMPARE.second, risk: 'changes-access', conditions: [A_CONDITION] },
    relation: 'subset',
    proof: 'patterns',
    onlySecond: 'Microsoft.Compute/virtualMachines/delete',
    powerful: [
      { operation: 'Microsoft.Compute/virtualMachines/runCommand/action', isConditional: false, side: 'second' },
      { operation: 'Microsoft.Authorization/roleAssignments/write', isConditional: true, side: 'first' },
    ],
    powerfulTotal: 9,
    providers: [{ provider: 'Microsoft.Compute', first: 0, second: 120 }],
    providersTotal: 3,
    areConditionsEqual: false,
  },
  { ...COMPARE, relation: 'superset', proof: 'patterns', onList: { relation: 'equal', operations: 22_639 }, both: 1 },
  {
    ...COMPARE,
    relation: 'overlap',
    proof: 'strings',
    onlyFirst: 'microsoft.directory/users/create',
    onlySecond: 'microsoft.directory/groups/create',
    first: { ...COMPARED, ...ADMINISTRATOR, conditions: [A_CONDITION] },
    second: { ...COMPARED, ...ADMINISTRATOR, conditions: [A_CONDITION] },
  },
  {
    ...COMPARE,
    relation: 'disjoint',
    proof: 'other-kind',
    onList: null,
    both: 0,
    second: { ...COMPARED, ...ADMINISTRATOR, assignableScopes: [], assignableTotal: 0 },
  },
  { ...COMPARE, onList: null, first: { ...COMPARED, counts: null } },
];

import type { Surface } from '../../src/domain/assignment.ts';
import type { Cast } from './role-management-bench.ts';

const WHOLE = 'Whole tenant';
const BY_GROUP = { holder: 'engineer', scopeName: WHOLE } as const;

const DIRECTORY: Cast = {
  listed: [
    'Contoso-App-Assignment-Operator @ Whole tenant',
    'Contoso-App-Configuration-Administrator @ Whole tenant',
    'Global Reader @ Whole tenant',
    'Helpdesk Administrator @ Branch Lisbon',
    'Helpdesk Administrator @ Branch Madrid',
    'Security Reader @ Whole tenant',
    'User Administrator @ Whole tenant',
  ],
  plain: { holder: 'engineer', roleName: 'Security Reader', scopeName: WHOLE, maximumHours: 8 },
  approved: {
    ...BY_GROUP,
    roleName: 'Contoso-App-Assignment-Operator',
    maximumHours: 4,
    approvers: ['approver', 'approver2'],
  },
  stranger: 'contractor',
  foreign: { holder: 'oncall', roleName: 'Privileged Role Administrator', scopeName: WHOLE, maximumHours: 1 },
  second: { ...BY_GROUP, roleName: 'Contoso-App-Assignment-Operator', maximumHours: 4 },
  twin: {
    one: { holder: 'engineer', roleName: 'Helpdesk Administrator', scopeName: 'Branch Madrid', maximumHours: 4 },
    other: { holder: 'engineer', roleName: 'Helpdesk Administrator', scopeName: 'Branch Lisbon', maximumHours: 4 },
  },
  stepUp: { holder: 'oncall', roleName: 'Privileged Role Administrator', scopeName: WHOLE, maximumHours: 1 },
  narrow: null,
  through: null,
};

const STRICT = { scopeName: 'Group membership', maximumHours: 1, ticket: 'INC-42' } as const;

const GROUP: Cast = {
  listed: ['sg-payments-oncall @ Group membership'],
  plain: { holder: 'engineer', roleName: 'sg-payments-oncall', scopeName: 'Group membership', maximumHours: 4 },
  approved: { ...STRICT, holder: 'oncall2', roleName: 'sg-breakglass-tier0', approvers: ['oncall'] },
  stranger: 'contractor',
  foreign: { ...STRICT, holder: 'oncall', roleName: 'sg-breakglass-payments' },
  second: null,
  twin: null,
  stepUp: { ...STRICT, holder: 'oncall', roleName: 'sg-breakglass-payments' },
  narrow: null,
  through: null,
};

const VM_OPERATOR = { holder: 'engineer', roleName: 'Virtual Machine Operator', maximumHours: 8 } as const;
const ON_WEB = { holder: 'engineer', roleName: 'Contributor', scopeName: 'rg-web', maximumHours: 4 } as const;
const READER = { holder: 'engineer', roleName: 'Reader', maximumHours: 8 } as const;

const AZURE: Cast = {
  listed: [
    'Contributor @ rg-web',
    'Reader @ Contoso Production',
    'Reader @ Contoso Staging',
    'Virtual Machine Operator @ rg-payments',
  ],
  plain: { ...VM_OPERATOR, scopeName: 'rg-payments' },
  approved: { ...ON_WEB, approvers: ['approver'] },
  stranger: 'contractor',
  foreign: {
    holder: 'contractor',
    roleName: 'Virtual Machine Operator (Contractors)',
    scopeName: 'rg-payments',
    maximumHours: 4,
  },
  second: ON_WEB,
  twin: {
    one: { ...READER, scopeName: 'Contoso Production' },
    other: { ...READER, scopeName: 'Contoso Staging' },
  },
  stepUp: null,
  narrow: { part: { ...VM_OPERATOR, scopeName: 'rg-payments' }, below: 'vm-pay-01' },
  through: { holder: 'engineer', roleName: 'Contributor', scopeName: 'rg-payments', maximumHours: 4 },
};

/** Who plays what in the tenant of DESIGN §6: `oncall2` has stepped up, `join` is membership of `sg-payments-oncall`. */
export const CASTS: Readonly<Record<Surface, Cast>> = { directory: DIRECTORY, group: GROUP, azure: AZURE };

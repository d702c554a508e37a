import type { AdministrationNotice } from '../../../src/domain/administration-notice.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { NOTIFICATION_RULES } from '../../../src/domain/settings-canonical.ts';

export const CONTRIBUTOR = { roleName: 'Contributor', scopeName: 'rg-payments' };
const READERS_PATH = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-payments';

export const AZURE_ROLE: RoleAtScope = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(
    `${READERS_PATH}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`,
  ),
  roleName: 'Contributor',
  scope: { id: READERS_PATH, name: 'rg-payments' },
};
export const GROUP: RoleAtScope = {
  surface: 'group',
  roleDefinitionId: roleDefinitionId('owner'),
  roleName: 'sg-payments-oncall',
  scope: { id: '00000000-0000-4000-8000-0000000000aa', name: 'Group ownership' },
};
export const DIRECTORY_ROLE: RoleAtScope = {
  surface: 'directory',
  roleDefinitionId: roleDefinitionId('fe930be7-5e62-47db-91af-98c3a49a38b1'),
  roleName: 'User Administrator',
  scope: { id: '/', name: 'Whole tenant' },
};

export const SETTINGS: RoleSettings = {
  activation: {
    maximumDuration: 'PT4H',
    requires: ['Justification', 'MultiFactorAuthentication'],
    authenticationContext: null,
    approval: {
      isRequired: true,
      isJustificationRequired: true,
      approvers: [
        { kind: 'person', id: '00000000-0000-4000-8000-000000000011', name: 'Megan Bowen' },
        { kind: 'group', id: '00000000-0000-4000-8000-000000000012', name: 'Approvers' },
      ],
    },
  },
  eligibleAssignment: { isPermanentAllowed: false, maximumDuration: 'P365D', requires: [] },
  activeAssignment: { isPermanentAllowed: true, maximumDuration: 'P180D', requires: ['Justification'] },
  notifications: NOTIFICATION_RULES.map((rule) => ({
    rule,
    level: 'All',
    isDefaultRecipientsEnabled: true,
    recipients: [],
  })),
};

export const ADELE = {
  id: '00000000-0000-4000-8000-0000000000ad',
  name: 'Adele Vance',
  kind: 'user',
  userPrincipalName: 'adele@contoso.example',
} as const;

/** The secret of a link to an export. */
export const EXPORT_ID = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE';

const ROW = {
  ...CONTRIBUTOR,
  principalName: 'Adele Vance',
  principalKind: 'user',
  kind: 'active',
  assignmentType: 'activated',
  memberType: 'direct',
  endsAt: '2026-11-22T15:30:00Z',
} as const;

/** A notice of each card for administrators and lists with everything common filled in. */
export const ADMINISTRATION_BASES = {
  history: {
    card: 'history',
    roleName: null,
    since: '2026-10-23T14:00:00Z',
    entries: [
      {
        ...CONTRIBUTOR,
        at: '2026-11-22T13:00:00Z',
        what: 'activated',
        byName: 'Alex Wilber',
        justification: 'disk full',
        source: 'records',
      },
      {
        roleName: 'Security Reader',
        scopeName: 'Whole tenant',
        at: '2026-11-20T08:00:00Z',
        what: 'assigned as eligible',
        byName: null,
        justification: null,
        source: 'tenant',
      },
    ],
    withoutLog: null,
  },
  'who-has': {
    card: 'who-has',
    roleName: 'Contributor',
    scopeName: 'rg-payments',
    rows: [
      ROW,
      {
        ...ROW,
        principalName: 'sg-payments-oncall',
        principalKind: 'group',
        kind: 'eligible',
        assignmentType: 'assigned',
        memberType: 'inherited',
        scopeName: 'Contoso Production',
        endsAt: null,
      },
    ],
    total: 2,
    totalEligible: 1,
    query: { role: AZURE_ROLE, scopeId: READERS_PATH, surface: 'azure' },
  },
  'who-approves': {
    card: 'who-approves',
    role: CONTRIBUTOR,
    isApprovalRequired: true,
    approvers: [
      { name: 'Megan Bowen', reach: 'asked' },
      { name: 'Adele Vance', reach: 'unreachable' },
    ],
    areKnown: true,
  },
  bundles: {
    card: 'bundles',
    bundles: [
      {
        name: 'morning',
        items: [
          { ...CONTRIBUTOR, duration: 'PT2H' },
          { roleName: 'Security Reader', scopeName: 'Whole tenant', duration: 'PT1H' },
        ],
      },
      { name: 'on call', items: [{ roleName: 'sg-payments-oncall', scopeName: 'Group membership', duration: 'PT1H' }] },
    ],
    done: null,
  },
  'extension-requested': {
    card: 'extension-requested',
    role: CONTRIBUTOR,
    action: 'extend',
    kind: 'eligible',
    endsAt: '2027-03-31T22:00:00Z',
    justification: 'project goes on',
  },
  report: {
    card: 'report',
    title: 'Contributor on rg-payments',
    rows: 2000,
    exportId: EXPORT_ID,
    expiresAt: '2026-11-22T14:10:00Z',
  },
  'assignment-form': {
    card: 'assignment-form',
    values: {
      action: 'assign',
      kind: 'eligible',
      principal: 'Adele',
      role: 'Contributor',
      scope: 'rg-payments',
      end: 'P90D',
      start: '2026-11-23T08:00:00Z',
      justification: 'new in the team',
      ticket: 'INC-42',
    },
    problem: { code: 'directory.person_ambiguous', facts: { words: 'Adele' } },
    suggestions: ['adele@contoso.example', 'adele.other@contoso.example'],
  },
  'assignment-change': {
    card: 'assignment-change',
    phase: 'confirm',
    action: 'assign',
    kind: 'eligible',
    role: AZURE_ROLE,
    principal: ADELE,
    startsAt: null,
    endsAt: '2027-02-20T14:00:00Z',
    current: null,
    justification: 'new in the team',
    ticket: 'INC-42',
    outcome: null,
    problem: null,
    expiresAt: '2026-11-22T14:15:00Z',
  },
  settings: {
    card: 'settings',
    role: DIRECTORY_ROLE,
    settings: SETTINGS,
    lastModified: { at: '2026-11-01T09:00:00Z', byName: 'Patti Fernandez' },
    unknownRules: [],
    contextBacking: null,
  },
  'settings-document': {
    card: 'settings-document',
    role: CONTRIBUTOR,
    document: 'role: Contributor\nactivation:\n  maximumDuration: PT4H\n\n  requires:\n    - Justification\n',
  },
  'settings-form': {
    card: 'settings-form',
    role: AZURE_ROLE,
    settings: SETTINGS,
    values: {},
    problems: [],
    needsSecondPerson: true,
  },
  'policy-change': {
    card: 'policy-change',
    changeId: '00000000-0000-4000-8000-0000000000cc',
    role: AZURE_ROLE,
    phase: 'proposed',
    view: 'confirmer',
    proposerName: 'Patti Fernandez',
    confirmerName: 'Adele Vance',
    differences: [
      {
        path: 'activation.maximumDuration',
        label: 'Activation maximum duration',
        before: 'PT4H',
        after: 'PT8H',
      },
      {
        path: 'activation.approval.required',
        label: 'Require approval to activate',
        before: 'yes',
        after: 'no',
      },
    ],
    reason: 'night shifts',
    warnings: [{ code: 'settings.invalid', facts: { reason: 'Activation will no longer need anybody’s approval.' } }],
    problem: null,
    expiresAt: '2026-11-23T14:00:00Z',
  },
} as const satisfies { [Name in AdministrationNotice['card']]: Extract<Notice, { card: Name }> };

import type { AdministrationNotice } from '../../../src/domain/administration-notice.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { type ForeignNames, filledWith } from '../../support/foreign-text.ts';
import { BASES, NOTICES } from '../../support/notices.ts';
import {
  ADELE,
  ADMINISTRATION_BASES,
  AZURE_ROLE,
  CONTRIBUTOR,
  DIRECTORY_ROLE,
  GROUP,
  SETTINGS,
} from './administration-bases.ts';
import { BREAK_GLASS_BASES, BREAK_GLASS_NOTICES } from './break-glass-notices.ts';
import { REACHING_NOTICES } from './reaching-notices.ts';
import { ROLE_FILES_BASES, ROLE_FILES_NOTICES } from './role-files-notices.ts';
import { ROLE_BASES, ROLE_NOTICES } from './role-notices.ts';
import { RUNBOOK_BASES, RUNBOOK_NOTICES } from './runbook-notices.ts';
import { WHICH_ROLE, WHICH_ROLES } from './which-role-notices.ts';

export const ACTIVE = BASES.active.assignments[0];
const NEXT = CONTRIBUTOR;
const LEADING = {
  roleName: 'sg-payments-oncall',
  scopeName: 'Group membership',
  maximumDuration: 'PT8H',
  needsApproval: false,
  activeUntil: null,
  pendingRequestId: null,
  leadsTo: [CONTRIBUTOR],
} as const;

/** Old cards in the forms that groups, Azure roles and chains bring. */
const SURFACE_NOTICES: readonly Notice[] = [
  {
    ...BASES.error,
    code: 'activation.conflicting_duty',
    facts: {
      roleName: 'Contoso-App-Configuration-Administrator',
      scopeName: 'Whole tenant',
      heldRoleName: 'Contoso-App-Assignment-Operator',
      heldScopeName: 'Whole tenant',
      rule: 'Configuration against assignment',
      reason: 'Whoever configures an application must not also decide who may use it.',
    },
  },
  { ...BASES['my-roles'], roles: [LEADING], active: [ACTIVE], unread: [{ surface: 'azure', code: 'graph.throttled' }] },
  { ...BASES['my-roles'], roles: [], active: [ACTIVE, { ...ACTIVE, key: 'other', requestId: null }] },
  { ...BASES['my-roles'], active: [{ ...ACTIVE, assignmentType: 'assigned', endsAt: null }] },
  { ...BASES['my-roles'], roles: [], unread: [{ surface: 'group', code: 'graph.unavailable' }] },
  { ...BASES.active, assignments: [], unread: [{ surface: 'directory', code: 'graph.forbidden' }] },
  {
    ...BASES['choose-role'],
    choices: [
      { key: 'a', ...CONTRIBUTOR },
      { key: 'b', ...CONTRIBUTOR, through: 'sg-payments-oncall' },
    ],
  },
  { ...BASES['activation-form'], roles: [{ key: 'b', ...CONTRIBUTOR, through: 'sg-payments-oncall' }] },
  {
    ...BASES['activation-pending'],
    chain: { next: NEXT, phase: 'waiting', waited: null, problem: null },
  },
  {
    ...BASES['activation-pending'],
    chain: { next: NEXT, phase: 'stopped', waited: null, problem: { code: 'identity.sign_in_required', facts: {} } },
  },
  ...(['waiting', 'sent', 'stopped'] as const).map(
    (phase): Notice => ({
      ...BASES['activation-active'],
      usable: 'usable',
      usableAfter: 'PT11S',
      chain: {
        next: NEXT,
        phase,
        waited: phase === 'waiting' ? null : 'PT9S',
        problem: phase === 'stopped' ? { code: 'identity.sign_in_required', facts: {} } : null,
      },
    }),
  ),
  {
    ...BASES['activation-active'],
    deactivateAt: '2026-11-22T14:05:00Z',
    chain: { next: NEXT, phase: 'stopped', waited: 'PT9S', problem: null },
  },
  { ...BASES['activation-active'], usable: 'watching' },
];

const CHANGE = ADMINISTRATION_BASES['assignment-change'];
const HELD = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-11-30T12:00:00Z' };
const POLICY_CHANGE = ADMINISTRATION_BASES['policy-change'];
const CONTEXT_SETTINGS: RoleSettings = {
  ...SETTINGS,
  activation: {
    maximumDuration: 'PT30M',
    requires: [],
    authenticationContext: 'c1',
    approval: { isRequired: false, isJustificationRequired: false, approvers: [] },
  },
  notifications: SETTINGS.notifications.map((mail, index) =>
    index === 0
      ? { ...mail, level: 'Critical', isDefaultRecipientsEnabled: false, recipients: ['pim@x.example'] }
      : mail,
  ),
};

const CHANGES: readonly AdministrationNotice[] = [
  { ...CHANGE, action: 'update', kind: 'active', current: HELD, endsAt: null, role: GROUP },
  { ...CHANGE, action: 'extend', startsAt: '2026-11-23T08:00:00Z', current: { startsAt: null, endsAt: null } },
  { ...CHANGE, action: 'renew', role: DIRECTORY_ROLE, principal: { ...ADELE, kind: 'group', userPrincipalName: null } },
  { ...CHANGE, duties: 'unknown' },
  {
    ...CHANGE,
    kind: 'active',
    endsAt: null,
    duties: { ...CONTRIBUTOR, rule: 'Configuration against execution', reason: 'Whoever configures must not run it.' },
  },
  { ...CHANGE, action: 'remove', kind: 'active', current: HELD, endsAt: null, justification: '', ticket: null },
  ...(['provisioned', 'scheduled', 'waiting', 'removed'] as const).map(
    (outcome): AdministrationNotice => ({ ...CHANGE, phase: 'done', outcome }),
  ),
  { ...CHANGE, phase: 'refused', problem: { code: 'assignment.last_owner', facts: {} } },
  { ...CHANGE, phase: 'dropped' },
];

const POLICY_CHANGES: readonly AdministrationNotice[] = [
  { ...POLICY_CHANGE, view: 'proposer' },
  ...(['writing', 'done', 'declined', 'withdrawn', 'failed', 'expired'] as const).flatMap((phase) =>
    (['proposer', 'confirmer'] as const).map(
      (view): AdministrationNotice => ({
        ...POLICY_CHANGE,
        phase,
        view,
        problem: phase === 'failed' ? { code: 'settings.changed_meanwhile', facts: {} } : null,
      }),
    ),
  ),
  { ...POLICY_CHANGE, confirmerName: null, differences: [], warnings: [] },
  { ...POLICY_CHANGE, phase: 'failed', problem: { code: 'activation.in_doubt', facts: {} } },
  { ...CHANGE, phase: 'changing' },
  { ...CHANGE, phase: 'refused', problem: { code: 'activation.in_doubt', facts: {} } },
  {
    ...CHANGE,
    phase: 'refused',
    problem: { code: 'activation.in_doubt', facts: { lookedAt: '2026-11-22T14:20:00Z' } },
  },
];

/** The cards for administrators and lists in their forms. */
export const ADMINISTRATION_NOTICES: readonly AdministrationNotice[] = [
  ...Object.values(ADMINISTRATION_BASES),
  {
    ...ADMINISTRATION_BASES.history,
    roleName: 'Contributor',
    entries: [],
    withoutLog: { code: 'graph.forbidden', facts: {} },
  },
  { ...ADMINISTRATION_BASES['who-has'], roleName: null },
  { ...ADMINISTRATION_BASES['who-has'], rows: [] },
  { ...ADMINISTRATION_BASES['who-approves'], isApprovalRequired: null, approvers: [], areKnown: false },
  { ...ADMINISTRATION_BASES['who-approves'], isApprovalRequired: false, approvers: [] },
  { ...ADMINISTRATION_BASES['who-approves'], approvers: [], areKnown: false },
  { ...ADMINISTRATION_BASES['who-approves'], approvers: [] },
  { ...ADMINISTRATION_BASES['who-approves'], areKnown: false },
  { ...ADMINISTRATION_BASES.bundles, bundles: [], done: { what: 'deleted', name: 'morning' } },
  {
    ...ADMINISTRATION_BASES.bundles,
    bundles: [ADMINISTRATION_BASES.bundles.bundles[0]],
    done: { what: 'saved', name: 'morning' },
  },
  { ...ADMINISTRATION_BASES['extension-requested'], action: 'renew', kind: 'active', justification: '' },
  { ...ADMINISTRATION_BASES.report, rows: 1, exportId: '../../evil' },
  {
    ...ADMINISTRATION_BASES['assignment-form'],
    values: {
      action: 'remove',
      kind: 'active',
      principal: '',
      role: '',
      scope: '',
      end: '',
      start: '',
      justification: '',
      ticket: '',
    },
    problem: null,
    suggestions: [],
  },
  ...CHANGES,
  { ...ADMINISTRATION_BASES.settings, role: GROUP, settings: CONTEXT_SETTINGS, contextBacking: 'not-targeted' },
  { ...ADMINISTRATION_BASES.settings, role: AZURE_ROLE, settings: CONTEXT_SETTINGS, contextBacking: 'unchecked' },
  {
    ...ADMINISTRATION_BASES.settings,
    settings: CONTEXT_SETTINGS,
    contextBacking: 'targeted',
    lastModified: null,
    unknownRules: ['Strange_EndUser_Assignment'],
  },
  {
    ...ADMINISTRATION_BASES['settings-form'],
    values: { maximum: '99h', mfa: 'false', 'second-person': 'adele@contoso.example', reason: 'night shifts' },
    problems: [{ code: 'settings.invalid', facts: { reason: 'The activation maximum must be shorter.' } }],
    needsSecondPerson: false,
  },
  ...POLICY_CHANGES,
];

/** Every card in its forms. */
export const ALL_NOTICES: readonly Notice[] = [
  ...NOTICES,
  ...REACHING_NOTICES,
  ...SURFACE_NOTICES,
  ...ADMINISTRATION_NOTICES,
  ...BREAK_GLASS_NOTICES,
  ...ROLE_NOTICES,
  ...RUNBOOK_NOTICES,
  ...ROLE_FILES_NOTICES,
  ...WHICH_ROLES,
];
export const ALL_BASES: readonly Notice[] = [
  ...Object.values(BASES),
  ...Object.values(ADMINISTRATION_BASES),
  ...Object.values(BREAK_GLASS_BASES),
  ...Object.values(ROLE_BASES),
  ...Object.values(RUNBOOK_BASES),
  ...Object.values(ROLE_FILES_BASES),
  WHICH_ROLE,
];

const REFILLED: ReadonlySet<string> = new Set([
  ...Object.keys(ADMINISTRATION_BASES),
  ...Object.keys(BREAK_GLASS_BASES),
]);
const FOREIGN: ForeignNames = {
  texts: new Set([
    ...['roleName', 'scopeName', 'name', 'principalName', 'userPrincipalName', 'byName'],
    ...['proposerName', 'confirmerName'],
    ...['what', 'justification', 'ticket', 'title', 'document', 'label', 'before', 'after', 'reason'],
    ...['pack', 'purpose', 'pullerName', 'secondName', 'incident', 'severity', 'text', 'account', 'target', 'example'],
    ...['authenticationContext', 'principal', 'role', 'scope', 'end', 'start', 'maximum', 'second-person', 'rule'],
  ]),
  lists: new Set(['suggestions', 'facts', 'unknownRules', 'recipients', 'alarmed', 'seconds', 'unread']),
  ours: new Set(['timeline']),
};

/** Names and strings of definitions are whatever somebody wrote into a custom role. */
const FOREIGN_IN_ROLES: ForeignNames = {
  texts: new Set([
    ...[
      'roleName',
      'scopeName',
      'groupName',
      'description',
      'operation',
      'says',
      'by',
      'provider',
      'text',
      'asked',
      'through',
    ],
    ...['onlyFirst', 'onlySecond', 'allowedExample', 'deniedExample'],
    'condition',
  ]),
  lists: new Set([
    'roles',
    'operations',
    'scopeNames',
    'assignableScopes',
    'others',
    'matchedBy',
    'subtractedBy',
    'names',
    'elsewhere',
  ]),
};
/** What whoever keeps the runbooks wrote. */
const FOREIGN_IN_RUNBOOKS: ForeignNames = {
  texts: new Set(['name', 'title', 'words', 'roleName', 'scopeName', 'through', 'text', 'link', 'owner']),
  lists: new Set(),
};
const ABOUT_RUNBOOKS: ReadonlySet<string> = new Set(Object.keys(RUNBOOK_BASES));
const ABOUT_ROLES: ReadonlySet<string> = new Set([...Object.keys(ROLE_BASES), 'which-role']);

/** Names and strings of custom roles are whatever somebody wrote. */
const FOREIGN_IN_ROLE_FILES: ForeignNames = {
  texts: new Set([
    'name',
    'nameInTenant',
    'file',
    'justification',
    'text',
    'where',
    'rule',
    'principalName',
    'scopeName',
  ]),
  lists: new Set(['escalating', 'others', 'names', 'held', 'missing']),
};
const ABOUT_ROLE_FILES: ReadonlySet<string> = new Set(Object.keys(ROLE_FILES_BASES));

/** The same notice with `text` wherever people's words or names stand. */
export function filled<N extends Notice>(notice: N, text: string): N {
  if (ABOUT_ROLES.has(notice.card)) {
    return filledWith(notice, text, FOREIGN_IN_ROLES);
  }
  if (ABOUT_RUNBOOKS.has(notice.card)) {
    return filledWith(notice, text, FOREIGN_IN_RUNBOOKS);
  }
  if (ABOUT_ROLE_FILES.has(notice.card)) {
    return filledWith(notice, text, FOREIGN_IN_ROLE_FILES);
  }
  return REFILLED.has(notice.card) ? filledWith(notice, text, FOREIGN) : filledWith(notice, text);
}

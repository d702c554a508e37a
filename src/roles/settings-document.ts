import { stringify } from 'yaml';
import type { RoleAtScope } from '../domain/assignment.ts';
import { roleKey } from '../domain/assignment.ts';
import { roleDefinitionId } from '../domain/ids.ts';
import type {
  AssignmentSettings,
  Requirement,
  RoleSettings,
  SettingDifference,
  SettingsApprover,
} from '../domain/role-settings.ts';
import { canonicalSettings } from '../domain/settings-canonical.ts';
import { diffSettings } from '../domain/settings-differences.ts';
import { SETTINGS_WORDS } from '../domain/settings-words.ts';
import { AccessError } from '../errors.ts';
import type { DocumentContent } from './settings-document-schema.ts';
import { readDocument } from './settings-document-source.ts';

/** The settings of one role, as a file holds them. */
export interface SettingsDocument {
  readonly role: RoleAtScope;
  readonly settings: RoleSettings;
}

/** Version of the form of documents; another one is refused, never guessed at. */
const VERSION = 1;

/**
 * Writes settings as a YAML document: keys in a fixed order, lists sorted, no comments, so that equal settings of a role are equal
 * texts and a version control system shows what changed.
 */
export function printSettingsDocument({ role, settings }: SettingsDocument): string {
  const { activation, eligibleAssignment, activeAssignment, notifications } = canonicalSettings(settings);
  const content: DocumentContent = {
    version: VERSION,
    surface: SETTINGS_WORDS[role.surface].name,
    role: role.roleName,
    roleDefinition: role.roleDefinitionId,
    scope: role.scope.name,
    scopeId: role.scope.id,
    activation: {
      maximumDuration: activation.maximumDuration,
      ...printRequirements(activation.requires),
      authenticationContext: activation.authenticationContext,
      approval: {
        required: activation.approval.isRequired,
        requireApproverJustification: activation.approval.isJustificationRequired,
        approvers: activation.approval.approvers.map(({ kind, id, name }) =>
          kind === 'person' ? { person: id, name } : { group: id, name },
        ),
      },
    },
    eligibleAssignment: printAssignment(eligibleAssignment),
    activeAssignment: printAssignment(activeAssignment),
    notifications: notifications.map(({ rule, level, isDefaultRecipientsEnabled, recipients }) => ({
      rule,
      level,
      defaultRecipients: isDefaultRecipientsEnabled,
      recipients: [...recipients],
    })),
  };
  return stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

function printRequirements(requires: readonly Requirement[]) {
  return {
    requireJustification: requires.includes('Justification'),
    requireMultiFactorAuthentication: requires.includes('MultiFactorAuthentication'),
    requireTicket: requires.includes('Ticketing'),
  };
}

function printAssignment({ isPermanentAllowed, maximumDuration, requires }: AssignmentSettings) {
  return { allowPermanent: isPermanentAllowed, maximumDuration, ...printRequirements(requires) };
}

/**
 * Reads such a document, strictly: a key too many is an error like one too few.
 *
 * @throws {AccessError} settings.invalid, whose fact `reason` names every line and key that is wrong
 */
export function parseSettingsDocument(text: string): SettingsDocument {
  const content = readDocument(text);
  const { activation, eligibleAssignment, activeAssignment, notifications } = content;
  const role: RoleAtScope = {
    surface: surfaceOf(content.surface),
    roleDefinitionId: roleDefinitionId(content.roleDefinition),
    roleName: content.role,
    scope: { id: content.scopeId, name: content.scope },
  };
  const settings = canonicalSettings({
    activation: {
      maximumDuration: activation.maximumDuration,
      requires: readRequirements(activation),
      authenticationContext: activation.authenticationContext,
      approval: {
        isRequired: activation.approval.required,
        isJustificationRequired: activation.approval.requireApproverJustification,
        approvers: activation.approval.approvers.map(readApprover),
      },
    },
    eligibleAssignment: readAssignment(eligibleAssignment),
    activeAssignment: readAssignment(activeAssignment),
    notifications: notifications.map(({ rule, level, defaultRecipients, recipients }) => ({
      rule,
      level,
      isDefaultRecipientsEnabled: defaultRecipients,
      recipients,
    })),
  });
  return { role, settings };
}

function surfaceOf(name: string): RoleAtScope['surface'] {
  const surfaces = Object.entries(SETTINGS_WORDS) as readonly [RoleAtScope['surface'], { readonly name: string }][];
  const found = surfaces.find(([, words]) => words.name === name);
  if (found === undefined) {
    throw new AccessError('settings.invalid', 'unknown surface', { facts: { kind: 'document', reason: name } });
  }
  return found[0];
}

type Demands = ReturnType<typeof printRequirements>;

function readRequirements(demands: Demands): readonly Requirement[] {
  return [
    ...(demands.requireJustification ? (['Justification'] as const) : []),
    ...(demands.requireMultiFactorAuthentication ? (['MultiFactorAuthentication'] as const) : []),
    ...(demands.requireTicket ? (['Ticketing'] as const) : []),
  ];
}

function readAssignment(given: DocumentContent['eligibleAssignment']): AssignmentSettings {
  return {
    isPermanentAllowed: given.allowPermanent,
    maximumDuration: given.maximumDuration,
    requires: readRequirements(given),
  };
}

function readApprover(given: DocumentContent['activation']['approval']['approvers'][number]): SettingsApprover {
  return 'person' in given
    ? { kind: 'person', id: given.person, name: given.name }
    : { kind: 'group', id: given.group, name: given.name };
}

/**
 * Lists what differs between two documents of the same role, path by path.
 *
 * @throws {AccessError} settings.invalid when they are about different roles
 */
export function compareDocuments(before: SettingsDocument, after: SettingsDocument): readonly SettingDifference[] {
  if (roleKey(before.role) !== roleKey(after.role)) {
    throw new AccessError('settings.invalid', 'documents of different roles', {
      facts: { kind: 'document', reason: `These are two roles: ${nameOf(before.role)} and ${nameOf(after.role)}.` },
    });
  }
  return diffSettings(before.settings, after.settings);
}

function nameOf({ roleName, scope }: RoleAtScope): string {
  return `${roleName} on ${scope.name}`;
}

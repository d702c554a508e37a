import type { World } from '../platform/types.ts';
import type { Subject } from './model.ts';
import { Refusal } from './refusal.ts';
import { standingAssignments } from './standing.ts';
import { type Surface, sameSubject } from './surface.ts';

export interface RoleDefinition {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly isBuiltIn: boolean;
  readonly isEnabled: boolean;
  readonly templateId: string;
  readonly version: string;
  /** Microsoft's label, which Graph shows in beta only. */
  readonly isPrivileged: boolean;
  /** Ids of roles whose permissions it has too. */
  readonly inheritsFrom: readonly string[];
  /** One list of actions for each entry of `rolePermissions`. */
  readonly permissions: readonly (readonly string[])[];
}

/** Template ids that open or write other people's rows (pim-api §2.2), and those that read the audit log (§14.2). */
export const ROLE_IDS = {
  directoryWriters: '9360feb5-f418-4baa-8175-e2a00bac4301',
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  groupsAdministrator: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  identityGovernanceAdministrator: '45d8d3c5-c802-45c6-b32a-1d70b5e1e86e',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  securityAdministrator: '194ae4cb-b126-40b2-bd5b-6091b380977d',
  securityOperator: '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f',
  securityReader: '5d6b6bb7-de71-4623-b4af-95380a352509',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
} as const;

export interface DirectoryRoles {
  readonly definitions: Map<string, RoleDefinition>;
  /** Whether the person holds one of these tenant-wide now, with or without PIM, also through a group. */
  holdsAny(personId: string, roleIds: readonly string[]): boolean;
  /** Who holds one of these tenant-wide now. */
  holders(roleIds: readonly string[]): readonly string[];
}

const ADMINISTRATORS = [ROLE_IDS.privilegedRoleAdministrator, ROLE_IDS.globalAdministrator];

/** Microsoft Entra roles: exact scopes, administrators are Privileged Role Administrators. */
export function directorySurface(world: World, roles: DirectoryRoles): Surface {
  return {
    name: 'directory',
    missingStatus: 400,
    check: (subject) => checkSubject(world, roles, subject),
    covers: sameSubject,
    mayAdminister: (personId) => roles.holdsAny(personId, ADMINISTRATORS),
    defaultApproverIds: () => roles.holders(ADMINISTRATORS),
    nameOf: ({ role }) => roles.definitions.get(role)?.displayName ?? role,
    isCustom: ({ role }) => roles.definitions.get(role)?.isBuiltIn === false,
    // A role has one policy per tenant, whatever the scope of the assignment.
    settingsOf: (subject) => ({ ...subject, scope: '/' }),
    checkAssignee: (principalId) => {
      if (world.tenant.groups.get(principalId)?.isAssignableToRole === false) {
        throw new Refusal('Request_BadRequest', 'The group is not assignable to a role.');
      }
    },
    standing: (principalId) => standingAssignments(world.tenant, principalId),
    standingHolders: () => world.tenant.directoryRoles.keys(),
    removeStanding: ({ principalId, subject }) => {
      world.tenant.directoryRoles.get(principalId)?.delete(subject.role);
    },
  };
}

function checkSubject(world: World, roles: DirectoryRoles, subject: Subject): void {
  const definition = roles.definitions.get(subject.role);
  if (definition === undefined) {
    throw new Refusal('RoleNotFound', 'The role is not found.');
  }
  if (subject.scope === '/') {
    return;
  }
  const [, first = '', second, ...rest] = subject.scope.split('/');
  const isUnit = first === 'administrativeUnits' && second !== undefined && rest.length === 0;
  if (isUnit && world.tenant.administrativeUnits.has(second)) {
    return;
  }
  if (second !== undefined || !isObject(world, first)) {
    throw new Refusal('Request_BadRequest', `The directory scope '${subject.scope}' was not found.`);
  }
  if (definition.isBuiltIn) {
    const text = 'The given built-in role is not supported to be assigned to a single resource scope.';
    throw new Refusal('Request_BadRequest', text);
  }
}

function isObject(world: World, id: string): boolean {
  const { apps, groups, users } = world.tenant;
  return users.has(id) || groups.has(id) || Object.values(apps).some((app) => app.clientId === id);
}

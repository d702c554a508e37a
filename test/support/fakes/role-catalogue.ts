import azure from '../../../sandbox/seeds/azure.json' with { type: 'json' };
import operations from '../../../sandbox/seeds/azure-operations.json' with { type: 'json' };
import azureRoles from '../../../sandbox/seeds/azure-roles.json' with { type: 'json' };
import directory from '../../../sandbox/seeds/directory.json' with { type: 'json' };
import actions from '../../../sandbox/seeds/directory-actions.json' with { type: 'json' };
import type { DenyAssignment } from '../../../src/domain/deny-assignment.ts';
import {
  type AzureOperation,
  type AzureRoleDefinition,
  type DirectoryRoleDefinition,
  PLANES,
  type ScopeHierarchy,
} from '../../../src/domain/role-definition.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { RoleCatalogue, RoleKnowledge } from '../../../src/ports/role-catalogue.ts';
import type { AzureScopes } from './seeded-azure.ts';

/** What the reader sees of the seeded tenant's roles, in memory; tests change it with `learn`. */
export class FakeRoleCatalogue implements RoleCatalogue {
  /** How often somebody said that a definition was written. */
  forgotten = 0;
  /** What Azure denies, wherever it is asked; or why that cannot be read. */
  denials: readonly DenyAssignment[] | AccessError = [];
  readonly askedForDenials: string[] = [];
  #known: RoleKnowledge;

  constructor(clock: Pick<Clock, 'now'>, scopes: AzureScopes) {
    this.#known = {
      version: 1,
      readAt: clock.now(),
      roles: [...builtInRoles(), ...customRoles(scopes), ...directoryRoles()],
      operations: seededOperations(),
      directoryActions: actions.map(({ name, description }) => ({ name, description })),
      hierarchy: hierarchyOf(scopes),
      unread: [],
    };
  }

  async current(): Promise<RoleKnowledge> {
    return this.#known;
  }

  async readDenials(scopeId: string): Promise<readonly DenyAssignment[]> {
    this.askedForDenials.push(scopeId);
    if (this.denials instanceof AccessError) {
      throw this.denials;
    }
    return this.denials;
  }

  forget(): void {
    this.forgotten += 1;
  }

  /** Knows something else from now on. */
  learn(change: Partial<Omit<RoleKnowledge, 'version'>>): void {
    this.#known = { ...this.#known, ...change, version: this.#known.version + 1 };
  }
}

function builtInRoles(): readonly AzureRoleDefinition[] {
  return azureRoles.map(({ id, roleName, description, permissions }) => ({
    kind: 'azure',
    id,
    name: roleName,
    description,
    isCustom: false,
    assignableScopes: ['/'],
    permissions,
  }));
}

function customRoles({ managementGroup, production }: AzureScopes): readonly AzureRoleDefinition[] {
  return azure.customRoles.map(({ id, roleName, description, assignableScopes, actions }) => ({
    kind: 'azure',
    id,
    name: roleName,
    description,
    isCustom: true,
    assignableScopes: assignableScopes.map((name) => (name === 'Production' ? production.id : managementGroup.id)),
    permissions: [
      { actions, notActions: [], dataActions: [], notDataActions: [], condition: null, conditionVersion: null },
    ],
  }));
}

function directoryRoles(): readonly DirectoryRoleDefinition[] {
  return directory.roleDefinitions.map(({ displayName, isBuiltIn, allowedResourceActions, ...role }) => ({
    kind: 'directory',
    ...role,
    name: displayName,
    isCustom: !isBuiltIn,
    isEnabled: true,
    permissions: [{ actions: allowedResourceActions, condition: null }],
  }));
}

function seededOperations(): readonly AzureOperation[] {
  return Object.entries(operations).flatMap(([provider, planes]) =>
    PLANES.flatMap((plane) =>
      planes[plane].map(([name = '', displayName = '', description = '']) => ({
        name: `${provider}/${name}`,
        plane,
        displayName,
        description,
      })),
    ),
  );
}

function hierarchyOf({ managementGroup, production, staging }: AzureScopes): ScopeHierarchy {
  const last = (id: string): string => id.slice(id.lastIndexOf('/') + 1).toLowerCase();
  const group = last(managementGroup.id);
  return {
    parentOfGroup: new Map([[group, null]]),
    groupOfSubscription: new Map([production, staging].map(({ id }) => [last(id), group])),
    nameOf: new Map([managementGroup, production, staging].map(({ id, name }) => [last(id), name])),
  };
}

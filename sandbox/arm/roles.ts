import type { Scope, ScopeTree } from './scope-tree.ts';

/** One block of a role definition. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
  readonly condition: string | null;
  readonly conditionVersion: string | null;
}

export interface AzureRole {
  /** The GUID; its full id has the prefix of the scope where one looks. */
  readonly id: string;
  readonly roleName: string;
  readonly description: string;
  readonly isBuiltIn: boolean;
  readonly assignableScopes: readonly string[];
  readonly permissions: readonly Permission[];
  readonly createdOn: string;
  readonly updatedOn: string;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

const ROLE_ID = /^(.*)\/providers\/microsoft\.authorization\/roledefinitions\/([0-9a-f-]{36})$/;

/** The role definitions of a tenant, built-in and custom. */
export class RoleCatalogue {
  readonly #byId = new Map<string, AzureRole>();
  readonly #tree: ScopeTree;

  constructor(tree: ScopeTree, roles: readonly AzureRole[]) {
    this.#tree = tree;
    for (const role of roles) {
      this.put(role);
    }
  }

  get(id: string): AzureRole | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  named(name: string): AzureRole | undefined {
    const wanted = name.toLowerCase();
    return this.all().find(({ roleName }) => roleName.toLowerCase() === wanted);
  }

  all(): readonly AzureRole[] {
    return [...this.#byId.values()];
  }

  put(role: AzureRole): void {
    this.#byId.set(role.id, role);
  }

  remove(role: AzureRole): void {
    this.#byId.delete(role.id);
  }

  /** Whether the role may be given at this scope: that is what its assignable scopes say. */
  isAssignableAt(role: AzureRole, scope: Scope): boolean {
    return role.assignableScopes.some((outer) => this.#tree.covers(outer, scope.id));
  }
}

/** The full id of a role as Azure writes it at a scope: with the subscription's prefix, or with none above one. */
export function roleIdAt(tree: ScopeTree, scope: Scope, roleId: string): string {
  return `${tree.subscriptionOf(scope)?.id ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
}

/**
 * The GUID in a full role definition id; null when it is none, `elsewhere` when its prefix does not fit the scope.
 *
 * Below a subscription the prefix is the subscription or a scope in it, above it is none or the management group
 * (pim-api §4.5).
 */
export function readRoleId(tree: ScopeTree, scope: Scope, text: string): string | null | 'elsewhere' {
  const match = ROLE_ID.exec(text.toLowerCase());
  const [, prefix, id] = match ?? [];
  if (prefix === undefined || id === undefined) {
    return null;
  }
  const subscription = tree.subscriptionOf(scope);
  if (subscription === null) {
    return prefix === '' || prefix === scope.id.toLowerCase() ? id : 'elsewhere';
  }
  const isInside = tree.covers(subscription.id, prefix) && tree.covers(prefix, scope.id);
  return prefix !== '' && isInside ? id : 'elsewhere';
}

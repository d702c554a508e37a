/*
 * Role definitions as one model, whatever shape a file or a service writes them in: what Azure calls a role definition, and what
 * Entra calls a unified role definition (rbac.md §1–§6).
 */

/** Azure's operations are of one of two planes: `actions` speak of resources, `dataActions` of the data in them. */
export type Plane = 'control' | 'data';

export const PLANES = ['control', 'data'] as const satisfies readonly Plane[];

/**
 * A grant of its own: what its own `not…` lists leave of its lists. Blocks of a role add up, and none takes from another one.
 * Strings are as written, blanks and case included.
 */
export interface PermissionBlock {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
  readonly condition: string | null;
  readonly conditionVersion: string | null;
}

export interface AzureRoleDefinition {
  readonly kind: 'azure';
  /** A GUID in small letters; null in a file of a role that has none yet. */
  readonly id: string | null;
  readonly name: string;
  readonly description: string;
  readonly isCustom: boolean;
  readonly assignableScopes: readonly string[];
  readonly permissions: readonly PermissionBlock[];
}

/** Entra knows no wildcards and no `not…` lists. */
export interface DirectoryPermission {
  readonly actions: readonly string[];
  /** `$ResourceIsSelf`, `$SubjectIsOwner`: only in a few built-in roles. */
  readonly condition: string | null;
}

export interface DirectoryRoleDefinition {
  readonly kind: 'directory';
  /** A GUID in small letters; null in a file of a role that has none yet. Of built-in roles also the template's. */
  readonly id: string | null;
  readonly name: string;
  readonly description: string;
  readonly isCustom: boolean;
  readonly isEnabled: boolean;
  /** Microsoft's label, which only the beta of Graph has; null where nobody said. One signal of several: it is incomplete. */
  readonly isPrivileged: boolean | null;
  /** Ids of roles whose permissions it has besides its own. */
  readonly inheritsFrom: readonly string[];
  readonly permissions: readonly DirectoryPermission[];
}

export type RoleDefinition = AzureRoleDefinition | DirectoryRoleDefinition;

/** An operation of an Azure resource provider. The same name in both planes is two operations. */
export interface AzureOperation {
  readonly name: string;
  readonly plane: Plane;
  /** For people; empty where the provider says nothing. */
  readonly displayName: string;
  readonly description: string;
}

/** A permission of the directory that roles may have. */
export interface DirectoryAction {
  readonly name: string;
  readonly description: string;
}

/** How management groups hold each other and subscriptions: paths of scopes do not say it. Names and ids in small letters. */
export interface ScopeHierarchy {
  /** Of a management group's name: its parent's name; null at the top and where it is not known. */
  readonly parentOfGroup: ReadonlyMap<string, string | null>;
  /** Of a subscription's id: the name of the management group that holds it. */
  readonly groupOfSubscription: ReadonlyMap<string, string>;
  /** What people call them, as far as that is known: of a management group's name and of a subscription's id. */
  readonly nameOf?: ReadonlyMap<string, string>;
}

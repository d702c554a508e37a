import type { PermissionBlock } from './role-definition.ts';

/** What Azure denies to people whatever roles they have (rbac.md §4.5). Made by managed applications and deployment stacks. */
export interface DenyAssignment {
  readonly id: string;
  readonly name: string;
  readonly scopeId: string;
  readonly permissions: readonly PermissionBlock[];
  /** The zero GUID of type `SystemDefined` is everyone. */
  readonly principals: readonly DenialPrincipal[];
  readonly excludePrincipals: readonly DenialPrincipal[];
  readonly doNotApplyToChildScopes: boolean;
}

/** `type` as Azure writes it: `User`, `Group`, `ServicePrincipal`, `SystemDefined`; empty where it says none. */
export interface DenialPrincipal {
  readonly id: string;
  readonly type: string;
}

const EVERYONE = '00000000-0000-0000-0000-000000000000';

export function isEveryone({ id, type }: DenialPrincipal): boolean {
  return id === EVERYONE && type.toLowerCase() === 'systemdefined';
}

import {
  type AzureRoleDefinition,
  type DirectoryRoleDefinition,
  PLANES,
  type Plane,
} from '../domain/role-definition.ts';
import { decide } from './evaluate.ts';
import type { RoleIndex } from './role-index.ts';

/** One concrete operation that a role allows. */
export interface GrantedOperation {
  readonly name: string;
  /** Null in the directory, which has no planes. */
  readonly plane: Plane | null;
  readonly isConditional: boolean;
  /** What Microsoft calls it; empty where it has no name. */
  readonly says: string;
}

/** What a role of Azure allows of the operations that there are, each plane for itself. */
export function grantedInAzure(
  role: AzureRoleDefinition,
  index: Pick<RoleIndex, 'granted' | 'reading'>,
): readonly GrantedOperation[] {
  const isGuarded = role.permissions.some(({ condition }) => condition !== null);
  return PLANES.flatMap((plane) =>
    index.granted(role, plane).map(({ name, displayName }) => ({
      name,
      plane,
      isConditional: isGuarded && decide(role, { operation: name, plane }, index.reading).answer === 'conditional',
      says: displayName,
    })),
  );
}

/** The permissions of a role of Entra, each once, without what it inherits. */
export function grantedInDirectory(
  { permissions }: Pick<DirectoryRoleDefinition, 'permissions'>,
  wordsFor: (action: string) => string,
): readonly GrantedOperation[] {
  const granted = new Map<string, GrantedOperation>();
  for (const { actions, condition } of permissions) {
    for (const name of actions) {
      const key = name.toLowerCase();
      const isConditional = condition !== null && granted.get(key)?.isConditional !== false;
      granted.set(key, { name, plane: null, isConditional, says: wordsFor(name) });
    }
  }
  return [...granted.values()];
}

/** The resource provider of Azure; in the directory, where nearly all is of one namespace, what it is about. */
export function providerOf({ name, plane }: Pick<GrantedOperation, 'name' | 'plane'>): string {
  return name
    .split('/')
    .slice(0, plane === null ? 2 : 1)
    .join('/');
}

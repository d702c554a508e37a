import type { RoleManagement } from '../pim/engine.ts';
import { guidOf } from '../pim/state.ts';
import type { AccessToken } from '../platform/types.ts';
import type { Denials } from './denials.ts';
import type { Permission, RoleCatalogue } from './roles.ts';
import type { Scope, ScopeTree } from './scope-tree.ts';

interface RightsParts {
  readonly tree: ScopeTree;
  readonly roles: RoleCatalogue;
  readonly denials: Denials;
}

/** What Azure RBAC allows now: the live role assignments of a principal and of the groups around it, unless it is denied. */
export class Rights {
  readonly #pim: RoleManagement;
  readonly #tree: ScopeTree;
  readonly #roles: RoleCatalogue;
  readonly #denials: Denials;

  constructor(pim: RoleManagement, { tree, roles, denials }: RightsParts) {
    this.#pim = pim;
    this.#tree = tree;
    this.#roles = roles;
    this.#denials = denials;
  }

  /**
   * Whether one block of one role, held at the scope or above, allows the operation of the control plane, and no deny assignment
   * fits, which would end it (rbac §3).
   */
  may(principalId: string, action: string, scope: Pick<Scope, 'id'>): boolean {
    if (this.#denials.against(principalId, scope.id).some((denied) => allows(denied, action))) {
      return false;
    }
    return this.permissionsAt(principalId, scope).some((permission) => allows(permission, action));
  }

  /** The blocks of all roles held at the scope or above. */
  permissionsAt(principalId: string, scope: Pick<Scope, 'id'>): readonly Permission[] {
    return this.#held(principalId)
      .filter((held) => this.#tree.covers(held.scope, scope.id))
      .flatMap((held) => this.#roles.get(held.role)?.permissions ?? []);
  }

  /** Whether the principal holds any role at or below the scope: enough to see that the scope is there. */
  holdsBelow(principalId: string, scope: Pick<Scope, 'id'>): boolean {
    return this.#held(principalId).some((held) => this.#tree.covers(scope.id, held.scope));
  }

  #held(principalId: string): readonly { readonly role: string; readonly scope: string }[] {
    return this.#pim
      .liveSchedules(principalId, 'assignment')
      .map(({ subject }) => subject)
      .filter(({ surface }) => surface === 'azure');
  }
}

/** Operations compare without regard to case; `*` crosses slashes and may stand for no segment (rbac §2). */
export function matches(pattern: string, operation: string): boolean {
  const escaped = pattern.trim().replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replaceAll('/*/', '/(?:.*/)?').replaceAll(/(?<!\.)\*/g, '.*');
  return new RegExp(`^${source}$`, 'i').test(operation);
}

/** The principal behind a token: the person, or the application's service principal. */
export function principalOf(caller: Pick<AccessToken, 'principalId' | 'appId'>): string {
  return caller.principalId ?? servicePrincipalId(caller.appId);
}

/** The tenant keeps no service principals: their ids are made from the applications'. */
export function servicePrincipalId(appId: string): string {
  return guidOf(`service principal ${appId}`);
}

/** A block with a condition is not judged here, so it allows nothing. */
function allows(permission: Permission, action: string): boolean {
  return (
    permission.condition === null &&
    permission.actions.some((pattern) => matches(pattern, action)) &&
    !permission.notActions.some((pattern) => matches(pattern, action))
  );
}

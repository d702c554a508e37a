import { ArmProblem } from './problem.ts';

export type ScopeKind = 'tenant' | 'managementgroup' | 'subscription' | 'resourcegroup' | 'resource';

/** A place where access can be given. */
export interface Scope {
  /** As Azure writes it, without a slash at the end; `/` is the tenant. */
  readonly id: string;
  readonly kind: ScopeKind;
  readonly name: string;
  readonly displayName: string;
  readonly parent: Scope | null;
  /** `Microsoft.Compute/virtualMachines`, of a resource only. */
  readonly resourceType: string | null;
  readonly location: string | null;
}

const MANAGEMENT_GROUP = /^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/;
const SUBSCRIPTION = /^\/subscriptions\/([^/]+)/;
const RESOURCE_GROUP = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/;
const INSIDE_SUBSCRIPTION =
  /^\/subscriptions\/[^/]+(?:\/resourcegroups\/[^/]+)?(?:\/providers\/[^/]+(?:\/[^/]+\/[^/]+)+)?$/;

/** The hierarchy of a tenant: management groups, subscriptions, resource groups, resources. Case never matters. */
export class ScopeTree {
  readonly root: Scope;
  readonly #byId = new Map<string, Scope>();

  constructor(tenantId: string) {
    this.root = {
      id: '/',
      kind: 'tenant',
      name: tenantId,
      displayName: 'Tenant',
      parent: null,
      resourceType: null,
      location: null,
    };
    this.#byId.set('/', this.root);
  }

  add(scope: Scope): Scope {
    this.#byId.set(scope.id.toLowerCase(), scope);
    return scope;
  }

  all(): readonly Scope[] {
    return [...this.#byId.values()];
  }

  find(id: string): Scope | undefined {
    return this.#byId.get(keyOf(id));
  }

  /** The scope that a path names; throws Azure's refusal of what is not there. */
  resolve(path: string): Scope {
    const scope = this.find(path);
    if (scope === undefined) {
      throw this.#unknown(keyOf(path));
    }
    return scope;
  }

  children(scope: Scope): readonly Scope[] {
    return this.all().filter(({ parent }) => parent === scope);
  }

  /** Whether the second scope is the first or lies below it. */
  covers(outer: string, inner: string): boolean {
    const key = keyOf(outer);
    for (let scope = this.find(inner) ?? null; scope !== null; scope = scope.parent) {
      if (scope.id.toLowerCase() === key) {
        return true;
      }
    }
    return false;
  }

  /** Whether both name the same scope; what the portal was told may be written in other letters. */
  isSame(one: string, other: string): boolean {
    return keyOf(one) === keyOf(other);
  }

  subscriptionOf(scope: Scope): Scope | null {
    for (let one: Scope | null = scope; one !== null; one = one.parent) {
      if (one.kind === 'subscription') {
        return one;
      }
    }
    return null;
  }

  #unknown(key: string): ArmProblem {
    if (MANAGEMENT_GROUP.test(key)) {
      return new ArmProblem(404, 'NotFound', `The management group '${key.split('/').at(-1)}' cannot be found.`);
    }
    const subscription = SUBSCRIPTION.exec(key)?.[1];
    if (subscription === undefined || !INSIDE_SUBSCRIPTION.test(key)) {
      return new ArmProblem(400, 'InvalidScope', `The scope '${key}' is not valid.`);
    }
    if (this.find(`/subscriptions/${subscription}`) === undefined) {
      const message = `The subscription '${subscription}' could not be found.`;
      return new ArmProblem(404, 'SubscriptionNotFound', message);
    }
    const group = RESOURCE_GROUP.exec(key)?.[1];
    if (group !== undefined && this.find(`/subscriptions/${subscription}/resourcegroups/${group}`) === undefined) {
      return new ArmProblem(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
    }
    return new ArmProblem(404, 'ResourceNotFound', `The Resource '${key}' was not found.`);
  }
}

/** The part of a URL before `/providers/Microsoft.Authorization`: empty for the tenant. */
export function prefixOf(scope: Scope): string {
  return scope.kind === 'tenant' ? '' : scope.id;
}

function keyOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '').toLowerCase();
  return trimmed === '' ? '/' : trimmed;
}

import type { AppRegistration, Tenant } from '../platform/types.ts';
import { EntraError } from './entra-error.ts';
import { findResource, GRAPH, type Resource } from './resources.ts';

/** A `scope` parameter: at most one resource, with `.default` or names of permissions, and OpenID's own scopes. */
export interface ScopeRequest {
  readonly resource: Resource;
  readonly names: readonly string[];
  readonly isDefault: boolean;
  readonly openId: boolean;
  readonly offline: boolean;
}

const OPENID_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/** Reads scopes; several resources, or none that the tenant has, are refused. OpenID scopes alone mean Graph. */
export function readScopes(tenant: Tenant, text: string | null): ScopeRequest {
  const words = (text ?? '').split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new EntraError('bad_scope', { scope: text ?? '' });
  const asked = words.filter((word) => !OPENID_SCOPES.has(word)).map(splitScope);
  const prefixes = asked.length === 0 ? [GRAPH] : asked.map(({ prefix }) => prefix);
  const resources = new Map<string, Resource>();
  for (const prefix of prefixes) {
    const resource = findResource(tenant, prefix);
    if (!resource) throw new EntraError('no_resource', { resource: prefix });
    resources.set(resource.key, resource);
  }
  const [resource, ...others] = resources.values();
  if (!resource || others.length > 0) throw new EntraError('several_resources', { scope: text ?? '' });
  const names = asked.map(({ name }) => name);
  const isDefault = names.includes('.default');
  if (isDefault && names.length > 1) throw new EntraError('bad_scope', { scope: text ?? '' });
  return {
    resource,
    names: isDefault ? [] : names,
    isDefault,
    openId: words.includes('openid'),
    offline: words.includes('offline_access'),
  };
}

/** Refuses what the app never asked for, and what nobody consented to. */
export function requireConsent(tenant: Tenant, app: AppRegistration, scopes: ScopeRequest, personId: string): void {
  const granted = app.delegated[scopes.resource.key];
  if (!granted) {
    throw new EntraError('resource_not_requested', { client: app.clientId, resource: scopes.resource.key });
  }
  const { selfService, admin } = tenant.apps;
  const isRefused =
    (app.clientId === selfService.clientId && tenant.withoutConsent.has(personId)) ||
    (app.clientId === admin.clientId && tenant.withoutAdminConsent.has(personId));
  if (isRefused || !scopes.names.every((name) => granted.includes(name))) {
    throw new EntraError('no_consent', { client: app.clientId });
  }
}

function splitScope(scope: string): { readonly prefix: string; readonly name: string } {
  const slash = scope.lastIndexOf('/');
  if (slash < 0) return { prefix: GRAPH, name: scope };
  return { prefix: scope.slice(0, slash), name: scope.slice(slash + 1) };
}

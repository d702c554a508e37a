import { definitionKey, scopeKey } from '../../domain/assignment.ts';
import { AccessError } from '../../errors.ts';

/** Version of everything PIM for Azure resources (pim-api §4.1). */
export const PIM_VERSION = '2020-10-01';
/** Version of approvals, which have no other. */
export const APPROVAL_VERSION = '2021-01-01-preview';
/** Version of role definitions, role assignments and deny assignments. */
export const ACCESS_VERSION = '2022-04-01';
export const SUBSCRIPTIONS_VERSION = '2022-01-01';
export const MANAGEMENT_GROUPS_VERSION = '2021-04-01';

export const MANAGEMENT_GROUPS = '/providers/Microsoft.Management/managementGroups';

export const COLLECTIONS = {
  eligible: 'roleEligibilityScheduleInstances',
  active: 'roleAssignmentScheduleInstances',
  requests: 'roleAssignmentScheduleRequests',
  eligibleRequests: 'roleEligibilityScheduleRequests',
  children: 'eligibleChildResources',
  policyAssignments: 'roleManagementPolicyAssignments',
  definitions: 'roleDefinitions',
  denials: 'denyAssignments',
} as const;

const AUTHORIZATION = '/providers/Microsoft.Authorization';

/** The tenant's root, as a scope. */
export const ROOT = '';

/** A path of the Microsoft.Authorization provider at a scope; names below the collection follow. */
export function authorizationPath(scope: string, ...parts: readonly string[]): string {
  return [`${trimmed(scope)}${AUTHORIZATION}`, ...parts].join('/');
}

/** A scope as paths begin with it: without a slash at the end, empty for the tenant. */
function trimmed(scope: string): string {
  return scope.replace(/\/+$/, '');
}

/** Says whether both name the same scope. */
export function isSameScope(one: string, other: string): boolean {
  return scopeKey(one) === scopeKey(other);
}

/** The GUID at the end of a role definition's id, in small letters: what the same role has at every scope (pim-api §4.7). */
export function roleGuid(roleDefinitionId: string): string {
  return definitionKey(roleDefinitionId);
}

/**
 * Encodes a path for the wire, segment by segment. Parts of it may be what a person typed: dots would climb out of it.
 * @throws graph.not_found for a path that nothing in Azure can have
 */
export function encodedPath(path: string): string {
  const segments = path.split('/');
  if (!path.startsWith('/') || segments.some((segment) => segment === '.' || segment === '..')) {
    throw new AccessError('graph.not_found', 'Not a path of Azure');
  }
  try {
    return segments.map((segment) => encodeURIComponent(segment)).join('/');
  } catch {
    throw new AccessError('graph.not_found', 'Not a path of Azure');
  }
}

/** A text in a filter; quotes are doubled. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const IN_SUBSCRIPTION = /^\/subscriptions\/[^/]+/i;
const DEFINITIONS = `${AUTHORIZATION}/roleDefinitions/`;

/**
 * The role definition's id as it must be at a scope: the given one, verbatim, where its prefix fits, else with the prefix of the
 * subscription, or none above one (pim-api §4.5). An eligible row of a management group needs another one below it.
 */
export function roleIdAt(scope: string, roleDefinitionId: string): string {
  const place = scopeKey(scope);
  const at = roleDefinitionId.toLowerCase().lastIndexOf(DEFINITIONS.toLowerCase());
  const prefix = at < 0 ? null : roleDefinitionId.slice(0, at).toLowerCase();
  const subscription = IN_SUBSCRIPTION.exec(trimmed(scope))?.[0] ?? null;
  if (prefix !== null && isPrefixOf(prefix, place, subscription)) {
    return roleDefinitionId;
  }
  return `${subscription ?? ''}${DEFINITIONS}${roleGuid(roleDefinitionId)}`;
}

function isPrefixOf(prefix: string, place: string, subscription: string | null): boolean {
  if (subscription === null) {
    return prefix === '' || prefix === place;
  }
  const isInSubscription = prefix === subscription.toLowerCase() || prefix.startsWith(`${subscription.toLowerCase()}/`);
  return isInSubscription && (place === prefix || place.startsWith(`${prefix}/`));
}

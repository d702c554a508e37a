import type { Answer } from '../platform/types.ts';
import { requireRight } from './access.ts';
import { parseTerms } from './filter.ts';
import { answerList } from './list.ts';
import { authorizationFailed, invalidFilter } from './problem.ts';
import { type Endpoint, json } from './route.ts';
import type { Json } from './rows.ts';
import type { Scope } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const SUBSCRIPTION = '/subscriptions/:subscription';
const GROUP = `${SUBSCRIPTION}/resourceGroups/:group`;
const RESOURCE = `${GROUP}/providers/:namespace/:type/:name`;

/** Names of what there is: A18 of pim-api §4.1, with resource groups and resources. Only what the caller may read. */
export function resourceEndpoints(arm: Arm): Endpoint[] {
  const get = (path: string, versions: Endpoint['versions'], handle: Endpoint['handle']): Endpoint => ({
    method: 'GET',
    path,
    versions,
    handle,
  });
  const filtered = { options: ['$filter'] };
  const listSubscriptions = (call: Call): Answer => {
    const all = arm.tree.all().filter((scope) => scope.kind === 'subscription' && isVisible(arm, call, scope));
    return answerList(
      arm,
      call,
      all.map((scope) => subscriptionRow(arm, scope)),
    );
  };
  return [
    get('/subscriptions', VERSIONS.subscriptions, listSubscriptions),
    get(SUBSCRIPTION, VERSIONS.subscriptions, (call) =>
      json(200, subscriptionRow(arm, visible(arm, call, SUBSCRIPTION))),
    ),
    get(`${SUBSCRIPTION}/resourceGroups`, VERSIONS.resources, (call) => listGroups(arm, call)),
    get(GROUP, VERSIONS.resources, (call) => json(200, groupRow(visible(arm, call, GROUP)))),
    {
      ...get(`${SUBSCRIPTION}/resources`, VERSIONS.resources, (call) => listResources(arm, call, SUBSCRIPTION)),
      ...filtered,
    },
    { ...get(`${GROUP}/resources`, VERSIONS.resources, (call) => listResources(arm, call, GROUP)), ...filtered },
    get(RESOURCE, VERSIONS.resources, (call) => json(200, resourceRow(readable(arm, call)))),
  ];
}

/** Names of resource groups are for whoever may read them, or holds something in them. */
function listGroups(arm: Arm, call: Call): Answer {
  const subscription = visible(arm, call, SUBSCRIPTION);
  const groups = arm.tree.children(subscription).filter((scope) => isVisible(arm, call, scope));
  return answerList(arm, call, groups.map(groupRow));
}

function listResources(arm: Arm, call: Call, pattern: string): Answer {
  const outer = visible(arm, call, pattern);
  const filter = call.exchange.query.get('$filter');
  const terms = filter === null ? new Map<string, readonly string[]>() : parseTerms(filter, 'and');
  if ([...terms].some(([name, values]) => !['name', 'resourcetype'].includes(name) || values.length > 1)) {
    throw invalidFilter(filter ?? '');
  }
  const isWanted = (name: string, value: string): boolean =>
    (terms.get(name)?.[0] ?? value).toLowerCase() === value.toLowerCase();
  const rows = arm.tree
    .all()
    .filter((scope) => scope.kind === 'resource' && arm.tree.covers(outer.id, scope.id))
    .filter((scope) => isVisible(arm, call, scope))
    .filter((scope) => isWanted('name', scope.name) && isWanted('resourcetype', scope.resourceType ?? ''))
    .map(resourceRow);
  return answerList(arm, call, rows);
}

/** The scope that the path names; 404 when it is not there, 403 when it is none of the caller's business. */
function visible(arm: Arm, call: Call, pattern: string): Scope {
  const scope = arm.tree.resolve(pathOf(call, pattern));
  if (!isVisible(arm, call, scope)) {
    throw authorizationFailed(call.callerId, readActionOf(scope), scope.id);
  }
  return scope;
}

/** A resource itself is read with its own read action only, whatever else is held on it. */
function readable(arm: Arm, call: Call): Scope {
  const scope = arm.tree.resolve(pathOf(call, RESOURCE));
  requireRight(arm, call, readActionOf(scope), scope);
  return scope;
}

function pathOf({ params }: Call, pattern: string): string {
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? '');
}

function isVisible(arm: Arm, { callerId }: Call, scope: Scope): boolean {
  return arm.rights.may(callerId, readActionOf(scope), scope) || arm.rights.holdsBelow(callerId, scope);
}

function readActionOf({ kind, resourceType }: Scope): string {
  switch (kind) {
    case 'resource':
      return `${resourceType}/read`;
    case 'resourcegroup':
      return 'Microsoft.Resources/subscriptions/resourceGroups/read';
    default:
      return 'Microsoft.Resources/subscriptions/read';
  }
}

function subscriptionRow(arm: Arm, { id, name, displayName }: Scope): Json {
  return {
    id,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId: name,
    tenantId: arm.world.tenant.id,
    displayName,
    state: 'Enabled',
    subscriptionPolicies: { locationPlacementId: 'Public_2014-09-01', quotaId: 'Sandbox', spendingLimit: 'Off' },
  };
}

function groupRow({ id, name, location }: Scope): Json {
  const type = 'Microsoft.Resources/resourceGroups';
  return { id, name, type, location, properties: { provisioningState: 'Succeeded' } };
}

function resourceRow({ id, name, resourceType, location }: Scope): Json {
  return { id, name, type: resourceType, location };
}

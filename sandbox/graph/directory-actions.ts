import type { UnifiedRbacResourceAction, UnifiedRbacResourceNamespace } from '@microsoft/microsoft-graph-types';
import type { Route } from '../platform/types.ts';
import seeds from '../seeds/directory-actions.json' with { type: 'json' };
import { PERMISSIONS, requirePermission } from './access.ts';
import { answerEntity, answerList, leaf, type Row } from './list.ts';
import { notFound } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const NAMESPACE = 'microsoft.directory';
const BASE = 'roleManagement/directory/resourceNamespaces';

/** The permissions that custom roles may hold, in small letters (pim-api §15.1). */
export const CUSTOM_ACTIONS: ReadonlySet<string> = new Set(
  seeds.filter(({ isForCustomRoles }) => isForCustomRoles).map(({ name }) => name.toLowerCase()),
);

/** Whether Microsoft labels the permission, and so a role that holds it, as privileged. */
export function isPrivilegedAction(name: string): boolean {
  return seeds.some((action) => action.isPrivileged && action.name.toLowerCase() === name.toLowerCase());
}

/** The namespaces of permissions and what is in them; one namespace, and a small part of it, is simulated. */
export function directoryActionRoutes(graph: Graph): Route[] {
  return (['v1.0', 'beta'] as const).flatMap((version) => [
    route(graph, 'GET', `/${version}/${BASE}`, (call) => {
      requirePermission(call.caller, PERMISSIONS.definitions);
      return answerList(graph, call, [namespaceRow()], { context: BASE, filterable: {}, options: ['$select'] });
    }),
    route(graph, 'GET', `/${version}/${BASE}/:namespace`, (call) => {
      readNamespace(call);
      return answerEntity(graph, call, namespaceRow(), BASE);
    }),
    route(graph, 'GET', `/${version}/${BASE}/:namespace/resourceActions`, (call) => {
      readNamespace(call);
      const rows = seeds.map((action) => actionRow(action, version));
      const context = `${BASE}('${NAMESPACE}')/resourceActions`;
      return answerList(graph, call, rows, { context, filterable: { name: ['eq'] }, options: ['$filter', '$select'] });
    }),
  ]);
}

function readNamespace(call: Call): void {
  requirePermission(call.caller, PERMISSIONS.definitions);
  const { namespace = '' } = call.params;
  if (namespace.toLowerCase() !== NAMESPACE) {
    throw notFound(namespace);
  }
}

function namespaceRow(): Row {
  return leaf({ id: NAMESPACE, name: NAMESPACE } satisfies UnifiedRbacResourceNamespace);
}

function actionRow({ description, isPrivileged, name }: (typeof seeds)[number], version: 'v1.0' | 'beta'): Row {
  const path = name.slice(NAMESPACE.length + 1);
  const entity = {
    id: path.replaceAll('/', '-'),
    actionVerb: verbOf(name),
    authenticationContextId: null,
    description,
    isAuthenticationContextSettable: false,
    name,
    resourceScopeId: null,
  } satisfies UnifiedRbacResourceAction;
  return leaf(version === 'beta' ? { ...entity, isPrivileged } : entity);
}

function verbOf(name: string): string | null {
  switch (name.slice(name.lastIndexOf('/') + 1)) {
    case 'read':
      return 'GET';
    case 'update':
      return 'PATCH';
    case 'create':
      return 'POST';
    case 'delete':
      return 'DELETE';
    default:
      return null;
  }
}

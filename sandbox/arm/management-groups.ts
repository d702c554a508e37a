import type { Answer } from '../platform/types.ts';
import { requireRight } from './access.ts';
import { answerList } from './list.ts';
import { notSimulated } from './problem.ts';
import { type Endpoint, json } from './route.ts';
import type { Json } from './rows.ts';
import type { Scope } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PATH = '/providers/Microsoft.Management/managementGroups';
const READ = 'Microsoft.Management/managementGroups/read';
const TYPES = {
  managementgroup: 'Microsoft.Management/managementGroups',
  subscription: '/subscriptions',
} as const;

/** Management groups and what is in them: A18 of pim-api §4.1. */
export function managementGroupEndpoints(arm: Arm): Endpoint[] {
  const shape = { method: 'GET', versions: VERSIONS.managementGroups } as const;
  return [
    { ...shape, path: PATH, handle: (call) => list(arm, call) },
    { ...shape, path: `${PATH}/:name`, options: ['$expand', '$recurse'], handle: (call) => readOne(arm, call) },
    { ...shape, path: `${PATH}/:name/descendants`, handle: (call) => listDescendants(arm, call) },
  ];
}

function list(arm: Arm, call: Call): Answer {
  const groups = arm.tree
    .all()
    .filter((scope) => scope.kind === 'managementgroup' && arm.rights.may(call.callerId, READ, scope));
  return answerList(
    arm,
    call,
    groups.map((scope) => ({
      ...head(scope),
      properties: { tenantId: arm.world.tenant.id, displayName: scope.displayName },
    })),
  );
}

function readOne(arm: Arm, call: Call): Answer {
  const scope = readable(arm, call);
  const { query } = call.exchange;
  const expand = query.get('$expand')?.toLowerCase() ?? null;
  if (expand !== null && expand !== 'children') {
    throw notSimulated(`$expand=${expand} here`);
  }
  const isDeep = query.get('$recurse')?.toLowerCase() === 'true';
  return json(200, {
    ...head(scope),
    properties: {
      tenantId: arm.world.tenant.id,
      displayName: scope.displayName,
      details: { version: 1, parent: parentOf(scope) },
      ...(expand !== null && { children: childrenOf(arm, scope, isDeep) }),
    },
  });
}

function listDescendants(arm: Arm, call: Call): Answer {
  const scope = readable(arm, call);
  const rows = below(arm, scope).map((one) => ({
    ...head(one),
    properties: { displayName: one.displayName, parent: { id: one.parent?.id ?? null } },
  }));
  return answerList(arm, call, rows);
}

function readable(arm: Arm, call: Call): Scope {
  const scope = arm.tree.resolve(`${PATH}/${call.params.name ?? ''}`);
  requireRight(arm, call, READ, scope);
  return scope;
}

function childrenOf(arm: Arm, scope: Scope, isDeep: boolean): readonly Json[] {
  return arm.tree
    .children(scope)
    .filter(isListed)
    .map((child) => ({
      ...head(child),
      displayName: child.displayName,
      ...(isDeep && child.kind === 'managementgroup' && { children: childrenOf(arm, child, true) }),
    }));
}

/** Management groups and subscriptions; what is in a subscription is none of theirs. */
function below(arm: Arm, scope: Scope): readonly Scope[] {
  return arm.tree
    .children(scope)
    .filter(isListed)
    .flatMap((child) => [child, ...below(arm, child)]);
}

function isListed({ kind }: Scope): boolean {
  return kind === 'managementgroup' || kind === 'subscription';
}

function head({ id, kind, name }: Scope): Json {
  return { id, type: kind === 'subscription' ? TYPES.subscription : TYPES.managementgroup, name };
}

/** The tenant's own root group is not simulated: what hangs there has no parent. */
function parentOf({ parent }: Scope): Json | null {
  return parent === null || parent.kind === 'tenant'
    ? null
    : { id: parent.id, name: parent.name, displayName: parent.displayName };
}

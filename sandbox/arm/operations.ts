import type { Answer } from '../platform/types.ts';
import { answerList } from './list.ts';
import { OPERATIONS } from './operation-names.ts';
import { badRequest, notFound } from './problem.ts';
import { type Endpoint, json } from './route.ts';
import type { Json } from './rows.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PATH = 'providerOperations';

/** The operations that role definitions may name; public, so every caller of the tenant reads it. */
export function operationEndpoints(arm: Arm): Endpoint[] {
  const shape = { method: 'GET', versions: VERSIONS.access, options: ['$expand'] } as const;
  return [
    { ...shape, path: PATH, handle: (call) => list(arm, call) },
    { ...shape, path: `${PATH}/:namespace`, handle: (call) => readOne(call) },
  ];
}

function list(arm: Arm, call: Call): Answer {
  const isExpanded = readExpand(call);
  const rows = Object.keys(OPERATIONS).map((provider) => providerRow(provider, isExpanded));
  return answerList(arm, call, rows);
}

function readOne(call: Call): Answer {
  const wanted = (call.params.namespace ?? '').toLowerCase();
  const provider = Object.keys(OPERATIONS).find((name) => name.toLowerCase() === wanted);
  if (provider === undefined) {
    throw notFound(wanted);
  }
  return json(200, providerRow(provider, readExpand(call)));
}

function readExpand({ exchange }: Call): boolean {
  const expand = exchange.query.get('$expand')?.toLowerCase() ?? null;
  if (expand !== null && expand !== 'resourcetypes') {
    throw badRequest(`The $expand '${expand}' is not supported.`);
  }
  return expand !== null;
}

function providerRow(provider: string, isExpanded: boolean): Json {
  const { control, data } = OPERATIONS[provider] ?? { control: [], data: [] };
  const all = [
    ...control.map((operation) => ({ ...operation, isDataAction: false })),
    ...data.map((operation) => ({ ...operation, isDataAction: true })),
  ];
  const types = new Map<string, Json[]>();
  for (const { name, ...operation } of all) {
    const type = resourceTypeOf(name);
    const row = { ...operation, name: `${provider}/${name}`, origin: 'user' };
    types.set(type, [...(types.get(type) ?? []), row]);
  }
  const resourceTypes = [...types]
    .filter(([type]) => type !== '')
    .map(([type, operations]) => ({ name: type, displayName: type, operations }));
  return {
    id: `/providers/Microsoft.Authorization/providerOperations/${provider}`,
    name: provider,
    type: 'Microsoft.Authorization/providerOperations',
    displayName: provider,
    ...(isExpanded && { resourceTypes, operations: types.get('') ?? [] }),
  };
}

/** What stands before the verb; of an action also its name is left out, and a provider's own action has none. */
function resourceTypeOf(name: string): string {
  const parts = name.split('/');
  return parts.slice(0, parts.at(-1)?.toLowerCase() === 'action' ? -2 : -1).join('/');
}

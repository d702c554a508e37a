import type { Answer } from '../platform/types.ts';
import { parseTerms } from './filter.ts';
import { answerList } from './list.ts';
import { badRequest, invalidFilter } from './problem.ts';
import type { Endpoint } from './route.ts';
import type { Scope } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

/** What lies below a scope and can be reached by an eligible assignment: A10 of pim-api §4.1, §4.8. */
export function childEndpoints(arm: Arm): Endpoint[] {
  return [
    {
      method: 'GET',
      path: 'eligibleChildResources',
      versions: VERSIONS.pim,
      options: ['$filter', '$getAllChildren'],
      handle: (call) => list(arm, call),
    },
  ];
}

/** Direct children only, unless all are asked for; no right is needed to see what one is eligible for. */
function list(arm: Arm, call: Call): Answer {
  const { query } = call.exchange;
  const types = readTypes(query.get('$filter'));
  const eligible = arm.pim
    .liveSchedules(call.callerId, 'eligibility')
    .filter(({ subject }) => subject.surface === 'azure')
    .map(({ subject }) => subject.scope);
  const isReached = (scope: Scope): boolean =>
    eligible.some((held) => arm.tree.covers(held, scope.id) || arm.tree.covers(scope.id, held));
  const below = readAll(query.get('$getAllChildren')) ? descendants(arm, call.scope) : arm.tree.children(call.scope);
  const rows = below
    .filter(isReached)
    .map((scope) => ({ id: scope.id, name: scope.displayName, type: typeOf(scope) }))
    .filter(({ type }) => types === null || types.includes(type));
  return answerList(arm, call, rows);
}

function readTypes(filter: string | null): readonly string[] | null {
  if (filter === null || filter.trim() === '') {
    return null;
  }
  const terms = parseTerms(filter, 'or');
  const types = terms.get('resourcetype');
  if (types === undefined || terms.size > 1) {
    throw invalidFilter(filter);
  }
  return types.map((type) => type.toLowerCase());
}

function readAll(text: string | null): boolean {
  const word = text?.toLowerCase() ?? 'false';
  if (word !== 'true' && word !== 'false') {
    throw badRequest(`The value '${text}' of $getAllChildren is not valid.`);
  }
  return word === 'true';
}

function descendants(arm: Arm, scope: Scope): readonly Scope[] {
  return arm.tree.children(scope).flatMap((child) => [child, ...descendants(arm, child)]);
}

function typeOf({ kind, resourceType }: Scope): string {
  return (resourceType ?? kind).toLowerCase();
}

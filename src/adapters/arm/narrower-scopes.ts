import type { RoleAtScope, Scope } from '../../domain/assignment.ts';
import { isWithin, scopeKey } from '../../domain/assignment.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import type { ArmCaller } from './arm-caller.ts';
import { authorizationPath, COLLECTIONS, PIM_VERSION } from './paths.ts';
import { scopeOf } from './request-mapping.ts';
import { childRow } from './wire.ts';

/**
 * Finds what lies below an eligible assignment's scope and has this name or path. Only what the tenant itself lists there counts,
 * as it spells it: a path that merely looks like one below is no scope. Management groups do not contain subscriptions by their
 * paths, which is why the list is asked and not the text.
 */
export async function findScopesBelow(
  arm: ArmCaller,
  tokens: BearerTokens,
  eligible: RoleAtScope,
  words: string,
): Promise<readonly Scope[]> {
  const wanted = words.trim();
  if (wanted === '' || scopeKey(wanted) === scopeKey(eligible.scope.id) || isElsewhere(wanted, eligible.scope.id)) {
    return [];
  }
  // Without a filter of types the list has resources too, whose types are too many to name.
  const rows = await arm.readAll(tokens, {
    path: authorizationPath(eligible.scope.id, COLLECTIONS.children),
    apiVersion: PIM_VERSION,
    query: { $getAllChildren: 'true' },
    schema: childRow,
  });
  const isMeant = wanted.startsWith('/') ? isPath(wanted) : isNamed(wanted);
  const found = new Map<string, Scope>();
  for (const { id, name } of rows) {
    const scope = scopeOf(id, name);
    if (isMeant(scope) && scopeKey(id) !== scopeKey(eligible.scope.id)) {
      found.set(scopeKey(id), scope);
    }
  }
  return [...found.values()];
}

const IN_SUBSCRIPTION = /^\/subscriptions\//i;

/** Within subscriptions the path alone tells what cannot lie below: nobody is asked about each of a hundred of them. */
function isElsewhere(path: string, scope: string): boolean {
  return IN_SUBSCRIPTION.test(path) && IN_SUBSCRIPTION.test(scope) && !isWithin(path, scope);
}

function isPath(path: string): (scope: Scope) => boolean {
  return ({ id }) => scopeKey(id) === scopeKey(path);
}

/** The name people see, or the one at the end of the path: a subscription has its id there. */
function isNamed(words: string): (scope: Scope) => boolean {
  const name = words.toLowerCase();
  return (scope) =>
    scope.name.toLowerCase() === name || scope.id.slice(scope.id.lastIndexOf('/') + 1).toLowerCase() === name;
}

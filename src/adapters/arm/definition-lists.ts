import { z } from 'zod';
import { AccessError } from '../../errors.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import type { ArmCaller } from './arm-caller.ts';
import { inTurns } from './in-turns.ts';
import { ACCESS_VERSION, authorizationPath, COLLECTIONS } from './paths.ts';
import { listSeenScopes } from './seen-scopes.ts';

/** Rows of custom roles of all scopes that one sees, some of them more than once. */
export interface CustomDefinitions {
  readonly rows: readonly unknown[];
  /** A scope whose definitions may be read. */
  readonly open: string;
  /** Whether there are scopes whose definitions may not be read. */
  readonly hasClosed: boolean;
}

/** Lists custom roles wherever one sees a scope. @throws graph.forbidden when none may be read: that is not that there are none */
export async function listCustomDefinitions(arm: ArmCaller, tokens: BearerTokens): Promise<CustomDefinitions> {
  const scopes = await listSeenScopes(arm, tokens);
  const answers = await inTurns(scopes, async (scope) => ({ scope, rows: await listAt(arm, tokens, scope) }));
  const read = answers.flatMap(({ scope, rows }) => (rows === null ? [] : [{ scope, rows }]));
  const [first] = read;
  if (first === undefined) {
    throw new AccessError('graph.forbidden', 'Role definitions may be read at no scope of Azure');
  }
  return {
    rows: read.flatMap(({ rows }) => rows),
    open: first.scope,
    hasClosed: read.length < answers.length,
  };
}

async function listAt(arm: ArmCaller, tokens: BearerTokens, scope: string): Promise<readonly unknown[] | null> {
  try {
    return await listDefinitions(arm, tokens, { scope, filter: "atScopeAndBelow() and type eq 'CustomRole'" });
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.forbidden') {
      return null;
    }
    throw error;
  }
}

export async function listDefinitions(
  arm: ArmCaller,
  tokens: BearerTokens,
  { scope, filter }: { readonly scope: string; readonly filter: string },
): Promise<readonly unknown[]> {
  return await arm.readAll(tokens, {
    path: authorizationPath(scope, COLLECTIONS.definitions),
    apiVersion: ACCESS_VERSION,
    query: { $filter: filter },
    schema: z.unknown(),
  });
}

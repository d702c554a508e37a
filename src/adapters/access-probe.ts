import { z } from 'zod';
import { AccessError, type ErrorCode } from '../errors.ts';
import type { AccessProbe, ProbeAnswer } from '../ports/role-definitions.ts';
import type { ArmSettings } from './arm/arm-caller.ts';
import { createArmCaller } from './arm/arm-caller.ts';
import { permissionRow } from './arm/definition-wire.ts';
import { ACCESS_VERSION, authorizationPath } from './arm/paths.ts';
import type { GraphSettings } from './graph/graph-caller.ts';
import { GraphCaller } from './graph/graph-caller.ts';
import { armTokensOf, graphTokensOf } from './identity/actor-tokens.ts';
import type { ArmTokenSource, TokenSource } from './identity/token-source.ts';

export interface AccessProbeSettings {
  readonly graph: GraphSettings & { readonly tokens: TokenSource };
  readonly arm: ArmSettings & { readonly tokens: ArmTokenSource };
}

const ANSWERS: ReadonlyMap<ErrorCode, ProbeAnswer> = new Map<ErrorCode, ProbeAnswer>([
  ['graph.forbidden', 'forbidden'],
  ['graph.not_found', 'missing'],
  ['identity.consent_missing', 'not-consented'],
  ['graph.throttled', 'unavailable'],
  ['graph.unavailable', 'unavailable'],
  ['graph.unexpected_answer', 'unavailable'],
]);

/** Tries what people can reach, over Graph and Azure Resource Manager. What is read is looked at by nobody. */
export function createAccessProbe({ graph, arm }: AccessProbeSettings): AccessProbe {
  const [graphCaller, armCaller] = [new GraphCaller(graph), createArmCaller(arm)];
  return {
    readPermissions: async (actor, scopeId) =>
      await armCaller.readAll(armTokensOf(arm.tokens, actor), {
        path: authorizationPath(scopeId, 'permissions'),
        apiVersion: ACCESS_VERSION,
        schema: permissionRow,
      }),
    read: async (actor, { service, path, apiVersion }) => {
      const schema = z.unknown();
      return await answerOf(async () =>
        service === 'azure'
          ? await armCaller.read(armTokensOf(arm.tokens, actor), { path, apiVersion: apiVersion ?? '', schema })
          : await graphCaller.read(graphTokensOf(graph.tokens, actor), { path: plainPath(path) }, schema),
      );
    },
  };
}

/** Dots and slashes would climb out of the version that is asked, also where they are written as %2e. */
function plainPath(path: string): string {
  if (!/^\/[^/\\]/.test(path) || path.split(/[/?]/).some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) {
    throw new AccessError('graph.not_found', 'Not a path of Graph');
  }
  return path;
}

async function answerOf(read: () => Promise<unknown>): Promise<ProbeAnswer> {
  try {
    await read();
    return 'readable';
  } catch (error) {
    const answer = error instanceof AccessError ? ANSWERS.get(error.code) : undefined;
    if (answer === undefined) {
      throw error;
    }
    return answer;
  }
}

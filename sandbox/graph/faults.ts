import type { Actor } from '../pim/model.ts';
import type { AccessToken } from '../platform/types.ts';
import { GraphProblem } from './problem.ts';
import type { Graph } from './tools.ts';

/** Faults of role management, beside the platform's own. */
export const PIM_FAULTS = [
  'group-expand-null',
  'group-policies-late',
  'mandatory-mfa',
  'mfa-rule-stubborn',
  'wrapped-errors',
] as const;

/** Whether the gateway wraps this error of PIM: by setting, or by fault `wrapped-errors`. */
export function wrapsErrors({ world, tools }: Graph): boolean {
  return world.settings.wrapErrors || tools.faults.has('wrapped-errors');
}

/** Azure's own demand for MFA on writes, which no policy of the tenant asks for (fault `mandatory-mfa`). */
export function refuseWithoutMfa(graph: Graph, caller: AccessToken): void {
  if (caller.amr.includes('mfa')) return;
  const fault = graph.tools.faults.take('mandatory-mfa', { person: handleOf(graph, caller.principalId) });
  if (fault === null) return;
  const message = 'The request was disallowed by Azure: users must use multi-factor authentication to make changes.';
  throw new GraphProblem(Number(fault.status ?? 403), 'RequestDisallowedByAzure', message);
}

/** The caller as the MFA rule judges them: with fault `mfa-rule-stubborn`, as if without MFA whatever the token says. */
export function judgedActor(graph: Graph, by: Actor): Actor {
  const isStubborn = graph.tools.faults.has('mfa-rule-stubborn', { person: handleOf(graph, by.principalId) });
  return isStubborn ? { ...by, amr: by.amr.filter((method) => method !== 'mfa') } : by;
}

function handleOf(graph: Graph, principalId: string | null): string {
  return graph.world.tenant.users.get(principalId ?? '')?.handle ?? '';
}

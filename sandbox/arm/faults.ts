import type { Actor } from '../pim/model.ts';
import type { AccessToken } from '../platform/types.ts';
import { ArmProblem } from './problem.ts';
import type { Arm } from './tools.ts';

/** Faults of role management that ARM understands too, beside the platform's own. */
export const AZURE_FAULTS = ['mfa-rule-stubborn', 'mandatory-mfa'] as const;

/** Azure's own demand for MFA on whatever people write (fault `mandatory-mfa`); no policy of the tenant asks for it. */
export function refuseWithoutMfa(arm: Arm, caller: AccessToken): void {
  if (caller.kind !== 'delegated' || caller.amr.includes('mfa')) {
    return;
  }
  const fault = arm.tools.faults.take('mandatory-mfa', { person: handleOf(arm, caller.principalId) });
  if (fault === null) {
    return;
  }
  const message =
    'The request was disallowed by Azure: users must authenticate with multi-factor authentication to create or update resources.';
  throw new ArmProblem(Number(fault.status ?? 403), 'RequestDisallowedByAzure', message);
}

/** The caller as the MFA rule judges them: with fault `mfa-rule-stubborn`, as if without MFA whatever the token says. */
export function judgedActor(arm: Arm, by: Actor): Actor {
  const isStubborn = arm.tools.faults.has('mfa-rule-stubborn', { person: handleOf(arm, by.principalId) });
  return isStubborn ? { ...by, amr: by.amr.filter((method) => method !== 'mfa') } : by;
}

function handleOf(arm: Arm, principalId: string | null): string {
  return arm.world.tenant.users.get(principalId ?? '')?.handle ?? '';
}

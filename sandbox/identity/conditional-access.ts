import type { Faults, World } from '../platform/types.ts';
import { CONDITIONAL_ACCESS_CHALLENGE } from './claims-request.ts';
import { EntraError, type EntraErrorKey } from './entra-error.ts';
import { ARM, GRAPH } from './resources.ts';

/** What conditional access looks at: policies are faults that somebody set. */
export interface Conditions {
  readonly world: World;
  readonly faults: Faults;
}

const RESOURCE_NAMES: Readonly<Record<string, string>> = { [GRAPH]: 'graph', [ARM]: 'arm' };

const BLOCKS: Readonly<Record<string, EntraErrorKey>> = {
  53000: 'device_not_compliant',
  53001: 'device_not_joined',
  53002: 'app_not_approved',
  53003: 'blocked_by_conditional_access',
  530032: 'blocked_by_security_policy',
};

/** Whether a policy asks this person for MFA before they get a token for the resource (fault `conditional-access`). */
export function needsMfa({ faults, world }: Conditions, personId: string, resource: string): boolean {
  const person = handleOf(world, personId);
  return faults.has('conditional-access', { person, resource: RESOURCE_NAMES[resource] ?? 'self-service' });
}

/** Refuses a sign-in without MFA where a policy asks for it. */
export function requireMfaByPolicy(
  conditions: Conditions,
  personId: string,
  resource: string,
  amr: readonly string[],
): void {
  if (amr.includes('mfa') || !needsMfa(conditions, personId, resource)) return;
  throw new EntraError('mfa_required', { resource }, CONDITIONAL_ACCESS_CHALLENGE);
}

/** Refuses a disabled account, and whoever a policy keeps out from this device, whatever they prove (fault `device-blocked`). */
export function refuseBlocked({ faults, world }: Conditions, personId: string): void {
  if (world.tenant.disabledAccounts.has(personId)) throw new EntraError('account_disabled');
  const fault = faults.take('device-blocked', { person: handleOf(world, personId) });
  if (fault) throw new EntraError(BLOCKS[String(fault.code)] ?? 'blocked_by_conditional_access');
}

function handleOf(world: World, personId: string): string {
  return world.tenant.users.get(personId)?.handle ?? personId;
}

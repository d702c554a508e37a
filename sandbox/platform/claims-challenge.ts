import type { ServiceError } from './envelopes.ts';
import type { FaultList, Target } from './faults.ts';
import type { AccessToken, Fault, Tenant } from './types.ts';

/** Where a challenge looks, and where it sends people to sign in again. */
export interface ChallengeContext {
  readonly faults: FaultList;
  readonly tenant: Tenant;
  readonly loginUrl: string;
}

const C1 = 'c1';
const CONTEXT = /^c\d{1,2}$/;

/**
 * The 401 of a service that wants more of a person's token (fault `insufficient-claims`, pim-api §12.2). A token that carries the
 * asked context passes; one whose client did not declare `cp1` is refused without the challenge.
 */
export function challengeClaims(
  { faults, tenant, loginUrl }: ChallengeContext,
  target: Target,
  caller: AccessToken,
): ServiceError | null {
  const isApi = target.service === 'graph' || target.service === 'arm';
  if (!isApi || caller.kind !== 'delegated' || caller.principalId === null) return null;
  const handle = tenant.users.get(caller.principalId)?.handle;
  const fault = faults.takeFor('insufficient-claims', target, (one) => {
    const isMeant = one.person === undefined || one.person === handle;
    const context = contextOf(one);
    return isMeant && (context === null || !caller.acrs.includes(context));
  });
  if (!fault) return null;
  const message = 'Continuous access evaluation resulted in challenge with result: InteractionRequired.';
  const base = `Bearer realm="", authorization_uri="${loginUrl}/${tenant.id}/oauth2/authorize"`;
  const claims = Buffer.from(claimsOf(fault)).toString('base64');
  const isCapable = caller.capabilities.includes('cp1');
  const why = isCapable ? `error="insufficient_claims", claims="${claims}"` : 'error="invalid_token"';
  return {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message,
    headers: { 'www-authenticate': `${base}, ${why}` },
  };
}

/** The fault's `claims`: a context such as `c1`, or the JSON of a claims request. */
export function claimsOf({ claims = C1 }: Readonly<Record<string, unknown>>): string {
  const text = String(claims);
  return CONTEXT.test(text) ? JSON.stringify({ access_token: { acrs: { essential: true, value: text } } }) : text;
}

/** The context that meets the challenge; null when it asks for something else, and then only `times` ends it. */
function contextOf(fault: Fault): string | null {
  const parsed: { access_token?: { acrs?: { value?: unknown } } } = JSON.parse(claimsOf(fault));
  const value = parsed.access_token?.acrs?.value;
  return typeof value === 'string' ? value : null;
}

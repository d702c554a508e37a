import { EntraError } from './entra-error.ts';

/** What a `claims` parameter asks of the tokens. */
export interface ClaimsRequest {
  /** Authentication contexts it must carry. */
  readonly acrs: readonly string[];
  /** Authentication contexts that the id token must carry. */
  readonly idTokenAcrs: readonly string[];
  /** Whether MFA is asked for by `amr`. */
  readonly mfa: boolean;
  /** Client capabilities the caller declares, such as `cp1`. */
  readonly capabilities: readonly string[];
}

const NOTHING: ClaimsRequest = { acrs: [], idTokenAcrs: [], mfa: false, capabilities: [] };

/** Reads `{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]}},"id_token":{…}}`. */
export function readClaims(text: string | null | undefined): ClaimsRequest {
  if (text === null || text === undefined || text === '') return NOTHING;
  const request = parse(text);
  const accessToken = member(request, 'access_token');
  const idToken = member(request, 'id_token');
  return {
    acrs: wanted(member(accessToken, 'acrs')),
    idTokenAcrs: wanted(member(idToken, 'acrs')),
    mfa: [accessToken, idToken].some((token) => wanted(member(token, 'amr')).includes('mfa')),
    capabilities: wanted(member(accessToken, 'xms_cc')),
  };
}

/** The `claims` of a refusal that asks for MFA and nothing else. */
export const MFA_CHALLENGE = JSON.stringify({ access_token: { amr: { essential: true, values: ['mfa'] } } });

/** The `claims` of a refusal that asks for authentication contexts. */
export function acrsChallenge(acrs: readonly string[]): string {
  const [value, ...others] = acrs;
  const asked = others.length === 0 ? { essential: true, value } : { essential: true, values: acrs };
  return JSON.stringify({ access_token: { acrs: asked } });
}

/** The `claims` of a refusal by a conditional access policy. */
export const CONDITIONAL_ACCESS_CHALLENGE = JSON.stringify({
  access_token: { capolids: { essential: true, values: ['8d1c7f0a-3b52-4f6e-9a41-0c5e2d7b6f18'] } },
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EntraError('bad_claims');
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function wanted(claim: unknown): readonly string[] {
  const value = member(claim, 'value');
  const values = member(claim, 'values');
  if (Array.isArray(values)) return values.map(String);
  return typeof value === 'string' ? [value] : [];
}

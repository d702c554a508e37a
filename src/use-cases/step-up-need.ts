import { contextClaims, MFA_CLAIMS, provenContextClaims } from '../domain/page-sign-in.ts';
import type { RolePolicy } from '../domain/policy.ts';
import { AccessError, type ErrorCode } from '../errors.ts';
import type { SteppedUp } from './services.ts';

/** What a person must prove before something goes on, and who demands it. */
export interface StepUpNeed {
  readonly why: 'context' | 'mfa' | 'azure-mfa' | 'approver' | 'entra' | 'admin';
  /** For Entra's `claims` parameter; null for an ordinary sign-in. */
  readonly claims: string | null;
  /** The authentication context that we demand ourselves, and must see proved. */
  readonly requiredContext: string | null;
}

/** A sign-in that proves no more than who the person is. */
export const ORDINARY_SIGN_IN: StepUpNeed = { why: 'entra', claims: null, requiredContext: null };

/** Longer claims do not fit an address that every browser and proxy takes. */
const LONGEST_CLAIMS = 2_000;

/** What the settings of a role demand before PIM is asked at all; null for nothing. */
export function needOfPolicy(policy: RolePolicy | null): StepUpNeed | null {
  const context = policy?.authenticationContext ?? null;
  return context === null ? null : { why: 'context', claims: contextClaims(context), requiredContext: null };
}

/** What would mend a refusal; null when no sign-in would. */
export function needOfRefusal(error: AccessError): StepUpNeed | null {
  switch (error.code) {
    case 'activation.step_up_required':
      return needOfClaims(error.facts.claims);
    case 'activation.mfa_required':
      return { why: 'mfa', claims: MFA_CLAIMS, requiredContext: null };
    case 'activation.azure_mfa_required':
      return { why: 'azure-mfa', claims: readable(error.facts.claims) ?? MFA_CLAIMS, requiredContext: null };
    case 'approval.step_up_required': {
      const context = error.facts.context ?? null;
      return context === null
        ? null
        : { why: 'approver', claims: provenContextClaims(context), requiredContext: context };
    }
    case 'identity.admin_sign_in_required':
      return { why: 'admin', claims: null, requiredContext: null };
    default:
      return null;
  }
}

function needOfClaims(given: string | undefined): StepUpNeed | null {
  const claims = readable(given);
  return claims === null
    ? null
    : { why: claims.includes('"acrs"') ? 'context' : 'entra', claims, requiredContext: null };
}

/** Claims come over the wire: only a JSON object of a size that fits an address is passed on. */
function readable(claims: string | undefined): string | null {
  if (claims === undefined || claims.length > LONGEST_CLAIMS) {
    return null;
  }
  try {
    const value: unknown = JSON.parse(claims);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? claims : null;
  } catch {
    return null;
  }
}

/** Says whether the person has just signed in for exactly this, so that asking again would lead nowhere. */
export function wasMet(need: StepUpNeed, steppedUp: SteppedUp | undefined): boolean {
  if (steppedUp === undefined) {
    return false;
  }
  return need.why === 'admin' ? steppedUp.app === 'admin' : need.claims === steppedUp.claims;
}

const FINAL: Partial<Record<ErrorCode, ErrorCode>> = {
  'activation.step_up_required': 'activation.step_up_not_accepted',
  'approval.step_up_required': 'activation.step_up_not_accepted',
  'activation.mfa_required': 'activation.mfa_not_accepted',
};

/** PIM said no although the person has just signed in for it: there is no second try. */
export function finalRefusal(error: AccessError): AccessError {
  const code = FINAL[error.code];
  return code === undefined ? error : new AccessError(code, `refused after a step-up: ${error.code}`, { cause: error });
}

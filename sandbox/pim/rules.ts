import type { Ask, Expiration } from './model.ts';
import type { ExpirationRule } from './policy.ts';
import { Refusal } from './refusal.ts';
import { endOf } from './schedules.ts';
import { isBefore, plus } from './time.ts';

const TEXTS: Readonly<Record<string, string>> = {
  EligibilityRule: 'No eligible assignment was found',
  ExpirationRule: 'The requested duration is not allowed',
  JustificationRule: 'Justification is required',
  TicketingRule: 'Ticket information is required',
  MfaRule: 'Multi-factor authentication is required',
};

const SHORTEST = Temporal.Duration.from({ minutes: 5 });

/** The refusal that lists the policy rules a request breaks, in one of Microsoft's two formats (pim-api §9.3). */
export function policyFailure(failed: readonly string[], format: 'json-list' | 'text'): Refusal {
  const list =
    format === 'json-list' ? JSON.stringify(failed) : failed.map((rule) => `${rule} - ${TEXTS[rule]}`).join(', ');
  return new Refusal('RoleAssignmentRequestPolicyValidationFailed', `The following policy rules failed: ${list}`);
}

/** Microsoft's own form of a claims challenge: no 401, no header, URL-encoded JSON in the message (pim-api §12.2). */
export function claimsChallenge(claimValue: string): Refusal {
  const claims = `{"access_token":{"acrs":{"essential":true, "value":"${claimValue}"}}}`;
  return new Refusal('RoleAssignmentRequestAcrsValidationFailed', `&claims=${encodeURIComponent(claims)}`);
}

/** A token satisfies a context when it carries it and its client said it can handle claims challenges. */
export function meetsContext(ask: Ask, claimValue: string | null): boolean {
  if (claimValue === null) {
    return true;
  }
  return ask.by.acrs.includes(claimValue) && ask.by.capabilities.includes('cp1');
}

export function failedRules(
  ask: Ask,
  rules: { readonly expiration: ExpirationRule; readonly enabled: readonly string[] },
  start: Temporal.Instant,
): readonly string[] {
  const checks: readonly [string, boolean][] = [
    ['ExpirationRule', isAllowedLength(ask.schedule?.expiration, rules.expiration, start)],
    ['JustificationRule', !rules.enabled.includes('Justification') || isFilled(ask.justification)],
    [
      'TicketingRule',
      !rules.enabled.includes('Ticketing') || (isFilled(ask.ticket.number) && isFilled(ask.ticket.system)),
    ],
    ['MfaRule', !rules.enabled.includes('MultiFactorAuthentication') || ask.by.amr.includes('mfa')],
  ];
  return checks.filter(([, passed]) => !passed).map(([name]) => name);
}

function isAllowedLength(expiration: Expiration | undefined, rule: ExpirationRule, start: Temporal.Instant): boolean {
  if (expiration === undefined || expiration.type === 'notSpecified') {
    return false;
  }
  const end = endOf(start, expiration);
  if (end === null) {
    return !rule.isExpirationRequired;
  }
  if (isBefore(end, plus(start, SHORTEST))) {
    return false;
  }
  return !isBefore(plus(start, Temporal.Duration.from(rule.maximumDuration)), end);
}

function isFilled(text: string | null): boolean {
  return text !== null && text.trim() !== '';
}

import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';

/** What the token endpoint said, as far as the libraries keep it: MSAL loses the status. */
interface TokenAnswer {
  readonly error: string;
  readonly suberror: string;
  readonly claims: string | null;
}

/** The words of OAuth and what they mean here. Any other word is no refusal: something between us and Entra failed. */
const WORDS: Readonly<Record<string, ErrorCode>> = {
  consent_required: 'identity.consent_missing',
  // MSAL's own word for an answer without a refresh token: nobody consented to `offline_access`.
  no_tokens_found: 'identity.consent_missing',
  interaction_required: 'activation.step_up_required',
  login_required: 'activation.step_up_required',
  // MSAL's own words for an id token that is not of this browser, or none at all.
  nonce_mismatch: 'identity.token_invalid',
  token_parsing_error: 'identity.token_invalid',
  invalid_grant: 'identity.sign_in_required',
  invalid_request: 'identity.token_invalid',
  access_denied: 'identity.token_invalid',
  invalid_client: 'config.invalid',
  unauthorized_client: 'config.invalid',
  invalid_resource: 'config.invalid',
  invalid_scope: 'config.invalid',
  unsupported_grant_type: 'config.invalid',
  toomanyrequests: 'graph.throttled',
};

/** AADSTS numbers (pim-api §16.2). They may change, so that they only ever make a refusal more exact. */
const NUMBERS: Readonly<Record<string, ErrorCode>> = {
  65001: 'identity.consent_missing',
  90094: 'identity.consent_missing',
  53000: 'identity.device_blocked',
  53001: 'identity.device_blocked',
  53002: 'identity.device_blocked',
  53003: 'identity.access_blocked',
  530032: 'identity.access_blocked',
  530033: 'identity.access_blocked',
  530034: 'identity.access_blocked',
};

const LIBRARY_ERRORS = new Set([
  'AuthenticationRequiredError',
  'AuthenticationError',
  'CredentialUnavailableError',
  'RestError',
  'AbortError',
]);

/**
 * Turns a failed token request into ours, from `error`, `suberror` and `claims` of the answer. Nothing of the answer's text
 * is kept: descriptions name people, and libraries put requests into their errors.
 */
export function tokenRefusal(thrown: unknown): AccessError {
  if (thrown instanceof AccessError) {
    return thrown;
  }
  const chain = causes(thrown);
  const answer = readAnswer(chain);
  if (answer === null && !chain.some(({ name }) => LIBRARY_ERRORS.has(String(name)))) {
    return new AccessError('internal.unexpected', `A token request failed: ${String(chain[0]?.name ?? typeof thrown)}`);
  }
  const code = answer === null ? 'graph.unavailable' : codeOf(answer, chain);
  const said = answer === null ? 'nothing' : `${plain(answer.error)} ${plain(answer.suberror)}`.trim();
  const claims = code === 'activation.step_up_required' ? answer?.claims : null;
  return new AccessError(code, `No token; the sign-in service said ${said}`, {
    facts: claims ? { claims } : {},
    retryable: code === 'graph.unavailable' || code === 'graph.throttled',
  });
}

function codeOf({ error, suberror, claims }: TokenAnswer, chain: readonly Fields[]): ErrorCode {
  if (suberror === 'consent_required') {
    return 'identity.consent_missing';
  }
  const word = WORDS[error];
  const exact = word === undefined ? undefined : chain.map(({ errorNo }) => NUMBERS[String(errorNo)]).find(Boolean);
  if (exact !== undefined) {
    return exact;
  }
  return claims === null ? (word ?? 'graph.unavailable') : 'activation.step_up_required';
}

function readAnswer(chain: readonly Fields[]): TokenAnswer | null {
  for (const fields of chain) {
    const error = text(fields.errorCode) ?? text((fields.errorResponse as Fields | undefined)?.error);
    if (error !== null) {
      const suberror = (text(fields.subError) ?? '').toLowerCase();
      return { error: error.toLowerCase(), suberror, claims: text(fields.claims) };
    }
  }
  return null;
}

type Fields = Readonly<Record<string, unknown>>;

/** The error and what caused it, outermost first. */
function causes(thrown: unknown): readonly Fields[] {
  const found: Fields[] = [];
  for (let at = thrown; typeof at === 'object' && at !== null && found.length < 5; at = (at as Fields).cause) {
    found.push(at as Fields);
  }
  return found;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function plain(word: string): string {
  return /^[a-z_]{1,60}$/.test(word) ? word : '';
}

import { randomBytes } from 'node:crypto';

import { EntraError } from './entra-error.ts';

/** A code of the authorize page, and everything it is bound to. */
export interface CodeGrant {
  readonly clientId: string;
  readonly personId: string;
  readonly redirectUri: string;
  /** PKCE, S256. */
  readonly challenge: string;
  readonly scope: string;
  readonly claims: string | null;
  readonly nonce?: string;
  readonly hasMfa: boolean;
  readonly expiresAt: Temporal.Instant;
}

/** What a refresh token stands for. */
export interface Session {
  readonly clientId: string;
  readonly personId: string;
  readonly hasMfa: boolean;
}

/** Codes and refresh tokens that the login service gave out. */
export class SessionStore {
  readonly #codes = new Map<string, CodeGrant | 'used'>();
  readonly #refreshTokens = new Map<string, Session>();

  addCode(grant: CodeGrant): string {
    const code = `1.${randomBytes(32).toString('base64url')}`;
    this.#codes.set(code, grant);
    return code;
  }

  /** The grant of a code, which is used up even if it is refused afterwards. */
  redeemCode(code: string): CodeGrant {
    const grant = this.#codes.get(code);
    if (!grant) throw new EntraError('bad_grant');
    if (grant === 'used') throw new EntraError('code_used');
    this.#codes.set(code, 'used');
    return grant;
  }

  addRefreshToken(session: Session): string {
    const token = `1.${randomBytes(48).toString('base64url')}`;
    this.#refreshTokens.set(token, session);
    return token;
  }

  findRefreshToken(token: string): Session | undefined {
    return this.#refreshTokens.get(token);
  }
}

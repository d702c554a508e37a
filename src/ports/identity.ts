import type { PrincipalId, RequestId } from '../domain/ids.ts';

/**
 * People's delegated tokens, in the memory of this replica only, at most 60 minutes from receipt (a held one until its ask is
 * done). No token ever leaves the adapter.
 */
export interface SignIns {
  /** Whether this replica can act as the person now. */
  isSignedIn(principalId: PrincipalId): boolean;
  /**
   * Validates the assertion a Teams client sent (signature, issuer, audience, tenant, time, authorised party, scope, `oid`) and
   * proves with one exchange that it can be used, then remembers it.
   * @throws identity.token_invalid, identity.wrong_person (oid differs from `principalId`), identity.consent_missing
   */
  accept(principalId: PrincipalId, assertion: string): Promise<void>;
  /**
   * Keeps the person's token for one ask until `until`, beyond the usual hour.
   * @returns false when the token will not live that long.
   */
  hold(principalId: PrincipalId, requestId: RequestId, until: Temporal.Instant): Promise<boolean>;
  /** Whether this replica holds a waiting token for the ask. */
  isHeld(requestId: RequestId): boolean;
  release(requestId: RequestId): void;
  /** Forgets everything of a person. */
  forget(principalId: PrincipalId): void;
}

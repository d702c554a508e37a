import type { Actor } from '../../ports/role-management.ts';

/** A bearer token of somebody, for one resource. */
export interface BearerTokens {
  /** @throws identity.sign_in_required, identity.consent_missing, graph.unavailable */
  token(): Promise<string>;
  /** Drops this token because the resource refused it, so that the next one is fresh. */
  reject(token: string): void;
}

/** People's delegated tokens for Graph, for adapters only. */
export interface TokenSource {
  /** @throws identity.sign_in_required, identity.consent_missing, identity.token_invalid, graph.unavailable */
  graphToken(actor: Actor): Promise<string>;
  /** Drops this token because Graph refused it. */
  rejectGraphToken(actor: Actor, token: string): void;
}

/** People's delegated tokens for Azure Resource Manager, for adapters only. */
export interface ArmTokenSource {
  /** Throws as {@link TokenSource.graphToken} does, and for an ask that was held without a token for Azure. */
  armToken(actor: Actor): Promise<string>;
  /** Drops this token because ARM refused it. */
  rejectArmToken(actor: Actor, token: string): void;
}

/** What a secretless or a secret-bearing app proves itself with. */
export type AppCredential =
  | { readonly secret: { reveal(): string } }
  /** A federated credential: returns a fresh client assertion, such as a managed identity's token. */
  | { readonly getAssertion: () => Promise<string> };

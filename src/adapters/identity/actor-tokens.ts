import type { Actor } from '../../ports/role-management.ts';
import type { ArmTokenSource, BearerTokens, TokenSource } from './token-source.ts';

/** One person's tokens for Graph. */
export function graphTokensOf(tokens: TokenSource, actor: Actor): BearerTokens {
  return {
    token: () => tokens.graphToken(actor),
    reject: (token) => tokens.rejectGraphToken(actor, token),
  };
}

/** One person's tokens for Azure Resource Manager. */
export function armTokensOf(tokens: ArmTokenSource, actor: Actor): BearerTokens {
  return {
    token: () => tokens.armToken(actor),
    reject: (token) => tokens.rejectArmToken(actor, token),
  };
}

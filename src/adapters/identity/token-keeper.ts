import type { PrincipalId } from '../../domain/ids.ts';
import type { TokenSet } from './held-tokens.ts';
import type { Receipt } from './receipts.ts';
import type { Session } from './sessions.ts';

/** Where the sign-in page leaves what it redeemed. For adapters only. */
export interface TokenKeeper {
  /** Runs a proof of the person's; its receipt becomes void when the person is forgotten meanwhile. */
  receive<T>(principalId: PrincipalId, prove: (receipt: Receipt) => Promise<T>): Promise<T>;
  /** What the person signs in with, if this replica knows it. */
  userNameOf(principalId: PrincipalId): string | null;
  /** Holds the tokens under this id, for five minutes at most. The caller looks at the receipt first. */
  keepTurn(receipt: Receipt, holdId: string, tokens: TokenSet): void;
  /** Makes the tokens the person's ordinary sign-in, in place of the one before, for an hour from receipt at most. */
  keepSession(receipt: Receipt, session: Pick<Session, 'claims' | 'userName'>, tokens: TokenSet): void;
}

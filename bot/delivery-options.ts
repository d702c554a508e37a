import type { UnreachableWhy } from '../src/domain/approver.ts';
import type { CardId, RecipientId } from '../src/domain/ids.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { DeliveryResult, Outbox } from '../src/ports/outbox.ts';
import type { CardRecord, Store } from '../src/ports/store.ts';
import type { Connector } from './connector.ts';
import type { Invitations } from './invitations.ts';
import type { RenderCard, RenderSmaller } from './rendering.ts';

/** That nothing can be written to a recipient: why, as a person may be told, and by Teams' code or our own. */
export interface Unreachable {
  readonly why: UnreachableWhy;
  readonly reason: string;
}

/** What cards are brought to people with. */
export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly connector: Connector;
  readonly invitations: Invitations;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly render: RenderCard;
  readonly renderSmaller: RenderSmaller;
  readonly botAppId: string;
  /** Where people are written to whose chat was never seen. */
  serviceUrl(): string;
  /** A stored address that is no longer allowed is not used. */
  isAllowed(serviceUrl: string): boolean;
  /** A card's recipient cannot be reached; gives the cards that tell others. May fail: it is logged. */
  onUndeliverable(card: CardRecord, trouble: Unreachable): Promise<readonly CardId[]>;
  /** A card arrived whose recipient may have been told of as unreachable. */
  onReached(card: CardRecord): Promise<readonly CardId[]>;
  /** A person, or a channel, can be written to again: what waits for them is made due. */
  onReachable(recipient: RecipientId): Promise<void>;
  /** From 0 to 1, for tests. */
  random?(): number;
  readonly count?: (result: DeliveryResult['kind']) => void;
}

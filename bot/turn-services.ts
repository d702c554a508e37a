import type { PrincipalId, RecipientId } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import type { ErrorCode } from '../src/errors.ts';
import type { BotInstaller } from '../src/ports/bot-installer.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Delivery } from '../src/ports/delivery.ts';
import type { SignIns } from '../src/ports/identity.ts';
import type { Log } from '../src/ports/log.ts';
import type { ConversationRecord, PersonRecord, Store } from '../src/ports/store.ts';
import type { Acquaintances } from './acquaintances.ts';
import type { Activity } from './activity.ts';
import type { Background } from './background.ts';
import type { TurnsInHand } from './in-hand.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RenderCard } from './rendering.ts';
import type { TurnHandlers } from './turns.ts';
import type { Patience, WaitingLine } from './waiting-line.ts';

/** What a turn is carried out with. */
export interface TurnServices {
  readonly handlers: TurnHandlers;
  readonly store: Store;
  readonly acquaintances: Acquaintances;
  readonly signIns: SignIns;
  readonly delivery: Delivery;
  /** Null when the bot is not to add itself to anybody's chats. */
  readonly installer: BotInstaller | null;
  /** Brings what waits for somebody, or for a channel, that can be written to again. */
  resume(recipient: RecipientId): Promise<void>;
  readonly background: Background;
  readonly clock: Clock;
  readonly log: Log;
  readonly botAppId: string;
  readonly limits: RateLimits;
  readonly line: WaitingLine;
  readonly inHand: TurnsInHand;
  readonly patience: Patience;
  /** The origin of the bot's own pages, as browsers see it. */
  publicUrl(): string;
  readonly render: RenderCard;
  /** Text without the bot's own mention and the marks that chat clients leave. */
  normalize(text: string, activity: Activity): string;
}

/** Who an activity is from and where it was written, as the bot knows them. */
export interface Introduced {
  readonly conversation: ConversationRecord;
  readonly person: PersonRecord;
}

interface Trouble {
  readonly story: string;
  readonly recipient: PrincipalId;
  readonly code: ErrorCode;
  readonly facts?: Readonly<Record<string, string>>;
  readonly reference?: string;
}

/** Tells a person in their own chat that something did not work. */
export async function tellError(services: TurnServices, trouble: Trouble): Promise<void> {
  const { story, recipient, code, facts = {}, reference = null } = trouble;
  const notice: Notice = { card: 'error', code, facts, suggestions: [], reference };
  const id = await services.store.now.cards.post({ story, recipient, notice, delivery: 'now' });
  await services.delivery.deliver([id]);
}

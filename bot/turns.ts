import type { CardId, ConversationId, PrincipalId } from '../src/domain/ids.ts';
import type { RoleChoice } from '../src/domain/notice.ts';
import type { PageSignIn } from '../src/domain/page-sign-in.ts';
import type { AccessError } from '../src/errors.ts';
import type { CardRecord, PersonRecord } from '../src/ports/store.ts';
import type { TraceParent } from '../src/ports/telemetry.ts';
import type { RoleSearch } from '../src/use-cases/own-roles.ts';
import type { SteppedUp } from '../src/use-cases/services.ts';

/** A sentence somebody wrote to the bot, already authenticated and normalised. */
export interface SentenceTurn {
  /** Unique per sentence: its id in the inbox, and the story of the cards that answer it. */
  readonly turnId: string;
  readonly person: PersonRecord;
  readonly conversationId: ConversationId;
  readonly text: string;
  /** The sign-in page that it waited for. */
  readonly steppedUp?: SteppedUp;
  /** Where its trace goes on. */
  readonly trace?: TraceParent;
}

/** A button somebody pressed. `data` and `inputs` are what the client sent: claims, not facts. */
export interface PressTurn {
  readonly turnId: string;
  readonly person: PersonRecord;
  /** Where it was pressed. */
  readonly conversationId: ConversationId;
  readonly verb: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Painted by the client itself, not pressed: must change nothing. */
  readonly isAutomatic: boolean;
  /** The press came with an assertion of who presses, which was checked just now. */
  readonly hasAssertion: boolean;
}

/** What the clicker gets back at once. `step` paints the second step of an approval card. */
export interface CardReply {
  readonly card: CardRecord;
  readonly step: 'approve' | 'deny' | null;
  /** What only the clicker sees of a card that stands in a channel. */
  readonly isOwnView?: boolean;
}

export type PressAnswer =
  | {
      readonly kind: 'done';
      /** Committed cards to deliver after the answer. */
      readonly cards: readonly CardId[];
      readonly reply: CardReply | null;
      /** Said to the clicker when there is no card to answer with. */
      readonly toast: string | null;
    }
  /** This replica holds no token of the person: the client is asked for one and sends the same press again. */
  | {
      readonly kind: 'sign-in-first';
      /** A sign-in page for clients that cannot do it silently: the press then goes on by itself. */
      readonly pageSignInId: string | null;
    };

export interface CommittedCards {
  readonly cards: readonly CardId[];
  /** The sentence is not answered yet: it goes on by itself later. */
  readonly isPostponed?: boolean;
}

/** The product behind the Teams edge. None of these throws, but for those that only read: what went wrong becomes a card. */
export interface TurnHandlers {
  sentence(turn: SentenceTurn): Promise<CommittedCards>;
  press(turn: PressTurn): Promise<PressAnswer>;
  /** The card that a press is on, as it is now; null for what is no press of theirs. @throws {AccessError} internal.database_unavailable */
  pressedCard(turn: PressTurn): Promise<CardReply | null>;
  /** What this person may choose while they type. @throws {AccessError} internal.database_unavailable */
  search(person: PrincipalId, search: RoleSearch): Promise<readonly RoleChoice[]>;
  /** The client proved the person's identity for a sign-in card: goes on with the sentence that waited. */
  signedIn(person: PersonRecord, exchangeId: string): Promise<CommittedCards>;
  signInFailed(person: PersonRecord, exchangeId: string, error: AccessError): Promise<CommittedCards>;
  /** The person's client failed to sign in silently: the newest sentence that waits gets a link instead. */
  clientCannotSignIn(person: PersonRecord): Promise<CommittedCards>;
  /** The person signed in on the bot's own page: what waited for it goes on, once. */
  signedInOnPage(person: PersonRecord, signIn: PageSignIn, steppedUp: SteppedUp): Promise<CommittedCards>;
}

/** What a card needs besides its notice: which card it is, for whom, and when it is drawn. */
export interface CardContext {
  readonly story: string;
  readonly slot: string;
  readonly version: number;
  readonly nonce: string;
  /** A newer card has taken over: the text stays, everything that can be pressed or typed goes. */
  readonly isRetired: boolean;
  /** IANA name; an unknown one is read as UTC. */
  readonly timeZone: string;
  /** BCP 47; decides the language, the order of day and month, and between 16:30 and 4:30 PM. */
  readonly locale: string;
  /** Those whose clients may draw the card again by themselves (`29:…`, at most 60); null for a card that nobody draws again. */
  readonly refreshUserIds: readonly string[] | null;
  /** Several people read it: it is for a conversation rather than for one person's own chat. */
  readonly isShared: boolean;
  /** The second step of a decision, seen by the clicker only. */
  readonly step: 'approve' | 'deny' | null;
  /** Origin of the bot's own pages as browsers see them, without a slash at its end; null when they are not set up. */
  readonly publicUrl: string | null;
  /** The instant that "today" is counted from. */
  readonly now: Temporal.Instant;
}

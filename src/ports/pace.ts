/** At most so many calls in any stretch of time of that length. */
export interface Limit {
  readonly count: number;
  readonly windowMs: number;
}

/** What is allowed of one kind of call. */
export interface Allowance {
  readonly limits: readonly Limit[];
  /** Once there were so many calls within a second, further ones keep this distance: a stall then brings few too close. */
  readonly spread?: { readonly after: number; readonly gapMs: number };
}

/** What may be called how often: each kind in each conversation, and everything together. */
export interface Limits {
  readonly send: Allowance;
  readonly create: Allowance;
  readonly all: Allowance;
}

/** One call that is counted: sending, changing or removing a message in a conversation, or opening the chat with a person. */
export interface PacedCall {
  readonly kind: 'send' | 'create';
  /** The conversation, or the person whose chat is opened. */
  readonly place: string;
}

/** Keeps all replicas together under the limits of the service that messages are sent through. */
export interface Pace {
  /**
   * Asks leave for one call. Waits for a moment when that is all it takes. Null: the call is counted and is to be made now.
   * An instant: it is not counted, and is to be asked for again then.
   *
   * @throws {AccessError} internal.database_unavailable
   */
  take(call: PacedCall): Promise<Temporal.Instant | null>;
  /**
   * The service asked for silence until then: in one place, or with null everywhere. Never shortens an earlier one.
   *
   * @throws {AccessError} internal.database_unavailable
   */
  pause(call: PacedCall | null, until: Temporal.Instant): Promise<void>;
}

/** A person as an activity names them. */
export interface Speaker {
  readonly id: string;
  readonly teamsId: string;
  readonly conversationId: string;
  readonly name: string;
}

/** What a load client is told to do: say all of it, so many at a time, each next one after an answer. */
export interface Load {
  readonly endpoint: string;
  /** What Teams would send as `Authorization`. */
  readonly token: string;
  readonly serviceUrl: string;
  readonly tenantId: string;
  readonly botId: string;
  readonly atATime: number;
  /** Spreads the beginnings evenly over so many milliseconds; without it each begins as soon as it can. */
  readonly overMs?: number;
  readonly said: readonly { readonly by: Speaker; readonly text: string }[];
}

/** How it went. */
export interface LoadResult {
  readonly milliseconds: number;
  /** Answers other than 200, by their status; 0 where the connection broke. */
  readonly failures: Readonly<Record<number, number>>;
}

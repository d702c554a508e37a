/** One thing that a receiver outside is told of. Sent twice it has the same id. */
export interface WebhookEvent {
  readonly id: string;
  /** Such as `pimlico.alarm.raised`. */
  readonly type: string;
  readonly at: Temporal.Instant;
  /** What it is about; null where that is nothing in particular. */
  readonly subject: string | null;
  readonly data: unknown;
}

/** A signed way out to one receiver. */
export interface Webhook {
  /** Sends once. @throws webhook.refused, webhook.unavailable (both retryable, with `retryAfter` where the receiver said one) */
  send(events: readonly WebhookEvent[]): Promise<void>;
}

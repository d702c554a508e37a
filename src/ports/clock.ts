/** The time, so that tests and the sandbox can move it. Nothing else in the product asks the machine. */
export interface Clock {
  now(): Temporal.Instant;
  /**
   * Resolves when the time has reached `instant`, when the clock was moved by somebody, or when `signal` is aborted.
   * The caller asks `now()` again afterwards; it may be called often.
   */
  waitUntil(instant: Temporal.Instant | null, signal: AbortSignal): Promise<void>;
}

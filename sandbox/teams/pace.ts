/** Requests per window in milliseconds, as Teams publishes them per bot and conversation (teams-platform §4.1). */
const LIMITS = {
  send: [
    [7, 1_000],
    [8, 2_000],
    [60, 30_000],
    [1_800, 3_600_000],
  ],
  members: [
    [14, 1_000],
    [16, 2_000],
    [120, 30_000],
    [3_600, 3_600_000],
  ],
  roster: [[5, 60_000]],
  tenant: [[50, 1_000]],
} as const satisfies Record<string, readonly (readonly [number, number])[]>;

export type Operation = 'send' | 'members' | 'roster';

/**
 * Counts requests against Teams' published limits, in sandbox time. Off until asked for, because that time may stand
 * still. A refused request is not counted.
 */
export class Pace {
  enabled = false;
  readonly #times = new Map<string, number[]>();

  /** Seconds to wait, or null when the request may pass; then it is counted. */
  refuses(operation: Operation, conversation: string, now: Temporal.Instant): number | null {
    if (!this.enabled) return null;
    const at = now.epochMilliseconds;
    const lines = [
      { limits: LIMITS[operation], times: this.#line(`${operation}|${conversation}`) },
      { limits: LIMITS.tenant, times: this.#line('tenant') },
    ];
    let wait = 0;
    for (const { limits, times } of lines) {
      for (const [count, window] of limits) {
        const nth = times[times.length - count];
        if (nth !== undefined && nth + window > at) wait = Math.max(wait, nth + window - at);
      }
    }
    if (wait > 0) return Math.ceil(wait / 1_000);
    for (const { limits, times } of lines) {
      times.push(at);
      const needed = limits.at(-1)?.[0] ?? 0;
      if (times.length > 2 * needed) times.splice(0, times.length - needed);
    }
    return null;
  }

  reset(): void {
    this.#times.clear();
  }

  #line(key: string): number[] {
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    const times: number[] = [];
    this.#times.set(key, times);
    return times;
  }
}

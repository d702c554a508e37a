/** Adds a duration that may hold days, which an Instant alone refuses; days are 24 hours (UTC). */
export function plus(instant: Temporal.Instant, duration: Temporal.Duration): Temporal.Instant {
  return instant.toZonedDateTimeISO('UTC').add(duration).toInstant();
}

export function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}

export function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return isBefore(a, b) ? b : a;
}

/** The earlier of two ends, where null is "never". */
export function earlierEnd(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (a === null || b === null) {
    return a ?? b;
  }
  return isBefore(a, b) ? a : b;
}

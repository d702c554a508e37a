const MINUTE = 60_000;
const SHORTEST_LEAD_MS = 2 * MINUTE;
const LONGEST_LEAD_MS = 15 * MINUTE;

/**
 * Says when to remind a person: a quarter of the duration before the end, at least 2 and at most 15 minutes,
 * or the lead the person chose. Null when that instant is not inside the activation.
 */
export function reminderAt(
  from: Temporal.Instant,
  until: Temporal.Instant,
  chosenLeadMinutes: number | null,
): Temporal.Instant | null {
  const lengthMs = until.epochMilliseconds - from.epochMilliseconds;
  const quarterMs = Math.min(LONGEST_LEAD_MS, Math.max(SHORTEST_LEAD_MS, lengthMs / 4));
  const leadMs = chosenLeadMinutes === null ? quarterMs : chosenLeadMinutes * MINUTE;
  const at = until.subtract({ milliseconds: Math.round(leadMs) });
  return Temporal.Instant.compare(at, from) > 0 ? at : null;
}

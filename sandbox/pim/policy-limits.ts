import type { RuleId } from './policy.ts';

const SHORTEST = Temporal.Duration.from({ minutes: 30 });
const LONGEST_ACTIVATION = Temporal.Duration.from({ hours: 24 });

/** Whether a rule may say so as its maximum duration: half an hour at least, a day at most for activations. */
export function isMaximumAllowed(id: RuleId, value: unknown): boolean {
  try {
    const duration = Temporal.Duration.from(String(value));
    const relativeTo = Temporal.PlainDate.from('2026-01-01');
    const isLong = Temporal.Duration.compare(duration, LONGEST_ACTIVATION, { relativeTo }) > 0;
    const isShort = Temporal.Duration.compare(duration, SHORTEST, { relativeTo }) < 0;
    return !isShort && !(isLong && id === 'Expiration_EndUser_Assignment');
  } catch {
    return false;
  }
}

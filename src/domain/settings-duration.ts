/** How a maximum is spelled: activations in hours and minutes, assignments in days where they are whole ones. */
export type DurationStyle = 'hours' | 'days';

const MINUTES_A_DAY = 1440;

/**
 * Spells a duration of ISO 8601 as Microsoft's portal does (`PT8H`, `P180D`), so that equal ones are equal texts.
 * Null for what is no duration, is negative, or has months or years: those have no fixed length.
 */
export function canonicalDuration(text: string, style: DurationStyle): string | null {
  const minutes = minutesOf(text);
  if (minutes === null) {
    return null;
  }
  if (style === 'days' && minutes > 0 && minutes % MINUTES_A_DAY === 0) {
    return `P${minutes / MINUTES_A_DAY}D`;
  }
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (minutes === 0) {
    return 'PT0S';
  }
  return `PT${hours > 0 ? `${hours}H` : ''}${rest > 0 ? `${rest}M` : ''}`;
}

/** Length in minutes, seconds cut off; null as {@link canonicalDuration}. */
export function minutesOf(text: string): number | null {
  try {
    const duration = Temporal.Duration.from(text);
    if (duration.sign < 0 || duration.years !== 0 || duration.months !== 0) {
      return null;
    }
    const days = duration.weeks * 7 + duration.days;
    const rest = duration.with({ weeks: 0, days: 0 });
    return days * MINUTES_A_DAY + Math.floor(rest.total('minutes'));
  } catch {
    return null;
  }
}

/** A time of fixed length in words, such as “1 h 30 min”; seconds cut off. */
export function timeInWords(duration: Temporal.Duration): string {
  const minutes = Math.floor(duration.total('minutes'));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 || hours === 0 ? [`${rest} min`] : [])].join(' ');
}

/** Minutes of each unit that people write; a month and a year are those of Microsoft's portal (P30D, P365D). */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|mins?|minutes?)$/i, 1],
  [/^(?:h|hrs?|hours?)$/i, 60],
  [/^(?:d|days?)$/i, MINUTES_A_DAY],
  [/^(?:w|weeks?)$/i, 7 * MINUTES_A_DAY],
  [/^(?:mo|months?)$/i, 30 * MINUTES_A_DAY],
  [/^(?:y|yrs?|years?)$/i, 365 * MINUTES_A_DAY],
];

const AMOUNT = /(\d{1,6}(?:[.,]\d{1,2})?)\s*([a-z]{1,8})\s*(?:and|,)?\s*/gi;

/** Reads a maximum as people type one: `4h`, `1h30m`, `180 days`, `6 months`, `PT8H`. A bare number is nothing. */
export function readTypedDuration(typed: string, style: DurationStyle): string | null {
  const text = typed.trim();
  if (/^p/i.test(text)) {
    return canonicalDuration(text.toUpperCase(), style);
  }
  if (text === '' || text.replaceAll(AMOUNT, '') !== '') {
    return null;
  }
  let minutes = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(AMOUNT)) {
    const length = UNITS.find(([name]) => name.test(unit))?.[1];
    if (length === undefined) {
      return null;
    }
    minutes += Number(amount.replace(',', '.')) * length;
  }
  return Number.isInteger(minutes) ? canonicalDuration(`PT${minutes}M`, style) : null;
}

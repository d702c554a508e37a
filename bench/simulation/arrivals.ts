/** How the activations of a working day are spread over it. */
export const CURVES = ['monday', 'flat'] as const;
export type Curve = (typeof CURVES)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `monday`: four of ten activations of the day come around nine, half of them within five minutes and a half of it. */
const RUSH = { part: 0.4, atMs: HOUR_MS, spreadMs: 8 * MINUTE_MS } as const;
/** The rest, and with `flat` all of them, come evenly over a working day. */
const WORKING_DAY_MS = 8 * HOUR_MS;
/** From eight to ten o'clock. */
export const SHOWN_MS = 2 * HOUR_MS;

/**
 * Makes the instants of arrivals from eight to ten o'clock, in milliseconds after eight, in order. The same seed gives the
 * same; of more activations a day, the arrivals of fewer are a part.
 */
export function arrivals(curve: Curve, perDay: number, seed: number): readonly number[] {
  const instants: number[] = [];
  for (let number = 0; number < Math.round(perDay); number += 1) {
    const random = randomOf(seed, number);
    const isRush = random() < (curve === 'monday' ? RUSH.part : 0);
    const atMs = isRush ? RUSH.atMs + RUSH.spreadMs * normal(random) : random() * WORKING_DAY_MS;
    if (atMs >= 0 && atMs < SHOWN_MS) {
      instants.push(Math.round(atMs));
    }
  }
  return instants.sort((a, b) => a - b);
}

/** A stream of numbers from 0 to 1 that belongs to one arrival (mulberry32). */
export function randomOf(seed: number, number: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One number of the normal distribution (Box-Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

import assert from 'node:assert/strict';

import { createPace } from '../../../../src/adapters/pace/gate.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { Limits, PacedCall } from '../../../../src/ports/pace.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';
import { memoryPaceLedger } from '../../../support/fakes/pace-ledger.ts';

/** Two in one conversation within ten seconds, three of the whole bot within a tenth. */
const LIMITS: Limits = {
  send: { limits: [{ count: 2, windowMs: 10_000 }] },
  create: { limits: [{ count: 2, windowMs: 10_000 }] },
  all: { limits: [{ count: 3, windowMs: 100 }] },
};
const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

const to = (place: string): PacedCall => ({ kind: 'send', place });
const secondsFrom = (instant: Temporal.Instant | null): number | null =>
  instant === null ? null : START.until(instant).total('seconds');

/** Runs by itself: whoever waits for an instant finds that it has come. */
function aRunningClock(): Clock {
  let now = START;
  return {
    now: () => now,
    waitUntil: async (instant) => {
      now = instant !== null && Temporal.Instant.compare(instant, now) > 0 ? instant : now;
    },
  };
}

function aGate(clock: Clock) {
  const ledger = memoryPaceLedger({ clock, limits: LIMITS });
  const pace = createPace({ ledger, clock, random: () => 0 });
  const take = async (...places: readonly string[]) =>
    (await Promise.all(places.map((place) => pace.take(to(place))))).map(secondsFrom);
  return { ledger, pace, take };
}

describe('the line before the limits', () => {
  it('waits for what comes within a moment, in the order of asking', async () => {
    const clock = aRunningClock();
    const { take } = aGate(clock);
    assert.deepEqual(await take('a', 'b', 'c', 'd', 'e'), [null, null, null, null, null]);
    assert.equal(secondsFrom(clock.now()), 0.1);
  });

  it('books several ahead in one look once time is seen to pass, and lets each go at its instant', async () => {
    const clock = aRunningClock();
    const { ledger, take } = aGate(clock);
    await take('a', 'b', 'c', 'd');
    const { looks } = ledger;
    await take('e', 'f', 'g', 'h', 'i');
    assert.equal(secondsFrom(clock.now()), 0.2);
    assert.ok(ledger.looks - looks <= 3);
  });

  it('names the instant for a conversation that has had its share, and goes on with the others', async () => {
    const { take } = aGate(aRunningClock());
    assert.deepEqual(await take('a', 'a', 'a', 'b'), [null, null, 10, null]);
  });

  it('names the instant when the clock stands still, and counts nothing for it', async () => {
    const clock = createFakeClock();
    const { take } = aGate(clock);
    assert.deepEqual(await take('a', 'b', 'c', 'd', 'e'), [null, null, null, 0.1, 0.1]);
    clock.advance({ milliseconds: 100 });
    assert.deepEqual(await take('d', 'e', 'f'), [null, null, null]);
  });

  it('does not wait out a long silence', async () => {
    const { pace, take } = aGate(aRunningClock());
    await pace.pause(null, START.add({ minutes: 2 }));
    assert.deepEqual(await take('a', 'b'), [120, 120]);
  });

  it('looks once for all that wait together', async () => {
    const { ledger, take } = aGate(createFakeClock());
    await take('a', 'b', 'c');
    // The first comes alone, the others while it is looked up.
    assert.equal(ledger.looks, 2);
  });

  it('sends away whoever would make the line longer than can be waited for', async () => {
    const { take } = aGate(createFakeClock());
    const answers = await take(...Array.from({ length: 95 }, (_, n) => `a${n}`));
    assert.equal(answers.at(-1), 1.5);
    assert.equal(answers.filter((at) => at === null).length, 3);
  });

  it('fails those who wait when the ledger fails, and serves those who come after', async () => {
    const clock = aRunningClock();
    const { ledger, take } = aGate(clock);
    const { book } = ledger;
    ledger.book = () => Promise.reject(new Error('the database is away'));
    await assert.rejects(take('a', 'b'), /the database is away/);
    ledger.book = book;
    assert.deepEqual(await take('a'), [null]);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';

import { TEAMS_LIMITS } from '../../../../bot/teams-limits.ts';
import { bookCalls, type Page } from '../../../../src/adapters/pace/book.ts';
import type { Limits, PacedCall } from '../../../../src/ports/pace.ts';

/** Teams' own numbers (teams-platform §4.1): what must never be passed, whatever is kept free besides. */
const IN_ONE_CONVERSATION = [
  [7, 1_000],
  [8, 2_000],
  [60, 30_000],
  [1_800, 3_600_000],
] as const;
const OF_THE_BOT = [[50, 1_000]] as const;

const T0 = 1_763_888_400_000;
const to = (place: string, kind: PacedCall['kind'] = 'send'): PacedCall => ({ kind, place });

/** A book that goes on from look to look. */
function aBook(limits: Limits = TEAMS_LIMITS) {
  const known = new Map<string, Page>();
  return {
    known,
    /** Books at an instant, in milliseconds from the start. */
    at(ms: number, ...calls: readonly PacedCall[]) {
      const booking = bookCalls(known, calls, { limits, nowMs: T0 + ms });
      for (const [key, page] of booking.pages) known.set(key, page);
      const verdicts = booking.verdicts.map((verdict) => (verdict.kind === 'later' ? verdict.atMs - T0 : verdict.kind));
      return { verdicts, againAt: booking.againAtMs === null ? null : booking.againAtMs - T0 };
    },
    pause(key: string, ms: number) {
      known.set(key, { marks: known.get(key)?.marks ?? [], pausedUntilMs: T0 + ms });
    },
  };
}

/** The most calls in any stretch of that length. */
function mostIn(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + windowMs).length));
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

describe('bookCalls', () => {
  it('lets through what Teams allows in one conversation and names the instant for the next', () => {
    const book = aBook();
    const { verdicts } = book.at(0, ...times(8, () => to('a:1')));
    assert.deepEqual(verdicts, [...times(7, () => 'go'), 1_500]);
    assert.deepEqual(book.at(1_500, to('a:1'), to('a:1')).verdicts, ['go', 2_500]);
  });

  it('holds up no other conversation, and counts openings apart from sends', () => {
    const book = aBook();
    book.at(0, ...times(7, () => to('a:1')));
    assert.deepEqual(book.at(0, to('a:1'), to('a:2'), to('a:1', 'create')).verdicts, [1_500, 'go', 'go']);
  });

  it('spreads calls to many once there were twenty within a second', () => {
    const book = aBook();
    const first = book.at(0, ...times(25, (n) => to(`a:${n}`)));
    assert.deepEqual(first.verdicts, [...times(20, () => 'go'), ...times(5, () => 'in-turn')]);
    assert.equal(first.againAt, 16);
    assert.deepEqual(book.at(16, to('a:20'), to('a:21')), { verdicts: ['go', 'in-turn'], againAt: 32 });
  });

  it('books ahead, at the very instants, as far as it is told to', () => {
    const known = new Map<string, Page>();
    const calls = times(25, (n) => to(`a:${n}`));
    const { verdicts, againAtMs, pages } = bookCalls(known, calls, { limits: TEAMS_LIMITS, nowMs: T0, aheadMs: 40 });
    assert.deepEqual(
      verdicts.slice(19).map((verdict) => (verdict.kind === 'go' ? verdict.atMs - T0 : verdict.kind)),
      [0, 16, 32, 'in-turn', 'in-turn', 'in-turn'],
    );
    assert.equal(againAtMs, T0 + 48);
    const marks = pages.get('all')?.marks ?? [];
    assert.deepEqual(marks, [
      [T0, 20],
      [T0 + 16, 1],
      [T0 + 32, 1],
    ]);
  });

  it('keeps the silence that was asked for in one place, and everywhere', () => {
    const book = aBook();
    book.pause('send|a:1', 7_000);
    assert.deepEqual(book.at(0, to('a:1'), to('a:2')).verdicts, [7_000, 'go']);
    assert.deepEqual(book.at(7_000, to('a:1')).verdicts, ['go']);
    book.pause('all', 60_000);
    assert.deepEqual(book.at(8_000, to('a:3')), { verdicts: ['in-turn'], againAt: 60_000 });
    assert.deepEqual(book.at(60_000, to('a:3')).verdicts, ['go']);
  });

  it('lets no later call pass one that waits for the whole bot', () => {
    const book = aBook({ ...TEAMS_LIMITS, all: { limits: [{ count: 1, windowMs: 1_000 }] } });
    assert.deepEqual(book.at(0, to('a:1'), to('a:2'), to('a:3')).verdicts, ['go', 'in-turn', 'in-turn']);
  });

  it('is not stopped by calls of a time that was set back', () => {
    const book = aBook();
    book.at(3_600_000, ...times(7, () => to('a:1')));
    assert.deepEqual(book.at(0, to('a:1')).verdicts, ['go']);
  });

  it('keeps a small page, however much is sent', () => {
    const book = aBook();
    for (let ms = 0; ms < 7_200_000; ms += 2_100) book.at(ms, to('a:1'));
    assert.ok((book.known.get('send|a:1')?.marks.length ?? 0) <= 130);
    assert.ok((book.known.get('all')?.marks.length ?? 0) <= 130);
  });

  it('never passes a limit of Teams, whatever is asked for and when', () => {
    // Mostly at once or soon, now and then much later.
    const pause = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 400 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
    );
    const asks = fc.array(
      fc.record({ pause, place: fc.integer({ min: 0, max: 40 }), many: fc.integer({ min: 1, max: 12 }) }),
      {
        minLength: 20,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(asks, fc.constantFrom(0, 100), (given, aheadMs) => {
        const known = new Map<string, Page>();
        const sent = new Map<string, number[]>();
        let nowMs = T0;
        for (const { pause: ms, place, many } of given) {
          nowMs += ms;
          const calls = times(many, () => to(`a:${place % 3 === 0 ? 0 : place}`));
          const { verdicts, pages } = bookCalls(known, calls, { limits: TEAMS_LIMITS, nowMs, aheadMs });
          for (const [key, page] of pages) known.set(key, page);
          for (const [index, verdict] of verdicts.entries()) {
            const key = calls[index]?.place ?? '';
            if (verdict.kind === 'go') sent.set(key, [...(sent.get(key) ?? []), verdict.atMs]);
          }
        }
        for (const one of sent.values()) {
          for (const [count, windowMs] of IN_ONE_CONVERSATION) assert.ok(mostIn(one, windowMs) <= count);
        }
        const all = [...sent.values()].flat();
        for (const [count, windowMs] of OF_THE_BOT) assert.ok(mostIn(all, windowMs) <= count);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps 1,800 an hour in one conversation, and no fewer', () => {
    const book = aBook();
    const sent: number[] = [];
    for (let now = 0; now < 2 * 3_600_000; ) {
      const [verdict] = book.at(now, to('a:1')).verdicts;
      if (verdict === 'go') sent.push(now);
      now = typeof verdict === 'number' ? verdict : now + 1;
    }
    assert.equal(
      mostIn(
        sent.filter((at) => at < 3_600_000),
        3_600_000,
      ),
      1_800,
    );
    // What is summed up by the minute frees a little late, never early.
    const starts = sent.filter((_, index) => index % 60 === 0);
    for (const start of starts) {
      assert.ok(sent.filter((at) => at >= start && at < start + 3_600_000).length <= 1_800);
    }
    assert.ok(sent.length > 3_500);
  });
});

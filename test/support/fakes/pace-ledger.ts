import { bookCalls, keyOf, type Page } from '../../../src/adapters/pace/book.ts';
import type { Ledger } from '../../../src/adapters/pace/gate.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Limits } from '../../../src/ports/pace.ts';

/** Counts calls in memory, by the same rules as the real one; `looks` counts how often it was asked. */
export function memoryPaceLedger({ clock, limits }: { clock: Clock; limits: Limits }): Ledger & { looks: number } {
  const pages = new Map<string, Page>();
  return {
    looks: 0,
    async book(calls, aheadMs) {
      this.looks += 1;
      const booking = bookCalls(pages, calls, { limits, nowMs: clock.now().epochMilliseconds, aheadMs });
      for (const [key, page] of booking.pages) {
        pages.set(key, page);
      }
      return booking;
    },
    async pause(call, until) {
      const key = call === null ? 'all' : keyOf(call);
      pages.set(key, { marks: pages.get(key)?.marks ?? [], pausedUntilMs: until.epochMilliseconds });
    },
  };
}

import { TEAMS_LIMITS } from '../../bot/teams-limits.ts';
import { bookCalls, keyOf, type Page } from '../../src/adapters/pace/book.ts';
import { createPace, type Ledger } from '../../src/adapters/pace/gate.ts';
import type { Pace } from '../../src/ports/pace.ts';
import { Heap } from './heap.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a call to Teams takes once it is made, in milliseconds. */
const CALL_MS = 120;

export interface Teams {
  /** Sends or changes one message; gives how long it had to wait for leave, in milliseconds. */
  send(replica: number, place: string): Promise<number>;
  readonly sent: () => number;
}

interface Postponed {
  readonly place: string;
  readonly dueMs: number;
  /** Of two that are due together the older goes first. */
  readonly number: number;
  readonly leaves: () => void;
}

/**
 * Makes the outbox of all replicas before Teams: each with the product's own pace, all with one ledger. A message that may not
 * leave within a moment is taken up again by a job when it may.
 */
export function createTeams(
  time: VirtualTime,
  { replicas, jobConcurrency }: { readonly replicas: number; readonly jobConcurrency: number },
  random: () => number,
): Teams {
  const ledger = memoryLedger(time);
  const outboxes = Array.from({ length: replicas }, () => {
    const pace = createPace({ ledger, clock: time.clock, random });
    return createOutbox(time, pace, jobConcurrency);
  });
  let sent = 0;
  return {
    sent: () => sent,
    async send(replica, place) {
      const askedMs = time.nowMs();
      await outboxes[replica]?.leave(place);
      const waitedMs = time.nowMs() - askedMs;
      sent += 1;
      await time.pause(CALL_MS);
      return waitedMs;
    },
  };
}

function createOutbox(time: VirtualTime, pace: Pace, jobConcurrency: number) {
  const postponed = new Heap<Postponed>((a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.number < b.number));
  let running = 0;
  let numbers = 0;

  const postpone = (one: Postponed): void => {
    postponed.push(one);
    void time.until(one.dueMs).then(startJobs);
  };
  const runJob = async (one: Postponed): Promise<void> => {
    const until = await pace.take({ kind: 'send', place: one.place });
    if (until === null) {
      one.leaves();
      // The job ends when Teams has answered.
      await time.pause(CALL_MS);
    } else {
      postpone({ ...one, dueMs: until.epochMilliseconds });
    }
    running -= 1;
    startJobs();
  };
  const startJobs = (): void => {
    while (running < jobConcurrency && (postponed.peek()?.dueMs ?? Number.POSITIVE_INFINITY) <= time.nowMs()) {
      running += 1;
      void runJob(postponed.pop() as Postponed);
    }
  };
  return {
    /** Resolves when a message to that place may leave. */
    async leave(place: string): Promise<void> {
      const until = await pace.take({ kind: 'send', place });
      if (until !== null) {
        const { promise, resolve } = Promise.withResolvers<void>();
        numbers += 1;
        postpone({ place, dueMs: until.epochMilliseconds, number: numbers, leaves: resolve });
        await promise;
      }
    },
  };
}

/** The rows of the real ledger, in memory. */
function memoryLedger(time: VirtualTime): Ledger {
  const pages = new Map<string, Page>();
  return {
    async book(calls, aheadMs) {
      const booking = bookCalls(pages, calls, { limits: TEAMS_LIMITS, nowMs: time.nowMs(), aheadMs });
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

import type { Log } from '../src/ports/log.ts';

/** Work that goes on after an answer was sent. Nothing depends on it for good: the outbox heals what a crash cuts off. */
export interface Background {
  run(work: () => Promise<unknown>): void;
  /** How many pieces of work are under way. */
  size(): number;
  /** Waits until nothing is under way, for at most so many milliseconds; false when something still is. */
  drain(timeoutMs: number): Promise<boolean>;
}

export function createBackground(log: Log): Background {
  const underWay = new Set<Promise<void>>();
  const track = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error('background.failed', { error });
    }
  };
  return {
    run(work) {
      const promise = track(work).finally(() => underWay.delete(promise));
      underWay.add(promise);
    },
    size: () => underWay.size,
    async drain(timeoutMs) {
      const { promise: tooLong, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      const finished = async (): Promise<void> => {
        while (underWay.size > 0) {
          await Promise.all(underWay);
        }
      };
      await Promise.race([finished(), tooLong]);
      clearTimeout(timer);
      return underWay.size === 0;
    },
  };
}

/** The value when it comes in time, else null; the promise goes on either way. */
export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  const { promise: tooLong, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, timeoutMs, null);
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

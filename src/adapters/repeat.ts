import { setTimeout as pause } from 'node:timers/promises';

export interface Repetition {
  /** Ends the waiting at once and lets the work that is under way come to its end. */
  stop(): Promise<void>;
}

/** Does a piece of work again and again, with so many milliseconds between one's end and the next. The work must not reject. */
export function repeat(
  everyMs: number,
  work: (ending: AbortSignal) => Promise<void>,
  { firstAfterMs = everyMs }: { readonly firstAfterMs?: number } = {},
): Repetition {
  const ending = new AbortController();
  const { signal } = ending;
  const loop = async (): Promise<void> => {
    for (let waitMs = firstAfterMs; !signal.aborted; waitMs = everyMs) {
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) {
        await work(signal);
      }
    }
  };
  const running = loop();
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}

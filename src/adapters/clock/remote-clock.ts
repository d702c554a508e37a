import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { msUntil } from './system-clock.ts';

const ANSWER = z.object({
  now: z.string().transform((text) => Temporal.Instant.from(text)),
  version: z.number(),
  /** The time goes on by itself between two moves. */
  running: z.boolean().default(false),
});
type Heard = z.infer<typeof ANSWER> & { readonly atMs: number };

const FIRST_ANSWER_WITHIN_MS = 5_000;
/** The server answers a waiting request after 25 seconds at the latest. */
const POLL_WITHIN_MS = 40_000;
const RECONNECT_AFTER_MS = 200;

export interface RemoteClockOptions {
  readonly url: string;
  /** Names this listener to the server, which waits for its acknowledgement of each move. */
  readonly subscriber: string;
  readonly log: Log;
}

export interface RemoteClock extends Clock {
  close(): Promise<void>;
}

/**
 * A clock that somebody else moves, over HTTP: `now()` is the last time heard, going on from there when the server says that it
 * runs. Asking for the next version tells the server that this one was taken in. When the server goes away the last time
 * stays, and the clock asks again until it is back.
 *
 * @throws {AccessError} config.invalid when the first question has no usable answer
 */
export async function createRemoteClock({ url, subscriber, log }: RemoteClockOptions): Promise<RemoteClock> {
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  let heard = await firstAnswer(url);
  let isLost = false;

  const take = (answer: Heard): void => {
    heard = answer;
    for (const wake of [...waiting]) {
      wake();
    }
  };
  const now = (): Temporal.Instant =>
    heard.running ? heard.now.add({ milliseconds: Math.floor(performance.now() - heard.atMs) }) : heard.now;
  const follow = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        const answer = await ask(followUrl(url, heard.version, subscriber), POLL_WITHIN_MS, closing.signal);
        if (answer !== null) {
          take(answer);
        }
        isLost = false;
      } catch (error) {
        if (!(closing.signal.aborted || isLost)) {
          isLost = true;
          log.warn('clock.connection_lost', { url, reason: String(error) });
        }
        await pause(RECONNECT_AFTER_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  const following = follow();
  return {
    now,
    waitUntil(instant, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (signal.aborted || (instant !== null && Temporal.Instant.compare(now(), instant) >= 0)) {
        resolve();
        return promise;
      }
      const wake = (): void => {
        waiting.delete(wake);
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      // While the clock stands still only a move can reach the instant.
      const timer = heard.running && instant !== null ? setTimeout(wake, msUntil(instant, now())) : undefined;
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      return promise;
    },
    async close() {
      closing.abort();
      await following;
    },
  };
}

function followUrl(url: string, version: number, subscriber: string): string {
  const next = new URL(url);
  next.searchParams.set('after', String(version));
  next.searchParams.set('subscriber', subscriber);
  return next.href;
}

async function firstAnswer(url: string): Promise<Heard> {
  try {
    const answer = await ask(url, FIRST_ANSWER_WITHIN_MS, new AbortController().signal);
    if (answer !== null) {
      return answer;
    }
  } catch (cause) {
    throw new AccessError('config.invalid', `The clock at ${url} does not answer: ${String(cause)}`, { cause });
  }
  throw new AccessError('config.invalid', `The clock at ${url} gave no time`);
}

/** Null when nothing moved. */
async function ask(url: string, withinMs: number, signal: AbortSignal): Promise<Heard | null> {
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) });
  if (answer.status === 204) {
    return null;
  }
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new AccessError('internal.unexpected', `clock answered ${answer.status}`, { retryable: true });
  }
  return { ...ANSWER.parse(await answer.json()), atMs: performance.now() };
}

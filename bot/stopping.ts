import type { Log } from '../src/ports/log.ts';
import type { Background } from './background.ts';
import type { BotServer } from './server.ts';

/** Of the ten seconds that a stop may take; the rest is for letting go. */
const DRAIN_MS = 8_000;

/** Milliseconds that are left for what is running, from now on. */
export function startDraining(): () => number {
  const endAt = performance.now() + DRAIN_MS;
  return () => Math.max(0, endAt - performance.now());
}

interface Working {
  readonly server: Pick<BotServer, 'close'>;
  readonly background: Background;
  readonly jobs: { stop(withinMs: number): Promise<void> };
  readonly log: Log;
}

/** Requests and jobs stop being taken at the same instant; what goes on after an answer has what is left of the time. */
export async function stopWorking({ server, background, jobs, log }: Working, leftMs: () => number): Promise<void> {
  const [isAnswered] = await Promise.all([server.close(leftMs()), jobs.stop(leftMs())]);
  const isFinished = await background.drain(leftMs());
  if (!(isAnswered && isFinished)) {
    log.warn('stop.cut_off', { isAnswered, underWay: background.size() });
  }
}

import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type JobHelpers,
  Logger,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
  type WorkerPool,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DueTimer, JobHandlers } from '../../ports/jobs.ts';
import type { Log } from '../../ports/log.ts';
import type { DatabaseAddress } from '../postgres/address.ts';
import { createPostgresPool } from '../postgres/pool.ts';
import { type Liveness, startLiveness } from './liveness.ts';
import { deliverPayload, timerPayload } from './payloads.ts';
import { startPromoter } from './promoter.ts';

const DRAIN_MS = 10_000;
const RESTART_AFTER_MS = 1_000;
/** Only for jobs that wait for a retry: new ones announce themselves. */
const POLL_MS = 1_000;
const QUEUE_FACTOR = 4;
/** After this a job that was fetched ahead goes back, for a replica that is less busy. */
const QUEUED_AT_MOST_MS = 5_000;
/** The listener, the liveness lock, the promoter, and one to spare. */
const EXTRA_CONNECTIONS = 4;

export interface JobsOptions {
  readonly pool: Pool;
  /** Opens connections for jobs only, so that neither jobs nor turns wait for the other's. Without it `pool` serves both. */
  readonly address?: DatabaseAddress;
  readonly clock: Clock;
  /** Names this process in logs. */
  readonly replica: string;
  readonly handlers: JobHandlers;
  /** Jobs at a time in this process. */
  readonly concurrency: number;
  readonly log: Log;
}

export interface Jobs {
  /** Tells of a timer that was set here: the store's `onTimer`. */
  wake(dueAt?: Temporal.Instant): void;
  /**
   * Takes no more jobs and waits for the running ones, at most so many milliseconds (10,000 by default); what is cut off runs
   * again elsewhere.
   */
  stop(withinMs?: number): Promise<void>;
}

/**
 * Runs jobs in this process: deliveries and timers that have come due. Everything is run at least once.
 *
 * What a handler throws is run again with graphile's exponential backoff, unless it is an AccessError that says it is not
 * retryable; that, and the last attempt, is an error in the log.
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { address, clock, concurrency, log } = options;
  const own =
    address === undefined
      ? null
      : createPostgresPool({ url: address, log, max: concurrency + EXTRA_CONNECTIONS, name: 'pimlico-jobs' });
  const pool = own ?? options.pool;
  const liveness = await startLiveness(pool, log);
  const worker = superviseWorker(options, pool, liveness);
  await worker.ready;
  const promoter = startPromoter({ pool, clock, log });
  log.info('jobs.started', { replica: options.replica, concurrency });
  return {
    wake: promoter.wake,
    async stop(withinMs = DRAIN_MS) {
      // The worker takes no further job from this instant on, whatever the promoter is still doing.
      await Promise.all([worker.stop(withinMs), promoter.stop()]);
      await liveness.stop();
      await own?.end();
      log.info('jobs.stopped', { replica: options.replica });
    },
  };
}

interface Running {
  readonly runner: Runner;
  readonly workerPools: readonly WorkerPool[];
  /** Ends the runner in order; asked again, or while it ends by itself, it waits for the same end. */
  end(): Promise<void>;
}

/** Keeps one runner alive: graphile's ends itself when it cannot record how a job ended. */
function superviseWorker(options: JobsOptions, pool: Pool, liveness: Liveness) {
  const { log } = options;
  const ending = new AbortController();
  const first = Promise.withResolvers<void>();
  let current: Running | null = null;
  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        const started = await startRunner(options, pool, liveness);
        current = started;
        first.resolve();
        await started.runner.promise;
      } catch (error) {
        first.reject(error);
        log.warn('jobs.worker_ended', { reason: String(error) });
      }
      current = null;
      await pause(RESTART_AFTER_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    ready: first.promise.catch(async (error: unknown) => {
      ending.abort();
      await running;
      throw error;
    }),
    async stop(withinMs: number) {
      ending.abort();
      if (current !== null) {
        await drain(current, withinMs, log);
      }
      await running;
    },
  };
}

/** `runner.kill()` does nothing once the pool takes no more jobs, so the pool itself is asked to give its jobs back. */
async function drain({ workerPools, end }: Running, withinMs: number, log: Log): Promise<void> {
  const drained = end().then(() => true);
  const inTime = await Promise.race([drained, pause(withinMs, false, { ref: false })]);
  if (!inTime) {
    log.warn('jobs.cut_off', { afterMs: withinMs });
    await Promise.all(workerPools.map((workerPool) => workerPool.forcefulShutdown('The process is stopping')));
    await drained;
  }
}

async function startRunner(options: JobsOptions, pool: Pool, liveness: Liveness): Promise<Running> {
  const { handlers, concurrency, log } = options;
  const events: WorkerEvents = new EventEmitter();
  // graphile keeps how its first look for jobs failed, and ends every later one with that: such a runner is worth nothing.
  const { promise: useless, resolve: giveUp } = Promise.withResolvers<void>();
  let hasLooked = false;
  events.once('localQueue:getJobs:complete', () => {
    hasLooked = true;
  });
  const onError = (): void => {
    if (!hasLooked) {
      giveUp();
    }
  };
  events.on('job:failed', ({ job, error }) => {
    const { id, task_identifier: task, payload } = job;
    log.error('jobs.exhausted', { job: id, task, payload, reason: String(error) });
  });
  // Comes before the pool fetches anything; a job that is unlocked in between runs twice, which handlers allow.
  // Kept by name and never awaited: a WorkerPool is itself a promise of its end.
  const created: WorkerPool[] = [];
  events.on('pool:create', ({ workerPool }) => {
    liveness.hold(workerPool.id);
    created.push(workerPool);
  });
  const runner = await run(
    {
      pgPool: pool,
      concurrency,
      noHandleSignals: true,
      pollInterval: POLL_MS,
      parsedCronItems: [],
      events,
      logger: workerLogger(log, onError),
      preset: {
        worker: {
          // Fetching and completing in batches is what lets a thousand jobs of one instant start at once.
          localQueue: { size: concurrency * QUEUE_FACTOR, ttl: QUEUED_AT_MOST_MS },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
    },
    taskList(handlers, log),
  );
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> => {
    // It refuses to be stopped while it ends by itself; why it does, whoever awaits the runner hears.
    ending ??= runner.stop().catch(() => runner.promise.catch(() => undefined));
    return ending;
  };
  void useless.then(end);
  return { runner, workerPools: created, end };
}

function taskList(handlers: JobHandlers, log: Log): TaskList {
  return {
    'outbox.deliver': guarded(deliverPayload, log, ({ cards }) => handlers.deliver(cards)),
    'timer.fire': guarded(timerPayload, log, ({ kind, subject, dueAt, attempt }, { job }) =>
      handlers.fireTimer({ kind, subject, dueAt, attempt, ...traceOf(job.flags) }),
    ),
  };
}

const TRACE_FLAG = 'trace:';

/** The promoter writes it there. */
function traceOf(flags: JobHelpers['job']['flags']): Pick<DueTimer, 'trace'> {
  const flag = Object.keys(flags ?? {}).find((name) => name.startsWith(TRACE_FLAG));
  return flag === undefined ? {} : { trace: flag.slice(TRACE_FLAG.length) };
}

/**
 * Reads the payload and ends the job for good when running it again cannot help. What cannot be read may be for a newer program
 * that runs beside this one: it is left in place, and tried again like any other failure.
 */
function guarded<Payload>(
  schema: z.ZodType<Payload>,
  log: Log,
  handle: (payload: Payload, helpers: JobHelpers) => Promise<void>,
) {
  return async (raw: unknown, helpers: JobHelpers): Promise<void> => {
    const payload = schema.safeParse(raw);
    if (!payload.success) {
      log.warn('jobs.payload_unknown', { payload: raw, reason: payload.error.message });
      throw new AccessError('internal.unexpected', 'The payload cannot be read', { retryable: true });
    }
    try {
      await handle(payload.data, helpers);
    } catch (error) {
      if (!(error instanceof AccessError) || error.retryable) {
        throw error;
      }
      log.error('jobs.given_up', { payload: raw, code: error.code, reason: error.message });
    }
  };
}

/** graphile calls a failed attempt an error; it heals itself until the attempts are used up. */
function workerLogger(log: Log, onError: () => void): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') {
      log.warn('jobs.worker', { reason: message });
    }
    if (level === 'error') {
      onError();
    }
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type PrincipalId, principalId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { connectionOf, type DatabaseAddress } from './address.ts';
import { PERSON_CHANGED, SIGNED_OUT } from './people.ts';

const RECONNECT_AFTER_MS = 500;
const CONNECT_WITHIN_MS = 5_000;
/** Also keeps the connection from being cut for its silence; those before a database in Azure wait four minutes. */
const CHECK_EVERY_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;

/** A replica holds ordinary tokens that long. */
const HELD_FOR = Temporal.Duration.from({ minutes: 60 });
/** Replicas' clocks differ, and a sign-out is dated before it is committed. */
const MARGIN = Temporal.Duration.from({ minutes: 5 });

const WHO = 'select id, signed_out_at::text as at from pimlico.people where';
const ONE = `${WHO} id = $1 and signed_out_at is not null`;
const SINCE = `${WHO} signed_out_at >= $1 order by signed_out_at`;

export interface SignOutChannelOptions {
  readonly address: DatabaseAddress;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Hears of a sign-out that any replica committed, this one included; of the same one possibly several times. */
  onSignedOut(principalId: PrincipalId, at: Temporal.Instant): void;
  /** Hears that any replica changed what is known of a person. What was missed is not told later. */
  onChanged?(principalId: PrincipalId): void;
  /** What else this connection listens to, by channel: news that may be missed. */
  readonly others?: Readonly<Record<string, (payload: string) => void>>;
  /** How often the connection is tried, and how long its answers may take; milliseconds, 15,000 and 5,000 by default. */
  readonly checkEveryMs?: number;
  readonly answerWithinMs?: number;
}

export interface SignOutChannel {
  close(): Promise<void>;
}

/**
 * Hears of sign-outs as they are committed, on a connection of its own. Resolves when that listens, or could not be had: it is
 * tried again until it can. Whatever was missed meanwhile, or before, is read as soon as it listens.
 */
export async function createSignOutChannel(options: SignOutChannelOptions): Promise<SignOutChannel> {
  const { clock, log } = options;
  const ending = new AbortController();
  const firstTry = Promise.withResolvers<void>();
  let heardAllAt: Temporal.Instant | null = null;
  let isLost = false;

  const since = (): Temporal.Instant => {
    const oldest = clock.now().subtract(HELD_FOR);
    // Tokens that wait for their request are held for longer: then it matters how long nothing was heard.
    const isLongAway = heardAllAt !== null && Temporal.Instant.compare(heardAllAt, oldest) < 0;
    return (isLongAway ? (heardAllAt ?? oldest) : oldest).subtract(MARGIN);
  };
  const onAlive = (at: Temporal.Instant): void => {
    heardAllAt = at;
  };
  const onListening = (): void => {
    isLost = false;
    firstTry.resolve();
    log.info('sign-outs.listening');
  };
  const follow = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await listen(options, { ending: ending.signal, since: since(), onListening, onAlive });
      } catch (error) {
        if (!(ending.signal.aborted || isLost)) {
          isLost = true;
          log.warn('sign-outs.connection_lost', { reason: String(error) });
        }
      }
      firstTry.resolve();
      await pause(RECONNECT_AFTER_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };

  const following = follow();
  await firstTry.promise;
  return {
    async close() {
      ending.abort();
      await following;
    },
  };
}

interface Listening {
  readonly ending: AbortSignal;
  readonly since: Temporal.Instant;
  onListening(): void;
  /** Everything that was committed before this instant was heard of. */
  onAlive(at: Temporal.Instant): void;
}

/** Listens on one connection until the end, or until it breaks: then it throws why. */
async function listen(options: SignOutChannelOptions, { ending, since, onListening, onAlive }: Listening) {
  const { clock, onSignedOut, others = {}, checkEveryMs = CHECK_EVERY_MS } = options;
  const client = clientOf(options);
  const broken = new AbortController();
  const breakOff = (error: unknown): void => broken.abort(error);
  const tell = async (text: string, value: string): Promise<void> => {
    const { rows } = await client.query<{ id: string; at: string }>(text, [value]);
    for (const { id, at } of rows) {
      onSignedOut(principalId(id), Temporal.Instant.from(at));
    }
  };
  client.on('error', breakOff);
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === PERSON_CHANGED) {
      options.onChanged?.(principalId(payload));
      return;
    }
    if (channel !== SIGNED_OUT) {
      others[channel]?.(payload);
      return;
    }
    // Who cannot be read now is read on the next connection.
    tell(ONE, payload).catch(breakOff);
  });
  const over = AbortSignal.any([ending, broken.signal]);
  const answered = async (question: () => Promise<unknown>): Promise<void> => {
    const at = clock.now();
    await question();
    onAlive(at);
  };
  try {
    await client.connect();
    // Listening comes first: nothing falls between the two.
    for (const channel of [SIGNED_OUT, PERSON_CHANGED, ...Object.keys(others)]) {
      await client.query(`listen ${channel}`);
    }
    await answered(() => tell(SINCE, since.toString()));
    onListening();
    while (!over.aborted) {
      await pause(checkEveryMs, undefined, { signal: over }).catch(() => undefined);
      if (!over.aborted) {
        // A line that is cut without a word shows only when something is asked over it.
        await answered(() => client.query('select 1'));
      }
    }
    broken.signal.throwIfAborted();
  } finally {
    await Promise.race([client.end(), pause(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  }
}

function clientOf({ address, answerWithinMs = ANSWER_WITHIN_MS }: SignOutChannelOptions): pg.Client {
  return new pg.Client({
    ...connectionOf(address),
    application_name: 'pimlico-sign-outs',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    options: '-c TimeZone=UTC',
    // Only a connection that pipelines is closed when an answer is late.
    pipeline: true,
    query_timeout: answerWithinMs,
  });
}

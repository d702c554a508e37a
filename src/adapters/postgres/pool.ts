import pg from 'pg';
import type { Log } from '../../ports/log.ts';
import { connectionOf, type DatabaseAddress } from './address.ts';
import { GatheringSocket } from './gathering-socket.ts';

const TIMESTAMPTZ = 1184;
/** A server that does not answer a new connection for as long is away. */
const CONNECT_WITHIN_MS = 5_000;
/** One that is there and busy gives a connection back some time: a commit that waits for a slow disk is no lost database. */
const WAIT_WITHIN_MS = 15_000;

/** The pool has one limit for waiting and for connecting; a connection has its own. */
class PooledClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    // The pool hides the password from copies of its options.
    const password = config?.password;
    super({
      ...config,
      ...(password === undefined ? {} : { password }),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    });
  }
}

export interface PoolOptions {
  readonly url: DatabaseAddress;
  readonly log: Log;
  /** Connections at most; each replica has one pool for turns and one for jobs. */
  readonly max?: number;
  readonly name?: string;
}

/**
 * Opens a connection pool whose `timestamptz` values are Temporal.Instant; the parser belongs to this pool only.
 * A broken idle connection is logged and replaced.
 */
export function createPostgresPool({ url, log, max = 10, name = 'pimlico' }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    Client: PooledClient,
    ...connectionOf(url),
    max,
    application_name: name,
    connectionTimeoutMillis: WAIT_WITHIN_MS,
    // Statements print times in this zone; the parser below relies on the offset only.
    options: '-c TimeZone=UTC',
    pipeline: true,
    stream: () => new GatheringSocket(),
    types: { getTypeParser },
  });
  pool.on('error', (error) => log.warn('postgres.connection_lost', { reason: error.message }));
  // Without a listener a connection that breaks while checked out ends the process; the statement rejects anyway.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === TIMESTAMPTZ && format !== 'binary') {
    return (value) => Temporal.Instant.from(value);
  }
  return pg.types.getTypeParser(oid, 'text') as (value: string) => unknown;
}

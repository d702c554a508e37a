import type { Pool, PoolClient } from 'pg';
import { AccessError } from '../../errors.ts';

/** One prepared statement: PostgreSQL plans it once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs statements, in a transaction or outside of one, with failures already mapped. */
export interface Database {
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
}

/** A database whose statements commit one by one. */
export function poolDatabase(pool: Pool): Database {
  return { run: (statement, values) => runOn(pool, statement, values) };
}

/** A database inside the transaction of one connection. */
export function clientDatabase(client: PoolClient): Database {
  return { run: (statement, values) => runOn(client, statement, values) };
}

async function runOn<Row>(
  on: Pool | PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  try {
    const answer = await on.query({ name: statement.name, text: statement.text, values: [...values] });
    return answer.rows as Row[];
  } catch (error) {
    throw asDatabaseError(error);
  }
}

const UNAVAILABLE_SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  // Shutting down, crashed, starting up, too many connections, read-only after a failover.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '25006',
]);
/** `pg` itself gives these no code. */
const UNAVAILABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|connection ended/i;
/** Serialization failure and deadlock: the same work may succeed when run again. */
const RUN_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);

/** Turns a failure of `pg` into ours; `internal.database_unavailable` is retryable. */
export function asDatabaseError(error: unknown): AccessError {
  if (error instanceof AccessError) {
    return error;
  }
  const {
    code = '',
    message = String(error),
    constraint,
  } = error as { code?: string; message?: string; constraint?: string };
  if (UNAVAILABLE_SYSTEM_CODES.has(code) || code.startsWith('08') || UNAVAILABLE_MESSAGE.test(message)) {
    return new AccessError('internal.database_unavailable', `Database unavailable: ${message || code}`, {
      cause: error,
      retryable: true,
    });
  }
  if (constraint === 'activation_requests_open') {
    return new AccessError('activation.already_pending', 'An open request for this role exists', { cause: error });
  }
  return new AccessError('internal.unexpected', `Statement failed: ${message}`, {
    cause: error,
    retryable: RUN_AGAIN.has(code),
  });
}

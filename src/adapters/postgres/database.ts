import type { Pool, PoolClient } from 'pg';
import { AccessError } from '../../errors.ts';

/** One prepared statement: PostgreSQL plans it once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** What runs in its place when it commits by itself. */
  readonly alone?: Statement;
}

/**
 * SQL for the select list or `returning` of a statement that commits by itself: its commit does not wait for the disk. Only
 * a crash of PostgreSQL can undo it, and only together with everything after it; the next commit that waits settles it too.
 */
export const WITHOUT_WAITING = `set_config('synchronous_commit', 'off', true)`;

/** Runs statements, in a transaction or outside of one, with failures already mapped. */
export interface Database {
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
}

/** A database that also takes statements which give nothing back. */
export interface NotingDatabase extends Database {
  /** Whether each statement commits by itself: there is no transaction around it. */
  readonly isEachAlone: boolean;
  /**
   * Runs a statement whose answer nobody needs. In a transaction it resolves at once and travels together with the next one;
   * should it fail, that one or the commit fails with its error.
   */
  note(statement: Statement, values: readonly unknown[]): Promise<void>;
}

/** A database inside a transaction, which ends with `commit`. */
interface TransactionDatabase extends NotingDatabase {
  /** Commits, unless something that was noted failed: then PostgreSQL has rolled back, and this throws why. */
  commit(): Promise<void>;
}

/** A database whose statements commit one by one. */
export function poolDatabase(pool: Pool): NotingDatabase {
  return {
    isEachAlone: true,
    run: (statement, values) => runAlone(pool, statement.alone ?? statement, values),
    note: async (statement, values) => {
      await runAlone(pool, statement.alone ?? statement, values);
    },
  };
}

const MOST_RUNS = 4;

/** A statement that a deadlock ended has done nothing, and is run again. */
async function runAlone<Row>(pool: Pool, statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
  for (let run = 1; ; run += 1) {
    try {
      return await runOn(pool, statement, values);
    } catch (error) {
      const isUndone =
        error instanceof AccessError && RUN_AGAIN.has((error.cause as { code?: string } | null)?.code ?? '');
      if (!isUndone || run === MOST_RUNS) {
        throw error;
      }
    }
  }
}

/** Prepared, since only statements with a name or values share a write with those around them. */
const BEGIN: Statement = { name: 'begin', text: 'begin' };
const COMMIT: Statement = { name: 'commit', text: 'commit' };

/** Begins a transaction on a connection of a pool that pipelines: what is noted shares a round trip with what follows. */
function beginTransaction(client: PoolClient): TransactionDatabase {
  let failure: AccessError | null = null;
  const noted: Promise<void>[] = [];
  const keep = (work: Promise<unknown>): void => {
    noted.push(
      work.then(
        () => undefined,
        (error: unknown) => {
          // What follows fails only because of this one.
          failure ??= asDatabaseError(error);
        },
      ),
    );
  };
  const orFirstFailure = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw failure ?? asDatabaseError(error);
    }
  };
  keep(client.query(BEGIN));
  return {
    isEachAlone: false,
    run: (statement, values) => orFirstFailure(runOn(client, statement, values)),
    note: async (statement, values) => keep(runOn(client, statement, values)),
    async commit() {
      await Promise.all([orFirstFailure(client.query(COMMIT)), ...noted]);
      if (failure !== null) {
        throw failure;
      }
    },
  };
}

/** Runs work in one transaction. Not repeated by itself. @throws {AccessError} internal.database_unavailable */
export async function inTransaction<T>(pool: Pool, work: (database: NotingDatabase) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    const database = beginTransaction(client);
    const result = await work(database);
    await database.commit();
    return result;
  } catch (error) {
    broken = await client.query('rollback').then(
      () => undefined,
      (failure: Error) => failure,
    );
    throw error;
  } finally {
    // A connection that cannot even roll back is not given to anybody else.
    client.release(broken);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asDatabaseError(error);
  }
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

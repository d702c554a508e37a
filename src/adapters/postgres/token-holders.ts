import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import pg from 'pg';
import type { TokensElsewhere } from '../../ports/identity.ts';
import type { Log } from '../../ports/log.ts';
import { connectionOf, type DatabaseAddress } from './address.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { poolDatabase } from './database.ts';

const CONNECT_WITHIN_MS = 5_000;
const TRY_AGAIN_MS = 1_000;

/** Whoever gets the lock alone knows that no living replica holds the token: a lock ends with its connection. */
const IS_HELD = {
  name: 'token-holders.is-held',
  text: 'select not pg_try_advisory_xact_lock($1, hashtext($2)) as held',
};

/**
 * In which replica a token waits. The token itself never leaves the memory of its replica: only the id of what it waits for is
 * shown, so that a job for it can be left to the replica that can carry it out.
 */
export interface TokenHolders extends TokensElsewhere {
  /** Shows that this replica holds a token for it. When that cannot be shown now it is tried again; never fails. */
  show(holdId: string): Promise<void>;
  hide(holdId: string): void;
  close(): Promise<void>;
}

export interface TokenHolderOptions {
  readonly pool: Pool;
  /** For the connection that carries the locks; there is none while nothing is shown. */
  readonly address: DatabaseAddress;
  readonly log: Log;
}

/** Shows and sees holders of tokens by advisory locks. */
export function createTokenHolders({ pool, address, log }: TokenHolderOptions): TokenHolders {
  const ending = new AbortController();
  const wanted = new Set<string>();
  const locked = new Set<string>();
  let client: pg.Client | null = null;
  // One after another: a connection runs one statement at a time.
  let busy: Promise<void> = Promise.resolve();

  const lose = (lost: pg.Client): void => {
    if (client === lost) {
      client = null;
      locked.clear();
      void again();
    }
  };
  const connect = async (): Promise<pg.Client> => {
    if (client !== null) {
      return client;
    }
    const fresh = new pg.Client({
      ...connectionOf(address),
      application_name: 'pimlico-token-holders',
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    });
    fresh.on('error', () => lose(fresh));
    fresh.on('end', () => lose(fresh));
    await fresh.connect();
    client = fresh;
    return fresh;
  };
  const drop = async (): Promise<void> => {
    const old = client;
    client = null;
    locked.clear();
    await old?.end();
  };
  const match = async (): Promise<void> => {
    if (wanted.size === 0 || ending.signal.aborted) {
      await drop();
      return;
    }
    const connection = await connect();
    for (const holdId of [...wanted].filter((id) => !locked.has(id))) {
      await connection.query('select pg_advisory_lock_shared($1, hashtext($2))', [ADVISORY_LOCKS.holders, holdId]);
      locked.add(holdId);
    }
    for (const holdId of [...locked].filter((id) => !wanted.has(id))) {
      await connection.query('select pg_advisory_unlock_shared($1, hashtext($2))', [ADVISORY_LOCKS.holders, holdId]);
      locked.delete(holdId);
    }
  };
  const settle = (): Promise<void> => {
    busy = busy.then(match).catch((error: unknown) => {
      log.warn('token-holders.not_shown', { reason: String(error) });
      void again();
    });
    return busy;
  };
  const again = async (): Promise<void> => {
    await pause(TRY_AGAIN_MS, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    if (!ending.signal.aborted && wanted.size > 0) {
      await settle();
    }
  };

  return {
    async show(holdId) {
      wanted.add(holdId);
      await settle();
    },
    hide(holdId) {
      if (wanted.delete(holdId)) {
        void settle();
      }
    },
    async isElsewhere(holdId) {
      if (wanted.has(holdId)) {
        return false;
      }
      const [row] = await poolDatabase(pool).run<{ held: boolean }>(IS_HELD, [ADVISORY_LOCKS.holders, holdId]);
      return row?.held ?? false;
    },
    async close() {
      ending.abort();
      await settle();
    },
  };
}

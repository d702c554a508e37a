import assert from 'node:assert/strict';
import type { TokenDatabase } from '../../../src/adapters/postgres/address.ts';
import { connectionOf } from '../../../src/adapters/postgres/address.ts';
import { inTransaction } from '../../../src/adapters/postgres/database.ts';
import { createPostgresPool } from '../../../src/adapters/postgres/pool.ts';
import { createSignOutChannel } from '../../../src/adapters/postgres/sign-out-channel.ts';
import { createTokenHolders } from '../../../src/adapters/postgres/token-holders.ts';
import { AccessError } from '../../../src/errors.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

const USER = 'pimlico-identity';

describe('a database that takes tokens for passwords', () => {
  let database: FreshDatabase;
  let token = '';
  let asked = 0;

  before(async () => {
    database = await freshDatabase();
    await database.pool.query(`create role "${USER}" login superuser`);
  });
  beforeEach(async () => {
    asked = 0;
    await issue('token-one');
  });
  after(async () => {
    await database.pool.query(`drop role "${USER}"`);
    await database.drop();
  });

  /** From now on the server takes this token, and the source gives it. */
  async function issue(next: string): Promise<void> {
    await database.pool.query(`alter role "${USER}" password '${next}'`);
    token = next;
  }

  function address(): TokenDatabase {
    const url = new URL(database.url);
    url.username = USER;
    url.password = '';
    return {
      url: url.href,
      token: async () => {
        asked += 1;
        return token;
      },
    };
  }

  it('is entered with a token, and the next connection asks for a fresh one', async () => {
    const pool = createPostgresPool({ url: address(), log: silentLog, max: 2 });
    try {
      const first = await pool.connect();
      const { rows } = await first.query('select current_user as who');
      assert.deepEqual(rows, [{ who: USER }]);
      await issue('token-two');
      const second = await pool.connect();
      assert.deepEqual((await second.query('select 1 as one')).rows, [{ one: 1 }]);
      assert.equal(asked, 2);
      first.release();
      second.release();
    } finally {
      await pool.end();
    }
  });

  it('refuses whoever has an old token', async () => {
    const stale = token;
    await issue('token-three');
    const pool = createPostgresPool({ url: { ...address(), token: async () => stale }, log: silentLog, max: 1 });
    try {
      await assert.rejects(pool.connect(), /password authentication failed/);
    } finally {
      await pool.end();
    }
  });

  it('is away for as long as there is no token, and says so without it', async () => {
    const token = () => Promise.reject(new TypeError('the endpoint of the managed identity is away'));
    const pool = createPostgresPool({ url: { ...address(), token }, log: silentLog, max: 1 });
    try {
      await assert.rejects(
        inTransaction(pool, async () => undefined),
        (error) => error instanceof AccessError && error.code === 'internal.database_unavailable' && error.retryable,
      );
    } finally {
      await pool.end();
    }
  });

  it('is listened to, and locked, on connections with tokens too', async () => {
    const pool = createPostgresPool({ url: address(), log: silentLog, max: 1 });
    const channel = await createSignOutChannel({
      address: address(),
      clock: createFakeClock('2026-11-23T09:00:00Z'),
      log: silentLog,
      onSignedOut: () => undefined,
    });
    const holders = createTokenHolders({ pool, address: address(), log: silentLog });
    try {
      await holders.show('hold-1');
      const { rows } = await database.pool.query(
        'select application_name as name from pg_stat_activity where usename = $1 order by 1',
        [USER],
      );
      assert.deepEqual(
        rows.map(({ name }) => name),
        ['pimlico-sign-outs', 'pimlico-token-holders'],
      );
    } finally {
      await holders.close();
      await channel.close();
      await pool.end();
    }
  });

  it('gets a token over TLS with a certificate that is checked, and plainly on this machine only', () => {
    const token = async (): Promise<string> => 'x';
    const far = connectionOf({ url: 'postgres://u%40t@db.example:6432/pimlico?sslmode=require', token });
    assert.deepEqual(
      [far.ssl, far.host, far.port, far.user, far.database],
      [{ rejectUnauthorized: true }, 'db.example', 6432, 'u@t', 'pimlico'],
    );
    assert.equal(connectionOf({ url: 'postgres://u@127.0.0.1/pimlico', token }).ssl, false);
    assert.deepEqual(connectionOf({ url: 'postgres://u@127.0.0.1.evil.example/x', token }).ssl, {
      rejectUnauthorized: true,
    });
  });
});

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Pool } from 'pg';
import { useFakeTimers } from 'sinon';
import { createPostgresPool } from '../../../src/adapters/postgres/pool.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

describe('a pool of connections', () => {
  let database: FreshDatabase;
  let pool: Pool;
  before(async () => {
    database = await freshDatabase();
  });
  beforeEach(() => {
    pool = createPostgresPool({ url: database.url, log: silentLog, max: 1 });
  });
  after(() => database.drop());

  it('lets one wait for a connection that a busy server holds up, for longer than for a server that is away', async () => {
    const held = await pool.connect();
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldClearNativeTimers: true });
    try {
      const waiting = pool.connect();
      await clock.tickAsync(14_000);
      held.release();
      (await waiting).release();
      const again = await pool.connect();
      const tooLong = assert.rejects(pool.connect(), /timeout exceeded when trying to connect/);
      await clock.tickAsync(15_000);
      await tooLong;
      again.release();
    } finally {
      clock.restore();
      await pool.end();
    }
  });

  it('gives up a server that takes connections and says nothing after five seconds', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    await pool.end();
    pool = createPostgresPool({ url: `postgres://a:b@127.0.0.1:${port}/x`, log: silentLog, max: 1 });
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldClearNativeTimers: true });
    try {
      const refused = assert.rejects(pool.connect(), /timeout|terminated/i);
      await clock.tickAsync(5_000);
      await refused;
    } finally {
      clock.restore();
      await pool.end();
      mute.close();
    }
  });
});

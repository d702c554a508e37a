import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/adapters/postgres/embedded.ts';
import { silentLog } from '../../../src/ports/log.ts';

const OWNER = `
  import { startEmbeddedPostgres } from './src/adapters/postgres/embedded.ts';
  import { silentLog } from './src/ports/log.ts';
  import pg from 'pg';
  const server = await startEmbeddedPostgres({ dataDir: process.argv[1], log: silentLog });
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('create table kept (n integer); insert into kept values (42)');
  console.log(JSON.stringify({ url: server.url, pid: server.pid }));
  setInterval(() => {}, 1000);
`;

async function rowsAt(url: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('select n from kept');
  await client.end();
  return rows;
}

describe('startEmbeddedPostgres', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pimlico-test-embedded-'));
    chmodSync(folder, 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('starts on loopback, refuses a second owner, outlives a killed one and is adopted with its data', async () => {
    const dataDir = join(folder, 'postgres');
    const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const first = JSON.parse(line.toString()) as { url: string; pid: number };
    assert.equal(new URL(first.url).hostname, '127.0.0.1');
    await assert.rejects(startEmbeddedPostgres({ dataDir, log: silentLog }), {
      code: 'config.invalid',
      message: /used by another running Pimlico/,
    });

    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const adopted = await startEmbeddedPostgres({ dataDir, log: silentLog });
    assert.deepEqual([adopted.pid, adopted.url], [first.pid, first.url]);
    assert.deepEqual(await rowsAt(adopted.url), [{ n: 42 }]);
    await adopted.stop();
    assert.equal(isAlive(first.pid), false);

    // A pid file whose number now belongs to somebody else, as after a crash of the machine.
    const stale = [process.pid, join(dataDir, 'data'), 0, new URL(first.url).port, '', '127.0.0.1', '', 'ready   ', ''];
    writeFileSync(join(dataDir, 'data', 'postmaster.pid'), stale.join('\n'));
    const again = await startEmbeddedPostgres({ dataDir, log: silentLog });
    assert.notEqual(again.pid, process.pid);
    assert.deepEqual(await rowsAt(again.url), [{ n: 42 }]);

    // The crash of the server itself loses nothing either.
    process.kill(again.pid, 'SIGKILL');
    while (isAlive(again.pid)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const recovered = await startEmbeddedPostgres({ dataDir, log: silentLog });
    assert.deepEqual(await rowsAt(recovered.url), [{ n: 42 }]);
    await recovered.stop();
    assert.doesNotMatch(readFileSync(join(dataDir, 'data', 'postgresql.conf'), 'utf8'), /^fsync = off/m);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

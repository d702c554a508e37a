import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Run {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  said(): string;
  /** Waits until it was printed; fails when the program ends before. */
  prints(text: string): Promise<void>;
  readonly code: Promise<number | null>;
}

function start(env: Readonly<Record<string, string>>, args: readonly string[] = []): Run {
  const child = spawn(process.execPath, ['cli/start.ts', ...args], { env: { ...process.env, ...env } });
  let text = '';
  const waiting = new Set<() => void>();
  const code = once(child, 'close').then(([ended]) => ended as number | null);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (const wake of [...waiting]) wake();
    });
  }
  const prints = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      const ended = await Promise.race([promise, code.then(() => 'ended')]);
      waiting.delete(resolve);
      assert.ok(ended === undefined || text.includes(wanted), `it ended without printing "${wanted}":\n${text}`);
    }
  };
  return { child, said: () => text, prints, code };
}

const UP = 'Ctrl+C ends everything.';

describe('npm start', function () {
  this.timeout(120_000);
  let folder: string;
  const runs: Run[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pimlico-start-'));
  });

  afterEach(async () => {
    for (const { child, code } of runs.splice(0)) {
      child.kill('SIGTERM');
      await code;
    }
  });

  after(() => rm(folder, { recursive: true, force: true }));

  function run(env: Readonly<Record<string, string>>, args: readonly string[] = []): Run {
    const started = start({ PIMLICO_DATA_DIR: folder, ...env }, args);
    runs.push(started);
    return started;
  }

  async function busyServer(): Promise<{ server: Server; port: number }> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, port: (server.address() as AddressInfo).port };
  }

  it('tells its settings', async () => {
    const { code, said } = run({}, ['--help']);
    assert.equal(await code, 0);
    assert.match(said(), /PIMLICO_PORT .*3978/);
    assert.match(said(), /56150 to 56152/);
  });

  it('names a busy port and the setting that changes it', async () => {
    const { server, port } = await busyServer();
    try {
      const bot = run({ PIMLICO_PORT: String(port), PIMLICO_PLAYGROUND_PORT: '0' });
      assert.equal(await bot.code, 1);
      const how = (setting: string): string => `End what uses it, or choose another with ${setting}.\n`;
      assert.equal(bot.said(), `Port ${port} for the bot is busy. ${how('PIMLICO_PORT')}`);
      const page = run({ PIMLICO_PORT: '0', PIMLICO_PLAYGROUND_PORT: String(port - 1) });
      assert.equal(await page.code, 1);
      assert.ok(
        page.said().includes(`Port ${port} for the approver's Playground is busy. ${how('PIMLICO_PLAYGROUND_PORT')}`),
      );
    } finally {
      server.close();
    }
  });

  it('refuses what is no port', async () => {
    const { code, said } = run({ PIMLICO_PORT: '70000' });
    assert.equal(await code, 1);
    assert.equal(said(), 'PIMLICO_PORT: "70000" is not a port (0 to 65535).\n');
  });

  it('prints three pages that answer, ends in order, and starts again on the same folder', async () => {
    for (const round of ['first', 'second']) {
      const started = run({ PIMLICO_PORT: '0', PIMLICO_PLAYGROUND_PORT: '0' });
      await started.prints(UP);
      const pages = [...started.said().matchAll(/^ {2}(engineer|approver|oncall) .*(http:\S+)$/gm)];
      assert.deepEqual(
        pages.map(([, person]) => person),
        ['engineer', 'approver', 'oncall'],
        round,
      );
      for (const [, , url = ''] of pages) {
        const answer = await fetch(url);
        assert.match(await answer.text(), /<html/i);
      }
      const ended = once(started.child, 'close');
      started.child.kill('SIGINT');
      assert.deepEqual(await ended, [0, null], started.said());
      for (const [, , url = ''] of pages) await assert.rejects(fetch(url));
    }
  });

  it('ends with 1 and says so when the bot dies', async () => {
    const started = run({ PIMLICO_PORT: '0', PIMLICO_PLAYGROUND_PORT: '0' });
    await started.prints(UP);
    const log = await readFile(path.join(folder, 'bot.log'), 'utf8');
    const ready = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { event?: string; pid?: number })
      .find(({ event }) => event === 'ready');
    assert.ok(ready?.pid !== undefined);
    process.kill(ready.pid, 'SIGKILL');
    assert.equal(await started.code, 1);
    assert.match(started.said(), /The bot ended by itself \(SIGKILL\)\./);
  });
});

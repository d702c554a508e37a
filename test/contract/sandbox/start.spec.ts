import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';

import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';

const NOW = Temporal.Instant.from('2026-11-23T08:00:00Z');

describe('the clock of the sandbox', () => {
  let sandbox: RunningSandbox;

  before(async () => {
    sandbox = await startSandbox({ now: NOW, rooms: [] });
  });

  after(() => sandbox.close());

  async function control(method: string, path: string, body?: unknown): Promise<[number, Record<string, unknown>]> {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${sandbox.urls.control}${path}`, init);
    return [response.status, response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>)];
  }

  it('stands still, moves on request, and never goes back', async () => {
    const [, before] = await control('GET', '/clock');
    assert.deepEqual(before, { now: '2026-11-23T08:00:00Z', version: 1 });
    const [, moved] = await control('POST', '/clock', { advance: 'PT1H50M' });
    assert.deepEqual(moved, { now: '2026-11-23T09:50:00Z', version: 2 });
    for (const body of [{ now: '2026-11-23T08:00:00Z' }, {}, { advance: 'soon' }, { now: 'today', advance: 'PT1M' }]) {
      assert.equal((await control('POST', '/clock', body))[0], 400);
    }
  });

  it('answers a change only when every follower has come back with it', async () => {
    const version = sandbox.clock.version;
    const polling = control('GET', `/clock?after=${version}&subscriber=bot`);
    await control('GET', '/clock');
    const order: string[] = [];
    const moving = control('POST', '/clock', { advance: 'PT1M' }).then(() => order.push('moved'));
    const [, heard] = await polling;
    assert.equal(heard.version, version + 1);
    await control('GET', '/clock');
    order.push('working');
    const abort = new AbortController();
    const url = `${sandbox.urls.control}/clock?after=${version + 1}&subscriber=bot`;
    const acknowledging = fetch(url, { signal: abort.signal });
    await moving;
    assert.deepEqual(order, ['working', 'moved']);
    abort.abort();
    await assert.rejects(acknowledging);
  });

  it('does not wait for a follower whose connection is gone', async () => {
    const agent = new Agent({ keepAlive: true });
    const url = `${sandbox.urls.control}/clock?after=0&subscriber=gone`;
    const reading = request(url, { agent });
    const [response] = await once(reading.end(), 'response');
    await once(response.resume(), 'end');
    let isMoved = false;
    const moving = control('POST', '/clock', { advance: 'PT1M' }).then(() => {
      isMoved = true;
    });
    await control('GET', '/clock');
    assert.equal(isMoved, false);
    agent.destroy();
    await moving;
  });

  it('runs with the wall clock when told to', async () => {
    const running = await startSandbox({ now: NOW, running: true, rooms: [] });
    try {
      await running.clock.set(Temporal.Instant.from('2026-11-24T08:00:00Z'));
      const first = running.clock.now();
      while (Temporal.Instant.compare(running.clock.now(), first) === 0) await setImmediate();
      assert.equal(running.clock.now().toString().slice(0, 10), '2026-11-24');
    } finally {
      await running.close();
    }
  });
});

describe('the sandbox', () => {
  it('ends long polls, connections and its certificate file when it closes', async () => {
    const sandbox = await startSandbox({ rooms: [] });
    assert.equal(await readFile(sandbox.ca, 'utf8'), sandbox.caPem);
    const poll = fetch(`${sandbox.urls.control}/calls/next?after=0`);
    await fetch(`${sandbox.urls.control}/clock`);
    await sandbox.close();
    assert.equal((await poll).status, 204);
    await assert.rejects(fetch(`${sandbox.urls.control}/clock`));
    await assert.rejects(readFile(sandbox.ca, 'utf8'));
  });

  it('refuses a port that is taken and leaves nothing open', async () => {
    const first = await startSandbox({ rooms: [] });
    try {
      const taken = Number(new URL(first.urls.graph).port);
      await assert.rejects(startSandbox({ ports: { graph: taken }, rooms: [] }), /EADDRINUSE/);
    } finally {
      await first.close();
    }
  });

  it('prints one line of JSON as a command, answers there, and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, ['cli/sandbox.ts', '--now', '2026-11-23T08:00:00Z']);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const described = JSON.parse(line);
    assert.deepEqual(Object.keys(described).sort(), [
      'apps',
      'arm',
      'botAppId',
      'ca',
      'connector',
      'control',
      'graph',
      'login',
      'openid',
      'people',
      'subscriptions',
      'tenantId',
    ]);
    assert.equal(described.people.engineer.upn, 'alexw@contoso.onmicrosoft.com');
    assert.deepEqual(Object.keys(described.subscriptions), ['Production', 'Staging']);
    const clock = await fetch(`${described.control}/clock`);
    assert.deepEqual(await clock.json(), { now: '2026-11-23T08:00:00Z', version: 1 });
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});

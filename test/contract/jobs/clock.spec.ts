import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { createRemoteClock, type RemoteClock } from '../../../src/adapters/clock/remote-clock.ts';
import { createSystemClock, msUntil } from '../../../src/adapters/clock/system-clock.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { silentLog } from '../../../src/ports/log.ts';

const never = new AbortController().signal;
const at = (text: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${text}Z`);

/** Waits as the port says: the time is asked again afterwards, since a timer may fire a moment early. */
async function reach(clock: Clock, instant: Temporal.Instant): Promise<void> {
  while (Temporal.Instant.compare(clock.now(), instant) < 0) {
    await clock.waitUntil(instant, never);
  }
}

/** A clock server that tells which questions wait. */
async function aClockServer() {
  const waiting: { readonly query: URLSearchParams; readonly response: ServerResponse }[] = [];
  let arrived = Promise.withResolvers<void>();
  let state: object = { now: '2026-11-23T08:00:00Z', version: 1 };
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    if (query.has('after')) {
      waiting.push({ query, response });
      arrived.resolve();
      return;
    }
    response.end(JSON.stringify(state));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/clock`,
    begin: (start: object) => {
      state = start;
    },
    /** Waits for the next long question. */
    async question() {
      while (waiting.length === 0) {
        await arrived.promise;
        arrived = Promise.withResolvers<void>();
      }
      const asked = waiting.shift();
      assert.ok(asked);
      return asked;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('createRemoteClock', () => {
  let server: Awaited<ReturnType<typeof aClockServer>>;
  let clock: RemoteClock | undefined;
  beforeEach(async () => {
    server = await aClockServer();
  });
  afterEach(async () => {
    await clock?.close();
    clock = undefined;
    server.close();
  });
  const connect = async (): Promise<RemoteClock> => {
    clock = await createRemoteClock({ url: server.url, subscriber: 'bot-1', log: silentLog });
    return clock;
  };

  it('stands at the time it heard and asks for the next version under its name', async () => {
    const heard = await connect();
    assert.equal(heard.now().toString(), '2026-11-23T08:00:00Z');
    const { query } = await server.question();
    assert.deepEqual([query.get('after'), query.get('subscriber')], ['1', 'bot-1']);
  });

  it('wakes everybody who waits with every move, and acknowledges it with the next question', async () => {
    const heard = await connect();
    const waits = [heard.waitUntil(at('09:00:00'), never), heard.waitUntil(null, never)];
    const { response } = await server.question();
    response.end(JSON.stringify({ now: '2026-11-23T08:30:00Z', version: 2 }));
    await Promise.all(waits);
    assert.equal(heard.now().toString(), '2026-11-23T08:30:00Z');
    assert.equal((await server.question()).query.get('after'), '2');
  });

  it('asks again when nothing moved, and after the connection broke', async () => {
    await connect();
    const first = await server.question();
    first.response.writeHead(204);
    first.response.end();
    const second = await server.question();
    assert.equal(second.query.get('after'), '1');
    second.response.destroy();
    const third = await server.question();
    third.response.writeHead(500);
    third.response.end('broken');
    const fourth = await server.question();
    assert.equal(fourth.query.get('after'), '1');
  });

  it('does not wait for what has come, or for whoever gave up', async () => {
    const heard = await connect();
    await heard.waitUntil(at('08:00:00'), never);
    await heard.waitUntil(at('07:00:00'), never);
    await heard.waitUntil(null, AbortSignal.abort());
    const giveUp = new AbortController();
    const waiting = heard.waitUntil(at('09:00:00'), giveUp.signal);
    giveUp.abort();
    await waiting;
  });

  it('goes on by itself while the server says that it runs', async () => {
    server.begin({ now: '2026-11-23T08:00:00Z', version: 1, running: true });
    const heard = await connect();
    const soon = heard.now().add({ milliseconds: 5 });
    await reach(heard, soon);
  });

  it('refuses to start without a usable answer', async () => {
    server.begin({ now: 'soon', version: 1 });
    await assert.rejects(connect(), { code: 'config.invalid' });
    const refused = createRemoteClock({ url: 'http://127.0.0.1:1/', subscriber: 'bot-1', log: silentLog });
    await assert.rejects(refused, { code: 'config.invalid' });
  });
});

describe('createSystemClock', () => {
  it('waits until the instant, or until whoever waits gives up', async () => {
    const clock = createSystemClock();
    const soon = clock.now().add({ milliseconds: 3 });
    await reach(clock, soon);
    const giveUp = new AbortController();
    const waiting = clock.waitUntil(null, giveUp.signal);
    giveUp.abort();
    await waiting;
    await clock.waitUntil(soon.add({ hours: 1 }), AbortSignal.abort());
  });

  it('sets no timer that Node would fire at once because it is too long', () => {
    const setTimer = sinon.spy(globalThis, 'setTimeout');
    const giveUp = new AbortController();
    const waiting = createSystemClock().waitUntil(at('08:00:00').add({ hours: 24 * 365 * 100 }), giveUp.signal);
    giveUp.abort();
    assert.equal(setTimer.firstCall.args[1], 2_147_483_647);
    return waiting;
  });

  it('rounds up to whole milliseconds and never waits a negative time', () => {
    const now = at('08:00:00');
    assert.equal(msUntil(now.add({ microseconds: 1 }), now), 1);
    assert.equal(msUntil(now.add({ seconds: 2 }), now), 2000);
    assert.equal(msUntil(now.subtract({ seconds: 2 }), now), 0);
  });
});

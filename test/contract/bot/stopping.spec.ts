import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import sinon from 'sinon';
import { type Edge, message, post, startChannel, startEdge } from './edge.ts';

type Channel = Awaited<ReturnType<typeof startChannel>>;

describe('a bot that stops', () => {
  let channel: Channel;
  let edge: Edge;
  let agent: Agent;
  before(async () => {
    channel = await startChannel();
  });
  after(() => channel.close());
  beforeEach(async () => {
    edge = await startEdge(channel);
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  });
  afterEach(async () => {
    agent.destroy();
    await edge.close();
  });

  async function ask(path: string) {
    const [answer] = await once(get(`${edge.url}${path}`, { agent }), 'response');
    return { status: answer.statusCode, connection: answer.headers.connection, text: await text(answer) };
  }

  it('answers what was on its way over an open connection, and says on readyz that it stops', async () => {
    // Idle connections are looked for again and again: not before this test says so.
    const clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await ask('/healthz');
    const closed = edge.close();
    const ready = await ask('/readyz');
    assert.deepEqual([ready.status, ready.connection], [503, 'close']);
    assert.deepEqual(JSON.parse(ready.text), { ready: false, parts: { serving: false } });
    await assert.rejects(post(edge, undefined, { method: 'GET', path: '/readyz' }), { code: 'ECONNREFUSED' });
    clock.tick(100);
    assert.equal(await closed, true);
  });

  it('keeps a connection open for longer than who sends over it: an invoke that meets a closing one is lost', async () => {
    const [answer] = await once(get(`${edge.url}/healthz`, { agent }), 'response');
    answer.resume();
    assert.equal(answer.headers['keep-alive'], 'timeout=75');
  });

  it('hangs up on connections that nothing came over', async () => {
    await ask('/healthz');
    assert.equal(await edge.close(), true);
  });

  it('hangs up when the time is over, and says that it did', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    edge.product.sentence = async () => {
      entered.resolve();
      await release.promise;
      return { cards: [] };
    };
    const reply = assert.rejects(post(edge, message(), { token: await channel.token() }), { code: 'ECONNRESET' });
    await entered.promise;
    assert.equal(await edge.close(20), false);
    await reply;
    release.resolve();
  });

  it('says what still goes on when it waited for the work behind the answers', async () => {
    const release = Promise.withResolvers<void>();
    edge.background.run(() => release.promise);
    assert.equal(await edge.background.drain(5), false);
    release.resolve();
    assert.equal(await edge.background.drain(1_000), true);
  });
});

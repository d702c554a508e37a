import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { BotLine, Work } from '../../../sandbox/teams/bot-line.ts';
import { Journal } from '../../../sandbox/teams/journal.ts';

describe('BotLine', () => {
  let bot: Server;
  let line: BotLine;
  let work: Work;
  let journal: Journal;
  let signed = 0;

  beforeEach(async () => {
    bot = createServer();
    bot.listen(0, '127.0.0.1');
    await once(bot, 'listening');
    work = new Work();
    const now = Temporal.Instant.from('2026-11-23T08:00:00Z');
    journal = new Journal({ now: () => now, set: async () => undefined });
    line = aLine();
  });

  afterEach(() => {
    line.close();
    bot.closeAllConnections();
    bot.close();
  });

  /** More patient than a busy machine is slow, where it is not about patience. */
  function aLine({ patienceMs = 5_000 } = {}): BotLine {
    const issuer = {
      channelToken: async (serviceUrl: string): Promise<string> => {
        signed += 1;
        return `token-for-${serviceUrl}`;
      },
    };
    return new BotLine({ issuer, serviceUrl: () => 'http://smba/', work, journal, patienceMs });
  }

  function connect(): void {
    line.connect(new URL(`http://127.0.0.1:${(bot.address() as AddressInfo).port}/api/messages`));
  }

  it('gives up on a bot that does not answer, and notes it', async () => {
    line = aLine({ patienceMs: 20 });
    connect();
    const delivery = await line.post({ type: 'message', id: '7', from: { name: 'Alex Wilber' } });
    assert.deepEqual(delivery, { status: 504, body: null, error: 'the bot did not answer in time' });
    assert.deepEqual(journal.after(0), [
      {
        seq: 1,
        at: '2026-11-23T08:00:00Z',
        kind: 'failure',
        person: 'Alex Wilber',
        activityId: '7',
        type: 'message',
        name: undefined,
        status: 504,
        error: 'the bot did not answer in time',
      },
    ]);
    assert.equal(work.open, 0);
  });

  it('tells that nobody listens', async () => {
    connect();
    bot.close();
    await once(bot, 'close');
    assert.deepEqual(await line.post({ type: 'message' }), { status: 0, body: null, error: 'ECONNREFUSED' });
  });

  it('tells that no bot is known', async () => {
    assert.equal((await line.post({ type: 'message' })).status, 0);
  });

  it('signs once for activities that follow each other closely', async () => {
    const tokens: (string | undefined)[] = [];
    bot.on('request', (request, response) => {
      tokens.push(request.headers.authorization);
      request.resume();
      response.end();
    });
    connect();
    signed = 0;
    await line.post({ type: 'message' });
    await line.post({ type: 'message' });
    assert.deepEqual(tokens, ['Bearer token-for-http://smba/', 'Bearer token-for-http://smba/']);
    assert.equal(signed, 1);
  });

  describe('with several endpoints', () => {
    let other: Server;
    const heard: string[] = [];

    beforeEach(async () => {
      heard.length = 0;
      other = createServer();
      other.listen(0, '127.0.0.1');
      await once(other, 'listening');
      for (const [name, server] of Object.entries({ bot, other })) {
        server.on('request', (request, response) => {
          heard.push(name);
          request.resume();
          response.end();
        });
      }
      line.connect(
        ...[bot, other].map((server) => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)),
      );
    });
    afterEach(() => {
      other.closeAllConnections();
      other.close();
    });

    const post = async () => (await line.post({ type: 'message' })).status;

    it('gives one activity to each in turn', async () => {
      assert.deepEqual([await post(), await post(), await post(), await post()], [200, 200, 200, 200]);
      assert.deepEqual(heard, ['bot', 'other', 'bot', 'other']);
    });

    it('passes over one that does not listen, and tries it again when its turn comes', async () => {
      const { port } = bot.address() as AddressInfo;
      bot.close();
      await once(bot, 'close');
      assert.deepEqual([await post(), await post()], [200, 200]);
      assert.deepEqual(heard, ['other', 'other']);
      bot.listen(port, '127.0.0.1');
      await once(bot, 'listening');
      assert.equal(await post(), 200);
      assert.deepEqual(heard, ['other', 'other', 'bot']);
    });

    it('sends an activity to nobody else once somebody had it', async () => {
      bot.removeAllListeners('request');
      bot.on('request', (request) => {
        heard.push('bot');
        request.socket.destroy();
      });
      assert.equal(await post(), 0);
      assert.deepEqual(heard, ['bot']);
    });

    it('tells when none of them listens', async () => {
      for (const server of [bot, other]) {
        server.close();
        await once(server, 'close');
      }
      assert.deepEqual(await line.post({ type: 'message' }), { status: 0, body: null, error: 'ECONNREFUSED' });
    });
  });
});

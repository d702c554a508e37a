import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import { AccessError } from '../../../src/errors.ts';
import {
  ALEX,
  BOT,
  type Channel,
  invoke,
  message,
  post,
  press,
  startChannel,
  startEdge,
  TENANT,
  withEdge,
} from './edge.ts';

describe('POST /api/messages', () => {
  const on = withEdge();

  const refusals = () => on.edge.lines.filter((line) => line.event === 'activity.refused').map((line) => line.reason);

  describe('who may speak', () => {
    it('answers 200 to a message with a channel token, and hands the sentence on', async () => {
      const turns: unknown[] = [];
      on.edge.product.sentence = async (turn) => {
        turns.push([turn.turnId, turn.conversationId, turn.text, turn.person.id]);
        return { cards: [] };
      };
      const reply = await post(on.edge, message(), { token: on.token });
      assert.deepEqual([reply.status, reply.text], [200, '']);
      assert.deepEqual(turns, [['a:1xyz/1763740000000', 'a:1xyz', 'my roles', ALEX]]);
    });

    it('answers 401 without a token, before reading the body', async () => {
      const reply = await post(on.edge, '{not json', {});
      assert.deepEqual([reply.status, reply.body], [401, { code: 'Unauthorized' }]);
    });

    it('answers 401 to a token signed by somebody else', async () => {
      const reply = await post(on.edge, message(), { token: await on.channel.forged() });
      assert.equal(reply.status, 401);
      assert.deepEqual(refusals(), ['token-invalid']);
    });

    it('answers 401 to an expired token', async () => {
      const reply = await post(on.edge, message(), { token: await on.channel.token({ exp: 1_700_000_000 }) });
      assert.equal(reply.status, 401);
    });

    for (const [what, claims] of [
      [
        'an Entra token of any tenant whose appid is the bot',
        { iss: `https://sts.windows.net/${TENANT}/`, appid: BOT, tid: TENANT },
      ],
      [
        'an Entra v2 token whose azp is the bot',
        { iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, azp: BOT, ver: '2.0' },
      ],
      ['a token for another bot', { aud: '99999999-0000-4000-8000-000000000000' }],
      ['a token of another issuer', { iss: 'https://api.botframework.us' }],
      ['a channel token that names a tenant', { tid: 'aaaaaaaa-0000-4000-8000-000000000000' }],
    ] as const) {
      it(`answers 401 to ${what}, without asking anybody`, async () => {
        const before = on.channel.asked.length;
        const reply = await post(on.edge, message(), { token: await on.channel.token(claims) });
        assert.equal(reply.status, 401);
        assert.deepEqual(refusals(), ['token-not-of-channel']);
        assert.equal(on.channel.asked.length, before);
      });
    }

    it('answers 401 to a channel token without a service URL', async () => {
      const reply = await post(on.edge, message(), { token: await on.channel.token({ serviceurl: '' }) });
      assert.equal(reply.status, 401);
    });

    it('answers 401 when the activity names another service URL than the token', async () => {
      const reply = await post(on.edge, message({ serviceUrl: 'http://127.0.0.1:4998/' }), { token: on.token });
      assert.equal(reply.status, 401);
    });

    it('answers 503, not 401, when the keys cannot be had', async () => {
      const away = await startEdge({ ...on.channel, metadataUrl: 'http://127.0.0.1:9/openid' });
      const reply = await post(away, message(), { token: on.token });
      await away.close();
      assert.equal(reply.status, 503);
      assert.doesNotMatch(reply.text, /ECONNREFUSED|127\.0\.0\.1/);
    });
  });

  describe('what is refused although the token is good', () => {
    const serviceUrl = 'https://evil.trafficmanager.net/';
    const rows = [
      ['another channel', { channelId: 'webchat' }, 'channel-not-teams'],
      ['the channel that chooses other keys', { channelId: 'AseChannel' }, 'channel-not-teams'],
      ['a service host that is not on the list', { serviceUrl }, 'service-url-not-allowed'],
      ['no tenant at all', { conversation: { id: 'a:1' }, channelData: {} }, 'tenant-missing'],
      ['another tenant', { conversation: { id: 'a:1', tenantId: BOT }, channelData: {} }, 'tenant-foreign'],
      ['two tenants', { channelData: { tenant: { id: BOT } } }, 'tenant-contradictory'],
      ['another bot', { recipient: { id: '28:99999999-0000-4000-8000-000000000000' } }, 'recipient-not-bot'],
      ['no recipient', { recipient: undefined }, 'recipient-not-bot'],
      ['a person without an object id', { from: { id: '29:1alex' } }, 'person-unknown'],
      ['an object id that is none', { from: { id: '29:1alex', aadObjectId: 'alex' } }, 'person-unknown'],
    ] as const;
    for (const [what, changes, reason] of rows) {
      for (const [kind, make] of [
        ['message', message],
        ['press', (more: object) => ({ ...press('approve'), ...more })],
        ['token exchange', (more: object) => invoke('signin/tokenExchange', { id: 'x', token: 't' }, { ...more })],
      ] as const) {
        it(`refuses a ${kind} with ${what}`, async () => {
          const asked = { sentence: 0, press: 0, accept: 0 };
          on.edge.product.sentence = async () => {
            asked.sentence += 1;
            return { cards: [] };
          };
          on.edge.product.press = async () => {
            asked.press += 1;
            return { kind: 'done', cards: [], reply: null, toast: null };
          };
          on.edge.product.accept = async () => {
            asked.accept += 1;
          };
          const signed =
            'serviceUrl' in changes ? await on.channel.token({ serviceurl: changes.serviceUrl }) : on.token;
          const reply = await post(on.edge, make(changes), { token: signed });
          assert.equal(reply.status, 403);
          assert.deepEqual(refusals(), [reason]);
          assert.deepEqual(asked, { sentence: 0, press: 0, accept: 0 });
          assert.deepEqual(on.edge.statements, []);
        });
      }
    }

    it('takes either of the two places for the tenant', async () => {
      const there = await post(on.edge, message({ channelData: null }), { token: on.token });
      const here = await post(on.edge, message({ conversation: { id: 'a:1', conversationType: 'personal' } }), {
        token: on.token,
      });
      assert.deepEqual([there.status, here.status], [200, 200]);
    });
  });

  describe('what cannot be read', () => {
    const rows = [
      ['no channel', message({ channelId: undefined }), 'channelId'],
      ['an empty channel', message({ channelId: '' }), 'channelId'],
      ['no service URL', message({ serviceUrl: undefined }), 'serviceUrl'],
      ['an empty service URL', message({ serviceUrl: '' }), 'serviceUrl'],
      ['no type', message({ type: undefined }), 'type'],
      ['no conversation', message({ conversation: undefined }), 'conversation'],
      ['no sender', message({ from: undefined }), 'from'],
      ['entities that are none', message({ entities: 'x' }), 'entities'],
      ['a text that is none', message({ text: { a: 1 } }), 'text'],
      ['an array', [message()], 'body'],
      ['null', null, 'body'],
      ['a string', '"hello"', 'body'],
    ] as const;
    for (const [what, body, member] of rows) {
      it(`answers 400 to ${what} and names the member`, async () => {
        const reply = await post(on.edge, body, { token: on.token });
        assert.equal(reply.status, 400);
        assert.match(reply.text, new RegExp(`cannot be read: ${member}`));
      });
    }

    it('answers 400 to JSON that does not parse, without repeating it', async () => {
      const reply = await post(on.edge, '{"type": secret-word', { token: on.token });
      assert.deepEqual([reply.status, reply.body], [400, { code: 'BadRequest' }]);
    });

    it('answers 415 to anything but plain JSON', async () => {
      const packed = gzipSync(JSON.stringify(message()));
      const asText = await post(on.edge, 'hello', { token: on.token, headers: { 'content-type': 'text/plain' } });
      const asNothing = await post(on.edge, message(), { token: on.token, headers: { 'content-type': '' } });
      const asZip = await post(on.edge, '', {
        token: on.token,
        chunks: [packed],
        headers: { 'content-encoding': 'gzip' },
      });
      assert.deepEqual([asText.status, asNothing.status, asZip.status], [415, 415, 415]);
    });

    it('answers 413 to a body that says it is too long', async () => {
      const reply = await post(on.edge, message({ text: 'x'.repeat(300_000) }), { token: on.token });
      assert.equal(reply.status, 413);
    });

    it('answers 413 to a body that turns out too long', async () => {
      const reply = await post(on.edge, '', {
        token: on.token,
        chunks: ['{"a":"', 'x'.repeat(200_000), 'x'.repeat(100_000), '"}'],
      });
      assert.equal(reply.status, 413);
    });

    it('answers 405 to other methods and 404 elsewhere, under a neutral name', async () => {
      const get = await post(on.edge, undefined, { token: on.token, method: 'GET' });
      const elsewhere = await post(on.edge, message(), { token: on.token, path: '/api/message' });
      assert.deepEqual([get.status, elsewhere.status, elsewhere.body], [405, 404, { code: 'NotFound' }]);
      assert.equal(get.headers.server, 'bot');
    });
  });

  describe('what does nothing', () => {
    for (const type of ['messageUpdate', 'messageDelete', 'messageReaction', 'typing', 'event', 'somethingNew']) {
      it(`answers 200 to ${type} and acts on nothing`, async () => {
        let isAsked = false;
        on.edge.product.sentence = async () => {
          isAsked = true;
          return { cards: [] };
        };
        const reply = await post(on.edge, message({ type }), { token: on.token });
        assert.deepEqual([reply.status, isAsked], [200, false]);
      });
    }

    it('answers 200 to the same message again and acts once', async () => {
      let turns = 0;
      on.edge.product.sentence = async () => {
        turns += 1;
        return { cards: [] };
      };
      await post(on.edge, message(), { token: on.token });
      const again = await post(on.edge, message(), { token: on.token });
      assert.deepEqual([again.status, turns], [200, 1]);
    });

    it('acts on the same id in another conversation', async () => {
      let turns = 0;
      on.edge.product.sentence = async () => {
        turns += 1;
        return { cards: [] };
      };
      await post(on.edge, message(), { token: on.token });
      await post(on.edge, message({ conversation: { id: 'a:2', conversationType: 'personal', tenantId: TENANT } }), {
        token: on.token,
      });
      assert.equal(turns, 2);
    });
  });

  describe('what goes wrong inside', () => {
    it('tells the person in a card when the product throws, and the caller nothing', async () => {
      on.edge.product.sentence = async () => {
        throw new TypeError('secret-word');
      };
      const reply = await post(on.edge, message(), { token: on.token });
      const [draft] = on.edge.posted;
      assert.deepEqual([reply.status, reply.text], [200, '']);
      assert.equal(draft?.notice.card === 'error' && draft.notice.code, 'internal.unexpected');
      assert.deepEqual(on.edge.delivered, ['card-1']);
    });

    it('answers 503 when the database is away, so that the sender sees it did not get through', async () => {
      on.edge.store.now.inbox.accept = async () => {
        throw new AccessError('internal.database_unavailable', 'secret-word');
      };
      const reply = await post(on.edge, message(), { token: on.token });
      assert.deepEqual([reply.status, reply.body], [503, { code: 'Unavailable' }]);
    });

    it('says that a text of more than 4,000 characters is too long, and reads one of exactly that', async () => {
      const texts: string[] = [];
      on.edge.product.sentence = async ({ text }) => {
        texts.push(text);
        return { cards: [] };
      };
      await post(on.edge, message({ text: 'x'.repeat(4_000) }), { token: on.token });
      await post(on.edge, message({ text: 'x'.repeat(4_001), id: '2' }), { token: on.token });
      const [draft] = on.edge.posted;
      assert.deepEqual(
        texts.map((text) => text.length),
        [4_000],
      );
      assert.deepEqual(draft?.notice, {
        card: 'error',
        code: 'command.too_long',
        facts: { maximum: '4000' },
        suggestions: [],
        reference: null,
      });
    });
  });

  describe('whom it remembers', () => {
    it('takes language and time zone of a new person from the client, and the conversation', async () => {
      await post(on.edge, message(), { token: on.token });
      assert.deepEqual(on.edge.people.get(ALEX), {
        id: ALEX,
        name: 'Alex Wilber',
        teamsUserId: '29:1alex',
        timeZone: 'Europe/Madrid',
        locale: 'es-ES',
        reminderMinutes: null,
        signedOutAt: null,
      });
      assert.deepEqual(
        [...on.edge.conversations.values()],
        [{ id: 'a:1xyz', kind: 'personal', principalId: ALEX, serviceUrl: 'http://127.0.0.1:4999/', deadReason: null }],
      );
    });

    it('needs no statement but the two of the inbox for somebody it knows', async () => {
      await post(on.edge, message(), { token: on.token });
      await on.edge.background.drain(1_000);
      on.edge.statements.length = 0;
      await post(on.edge, message({ id: '2' }), { token: on.token });
      await on.edge.background.drain(1_000);
      assert.deepEqual(on.edge.statements, ['inbox.accept', 'inbox.finish']);
    });

    it('keeps the preferences of somebody it knows', async () => {
      const saved = {
        id: ALEX,
        name: 'A',
        teamsUserId: null,
        timeZone: 'Europe/Lisbon',
        locale: 'pt-PT',
        reminderMinutes: 5,
        signedOutAt: null,
      };
      on.edge.people.set(ALEX, saved as never);
      await post(on.edge, message(), { token: on.token });
      assert.deepEqual(on.edge.people.get(ALEX), { ...saved, name: 'Alex Wilber', teamsUserId: '29:1alex' });
    });

    it('takes a channel for a channel, without its thread', async () => {
      const conversation = {
        id: '19:c@thread.tacv2;messageid=17',
        conversationType: 'channel',
        isGroup: true,
        tenantId: TENANT,
      };
      await post(on.edge, message({ conversation }), { token: on.token });
      const [row] = on.edge.conversations.values();
      assert.deepEqual([row?.id, row?.kind, row?.principalId], ['19:c@thread.tacv2', 'channel', null]);
    });

    it('marks the chat of somebody who uninstalls, and revives it on installing', async () => {
      await post(on.edge, message({ type: 'installationUpdate', action: 'remove' }), { token: on.token });
      const gone = on.edge.conversations.get('a:1xyz')?.deadReason;
      await post(on.edge, message({ type: 'installationUpdate', action: 'add' }), { token: on.token });
      assert.deepEqual([gone, on.edge.conversations.get('a:1xyz')?.deadReason], ['uninstalled', null]);
      assert.deepEqual(on.edge.posted, []);
    });
  });
});

describe('health of the bot', () => {
  let channel: Channel;
  before(async () => {
    channel = await startChannel();
  });
  after(() => channel.close());

  it('is alive, names the part that is not ready, and has no metrics unless asked for', async () => {
    const edge = await startEdge(channel);
    const [alive, ready, metrics] = await Promise.all(
      ['/healthz', '/readyz', '/metrics'].map((path) => post(edge, undefined, { method: 'GET', path })),
    );
    await edge.close();
    assert.equal(alive?.status, 200);
    assert.equal(ready?.status, 503);
    assert.deepEqual(ready?.body, { ready: false, parts: { database: true, migrations: true, keys: false } });
    assert.equal(metrics?.status, 404);
  });

  it('prints metrics as text when asked for', async () => {
    const edge = await startEdge(channel, { metrics: async () => 'pimlico_up 1\n' });
    const reply = await post(edge, undefined, { method: 'GET', path: '/metrics' });
    await edge.close();
    assert.deepEqual([reply.status, reply.text], [200, 'pimlico_up 1\n']);
  });

  it('finishes what is running before it closes', async () => {
    const edge = await startEdge(channel);
    const token = await channel.token();
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    edge.product.sentence = async () => {
      entered.resolve();
      await release.promise;
      return { cards: [] };
    };
    const reply = post(edge, message(), { token });
    await entered.promise;
    const closed = edge.close();
    release.resolve();
    assert.equal((await reply).status, 200);
    await closed;
    await assert.rejects(post(edge, message(), { token }), { code: 'ECONNREFUSED' });
  });
});

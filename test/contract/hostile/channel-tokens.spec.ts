import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { createConnector } from '../../../bot/connector.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import { BODY_KINDS } from './body-kinds.ts';
import { ENTRA_KINDS } from './entra-kinds.ts';
import { publishKeys } from './forge.ts';
import { createRandom } from './random.ts';
import { type Outcome, startTarget, type Target } from './target.ts';
import { TOKEN_KINDS } from './token-kinds.ts';
import { WIRE_KINDS } from './wire-kinds.ts';
import { goodBody, goodToken, type Kind, type World } from './world.ts';

const KINDS: readonly Kind[] = [...TOKEN_KINDS, ...ENTRA_KINDS, ...BODY_KINDS, ...WIRE_KINDS];
const AT_A_TIME = 12;
const SEED = 20_261_123;
const SECRET = 'the-token-of-the-bot';

/** Somebody who waits for the bot to come by with its token; can also send it on to somewhere else. */
async function listen(redirectTo: () => string | null = () => null) {
  const visits: string[] = [];
  const server = createServer((req, res) => {
    visits.push(`${req.method} ${req.url} ${req.headers.authorization ?? ''}`);
    const location = redirectTo();
    // One by one: restify replaces `writeHead` for the whole process, by one that returns nothing.
    res.writeHead(location === null ? 200 : 307, location === null ? {} : { location });
    res.end('{"id":"1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, visits, close };
}

type Listener = Awaited<ReturnType<typeof listen>>;

describe('hostile requests to POST /api/messages', () => {
  let sandbox: RunningSandbox;
  let published: Awaited<ReturnType<typeof publishKeys>>;
  let attacker: Listener;
  let connector: Listener;
  let target: Target;
  let world: World;
  const told: string[] = [];
  let tried = 0;

  before(async () => {
    sandbox = await startSandbox({ rooms: [] });
    published = await publishKeys();
    attacker = await listen();
    connector = await listen();
    world = {
      random: createRandom(SEED),
      keys: published.keys,
      tenantId: sandbox.tenantId,
      botAppId: sandbox.botAppId,
      personId: sandbox.people.engineer?.id ?? assert.fail('nobody'),
      connectorUrl: `${connector.url}/`,
      attackerUrl: attacker.url,
      sandbox,
    };
    target = await startTarget({
      ...world,
      metadataUrl: published.metadataUrl,
      connectorHost: new URL(connector.url).host,
    });
  });

  after(async () => {
    await target.close();
    await Promise.all([published.close(), attacker.close(), connector.close(), sandbox.close()]);
    console.log(['', `    ${tried} hostile requests, by kind and by the layer that refused them:`, ...told].join('\n'));
  });

  async function control(): Promise<void> {
    const before = target.reached.length;
    for (const type of ['message', 'invoke', 'installationUpdate', 'conversationUpdate']) {
      const authorization = `Bearer ${await goodToken(world)}`;
      assert.equal((await target.send({ authorization, body: goodBody(world, type) })).status, 200);
    }
    assert.equal(target.reached.length, before + 4);
  }

  /** Tries a kind as often as it says, several at a time; each attempt has its own seed, whatever the order of answers. */
  async function attack({ name, count, make }: Kind): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < count) {
        next += 1;
        const random = createRandom(SEED + name.length * 1_000_000 + next);
        outcomes.push(await target.send(await make({ ...world, random }, next)));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    return outcomes;
  }

  const counted = (words: readonly string[]): string => {
    const counts = new Map<string, number>();
    for (const word of words) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return [...counts]
      .toSorted(([, a], [, b]) => b - a)
      .map(([word, count]) => `${word} ${count}`)
      .join(', ');
  };

  it('takes a good one of each type', () => control());

  for (const kind of KINDS) {
    it(`lets none through: ${kind.name}`, async () => {
      // The SDK complains on the console about every token; it must not repeat them there.
      const complaints = sinon.stub(console, 'error');
      const reached = target.reached.length;
      const reasons = target.reasons.length;
      const outcomes = await attack(kind).finally(() => complaints.restore());
      tried += outcomes.length;
      const layers = counted(outcomes.map(({ status, layer }) => `${layer} (${status})`));
      const why = counted(target.reasons.slice(reasons));
      told.push(`      ${kind.name}: ${outcomes.length} tried; ${layers}${why === '' ? '' : `; logged: ${why}`}`);
      assert.deepEqual(target.reached.slice(reached), []);
      assert.deepEqual(
        outcomes.filter(({ status }) => status !== 0 && (status < 400 || status >= 500)),
        [],
      );
      assert.equal(outcomes.length, kind.count);
      const spoken = complaints.args.flat().map(String).join('\n');
      assert.doesNotMatch(spoken, /eyJ[\w-]+\.eyJ/);
    });
  }

  it('still takes good ones afterwards', () => control());

  it('tried at least ten thousand', () => {
    assert.ok(tried >= 10_000, String(tried));
  });

  it('left no trace on the prototype of objects', () => {
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('never asked the attacker for anything', () => {
    assert.deepEqual(attacker.visits, []);
  });

  describe('what was stored before', () => {
    const bot = (hosts: readonly string[]) =>
      createConnector({
        tenantId: world.tenantId,
        botAppId: world.botAppId,
        serviceUrls: createServiceUrls(hosts),
        tokens: { token: async () => SECRET, reject: () => undefined },
      });

    it('never brings the bot’s token to an address of the attacker’s', async () => {
      const kind = BODY_KINDS.find(({ name }) => name.includes('of the attacker')) ?? assert.fail('no such kind');
      const speaker = bot([new URL(connector.url).host]);
      const urls = new Set<string>([attacker.url, `${attacker.url}/`]);
      for (let index = 0; index < 300; index += 1) {
        const { body } = await kind.make(world, index);
        urls.add(String((body as { serviceUrl: unknown }).serviceUrl));
      }
      for (const serviceUrl of urls) {
        const place = { serviceUrl, conversationId: conversationId('a:1') };
        const results = [
          await speaker.send(place, {}),
          await speaker.update(place, '1', {}),
          await speaker.delete(place, '1'),
          await speaker.createConversation(serviceUrl, '29:1'),
        ];
        assert.deepEqual(
          results.map((result) => result.kind === 'dead' && result.reason),
          Array(4).fill('service-url-not-allowed'),
          serviceUrl,
        );
      }
      assert.deepEqual([attacker.visits, connector.visits], [[], []]);
      told.push(
        `      stored addresses of the attacker: ${urls.size * 4} tried; service-url-not-allowed ${urls.size * 4}`,
      );
    });

    it('is not led on by a redirect of the connector’s', async () => {
      const leading = await listen(() => `${attacker.url}/taken`);
      const speaker = bot([new URL(leading.url).host]);
      const place = { serviceUrl: leading.url, conversationId: conversationId('../../a:1') };
      const results = [await speaker.send(place, {}), await speaker.createConversation(leading.url, '29:1')];
      await leading.close();
      assert.ok(results.every((result) => result.kind !== 'ok'));
      assert.equal(leading.visits.length, 2);
      assert.deepEqual(attacker.visits, []);
    });

    it('reaches the allowed connector, as a control', async () => {
      const speaker = bot([new URL(connector.url).host]);
      const result = await speaker.send({ serviceUrl: connector.url, conversationId: conversationId('a:1') }, {});
      assert.deepEqual(result, { kind: 'ok', value: '1' });
      assert.deepEqual(connector.visits, [`POST /v3/conversations/a%3A1/activities Bearer ${SECRET}`]);
    });
  });
});

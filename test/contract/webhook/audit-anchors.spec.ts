import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnchorBlobs } from '../../../src/adapters/audit/anchor-blob.ts';
import { AnchorSender } from '../../../src/adapters/audit/anchor-sender.ts';
import { anchorsTo } from '../../../src/adapters/audit/keep-audit.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignedWebhook } from '../../../src/adapters/webhook/signed-webhook.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const HASH = 'a'.repeat(64);
const ANCHOR = { place: 7, hash: HASH, at: Temporal.Instant.from('2026-11-23T08:00:00Z') };

describe('sending heads of the audit chain outside', () => {
  let sent: number[] = [];
  let warned: string[] = [];
  let failure: Error | null = null;
  beforeEach(() => {
    [sent, warned, failure] = [[], [], null];
  });
  const aSender = (times: { everyMs?: number; againAfterMs?: number } = {}): AnchorSender =>
    new AnchorSender({
      log: { ...silentLog, warn: (event, fields) => void warned.push(`${event} ${JSON.stringify(fields)}`) },
      to: 'webhook',
      async send({ place }) {
        await Promise.resolve();
        if (failure !== null) {
          throw failure;
        }
        sent.push(place);
      },
      ...times,
    });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('sends the first at once, the next when it is time, and the newest at the end', async () => {
    const sender = aSender();
    for (const place of [1, 2, 3]) {
      sender.take({ place, hash: HASH });
      await settle();
    }
    assert.deepEqual(sent, [1]);
    await sender.flush();
    await sender.flush();
    assert.deepEqual(sent, [1, 3]);
  });

  it('sends nothing twice', async () => {
    const sender = aSender({ everyMs: 0 });
    sender.take({ place: 4, hash: HASH });
    await settle();
    sender.take({ place: 4, hash: HASH });
    await settle();
    assert.deepEqual(sent, [4]);
  });

  it('logs one that failed, and tries the next', async () => {
    const sender = aSender({ everyMs: 0, againAfterMs: 0 });
    failure = new Error('no');
    sender.take({ place: 1, hash: HASH });
    await settle();
    assert.deepEqual(warned, ['audit.not_anchored {"to":"webhook","place":1,"reason":"Error: no"}']);
    failure = null;
    sender.take({ place: 2, hash: HASH });
    await settle();
    assert.deepEqual(sent, [2]);
  });

  it('leaves a receiver that failed alone for a while', async () => {
    const sender = aSender({ everyMs: 0 });
    failure = new Error('no');
    sender.take({ place: 1, hash: HASH });
    await settle();
    sender.take({ place: 2, hash: HASH });
    await settle();
    assert.equal(warned.length, 1);
  });

  it('holds up nobody who tells of a head, and sends one at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun: number[] = [];
    const sender = new AnchorSender({
      log: silentLog,
      to: 'webhook',
      everyMs: 0,
      async send({ place }) {
        begun.push(place);
        await promise;
      },
    });
    sender.take({ place: 1, hash: HASH });
    sender.take({ place: 2, hash: HASH });
    await settle();
    assert.deepEqual(begun, [1]);
    resolve();
    await sender.flush();
    assert.deepEqual(begun, [1, 2]);
  });

  describe('to a webhook', () => {
    let receiver: Receiver;
    before(async () => {
      receiver = await startReceiver();
    });
    after(() => receiver.close());

    it('tells place and hash as a signed CloudEvent', async () => {
      const secret = new Secret('a-key-of-24-characters-or-more');
      const clock = createFakeClock();
      await anchorsTo(createSignedWebhook({ url: receiver.url, secret, source: 'urn:pimlico:t', clock }))(ANCHOR);
      const [batch] = receiver.received;
      assert.match(batch?.headers['webhook-signature']?.toString() ?? '', /^v1,/);
      assert.deepEqual(JSON.parse(batch?.body ?? ''), [
        {
          specversion: '1.0',
          id: 'audit-anchor/7',
          source: 'urn:pimlico:t',
          type: 'pimlico.audit.anchored',
          time: '2026-11-23T08:00:00Z',
          datacontenttype: 'application/json',
          data: { place: 7, hash: HASH },
        },
      ]);
    });
  });

  describe('to a container of blobs', () => {
    let puts: { readonly request: IncomingMessage; readonly body: string }[] = [];
    let answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> } = { status: 201 };
    let rejected: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        puts.push({ request, body });
        response.writeHead(answer.status, answer.headers);
        response.end();
      });
    });
    before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    beforeEach(() => {
      [puts, answer, rejected] = [[], { status: 201 }, []];
    });
    const put = (container = `http://127.0.0.1:${(server.address() as AddressInfo).port}/anchors`): Promise<void> =>
      createAnchorBlobs({
        container,
        tokens: { token: async () => 'hush', reject: (token) => rejected.push(token) },
      })(ANCHOR);

    it('puts the line of the file of anchors as a blob of its own, with a token, and overwrites none', async () => {
      await put();
      const [{ request, body } = assert.fail('nothing was put')] = puts;
      assert.deepEqual([request.method, request.url], ['PUT', '/anchors/000000000000007-aaaaaaaaaaaaaaaa.ndjson']);
      assert.equal(body, `${JSON.stringify(ANCHOR)}\n`);
      const { authorization, 'x-ms-blob-type': kind, 'if-none-match': match } = request.headers;
      assert.deepEqual([authorization, kind, match], ['Bearer hush', 'BlockBlob', '*']);
    });

    it('takes an anchor that is there already for written', async () => {
      answer = { status: 409, headers: { 'x-ms-error-code': 'BlobAlreadyExists' } };
      await put();
      assert.equal(puts.length, 1);
    });

    for (const [what, status] of [
      ['a container that is going', 409],
      ['a refusal', 403],
      ['another place', 307],
      ['a failure', 503],
    ] as const) {
      it(`tells of ${what} by its status, and nothing else`, async () => {
        answer = { status, headers: { location: 'http://127.0.0.1:1/', 'x-ms-error-code': 'Other' } };
        await assert.rejects(put(), (error: Error) => error.message === `The container answered ${status}`);
        assert.equal(puts.length, 1);
      });
    }

    it('gives a token back that was not taken', async () => {
      answer = { status: 401 };
      await assert.rejects(put(), { code: 'webhook.refused' });
      assert.deepEqual(rejected, ['hush']);
    });

    it('tells of a container that does not answer', async () => {
      await assert.rejects(put('http://127.0.0.1:1/anchors'), { code: 'webhook.unavailable', retryable: true });
    });
  });
});

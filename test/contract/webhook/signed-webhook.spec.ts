import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignedWebhook } from '../../../src/adapters/webhook/signed-webhook.ts';
import { AccessError } from '../../../src/errors.ts';
import type { WebhookEvent } from '../../../src/ports/webhook.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { type Receiver, signatureOf, startReceiver } from './receiver.ts';

const KEY = 'a-key-of-24-characters-or-more';
const EVENT: WebhookEvent = {
  id: 'alarm-1',
  type: 'pimlico.alarm.raised',
  at: Temporal.Instant.from('2026-11-23T08:59:00Z'),
  subject: 'rq-17',
  data: { summary: 'Zoë pulled “Payments”' },
};

describe('the signed webhook', () => {
  let receiver: Receiver;

  before(async () => {
    receiver = await startReceiver();
  });
  after(() => receiver.close());
  beforeEach(() => receiver.begin());

  const clock = createFakeClock('2026-11-23T09:00:00.750Z');
  const webhook = ({ secret = KEY, url = receiver.url, timeoutMs = 2_000 } = {}) =>
    createSignedWebhook({ url, secret: new Secret(secret), source: 'urn:pimlico:tenant', clock, timeoutMs });

  const failure = async (send: Promise<void>): Promise<AccessError> => {
    const thrown = await send.then(
      () => assert.fail('it was taken'),
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof AccessError, String(thrown));
    return thrown;
  };

  it('posts events as a batch of CloudEvents', async () => {
    await webhook().send([EVENT, { ...EVENT, id: 'alarm-2', subject: null }]);
    const [batch] = receiver.received;
    assert.equal(batch?.method, 'POST');
    assert.equal(batch.headers['content-type'], 'application/cloudevents-batch+json; charset=utf-8');
    const common = {
      specversion: '1.0',
      source: 'urn:pimlico:tenant',
      type: 'pimlico.alarm.raised',
      time: '2026-11-23T08:59:00Z',
      datacontenttype: 'application/json',
      data: { summary: 'Zoë pulled “Payments”' },
    };
    assert.deepEqual(JSON.parse(batch.body), [
      { ...common, id: 'alarm-1', subject: 'rq-17' },
      { ...common, id: 'alarm-2' },
    ]);
  });

  it('signs the id, the second and the body', async () => {
    await webhook().send([EVENT]);
    const [batch] = receiver.received;
    assert.ok(batch);
    assert.equal(batch.headers['webhook-timestamp'], '1795424400');
    assert.equal(batch.headers['webhook-signature'], signatureOf(batch, Buffer.from(KEY)));
  });

  it('takes the bytes behind whsec_ for the key', async () => {
    const bytes = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
    await webhook({ secret: `whsec_${bytes.toString('base64')}` }).send([EVENT]);
    const [batch] = receiver.received;
    assert.ok(batch);
    assert.equal(batch.headers['webhook-signature'], signatureOf(batch, bytes));
  });

  it('gives the same events the same id, and others another', async () => {
    const others = { ...EVENT, id: 'alarm-2' };
    for (const events of [[EVENT], [EVENT], [EVENT, others], [others]]) {
      await webhook().send(events);
    }
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    assert.equal(ids[0], ids[1]);
    assert.equal(new Set(ids).size, 3);
  });

  it('sends nothing where there is nothing to tell', async () => {
    await webhook().send([]);
    assert.deepEqual(receiver.received, []);
  });

  for (const status of [200, 202, 204]) {
    it(`takes ${status} for delivered`, async () => {
      receiver.answer({ status });
      await webhook().send([EVENT]);
      assert.equal(receiver.received.length, 1);
    });
  }

  for (const [status, retryAfter, expected] of [
    [429, '30', 'PT30S'],
    [503, '120', 'PT120S'],
    [503, 'Mon, 23 Nov 2026 09:01:00 GMT', 'PT60S'],
    [503, 'Mon, 23 Nov 2026 08:00:00 GMT', null],
    [500, 'soon', null],
    [500, null, null],
  ] as const) {
    it(`may be tried again after ${status} with Retry-After ${retryAfter}`, async () => {
      const date = 'Mon, 23 Nov 2026 09:00:00 GMT';
      receiver.answer({ status, headers: { date, ...(retryAfter !== null && { 'retry-after': retryAfter }) } });
      const error = await failure(webhook().send([EVENT]));
      assert.deepEqual(
        [error.code, error.retryable, error.facts],
        ['webhook.refused', true, { status: String(status) }],
      );
      assert.equal(error.retryAfter?.toString() ?? null, expected);
    });
  }

  for (const status of [400, 401, 404, 410, 413]) {
    it(`is refused for good by ${status}`, async () => {
      receiver.answer({ status, headers: { 'retry-after': '5' } });
      const error = await failure(webhook().send([EVENT]));
      assert.deepEqual([error.code, error.retryable, error.retryAfter], ['webhook.refused', false, null]);
    });
  }

  it('follows no redirect', async () => {
    receiver.answer({ status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    const error = await failure(webhook().send([EVENT]));
    assert.deepEqual([error.code, error.retryable, receiver.received.length], ['webhook.refused', false, 1]);
  });

  it('does not wait for a receiver that says nothing', async () => {
    receiver.answer(null);
    const error = await failure(webhook({ timeoutMs: 50 }).send([EVENT]));
    assert.deepEqual([error.code, error.retryable], ['webhook.unavailable', true]);
  });

  it('may be tried again where nobody listens', async () => {
    const gone = await startReceiver();
    await gone.close();
    const error = await failure(webhook({ url: gone.url }).send([EVENT]));
    assert.deepEqual([error.code, error.retryable], ['webhook.unavailable', true]);
    assert.match(error.message, /ECONNREFUSED/);
  });

  it('keeps the address, the key, what was sent and what was answered out of errors', async () => {
    const url = `${receiver.url}?code=hush`;
    receiver.answer({ status: 500, body: 'hush' });
    const refused = await failure(
      webhook({ url, secret: 'hush-hush-hush-hush-hush' }).send([{ ...EVENT, data: 'hush' }]),
    );
    receiver.answer(null);
    const lost = await failure(webhook({ url, timeoutMs: 50 }).send([{ ...EVENT, data: 'hush' }]));
    assert.doesNotMatch(inspect([refused, lost], { depth: 9 }), /hush|127\.0\.0\.1/);
  });
});

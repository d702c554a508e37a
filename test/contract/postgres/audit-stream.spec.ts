import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAuditStream } from '../../../src/adapters/audit/stream.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { ADVISORY_LOCKS } from '../../../src/adapters/postgres/advisory-locks.ts';
import { linkAudit } from '../../../src/adapters/postgres/audit-linker.ts';
import { erasePerson } from '../../../src/adapters/postgres/audit-verify.ts';
import type { Repetition } from '../../../src/adapters/repeat.ts';
import { createSignedWebhook } from '../../../src/adapters/webhook/signed-webhook.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { type Receiver, type ReceiverAnswer, signatureOf, startReceiver } from '../webhook/receiver.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture, id } from './fixture.ts';

const KEY = 'a-key-of-24-characters-or-more';

interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly subject?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe('streaming the audit trail to a receiver', () => {
  let on: Fixture;
  let receiver: Receiver;
  const streams: Repetition[] = [];
  let said: string[] = [];
  before(async () => {
    receiver = await startReceiver();
  });
  after(() => receiver.close());
  beforeEach(async () => {
    on = await aFixture();
    receiver.begin();
    said = [];
  });
  afterEach(async () => {
    await Promise.all(streams.splice(0).map((stream) => stream.stop()));
    await on.drop();
  });

  function start({ url = receiver.url, timeoutMs = 5_000 } = {}): Repetition {
    const log = {
      ...silentLog,
      warn: (event: string, fields: object = {}) => void said.push(`warn ${event} ${JSON.stringify(fields)}`),
      error: (event: string, fields: object = {}) => void said.push(`error ${event} ${JSON.stringify(fields)}`),
    };
    const { pool, clock } = on;
    const webhook = createSignedWebhook({ url, secret: new Secret(KEY), source: 'urn:pimlico:t', clock, timeoutMs });
    const stream = startAuditStream({ pool, clock, log, webhook, everyMs: 1 });
    streams.push(stream);
    return stream;
  }
  async function record(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const facts = { justification: `INC-${index}`, role: 'r' };
      const event = { event: 'activation.intended', at: on.clock.now(), actorId: ENGINEER } as const;
      await on.record({ ...event, requestId: id('7F3K'), facts });
    }
    await link();
  }
  async function link(): Promise<void> {
    while (!((await linkAudit(on.pool))?.isAll ?? false)) {
      // Some hundreds at a time.
    }
  }
  const batches = (): readonly (readonly CloudEvent[])[] =>
    receiver.received.map(({ body }) => JSON.parse(body) as CloudEvent[]);
  const ids = (): readonly string[] => batches().flatMap((batch) => batch.map((event) => event.id));
  const upTo = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `audit/${at + 1}`);
  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  async function row(): Promise<{ place: number; failures: number } | undefined> {
    const { rows } = await on.pool.query('select place::integer, failures from pimlico.audit_stream');
    return rows[0];
  }
  const isAt = (place: number) => async (): Promise<boolean> => (await row())?.place === place;
  const hasFailed = (times: number) => async (): Promise<boolean> => (await row())?.failures === times;

  it('sends each record once, signed, in the order of the chain, a hundred at most at a time', async () => {
    await record(250);
    start();
    await until(isAt(250));
    assert.deepEqual(ids(), upTo(250));
    assert.deepEqual(
      batches().map(({ length }) => length),
      [100, 100, 50],
    );
    const [first] = receiver.received;
    assert.ok(first !== undefined);
    assert.equal(first.headers['content-type'], 'application/cloudevents-batch+json; charset=utf-8');
    assert.equal(first.headers['webhook-signature'], signatureOf(first, Buffer.from(KEY)));
  });

  it('tells what the record says, its place and its hash', async () => {
    await record(1);
    start();
    await until(isAt(1));
    const { rows } = await on.pool.query<{ hash: string }>('select hash from pimlico.audit_links');
    assert.deepEqual(batches()[0], [
      {
        specversion: '1.0',
        id: 'audit/1',
        source: 'urn:pimlico:t',
        type: 'pimlico.audit.recorded',
        time: '2026-11-23T08:00:00Z',
        subject: '7F3K',
        datacontenttype: 'application/json',
        data: {
          position: 1,
          event: 'activation.intended',
          actorId: ENGINEER,
          requestId: '7F3K',
          facts: { justification: 'INC-0', role: 'r' },
          link: { place: 1, hash: rows[0]?.hash },
        },
      },
    ]);
  });

  it('sends a record that was committed late after those that were linked before it', async () => {
    const late = await on.pool.connect();
    await late.query('begin');
    await late.query(`insert into pimlico.audit (event, at, facts) values ('message.dropped', now(), '{}')`);
    await record(120);
    await late.query('commit');
    late.release();
    await link();
    start();
    await until(isAt(121));
    const positions = batches().flatMap((batch) => batch.map(({ data }) => data.position));
    assert.deepEqual(positions, [...Array.from({ length: 120 }, (_, at) => at + 2), 1]);
    assert.deepEqual(ids(), upTo(121));
  });

  it('sends nothing that was erased', async () => {
    await record(1);
    await erasePerson(on.pool, ENGINEER);
    await on.record({
      event: 'approval.decided',
      at: on.clock.now(),
      actorId: APPROVER,
      requestId: null,
      facts: { outcome: 'approve' },
    });
    await link();
    start();
    await until(isAt(2));
    const told = batches().flatMap((batch) => batch.map(({ data }) => [data.actorId, data.facts]));
    assert.deepEqual(told, [
      [null, { role: 'r' }],
      [APPROVER, { outcome: 'approve' }],
    ]);
    assert.ok(!JSON.stringify(receiver.received).includes(ENGINEER));
  });

  it('loses nothing to a receiver that answers 500 for an hour, and sends all of it in order afterwards', async () => {
    receiver.answer({ status: 500 });
    await record(120);
    start();
    await until(hasFailed(1));
    const begun = on.clock.now();
    const pauses: number[] = [];
    for (let at = begun; begun.until(at).total('minutes') < 60; at = on.clock.now()) {
      const tries = receiver.received.length;
      // A second before it is due nothing happens.
      const { rows } = await on.pool.query<{ retry_at: Temporal.Instant }>('select retry_at from pimlico.audit_stream');
      const pause = at.until(rows[0]?.retry_at ?? at).total('seconds');
      pauses.push(pause);
      on.clock.advance({ seconds: pause - 1 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(receiver.received.length, tries);
      on.clock.advance({ seconds: 1 });
      await until(hasFailed(tries + 1));
    }
    assert.deepEqual(pauses.slice(0, 9), [5, 10, 20, 40, 80, 160, 320, 600, 600]);
    assert.deepEqual(new Set(ids()), new Set(upTo(100)));
    await record(1);
    receiver.begin();
    on.clock.advance('PT10M');
    await until(isAt(121));
    assert.deepEqual(ids(), upTo(121));
    assert.equal((await row())?.failures, 0);
    assert.ok(said.length > 10 && said.every((line) => line.startsWith('warn audit.not_sent ')));
    assert.match(said[0] ?? '', /"code":"webhook.refused","reason":"The receiver answered 500","failures":1/);
  });

  const ANSWERS: readonly (readonly [what: string, answer: ReceiverAnswer | null, says: RegExp])[] = [
    ['that never answers', null, /^warn audit\.not_sent .*webhook\.unavailable/],
    ['that is gone for good', { status: 410 }, /^error audit\.refused_by_receiver .*answered 410/],
    ['that wants another key', { status: 401 }, /^error audit\.refused_by_receiver .*answered 401/],
  ];
  for (const [what, answer, says] of ANSWERS) {
    it(`waits for a receiver ${what}, and goes on where it was`, async () => {
      receiver.answer(answer);
      await record(2);
      start({ timeoutMs: 100 });
      await until(hasFailed(1));
      assert.match(said[0] ?? '', says);
      assert.ok(!said.join().includes(receiver.url));
      receiver.begin();
      on.clock.advance('PT5S');
      await until(isAt(2));
      assert.deepEqual(ids(), upTo(2));
    });
  }

  it('does not follow a receiver elsewhere', async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.writeHead(204);
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    try {
      const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
      receiver.answer({ status: 308, headers: { location } });
      await record(1);
      start();
      await until(hasFailed(1));
      assert.equal(visits, 0);
      assert.match(said[0] ?? '', /^error audit\.refused_by_receiver .*answered 308/);
    } finally {
      elsewhere.close();
    }
  });

  it('leaves a receiver alone for as long as it asks, but for no more than an hour', async () => {
    receiver.answer({ status: 429, headers: { 'retry-after': '999999999' } });
    await record(1);
    start();
    await until(hasFailed(1));
    receiver.begin();
    on.clock.advance('PT59M');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(ids(), []);
    on.clock.advance('PT1M');
    await until(isAt(1));
  });

  it('goes on where another process stopped, and sends again what nobody wrote down as taken', async () => {
    await record(2);
    const first = start();
    await until(isAt(2));
    await first.stop();
    await on.pool.query('update pimlico.audit_stream set place = 1');
    await record(1);
    start();
    await until(isAt(3));
    assert.deepEqual(ids(), ['audit/1', 'audit/2', 'audit/2', 'audit/3']);
  });

  it('is sent by one replica at a time', async () => {
    await record(300);
    start();
    start();
    start();
    await until(isAt(300));
    assert.deepEqual(ids(), upTo(300));
    const other = await on.pool.connect();
    await other.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS['audit-stream']]);
    await record(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(ids().length, 300);
    await other.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS['audit-stream']]);
    other.release();
    await until(isAt(301));
  });

  it('goes past a record that somebody removed: its absence is for verify to tell', async () => {
    await record(3);
    await on.pool.query(
      'begin; set local session_replication_role = replica; delete from pimlico.audit where position = 2; commit',
    );
    start();
    await until(isAt(3));
    assert.deepEqual(ids(), ['audit/1', 'audit/3']);
  });
});

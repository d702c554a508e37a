import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import type { Log } from '../../../../src/ports/log.ts';
import { noTelemetry } from '../../../../src/ports/telemetry.ts';
import { keptTelemetry } from '../../../support/telemetry.ts';

const KEPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const KEPT_TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('TracedTelemetry', () => {
  it('puts the steps of a turn, and what is told in it, into one trace', async () => {
    const { telemetry, spans } = keptTelemetry();
    await telemetry.turn({ name: 'sentence' }, async () => {
      await telemetry.step({ name: 'plan', facts: { surface: 'directory' } }, async () => {
        telemetry.tell({ name: 'deliver', since: Date.now() });
      });
    });
    const [deliver, plan, sentence] = spans();
    assert.deepEqual([deliver?.name, plan?.name, sentence?.name], ['deliver', 'plan', 'sentence']);
    assert.equal(sentence?.parentSpanContext, undefined);
    assert.equal(plan?.parentSpanContext?.spanId, sentence?.spanContext().spanId);
    assert.equal(deliver?.parentSpanContext?.spanId, plan?.spanContext().spanId);
    assert.equal(new Set(spans().map((span) => span.spanContext().traceId)).size, 1);
    assert.deepEqual(plan?.attributes, { surface: 'directory' });
  });

  it('keeps turns apart that run at the same time', async () => {
    const { telemetry, spans } = keptTelemetry();
    const turn = (name: string) =>
      telemetry.turn({ name }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await telemetry.step({ name: `${name}.step` }, async () => undefined);
      });
    await Promise.all([turn('a'), turn('b')]);
    const traceOf = (name: string) =>
      spans()
        .find((span) => span.name === name)
        ?.spanContext().traceId;
    assert.equal(traceOf('a.step'), traceOf('a'));
    assert.equal(traceOf('b.step'), traceOf('b'));
    assert.notEqual(traceOf('a'), traceOf('b'));
  });

  it('goes on with a trace that was kept, by a turn, a step or what is told, and gives it on from there', async () => {
    const { telemetry, spans } = keptTelemetry();
    let given: string | null = null;
    await telemetry.turn({ name: 'timer', from: KEPT }, async () => {
      given = telemetry.trace();
    });
    await telemetry.turn({ name: 'sign-in' }, async () => {
      await telemetry.step({ name: 'go-on', from: KEPT }, async () => {
        assert.match(telemetry.trace() ?? '', new RegExp(`^00-${KEPT_TRACE}-`));
      });
    });
    telemetry.tell({ name: 'deliver', from: KEPT, since: Date.now() });
    const inTrace = spans().filter((span) => span.spanContext().traceId === KEPT_TRACE);
    assert.deepEqual(
      inTrace.map(({ name }) => name),
      ['timer', 'go-on', 'deliver'],
    );
    assert.equal(given, `00-${KEPT_TRACE}-${inTrace[0]?.spanContext().spanId}-01`);
    const signIn = spans().find(({ name }) => name === 'sign-in');
    assert.deepEqual(
      signIn?.links.map(({ context }) => context.traceId),
      [KEPT_TRACE],
    );
  });

  it('begins anew where what was kept is no trace', async () => {
    const { telemetry, spans } = keptTelemetry();
    const zeros = `00-${'0'.repeat(32)}-b7ad6b7169203331-01`;
    for (const from of ['', 'x', zeros, `${KEPT}-more`, KEPT.toUpperCase(), "00-'; drop table--01"]) {
      await telemetry.turn({ name: 'timer', from }, async () => telemetry.link(from));
      telemetry.tell({ name: 'deliver', from, since: Date.now() });
    }
    assert.deepEqual(new Set(spans().map(({ name }) => name)), new Set(['timer']));
    assert.ok(spans().every((span) => span.parentSpanContext === undefined && span.links.length === 0));
  });

  it('says the code of a failure and nothing of its text', async () => {
    const { telemetry, spans } = keptTelemetry();
    const fails = async (error: Error): Promise<void> => {
      const work = telemetry.turn({ name: 'sentence' }, () => Promise.reject(error));
      await assert.rejects(work, error);
    };
    await fails(new AccessError('graph.throttled', 'Megan Bowen was throttled'));
    await fails(new TypeError('Megan Bowen is not a function'));
    assert.deepEqual(
      spans().map(({ status, events }) => [status.message, events.length]),
      [
        ['graph.throttled', 0],
        ['unexpected', 0],
      ],
    );
  });

  it('counts what an activation cost the person, not the reader, and a batch by its parts', async () => {
    const { telemetry, series } = keptTelemetry();
    const call = (as: 'person' | 'reader', parts: number) =>
      telemetry.callsOf(as).call(
        { plane: 'graph', name: 'GET /me', parts },
        async () => 200,
        (status) => ({ status, requestId: null }),
      );
    await telemetry.turn({ name: 'sentence' }, async () => {
      await Promise.all([call('person', 1), call('reader', 1), call('person', 3)]);
      telemetry.activationAnswered();
    });
    const found = await series();
    assert.equal(found.get('pimlico_calls_per_activation_sum'), 4);
    assert.equal(found.get('pimlico_calls_total{plane="graph",as="person",status="200"}'), 2);
    assert.equal(found.get('pimlico_calls_total{plane="graph",as="reader",status="200"}'), 1);
  });

  it('counts throttling by plane, and calls without an answer as failed', async () => {
    const { telemetry, series, spans } = keptTelemetry();
    const { call } = telemetry.callsOf('bot');
    const wire = { plane: 'arm', name: 'GET roleEligibilitySchedules' } as const;
    await telemetry.turn({ name: 'sentence' }, async () => {
      await call(
        wire,
        async () => 429,
        (status) => ({ status, requestId: 'a-b' }),
      );
      await assert.rejects(call(wire, () => Promise.reject(new Error('gone')), Object));
    });
    const found = await series();
    assert.equal(found.get('pimlico_throttles_total{plane="arm"}'), 1);
    assert.equal(found.get('pimlico_throttles_total{plane="graph"}'), 0);
    assert.equal(found.get('pimlico_calls_total{plane="arm",as="bot",status="failed"}'), 1);
    assert.equal(found.get('pimlico_call_seconds_count{plane="arm"}'), 2);
    const [throttled] = spans();
    assert.equal(throttled?.name, 'arm GET roleEligibilitySchedules');
    assert.equal(throttled?.attributes['microsoft.request_id'], 'a-b');
  });

  it('takes the first answer of a turn only', async () => {
    const { telemetry, series } = keptTelemetry({ isTracing: false });
    await telemetry.turn({ name: 'sentence' }, async () => {
      telemetry.answered();
      telemetry.answered();
    });
    telemetry.answered();
    assert.equal((await series()).get('pimlico_time_to_first_answer_seconds_count{turn="sentence"}'), 1);
  });

  it('puts the trace on lines of the log inside a turn, and counts lines by event', async () => {
    const { telemetry, series } = keptTelemetry();
    const lines: unknown[] = [];
    const keep = (event: string, fields?: object) => void lines.push([event, fields]);
    const log: Log = telemetry.logged({ error: keep, warn: keep, info: keep });
    log.warn('outside', { a: 1 });
    let trace = '';
    await telemetry.turn({ name: 'sentence' }, async () => {
      trace = telemetry.trace()?.split('-')[1] ?? '';
      log.error('inside', { a: 2 });
    });
    assert.deepEqual(lines, [
      ['outside', { a: 1 }],
      ['inside', { a: 2, traceId: trace }],
    ]);
    assert.equal((await series()).get('pimlico_log_events_total{level="error",event="inside"}'), 1);
  });

  it('says how many turns are under way, and reads a gauge only when somebody looks', async () => {
    const { telemetry, series } = keptTelemetry();
    let reads = 0;
    telemetry.watch('pimlico_feed_lag_seconds', async () => {
      reads += 1;
      return reads === 1 ? [{ labels: {}, value: 12.5 }] : null;
    });
    telemetry.watch('pimlico_requests_without_approver', () => Promise.reject(new Error('no database')));
    assert.equal(reads, 0);
    await telemetry.turn({ name: 'sentence' }, async () => {
      const found = await series();
      assert.equal(found.get('pimlico_turns{state="under_way"}'), 1);
      assert.equal(found.get('pimlico_feed_lag_seconds'), 12.5);
      assert.equal(found.has('pimlico_requests_without_approver'), false);
    });
    assert.equal((await series()).get('pimlico_turns{state="under_way"}'), 0);
    assert.equal(reads, 2);
  });

  it('traces nothing outside of a turn, and nothing at all without a collector', async () => {
    const { telemetry, spans } = keptTelemetry();
    await telemetry.step({ name: 'transaction' }, async () => undefined);
    telemetry.tell({ name: 'deliver', since: Date.now() });
    assert.deepEqual(spans(), []);
    const metricsOnly = keptTelemetry({ isTracing: false });
    await metricsOnly.telemetry.turn({ name: 'sentence', from: KEPT }, async () => {
      assert.equal(metricsOnly.telemetry.trace(), null);
    });
    assert.deepEqual(metricsOnly.spans(), []);
  });
});

describe('noTelemetry', () => {
  it('does the work it is given and nothing else', async () => {
    const work = async () => 'done';
    const begin = { name: 'sentence' };
    assert.equal(await noTelemetry.turn(begin, work), 'done');
    assert.equal(await noTelemetry.step(begin, work), 'done');
    const read = () => assert.fail('nobody looks');
    assert.equal(await noTelemetry.callsOf('person').call({ plane: 'graph', name: 'GET /me' }, work, read), 'done');
    assert.equal(noTelemetry.trace(), null);
  });
});

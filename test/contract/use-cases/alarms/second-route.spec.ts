import assert from 'node:assert/strict';
import { Secret } from '../../../../src/adapters/identity/secret.ts';
import { createSignedWebhook } from '../../../../src/adapters/webhook/signed-webhook.ts';
import { AccessError } from '../../../../src/errors.ts';
import { ALARM } from '../../../support/alarm-notices.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';
import { startReceiver } from '../../webhook/receiver.ts';
import { anAlarmBench, aWebhook, SECURITY } from './alarm-bench.ts';

const refused = (options: { readonly retryable: boolean; readonly retryAfter?: Temporal.Duration }) =>
  new AccessError('webhook.refused', 'The receiver answered 500', options);

describe('the second route of an alarm', () => {
  it('is not taken when the channel has the card within a minute', async () => {
    const { webhook, sent } = aWebhook();
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    await bench.passes('PT59S');
    await bench.takes(SECURITY);
    await bench.passes('PT2H');
    assert.deepEqual([sent, await bench.waiting(), bench.lines], [[], [], []]);
  });

  it('is taken after a minute when the channel has nothing, although a person does', async () => {
    const { webhook, sent } = aWebhook();
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    await bench.takes(bench.seeded.idOf('oncall'));
    await bench.passes('PT59S');
    assert.equal(sent.length, 0);
    await bench.passes('PT1S');
    const [card] = (await bench.posted()).filter(({ recipient }) => recipient === SECURITY);
    assert.deepEqual(
      sent.map((event) => ({ ...event, at: event.at.toString() })),
      [
        {
          id: card?.id,
          type: 'pimlico.alarm.raised',
          at: '2026-11-23T09:01:00Z',
          subject: 'A1B2',
          data: {
            alarm: 'error',
            summary: 'This pack cannot be pulled as it is set up',
            undelivered: SECURITY,
            facts: { code: 'breakglass.pack_broken', facts: { name: 'payments' }, suggestions: [], reference: null },
          },
        },
      ],
    );
    assert.deepEqual(await bench.facts('alarm.second_route'), [
      { story: 'A1B2', slot: 'error', card: 'error', attempts: '1' },
    ]);
    assert.deepEqual(await bench.waiting(), []);
  });

  it('does not say whom Teams would have called', async () => {
    const { webhook, sent } = aWebhook();
    const bench = await anAlarmBench(webhook);
    await bench.raises({ notice: ALARM });
    await bench.passes('PT1M');
    const { card, mentions, ...facts } = ALARM;
    assert.deepEqual(
      sent.map(({ data }) => data),
      [
        {
          alarm: 'alarm',
          summary:
            'Alex Wilber had Contoso-App-Assignment-Operator beside Contributor on rg-payments, against the rulebook',
          undelivered: SECURITY,
          facts,
        },
      ],
    );
  });

  it('is taken for each alarm of a story', async () => {
    const { webhook, sent } = aWebhook();
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    await bench.raises({ slot: 'second' });
    await bench.passes('PT1M');
    assert.equal(new Set(sent.map(({ id }) => id)).size, 2);
  });

  it('is an error in the log, once, where there is no webhook', async () => {
    const bench = await anAlarmBench(null);
    await bench.raises();
    await bench.passes('PT48H');
    assert.deepEqual([bench.lines, await bench.waiting()], [['error alarm.undelivered'], []]);
    assert.deepEqual(await bench.facts('alarm.second_route'), []);
  });

  it('is taken again until the receiver takes it, each time after a longer pause', async () => {
    const { webhook, sent } = aWebhook(Array(4).fill(refused({ retryable: true })));
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    // 15, 30, 60 and 120 seconds after the first minute.
    await bench.passes('PT284S');
    assert.deepEqual(sent, []);
    await bench.passes('PT1S');
    assert.equal(sent.length, 1);
    assert.deepEqual((await bench.facts('alarm.second_route'))[0]?.attempts, '5');
    assert.deepEqual(bench.lines, [...Array(4).fill('error alarm.undelivered'), 'warn alarm.second_route']);
  });

  it('waits for as long as the receiver asks for', async () => {
    const retryAfter = Temporal.Duration.from({ minutes: 10 });
    const { webhook, sent } = aWebhook([refused({ retryable: true, retryAfter })]);
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    await bench.passes('PT659S');
    assert.deepEqual(sent, []);
    await bench.passes('PT1S');
    assert.equal(sent.length, 1);
  });

  it('is looked at once a day at least, also where the receiver says no for good', async () => {
    const retryAfter = Temporal.Duration.from({ hours: 1_000 });
    const failures = [refused({ retryable: true, retryAfter }), ...Array(20).fill(refused({ retryable: false }))];
    const { webhook, sent } = aWebhook(failures);
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    await bench.passes('PT24H1M');
    assert.equal(bench.lines.length, 2);
    await bench.passes('PT288H');
    assert.equal(sent.length, 1);
  });

  it('is left when the channel has the card after all', async () => {
    const { webhook, sent } = aWebhook(Array(9).fill(refused({ retryable: true })));
    const bench = await anAlarmBench(webhook);
    await bench.raises();
    await bench.passes('PT2M');
    await bench.takes(SECURITY);
    await bench.passes('PT48H');
    assert.deepEqual([sent, await bench.waiting(), await bench.facts('alarm.second_route')], [[], [], []]);
  });

  it('is left where one of the people has it and there is no channel', async () => {
    const { webhook, sent } = aWebhook();
    const bench = await anAlarmBench(webhook);
    const people = [
      { id: bench.seeded.idOf('oncall'), name: 'Lynne Robbins' },
      { id: bench.seeded.idOf('oncall2'), name: 'Isaiah Langer' },
    ];
    await bench.raises({ story: 'told', to: { channel: null, people } });
    await bench.takes(bench.seeded.idOf('oncall2'));
    await bench.raises({ story: 'untold', to: { channel: null, people } });
    await bench.passes('PT1M');
    assert.deepEqual(
      sent.map(({ subject }) => subject),
      ['untold'],
    );
  });

  it('loses nothing when the receiver answers 500 for an hour', async () => {
    const receiver = await startReceiver();
    try {
      receiver.answer({ status: 500 });
      const secret = new Secret('a-key-of-24-characters-or-more');
      const clock = createFakeClock();
      const bench = await anAlarmBench(
        createSignedWebhook({ url: receiver.url, secret, source: 'urn:pimlico:t', clock }),
      );
      await bench.raises({ story: 'first' });
      await bench.raises({ story: 'second' });
      await bench.passes('PT1H');
      receiver.begin();
      await bench.passes('PT1H');
      const subjects = receiver.received.flatMap(({ body }) => JSON.parse(body) as { readonly subject: string }[]);
      assert.deepEqual(subjects.map(({ subject }) => subject).toSorted(), ['first', 'second']);
      assert.equal((await bench.facts('alarm.second_route')).length, 2);
    } finally {
      await receiver.close();
    }
  });
});

import assert from 'node:assert/strict';
import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import { METRICS } from '../../src/ports/metrics.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const WORDS = 'zebra crossing on the ninth floor';
const ANSWER = 'quokka says it looks right';

const STORY: readonly string[] = [
  'approver: help',
  `engineer: activate Contoso-App-Assignment-Operator for 1h because ${WORDS}`,
  '@forge contractor [Approve] of approver2',
  `approver: [Approve] justification="${ANSWER}"`,
  '@clock +50m',
  '@clock +20m',
  'engineer: who has Contoso-App-Assignment-Operator',
  'oncall: my roles',
  'engineer: activate "Nothing of the kind" for 1h because nobody has it',
  'engineer: deactivate everything',
];

describe('what operators see', () => {
  let database: FreshDatabase;
  let collector: OtlpReceiver;
  let stage: Stage;
  let text = '';
  const lines: string[] = [];

  before(async function () {
    this.timeout(60_000);
    [database, collector] = await Promise.all([freshDatabase(), startOtlpReceiver()]);
    stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: { PIMLICO_LOG_LEVEL: 'debug', PIMLICO_METRICS: 'on', PIMLICO_OTLP_URL: collector.url },
      onBotLine: (line) => lines.push(line),
      onBoot: () => undefined,
    });
    const player = new Player(stage, () => undefined);
    for (const source of STORY) {
      await player.playLine({ number: 1, source, step: readStep(source) });
    }
    text = await (await fetch(`${stage.botUrl}/metrics`)).text();
    await stage.stopBot();
  });

  after(async () => {
    await stage.close();
    await collector.close();
    await database.drop();
  });

  const named = (name: string): readonly ReceivedSpan[] => collector.spans.filter((span) => span.name === name);
  const sentence = (): ReceivedSpan => {
    const asked = named('sentence').find(({ facts }) => facts['pimlico.command'] === 'activate');
    assert.ok(asked !== undefined, collector.spans.map(({ name }) => name).join(' '));
    return asked;
  };
  const decision = (): ReceivedSpan => {
    const request = inTraceOf(sentence()).flatMap(({ facts }) => facts['pimlico.request'] ?? [])[0];
    assert.match(String(request), /^[A-Z0-9]{4,}$/);
    const press = named('press').find(
      ({ facts }) => facts['pimlico.request'] === request && facts['pimlico.verb'] === 'send-approve',
    );
    assert.ok(press !== undefined, JSON.stringify(named('press').map(({ facts }) => facts)));
    return press;
  };
  const inTraceOf = ({ traceId }: ReceivedSpan): readonly ReceivedSpan[] =>
    collector.spans.filter((span) => span.traceId === traceId);
  const cardsIn = (spans: readonly ReceivedSpan[]): readonly unknown[] =>
    spans.filter(({ name }) => name === 'deliver').map(({ facts }) => facts['pimlico.card']);

  it('is one trace from the sentence over PIM to the cards of approvers, which a job brings', () => {
    const spans = inTraceOf(sentence());
    const names = spans.map(({ name }) => name);
    for (const name of ['parse', 'plan', 'transaction', 'login token']) {
      assert.ok(names.includes(name), `${name} is not in ${names.join(', ')}`);
    }
    const call = spans.find(
      ({ name }) => name === 'graph POST /roleManagement/directory/roleAssignmentScheduleRequests',
    );
    assert.equal(call?.facts['http.response.status_code'], 201);
    assert.match(String(call?.facts['microsoft.request_id']), /^[\w-]{8,}$/);
    const cards = cardsIn(spans);
    assert.deepEqual([...cards].sort(), ['activation-pending', 'approval-request', 'approval-request', 'sign-in']);
  });

  it('leads from the decision, and from what fired long after it, to the request', () => {
    const press = decision();
    assert.ok(press.links.includes(sentence().traceId), JSON.stringify(press));
    const spans = inTraceOf(press);
    const timers = spans.filter(({ name }) => name === 'timer').map(({ facts }) => facts['pimlico.timer']);
    assert.ok(timers.includes('activation.remind'), timers.join(', '));
    for (const card of ['approval-decided', 'activation-active', 'expiry-reminder', 'activation-ended']) {
      assert.ok(cardsIn(spans).includes(card), `${card} is not in ${cardsIn(spans).join(', ')}`);
    }
  });

  it('holds every step in its parent, and every parent is there', () => {
    const known = new Set(collector.spans.map(({ spanId }) => spanId));
    const lost = collector.spans.filter(({ parentSpanId }) => parentSpanId !== '' && !known.has(parentSpanId));
    assert.deepEqual(lost, []);
  });

  it('carries the id of the trace on the lines of the log', () => {
    const traced = lines.flatMap((line) =>
      line.includes('"traceId"') ? [JSON.parse(line) as { traceId: string }] : [],
    );
    assert.ok(traced.length > 0, lines.join('\n'));
    const known = new Set(collector.spans.map(({ traceId }) => traceId));
    assert.deepEqual(
      traced.filter(({ traceId }) => !known.has(traceId)),
      [],
    );
  });

  it('counts what happened in metrics that the catalogue knows', () => {
    const values = new Map(text.split('\n').flatMap((line) => (/^[^#]/.test(line) ? [pairOf(line)] : [])));
    const names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ''));
    assert.deepEqual(
      [...names].filter((name) => !(name in METRICS)),
      [],
    );
    for (const [series, value] of [
      ['pimlico_requests_asked_total{surface="directory"}', '1'],
      ['pimlico_requests_total{surface="directory",outcome="active"}', '1'],
      ['pimlico_approval_asks_total{reach="asked"}', '2'],
      ['pimlico_time_to_approval_seconds_count{surface="directory",outcome="approved"}', '1'],
      ['pimlico_time_to_active_seconds_count{surface="directory"}', '1'],
      ['pimlico_calls_per_activation_count', '1'],
      ['pimlico_timer_lateness_seconds_count{kind="activation.remind"}', '1'],
      ['pimlico_throttles_total{plane="graph"}', '0'],
      ['pimlico_cards{state="dead"}', '0'],
      ['pimlico_requests_without_approver', '0'],
      ['pimlico_ready{part="database"}', '1'],
      ['pimlico_jobs{state="exhausted"}', '0'],
    ] as const) {
      assert.equal(values.get(series), value, series);
    }
    for (const series of [
      'pimlico_cards{state="live"}',
      'pimlico_cards{state="retired"}',
      'pimlico_deliveries_total{result="delivered"}',
      'pimlico_time_to_first_answer_seconds_count{turn="sentence"}',
      'pimlico_time_to_first_answer_seconds_count{turn="press"}',
      'pimlico_calls_total{plane="graph",as="person",status="201"}',
      'pimlico_calls_total{plane="teams",as="bot",status="201"}',
      'pimlico_jobs_total{task="deliver",result="done"}',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(Number(values.get(series)) > 0, `${series} is ${values.get(series)}`);
    }
  });

  it('tells no names, no addresses and no words of anybody', async () => {
    const { rows } = await database.pool.query<{ id: string; name: string }>('select id, name from pimlico.people');
    const people = rows.flatMap(({ name }) => [name, ...name.split(' ')]);
    assert.ok(people.length >= 6, people.join());
    const needles = [
      ...people,
      'onmicrosoft.com',
      '@contoso',
      ...WORDS.split(' ').slice(0, 2),
      WORDS,
      ANSWER,
      'quokka',
    ];
    const seen = [
      ...lines.map((line) => ['log', line]),
      ...collector.bodies.map((body) => ['otlp', body]),
      ['metrics', text],
    ] as const;
    const found = needles.flatMap((needle) =>
      seen.flatMap(([where, held]) =>
        held?.toLowerCase().includes(needle.toLowerCase()) ? [`${needle} in ${where}: ${held.slice(0, 300)}`] : [],
      ),
    );
    assert.deepEqual(found, []);
    const ids = rows.map(({ id }) => id);
    const labelled = collector.bodies.filter((body) => ids.some((id) => body.includes(id)));
    assert.deepEqual(labelled, [], 'an id of a person left the house');
  });
});

function pairOf(line: string): readonly [string, string] {
  const at = line.lastIndexOf(' ');
  return [line.slice(0, at), line.slice(at + 1)];
}

import { TENANT_EVENTS } from './tenant-feed.ts';

/** What is measured of one thing: the name is the same in OpenTelemetry and in Prometheus' text. */
export interface Metric {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly help: string;
  /** Each takes few values: never an id of a person, a request or a role. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
  /** Counted from 0 on, so that the first one is seen as a rise. */
  readonly starts?: readonly Readonly<Record<string, string>>[];
}

const SOON = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 30, 60] as const;
const LATER = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400] as const;
const SURFACES = ['directory', 'group', 'azure'] as const;

/** Every metric there is. The paper of operations, the dashboard and the alerts are compared with this. */
export const METRICS = {
  pimlico_activities_total: { kind: 'counter', labels: ['status'], help: 'Requests to /api/messages by HTTP status.' },
  pimlico_requests_asked_total: {
    kind: 'counter',
    labels: ['surface'],
    help: 'Activations that people asked for.',
    starts: SURFACES.map((surface) => ({ surface })),
  },
  pimlico_requests_total: {
    kind: 'counter',
    labels: ['surface', 'outcome'],
    help: 'Activation requests by what became of them: active, denied, canceled, expired, failed.',
  },
  pimlico_approval_asks_total: {
    kind: 'counter',
    labels: ['reach'],
    help: 'Approvers of requests by whether the bot could write to them: asked, unreachable.',
    starts: [{ reach: 'asked' }, { reach: 'unreachable' }],
  },
  pimlico_time_to_first_answer_seconds: {
    kind: 'histogram',
    labels: ['turn'],
    help: 'From the arrival of a sentence to the first card that Teams took, or of a press to its answer.',
    buckets: SOON,
  },
  pimlico_time_to_approval_seconds: {
    kind: 'histogram',
    labels: ['surface', 'outcome'],
    help: 'From the ask to the decision: approved, denied.',
    buckets: LATER,
  },
  pimlico_time_to_active_seconds: {
    kind: 'histogram',
    labels: ['surface'],
    help: 'From the ask to access, approval included, for activations that begin at once.',
    buckets: [0.5, 1, 2, ...LATER],
  },
  pimlico_calls_per_activation: {
    kind: 'histogram',
    labels: [],
    help: "Calls with the person's token from the sentence to PIM's answer, parts of a batch singly.",
    buckets: [1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 40],
  },
  pimlico_calls_total: {
    kind: 'counter',
    labels: ['plane', 'as', 'status'],
    help: 'Calls to Microsoft (graph, arm, teams, login) by identity (person, reader, bot) and HTTP status; failed: no answer.',
  },
  pimlico_call_seconds: {
    kind: 'histogram',
    labels: ['plane'],
    help: 'How long a call to Microsoft took.',
    buckets: SOON,
  },
  pimlico_throttles_total: {
    kind: 'counter',
    labels: ['plane'],
    help: 'Calls that Microsoft answered with 429.',
    starts: [{ plane: 'graph' }, { plane: 'arm' }, { plane: 'teams' }],
  },
  pimlico_divergences_total: {
    kind: 'counter',
    labels: ['kind'],
    help: "What PIM's log told that the bot had not done itself, by kind.",
    starts: TENANT_EVENTS.map((kind) => ({ kind })),
  },
  pimlico_divergence_seconds: {
    kind: 'histogram',
    labels: ['kind'],
    help: 'From something done elsewhere to the cards that tell it.',
    buckets: LATER,
  },
  pimlico_feed_lag_seconds: {
    kind: 'gauge',
    labels: [],
    help: "Seconds since PIM's log last answered; absent while it is not read.",
  },
  pimlico_deliveries_total: {
    kind: 'counter',
    labels: ['result'],
    help: 'Attempts to send a card by result: delivered, retry, early (put off by the limits), dead.',
    starts: [{ result: 'delivered' }, { result: 'retry' }, { result: 'dead' }],
  },
  pimlico_cards: {
    kind: 'gauge',
    labels: ['state'],
    help: 'Cards in the database: live, retired (both estimated when there are very many), due, dead.',
  },
  pimlico_requests_without_approver: {
    kind: 'gauge',
    labels: [],
    help: 'Requests that wait for a decision and no approver of which got a card.',
  },
  pimlico_timers_overdue_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'How long the oldest due timer has waited to become a job.',
  },
  pimlico_timer_lateness_seconds: {
    kind: 'histogram',
    labels: ['kind'],
    help: 'When a timer fired minus when it was due; kind activation.remind is the reminder.',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800],
  },
  pimlico_jobs: { kind: 'gauge', labels: ['state'], help: 'Jobs in the database: ready, running, waiting, exhausted.' },
  pimlico_jobs_total: {
    kind: 'counter',
    labels: ['task', 'result'],
    help: 'Runs of jobs by task (deliver, timer) and result: done, failed.',
    starts: ['deliver', 'timer'].flatMap((task) => [
      { task, result: 'done' },
      { task, result: 'failed' },
    ]),
  },
  pimlico_turns: {
    kind: 'gauge',
    labels: ['state'],
    help: 'Turns of this replica: under_way, waiting for their place.',
  },
  pimlico_paused: {
    kind: 'gauge',
    labels: ['stops'],
    help: '1 while an administrator has the bot paused: usual (break-glass packs can be pulled), everything; else 0.',
  },
  pimlico_ready: { kind: 'gauge', labels: ['part'], help: '1 when the part that /readyz names is ready, else 0.' },
  pimlico_database_unavailable_total: {
    kind: 'counter',
    labels: [],
    help: 'Statements and transactions that found no database.',
    starts: [{}],
  },
  pimlico_log_events_total: {
    kind: 'counter',
    labels: ['level', 'event'],
    help: 'Lines of the log by level and event.',
  },
  process_resident_memory_bytes: { kind: 'gauge', labels: [], help: 'Resident memory of this replica.' },
} as const satisfies Readonly<Record<string, Metric>>;

type Metrics = typeof METRICS;
type NameOf<Kind extends Metric['kind']> = {
  [Name in keyof Metrics]: Metrics[Name]['kind'] extends Kind ? Name : never;
}[keyof Metrics];

export type CounterName = NameOf<'counter'>;
export type HistogramName = NameOf<'histogram'>;
export type GaugeName = NameOf<'gauge'>;

/** The labels of a metric, each with its value. */
export type LabelsOf<Name extends keyof Metrics> = Readonly<Record<Metrics[Name]['labels'][number], string>>;

/** Prints the metrics as the table of the paper of operations. */
export function metricsTable(): string {
  const rows = Object.entries<Metric>(METRICS).map(
    ([name, { kind, labels, help }]) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return ['| Metric | Kind | Labels | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

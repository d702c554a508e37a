import { percentile } from '../figure.ts';
import { type Outcome, STAGES, type Stage } from './model.ts';

/** Waiting times in milliseconds. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Report {
  readonly arrivals: number;
  readonly answered: number;
  /** Most arrivals in one minute. */
  readonly busiestMinute: number;
  /** From the sentence to the card that says what became of it, and the parts of it that were waiting. */
  readonly answer: Spread;
  readonly waiting: Readonly<Record<Stage, Spread>>;
  readonly approverCards: Spread;
  readonly reminders: Spread;
  /** Where most of the waiting was, and which part of it; null when an answer in a hundred at most waited for a second. */
  readonly bottleneck: { readonly stage: Stage; readonly part: number } | null;
  readonly refused: Outcome['refused'];
  readonly told: Outcome['told'];
  readonly graphThrottled: number;
  readonly teamsCalls: number;
}

const MINUTE_MS = 60_000;
const NOTICED_MS = 1_000;

export function reportOf(arrivals: readonly number[], outcome: Outcome): Report {
  const { answers, approverCards, reminders, ...rest } = outcome;
  const waits = (stage: Stage): readonly number[] => answers.map((answer) => answer[stage]);
  const totals = STAGES.map((stage) => ({ stage, sum: waits(stage).reduce((a, b) => a + b, 0) }));
  const [most] = totals.toSorted((a, b) => b.sum - a.sum);
  const all = totals.reduce((a, { sum }) => a + sum, 0);
  const whole = spreadOf(answers.map((answer) => STAGES.reduce((sum, stage) => sum + answer[stage], 0)));
  return {
    arrivals: arrivals.length,
    answered: answers.length,
    busiestMinute: Math.max(
      0,
      ...Map.groupBy(arrivals, (atMs) => Math.floor(atMs / MINUTE_MS))
        .values()
        .map((one) => one.length),
    ),
    answer: spreadOf(answers.map((answer) => answer.whole)),
    waiting: {
      line: spreadOf(waits('line')),
      processor: spreadOf(waits('processor')),
      microsoft: spreadOf(waits('microsoft')),
      teams: spreadOf(waits('teams')),
    },
    approverCards: spreadOf(approverCards),
    reminders: spreadOf(reminders),
    bottleneck:
      most === undefined || whole.p99 < NOTICED_MS
        ? null
        : { stage: most.stage, part: Math.round((100 * most.sum) / all) / 100 },
    ...rest,
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const at = (part: number): number => (values.length === 0 ? 0 : percentile(values, part));
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const NAMES: Readonly<Record<Stage, string>> = {
  line: 'waiting for a turn',
  processor: 'waiting for a processor',
  microsoft: 'waiting until Graph may be asked',
  teams: 'waiting until Teams may be told',
};

/** The report for people, with seconds. */
export function tableOf(report: Report): string {
  const line = (name: string, { count, ...spread }: Spread): string =>
    [
      name.padEnd(36),
      String(count).padStart(8),
      ...Object.values(spread).map((ms) => (ms / 1_000).toFixed(1).padStart(9)),
    ].join('');
  const { waiting, bottleneck, refused, told } = report;
  return [
    `${'seconds'.padEnd(36)}${['count', 'p50', 'p95', 'p99', 'max'].map((name, index) => name.padStart(index === 0 ? 8 : 9)).join('')}`,
    line('from the sentence to its answer', report.answer),
    ...STAGES.map((stage) => line(`  ${NAMES[stage]}`, waiting[stage])),
    line('cards of approvers, late by', report.approverCards),
    line('reminders, late by', report.reminders),
    '',
    `${report.arrivals} activations, ${report.busiestMinute} in the busiest minute; ${report.answered} answered`,
    `asked to say it again: ${refused.askAgain}; refused: ${refused.lineFull} (line full), ${refused.tooMany} (too many of one person)`,
    `told their number: ${told.number}; told that Microsoft is busy: ${told.microsoftBusy}`,
    `calls to Teams: ${report.teamsCalls}; calls that Graph throttled: ${report.graphThrottled}`,
    bottleneck === null
      ? 'bottleneck: none, 99 of 100 wait for less than a second'
      : `bottleneck: ${NAMES[bottleneck.stage]} (${Math.round(bottleneck.part * 100)} % of all waiting)`,
  ].join('\n');
}

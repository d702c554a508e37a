import type { Log } from './log.ts';
import type { CounterName, GaugeName, HistogramName, LabelsOf } from './metrics.ts';

/** What is said of a step: ids of requests and cards, codes and kinds. Never ids, names or words of people. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Where a trace is taken up again: W3C's `traceparent`, as it is kept beside what goes on later. */
export type TraceParent = string;

export interface Begin {
  /** A constant of the program. */
  readonly name: string;
  readonly facts?: Facts;
  /** The trace to go on with; without one a turn begins its own, and a step belongs to what is under way. */
  readonly from?: TraceParent | null;
}

/** Something that is over: it is told with the time it began. */
export interface Happening extends Begin {
  /** Milliseconds of the Unix epoch, by the machine's clock. */
  readonly since: number;
}

export interface MicrosoftCall {
  readonly plane: 'graph' | 'arm' | 'teams' | 'login';
  /** Method and route without ids, names and query. */
  readonly name: string;
  /** More than 1 for a batch. */
  readonly parts?: number;
}

/** How Microsoft answered: a status, and the id by which Microsoft finds the call again. */
export interface CallEnd {
  readonly status: number | null;
  readonly requestId: string | null;
}

/** Watches the calls that one identity makes. */
export interface CallWatch {
  call<Answer>(call: MicrosoftCall, work: () => Promise<Answer>, read: (answer: Answer) => CallEnd): Promise<Answer>;
}

export interface Reading<Name extends GaugeName> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** What operators see of the bot: a trace for each turn, and metrics. None of it ever fails or holds up the work. */
export interface Telemetry {
  /** False when nobody looks: then everything here does nothing but the work it is given. */
  readonly isOn: boolean;
  /** Carries out what somebody or something began: a sentence, a press, a timer. */
  turn<T>(begin: Begin, work: () => Promise<T>): Promise<T>;
  /** Carries out a part of a turn; outside of a turn nothing is traced. */
  step<T>(begin: Begin, work: () => Promise<T>): Promise<T>;
  /** Tells of a part that is over, in the trace it belongs to. */
  tell(happening: Happening): void;
  /** Says more about the turn that is under way. */
  note(facts: Facts): void;
  /** Says that the turn under way is about what began in that trace. */
  link(to: TraceParent | null): void;
  /** The trace of the turn under way, to be kept with what goes on later; null when there is none. */
  trace(): TraceParent | null;
  /** The person of the turn under way sees an answer; only the first counts. */
  answered(): void;
  /** PIM has answered an activation: counts what the turn under way has cost in calls so far. */
  activationAnswered(): void;
  callsOf(as: 'person' | 'reader' | 'bot'): CallWatch;
  /** The same log, with the trace's id on each line, and its lines counted by event. */
  logged(log: Log): Log;
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): void;
  record<Name extends HistogramName>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** Asks for a gauge when somebody reads it; once for each name and source. What fails or is null is left out. */
  watch<Name extends GaugeName>(name: Name, read: () => Promise<readonly Reading<Name>[] | null>): void;
}

const uncounted: CallWatch = { call: (_call, work) => work() };

/** Nobody looks. */
export const noTelemetry: Telemetry = {
  isOn: false,
  turn: (_begin, work) => work(),
  step: (_begin, work) => work(),
  tell: () => undefined,
  note: () => undefined,
  link: () => undefined,
  trace: () => null,
  answered: () => undefined,
  activationAnswered: () => undefined,
  callsOf: () => uncounted,
  logged: (log) => log,
  count: () => undefined,
  record: () => undefined,
  watch: () => undefined,
};

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import type { Log } from '../../ports/log.ts';
import type { Begin, CallEnd, CallWatch, Facts, Happening, MicrosoftCall, Telemetry } from '../../ports/telemetry.ts';
import type { Meters } from './meters.ts';
import { contextOf, ended, inside, readTraceParent, writeTraceParent } from './spans.ts';

/** One sentence, press or timer. */
interface Turn {
  readonly name: string;
  readonly startedAt: number;
  calls: number;
  isAnswered: boolean;
}

/** Where the program is: every piece of asynchronous work knows its own. */
interface Frame {
  readonly turn: Turn;
  /** The turn's own span: what is kept for later goes on from here. Null when only metrics are wanted. */
  readonly home: Span | null;
  /** The innermost step. */
  readonly span: Span | null;
}

/** Traces and metrics by OpenTelemetry. Without a tracer there are metrics only. */
export class TracedTelemetry implements Telemetry {
  readonly isOn = true;
  readonly count: Telemetry['count'];
  readonly record: Telemetry['record'];
  readonly watch: Telemetry['watch'];
  readonly #tracer: Tracer | null;
  readonly #frames = new AsyncLocalStorage<Frame>();
  #underWay = 0;

  constructor(meters: Meters, tracer: Tracer | null) {
    this.count = meters.count;
    this.record = meters.record;
    this.watch = meters.watch;
    this.#tracer = tracer;
    this.watch('pimlico_turns', async () => [{ labels: { state: 'under_way' }, value: this.#underWay }]);
  }

  async turn<T>(begin: Begin, work: () => Promise<T>): Promise<T> {
    const turn: Turn = { name: begin.name, startedAt: performance.now(), calls: 0, isAnswered: false };
    const span = this.#start(begin, SpanKind.SERVER, contextOf(begin.from));
    this.#underWay += 1;
    try {
      return await this.#frames.run({ turn, home: span, span }, () => ended(span, work));
    } finally {
      this.#underWay -= 1;
    }
  }

  async step<T>(begin: Begin, work: () => Promise<T>): Promise<T> {
    const frame = this.#frames.getStore();
    if (frame === undefined || frame.span === null) {
      return await work();
    }
    const elsewhere = contextOf(begin.from);
    const span = this.#start(begin, SpanKind.INTERNAL, elsewhere ?? inside(frame.span));
    const home = elsewhere === null ? frame.home : span;
    this.link(begin.from ?? null);
    return await this.#frames.run({ ...frame, home, span }, () => ended(span, work));
  }

  tell({ since, ...begin }: Happening): void {
    const span = this.#frames.getStore()?.span ?? null;
    const parent = contextOf(begin.from) ?? (span === null ? null : inside(span));
    if (parent !== null) {
      this.#start(begin, SpanKind.PRODUCER, parent, since)?.end();
    }
  }

  note(facts: Facts): void {
    this.#frames.getStore()?.home?.setAttributes(facts);
  }

  link(to: string | null): void {
    const context = readTraceParent(to);
    const home = this.#frames.getStore()?.home ?? null;
    if (context !== null && home !== null && home.spanContext().traceId !== context.traceId) {
      home.addLink({ context });
    }
  }

  trace(): string | null {
    const home = this.#frames.getStore()?.home ?? null;
    return home === null ? null : writeTraceParent(home.spanContext());
  }

  answered(): void {
    const turn = this.#frames.getStore()?.turn;
    if (turn !== undefined && !turn.isAnswered) {
      turn.isAnswered = true;
      const seconds = (performance.now() - turn.startedAt) / 1_000;
      this.record('pimlico_time_to_first_answer_seconds', seconds, { turn: turn.name });
    }
  }

  activationAnswered(): void {
    const turn = this.#frames.getStore()?.turn;
    if (turn !== undefined) {
      this.record('pimlico_calls_per_activation', turn.calls, {});
    }
  }

  callsOf(as: 'person' | 'reader' | 'bot'): CallWatch {
    return { call: (call, work, read) => this.#watchCall(as, call, { work, read }) };
  }

  logged(log: Log): Log {
    const line =
      (level: 'error' | 'warn' | 'info') =>
      (event: string, fields?: Readonly<Record<string, unknown>>): void => {
        this.count('pimlico_log_events_total', { level, event });
        const traceId = this.#frames.getStore()?.home?.spanContext().traceId;
        log[level](event, traceId === undefined ? fields : { ...fields, traceId });
      };
    return { error: line('error'), warn: line('warn'), info: line('info') };
  }

  async #watchCall<Answer>(
    as: string,
    { plane, name, parts = 1 }: MicrosoftCall,
    { work, read }: { readonly work: () => Promise<Answer>; readonly read: (answer: Answer) => CallEnd },
  ): Promise<Answer> {
    const frame = this.#frames.getStore();
    if (frame !== undefined && as === 'person') {
      frame.turn.calls += parts;
    }
    const parent = frame?.span ?? null;
    const span =
      parent === null
        ? null
        : this.#start({ name: `${plane} ${name}`, facts: { 'pimlico.as': as } }, SpanKind.CLIENT, inside(parent));
    const startedAt = performance.now();
    let end: CallEnd = { status: null, requestId: null };
    try {
      return await ended(span, async () => {
        const answer = await work();
        end = read(answer);
        span?.setAttributes(factsOf(end));
        return answer;
      });
    } finally {
      const status = end.status === null ? 'failed' : String(end.status);
      this.count('pimlico_calls_total', { plane, as, status });
      this.record('pimlico_call_seconds', (performance.now() - startedAt) / 1_000, { plane });
      if (end.status === 429) {
        this.count('pimlico_throttles_total', { plane });
      }
    }
  }

  #start({ name, facts = {} }: Begin, kind: SpanKind, parent: Context | null, since?: number): Span | null {
    const options = { kind, attributes: { ...facts }, ...(since !== undefined && { startTime: since }) };
    return this.#tracer?.startSpan(name, options, parent ?? ROOT_CONTEXT) ?? null;
  }
}

/** Microsoft's own id finds the call in Microsoft's logs. */
function factsOf({ status, requestId }: CallEnd): Facts {
  return {
    ...(status !== null && { 'http.response.status_code': status }),
    ...(requestId !== null && { 'microsoft.request_id': requestId }),
  };
}

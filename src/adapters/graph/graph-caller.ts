import { randomUUID } from 'node:crypto';
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import { type CallEnd, type CallWatch, noTelemetry } from '../../ports/telemetry.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { FREE_PACE, type Pace } from '../pace/pace.ts';
import type { Meaning } from '../pim-errors/call-error.ts';
import { readRetryAfter } from '../pim-errors/problem.ts';
import { describe, isSuccess, readBody, refusal, shortPause, unavailable, writeOutcome } from './answers.ts';
import type { GraphAnswer, GraphRequestLine, LostAnswer, Transport } from './graph-transport.ts';
import { createTransport } from './graph-transport.ts';
import { routeOf } from './route.ts';

/** What every Graph adapter is given. */
export interface GraphSettings {
  /** Origin of Graph, without a trailing slash. */
  readonly graphUrl: string;
  readonly log: Pick<Log, 'warn'>;
  readonly watch?: CallWatch;
  /** Longest wait for one answer, in milliseconds; 10 seconds when not given. */
  readonly timeoutMs?: number;
  /** Shared by all that ask Graph as this kind of caller; without it each asks when it likes. */
  readonly pace?: Pace;
  /** Waits between repeats, in milliseconds; tests pass one that does not. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export interface GraphRead {
  readonly path: string;
  readonly version?: GraphRequestLine['version'];
  /** For the few questions that are asked with POST. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A list; a path alone is one of v1.0. */
export type GraphList = Omit<GraphRead, 'body'>;

export interface GraphWrite<T> {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly version?: GraphRequestLine['version'];
  readonly body?: Readonly<Record<string, unknown>>;
  /** What a success answers; null when there is nothing to read. */
  readonly answer: ZodType<T> | null;
  readonly meaning?: Meaning;
}

const TIMEOUT_MS = 10_000;
const MOST_READS = 3;
const MOST_PAGES = 100;
const UNWATCHED = noTelemetry.callsOf('person');

/** Calls Graph for one identity at a time; every failure comes out as an {@link AccessError}. */
export class GraphCaller {
  readonly #transport: Transport;
  readonly #origin: string;
  readonly #log: GraphSettings['log'];
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  readonly #watch: CallWatch;
  readonly #pace: Pace;

  constructor({
    graphUrl,
    log,
    timeoutMs = TIMEOUT_MS,
    pause = pauseFor,
    watch = UNWATCHED,
    pace = FREE_PACE,
  }: GraphSettings) {
    this.#transport = createTransport(graphUrl, timeoutMs);
    this.#origin = new URL(graphUrl).origin;
    this.#log = log;
    this.#pause = pause;
    this.#watch = watch;
    this.#pace = pace;
  }

  /** Reads one thing; repeated on lost connections and 5xx, since reading twice does no harm. */
  async read<T>(tokens: BearerTokens, { path, version = 'v1.0', body }: GraphRead, schema: ZodType<T>): Promise<T> {
    const question = { version, path };
    const line: GraphRequestLine =
      body === undefined ? { method: 'GET', ...question } : { method: 'POST', ...question, body };
    const answer = await this.#repeatedly(tokens, line);
    return readBody(line, answer, schema);
  }

  /** Reads a whole list, page by page. */
  async readAll<T>(tokens: BearerTokens, from: string | GraphList, rowSchema: ZodType<T>): Promise<readonly T[]> {
    const { path, version = 'v1.0' } = typeof from === 'string' ? { path: from } : from;
    const page = z.object({ value: z.array(rowSchema), '@odata.nextLink': z.string().nullish() });
    const rows: T[] = [];
    let next: string | null = path;
    for (let pages = 0; next !== null; pages += 1) {
      if (pages === MOST_PAGES) {
        throw new AccessError(
          'graph.unexpected_answer',
          `Graph's list ${describe({ method: 'GET', path })} has no end`,
        );
      }
      const answer: z.infer<typeof page> = await this.read(tokens, { path: next, version }, page);
      rows.push(...answer.value);
      next = this.#samePlace(answer['@odata.nextLink'] ?? null, version);
    }
    return rows;
  }

  /**
   * Writes once. Repeated only after an answer that certainly refused it: 401 with a fresh token, 429 with a short pause.
   * @throws activation.in_doubt when the answer was lost and the write may have happened
   */
  async write<T>(tokens: BearerTokens, write: GraphWrite<T>): Promise<T | null> {
    const { answer: schema, meaning, ...rest } = write;
    const line: GraphRequestLine = { version: 'v1.0', ...rest };
    let answer = await this.exchange(tokens, line);
    const pauseMs = shortPause(answer);
    if (pauseMs !== null) {
      await this.#pause(pauseMs);
      answer = await this.exchange(tokens, line);
    }
    return writeOutcome(line, answer, schema, meaning);
  }

  /** Waits as long as Microsoft asked. */
  async pause(milliseconds: number): Promise<void> {
    await this.#pause(milliseconds);
  }

  /** Graph answered 429, to a request or to one part of a batch. */
  noteThrottled({ headers }: GraphAnswer): void {
    this.#pace.throttled(readRetryAfter(headers.get('retry-after')));
  }

  async #repeatedly(tokens: BearerTokens, line: GraphRequestLine): Promise<GraphAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.exchange(tokens, line);
      if ('status' in answer && isSuccess(answer)) {
        return answer;
      }
      const error = 'reason' in answer ? unavailable(line, answer.reason) : refusal(line, answer);
      const pauseMs = error.code === 'graph.unavailable' ? jitter() : shortPause(answer);
      const isTimeout = 'reason' in answer && answer.reason === 'TimeoutError';
      if (attempt === MOST_READS || pauseMs === null || isTimeout) {
        throw error;
      }
      await this.#pause(pauseMs);
    }
  }

  /** One try, and a second with a new token when Graph does not take this one. */
  async exchange(tokens: BearerTokens, line: GraphRequestLine): Promise<GraphAnswer | LostAnswer> {
    const token = await tokens.token();
    const answer = await this.#once(line, token);
    if (!('status' in answer) || answer.status !== 401) {
      return answer;
    }
    tokens.reject(token);
    const fresh = refusal(line, answer).code === 'graph.unauthorized' ? await tokens.token() : token;
    return fresh === token ? answer : this.#once(line, fresh);
  }

  async #once(line: GraphRequestLine, token: string): Promise<GraphAnswer | LostAnswer> {
    const requestId = randomUUID();
    const ask = () => this.#transport(line, token, requestId);
    const about = { plane: 'graph', name: routeOf(line), parts: partsOf(line) } as const;
    const answer = await this.#paced(() => this.#watch.call(about, ask, endOf));
    if (!('status' in answer)) {
      this.#log.warn('graph.answer_lost', { call: describe(line), clientRequestId: requestId, reason: answer.reason });
    } else if (answer.status === 429 || answer.status >= 500) {
      this.#log.warn('graph.call_failed', { call: describe(line), clientRequestId: requestId, status: answer.status });
    }
    return answer;
  }

  async #paced(call: () => Promise<GraphAnswer | LostAnswer>): Promise<GraphAnswer | LostAnswer> {
    const leave = await this.#pace.enter();
    try {
      const answer = await call();
      if ('status' in answer && answer.status === 429) {
        this.noteThrottled(answer);
      }
      return answer;
    } finally {
      leave();
    }
  }

  /** The path of the next page; a link to anywhere else would carry the token away. */
  #samePlace(link: string | null, version: GraphRequestLine['version']): string | null {
    if (link === null) {
      return null;
    }
    const url = URL.parse(link);
    const path = url?.pathname.startsWith(`/${version}/`) ? url.pathname.slice(version.length + 2) : null;
    if (url === null || url.origin !== this.#origin || path === null) {
      this.#log.warn('graph.foreign_page', { host: url?.host ?? null });
      throw new AccessError('graph.unexpected_answer', 'Graph named a next page on another host');
    }
    return `/${path}${url.search}`;
  }
}

function jitter(): number {
  return 50 + Math.random() * 150;
}

function partsOf({ body }: GraphRequestLine): number {
  return Array.isArray(body?.requests) ? body.requests.length : 1;
}

function endOf(answer: GraphAnswer | LostAnswer): CallEnd {
  return 'status' in answer
    ? { status: answer.status, requestId: answer.headers.get('request-id') }
    : { status: null, requestId: null };
}

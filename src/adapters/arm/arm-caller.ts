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
import { armError } from './arm-errors.ts';
import type { ArmAnswer, ArmMethod, ArmRequestLine, ArmTransport, LostAnswer } from './arm-transport.ts';
import { createArmTransport } from './arm-transport.ts';
import { encodedPath } from './paths.ts';

/** What every adapter of Azure is given. */
export interface ArmSettings {
  /** Origin of Azure Resource Manager, https, without a trailing slash. */
  readonly armUrl: string;
  readonly log: Pick<Log, 'warn'>;
  readonly watch?: CallWatch;
  /** Longest wait for one answer, in milliseconds; 20 seconds when not given. */
  readonly timeoutMs?: number;
  /** Shared by all that ask Azure as this kind of caller; without it each asks when it likes. */
  readonly pace?: Pace;
  /** Waits between repeats, in milliseconds; tests pass one that does not. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export interface ArmRead<T> {
  /** From the scope on, not encoded; see {@link encodedPath}. */
  readonly path: string;
  readonly apiVersion: string;
  /** Without the api-version, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
  /** What is read; in a list, one row. */
  readonly schema: ZodType<T>;
}

/** One thing to read; with a body it is one of the few questions that are asked with POST. */
export interface ArmQuestion<T> extends ArmRead<T> {
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface ArmWrite<T> extends Omit<ArmRead<T>, 'schema'> {
  readonly method: Exclude<ArmMethod, 'GET'>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What a success answers; null when there is nothing to read. */
  readonly schema: ZodType<T> | null;
  readonly meaning?: Meaning;
}

/** Calls Azure Resource Manager for one identity at a time; every failure comes out as an {@link AccessError}. */
export interface ArmCaller {
  /** Reads one thing; repeated on lost connections and 5xx, since reading twice does no harm. */
  read<T>(tokens: BearerTokens, question: ArmQuestion<T>): Promise<T>;
  /** Reads a whole list, page by page; all of it or an error. */
  readAll<T>(tokens: BearerTokens, read: ArmRead<T>): Promise<readonly T[]>;
  /**
   * Writes once. Repeated only after an answer that certainly refused it: 401 with a fresh token, 429 with a short pause.
   * Null when there was nothing to read.
   * @throws activation.in_doubt when the answer was lost and the write may have happened
   */
  write<T>(tokens: BearerTokens, write: ArmWrite<T>): Promise<T | null>;
}

/** Some of PIM's lists take 15 seconds in large tenants (pim-api §4.8). */
const TIMEOUT_MS = 20_000;
const MOST_READS = 3;
const MOST_PAGES = 500;
const UNWATCHED = noTelemetry.callsOf('person');
/** A throttled call is repeated within the turn only when Microsoft asks for no more than this. */
const LONGEST_PAUSE_MS = 2_000;

export function createArmCaller(settings: ArmSettings): ArmCaller {
  return new PipelineCaller(settings);
}

class PipelineCaller implements ArmCaller {
  readonly #transport: ArmTransport;
  readonly #origin: string;
  readonly #log: ArmSettings['log'];
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  readonly #watch: CallWatch;
  readonly #pace: Pace;

  constructor({
    armUrl,
    log,
    timeoutMs = TIMEOUT_MS,
    pause = pauseFor,
    watch = UNWATCHED,
    pace = FREE_PACE,
  }: ArmSettings) {
    this.#transport = createArmTransport(armUrl, timeoutMs);
    this.#origin = new URL(armUrl).origin;
    this.#log = log;
    this.#pause = pause;
    this.#watch = watch;
    this.#pace = pace;
  }

  async read<T>(tokens: BearerTokens, { schema, body, ...place }: ArmQuestion<T>): Promise<T> {
    const target = targetOf(place);
    return this.#readLine(
      tokens,
      body === undefined ? { method: 'GET', target } : { method: 'POST', target, body },
      schema,
    );
  }

  async readAll<T>(tokens: BearerTokens, read: ArmRead<T>): Promise<readonly T[]> {
    const page = z.object({ value: z.array(read.schema), nextLink: z.string().nullish() });
    const rows: T[] = [];
    const seen = new Set<string>();
    for (let next: string | null = targetOf(read); next !== null; ) {
      if (seen.has(next) || seen.size === MOST_PAGES) {
        throw new AccessError('graph.unexpected_answer', `Azure's list ${describe('GET', next)} has no end`);
      }
      seen.add(next);
      const answer: z.infer<typeof page> = await this.#readLine(tokens, { method: 'GET', target: next }, page);
      rows.push(...answer.value);
      next = this.#samePlace(answer.nextLink ?? null);
    }
    return rows;
  }

  async write<T>(tokens: BearerTokens, write: ArmWrite<T>): Promise<T | null> {
    const { method, schema, body, meaning } = write;
    const line: ArmRequestLine = { method, target: targetOf(write), ...(body !== undefined && { body }) };
    let answer = await this.#withFreshToken(tokens, line);
    const pauseMs = shortPause(answer);
    if (pauseMs !== null) {
      await this.#pause(pauseMs);
      answer = await this.#withFreshToken(tokens, line);
    }
    if ('reason' in answer) {
      throw answer.wasSent ? inDoubt(line, answer.reason) : unavailable(line, answer.reason);
    }
    if (!isSuccess(answer)) {
      const error = refusal(line, answer, meaning);
      throw error.code === 'graph.unavailable' ? inDoubt(line, String(answer.status)) : error;
    }
    if (schema === null) {
      return null;
    }
    const parsed = schema.safeParse(asJson(answer.body));
    if (!parsed.success) {
      throw inDoubt(line, 'an unreadable answer');
    }
    return parsed.data;
  }

  async #readLine<T>(tokens: BearerTokens, line: ArmRequestLine, schema: ZodType<T>): Promise<T> {
    return readBody(line, await this.#repeatedly(tokens, line), schema);
  }

  async #repeatedly(tokens: BearerTokens, line: ArmRequestLine): Promise<ArmAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#withFreshToken(tokens, line);
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

  /** One try, and a second with a new token when Azure does not take this one. */
  async #withFreshToken(tokens: BearerTokens, line: ArmRequestLine): Promise<ArmAnswer | LostAnswer> {
    const token = await tokens.token();
    const answer = await this.#once(line, token);
    if (!('status' in answer) || answer.status !== 401) {
      return answer;
    }
    tokens.reject(token);
    const fresh = refusal(line, answer).code === 'graph.unauthorized' ? await tokens.token() : token;
    return fresh === token ? answer : this.#once(line, fresh);
  }

  async #once(line: ArmRequestLine, token: string): Promise<ArmAnswer | LostAnswer> {
    const clientRequestId = randomUUID();
    const call = describe(line.method, line.target);
    const ask = () => this.#transport(line, token, clientRequestId);
    const answer = await this.#paced(() => this.#watch.call({ plane: 'arm', name: call }, ask, endOf));
    if (!('status' in answer)) {
      this.#log.warn('arm.answer_lost', { call, clientRequestId, reason: answer.reason });
    } else if (answer.status === 429 || answer.status >= 500) {
      this.#log.warn('arm.call_failed', { call, clientRequestId, status: answer.status });
    }
    return answer;
  }

  async #paced(call: () => Promise<ArmAnswer | LostAnswer>): Promise<ArmAnswer | LostAnswer> {
    const leave = await this.#pace.enter();
    try {
      const answer = await call();
      if ('status' in answer && answer.status === 429) {
        this.#pace.throttled(readRetryAfter(answer.header('retry-after')));
      }
      return answer;
    } finally {
      leave();
    }
  }

  /** Where the next page is, followed as it stands; a link to anywhere else would carry the token away. */
  #samePlace(link: string | null): string | null {
    if (link === null || link === '') {
      return null;
    }
    const url = URL.parse(link);
    if (url === null || url.origin !== this.#origin) {
      this.#log.warn('arm.foreign_page', { host: url?.host ?? null });
      throw new AccessError('graph.unexpected_answer', 'Azure named a next page on another host');
    }
    return `${url.pathname}${url.search}`;
  }
}

function targetOf({ path, apiVersion, query = {} }: Omit<ArmRead<never>, 'schema'>): string {
  const pairs = Object.entries({ 'api-version': apiVersion, ...query });
  return `${encodedPath(path)}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

function readBody<T>(line: ArmRequestLine, answer: ArmAnswer, schema: ZodType<T>): T {
  const parsed = schema.safeParse(asJson(answer.body));
  if (parsed.success) {
    return parsed.data;
  }
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new AccessError(
    'graph.unexpected_answer',
    `Azure's answer to ${describe(line.method, line.target)} is not understood at "${at}"`,
  );
}

function isSuccess({ status }: ArmAnswer): boolean {
  return status >= 200 && status < 300;
}

function refusal(line: ArmRequestLine, { status, body, header }: ArmAnswer, meaning?: Meaning): AccessError {
  const retryAfter = header('retry-after');
  const challenge = header('www-authenticate');
  const requestId = header('x-ms-request-id');
  return armError(describe(line.method, line.target), { status, body, retryAfter, challenge, requestId }, meaning);
}

function shortPause(answer: ArmAnswer | LostAnswer): number | null {
  if (!('status' in answer) || answer.status !== 429) {
    return null;
  }
  const pauseMs = readRetryAfter(answer.header('retry-after'))?.total('milliseconds') ?? null;
  return pauseMs !== null && pauseMs <= LONGEST_PAUSE_MS ? pauseMs : null;
}

function jitter(): number {
  return 50 + Math.random() * 150;
}

function inDoubt(line: ArmRequestLine, reason: string): AccessError {
  return new AccessError(
    'activation.in_doubt',
    `The answer to ${describe(line.method, line.target)} was lost: ${reason}`,
  );
}

function unavailable(line: ArmRequestLine, reason: string): AccessError {
  return new AccessError(
    'graph.unavailable',
    `Azure cannot be reached for ${describe(line.method, line.target)}: ${reason}`,
    { retryable: true },
  );
}

const KIND = /\/providers\/Microsoft\.\w+\/(\w+)/gi;
const VERB = /\/(cancel|validate|stages)\b/i;

/** Method and kind of thing: scopes are made of names, filters name people. */
function describe(method: ArmMethod, target: string): string {
  const path = target.split('?')[0] ?? '';
  const kind = [...path.matchAll(KIND)].at(-1)?.[1] ?? path.split('/')[1] ?? '';
  const verb = VERB.exec(path)?.[1];
  return verb === undefined ? `${method} ${kind}` : `${method} ${kind}/${verb}`;
}

function endOf(answer: ArmAnswer | LostAnswer): CallEnd {
  return 'status' in answer
    ? { status: answer.status, requestId: answer.header('x-ms-request-id') }
    : { status: null, requestId: null };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

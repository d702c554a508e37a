import { errorAnswer } from './envelopes.ts';
import type { Answer, Fault, Faults, SandboxClock, ServiceName } from './types.ts';

/** A request as faults look at it: `path` is decoded and has its query. */
export interface Target {
  readonly service: ServiceName;
  readonly method: string;
  readonly path: string;
}

interface Entry extends Fault {
  readonly service?: ServiceName;
  /** Part of `METHOD path?query`. */
  readonly match?: string;
  /** How often it still applies. */
  times?: number;
  /** How many matching calls pass first (throttle). */
  after?: number;
  /** Of so many matching calls only the last one is meant. */
  readonly every?: number;
  /** Matching calls since the last one that was meant. */
  passed?: number;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/** Faults that the platform itself carries out; rooms add names of their own. */
export const PLATFORM_FAULTS = [
  'throttle',
  'slow',
  'drop',
  'ambiguous',
  'error',
  'empty',
  'hold',
  'stale-read',
  'conditional-access',
  'device-blocked',
  'insufficient-claims',
] as const;

/** The faults that are set now, oldest first. Each matching one that has `times` is used up as it is applied. */
export class FaultList implements Faults {
  readonly #clock: SandboxClock;
  #entries: Entry[] = [];
  #lastId = 0;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  list(): readonly Fault[] {
    return this.#entries;
  }

  add(fault: { readonly name: string; readonly [member: string]: unknown }): Fault {
    this.#lastId += 1;
    const entry: Entry = { ...fault, id: this.#lastId };
    this.#entries.push(entry);
    return entry;
  }

  /** Takes away the faults of one name, or all. */
  clear(name?: string): void {
    this.#entries = name === undefined ? [] : this.#entries.filter((entry) => entry.name !== name);
  }

  has(name: string, facts: Readonly<Record<string, string>> = {}): boolean {
    return this.take(name, facts) !== null;
  }

  take(name: string, facts: Readonly<Record<string, string>> = {}): Fault | null {
    const found = this.#entries.find(
      (entry) =>
        entry.name === name &&
        Object.entries(facts).every(([key, value]) => entry[key] === undefined || entry[key] === value),
    );
    return found ? this.#use(found) : null;
  }

  intercept(part: Target): Answer | null {
    return this.refuse(part);
  }

  /** The fault of this name for a request, or null. Uses up one of its times. */
  takeFor(name: string, target: Target, isMeant: (fault: Fault) => boolean = () => true): Fault | null {
    if (this.isEmpty) return null;
    const found = this.#entries.find(
      (entry) => entry.name === name && applies(entry, target) && isMeant(entry) && isItsTurn(entry),
    );
    return found ? this.#use(found) : null;
  }

  /** What throttle, error or empty answer instead of the service. The POST around a batch is not throttled, its parts are. */
  refuse(target: Target): Answer | null {
    if (this.isEmpty) return null;
    return this.#throttle(target) ?? this.#error(target) ?? this.#empty(target);
  }

  /** Holds that this request brings to their number: each counts every request that matches it. */
  takeHolds(target: Target): readonly Fault[] {
    if (this.isEmpty) return [];
    const due: Fault[] = [];
    for (const entry of this.#entries) {
      if (entry.name !== 'hold' || !applies(entry, target)) continue;
      entry.times = (entry.times ?? Number(entry.nth ?? 1)) - 1;
      if (entry.times === 0) due.push(entry);
    }
    this.#entries = this.#entries.filter((entry) => !due.includes(entry));
    return due;
  }

  #throttle(target: Target): Answer | null {
    if (target.method === 'POST' && target.path.endsWith('/$batch')) return null;
    const entry = this.#entries.find((candidate) => candidate.name === 'throttle' && applies(candidate, target));
    if (!entry) return null;
    if (entry.after !== undefined && entry.after > 0) {
      entry.after -= 1;
      return null;
    }
    if (!isItsTurn(entry)) return null;
    this.#use(entry);
    return errorAnswer(
      target.service,
      {
        status: 429,
        code: 'TooManyRequests',
        message: 'Too many requests. Please try again later.',
        headers: { 'retry-after': String(entry.retryAfter ?? 1) },
      },
      this.#clock,
    );
  }

  #error(target: Target): Answer | null {
    const fault = this.takeFor('error', target);
    if (!fault) return null;
    const status = Number(fault.status ?? 500);
    const headers = textHeaders(fault);
    if (typeof fault.body === 'string') {
      return {
        status,
        headers: { 'content-type': String(fault.contentType ?? 'text/html; charset=utf-8'), ...headers },
        body: fault.body,
      };
    }
    const code = String(fault.code ?? REASONS[status] ?? 'InternalServerError');
    const message = String(fault.message ?? 'The sandbox was told to answer this.');
    return errorAnswer(target.service, { status, code, message, headers }, this.#clock);
  }

  #empty(target: Target): Answer | null {
    return this.takeFor('empty', target) && { status: 200 };
  }

  #use(entry: Entry): Fault {
    if (entry.times !== undefined) {
      entry.times -= 1;
      if (entry.times <= 0) this.#entries = this.#entries.filter((other) => other !== entry);
    }
    return entry;
  }
}

function applies(entry: Entry, target: Target): boolean {
  if (entry.service !== undefined && entry.service !== target.service) return false;
  return entry.match === undefined || `${target.method} ${target.path}`.includes(entry.match);
}

/** Counts a call that matches. */
function isItsTurn(entry: Entry): boolean {
  entry.passed = ((entry.passed ?? 0) + 1) % (entry.every ?? 1);
  return entry.passed === 0;
}

function textHeaders(fault: Fault): Record<string, string> {
  return fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
}

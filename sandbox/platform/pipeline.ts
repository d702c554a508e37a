import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { RingCallLog } from './call-log.ts';
import { challengeClaims } from './claims-challenge.ts';
import { errorAnswer, responseHeaders, type ServiceError } from './envelopes.ts';
import type { Evidence } from './evidence.ts';
import { HttpExchange, type RequestTarget, readBody, readTarget } from './exchange.ts';
import type { FaultList } from './faults.ts';
import type { HoldList } from './holds.ts';
import type { RequestHandler } from './listener.ts';
import type { RouteMatch, Router } from './router.ts';
import type { AccessToken, Answer, SandboxClock, ServiceName, Tenant } from './types.ts';

/** Verifies a bearer token, or says how the service refuses it. */
export interface BearerCheck {
  check(authorization: string | undefined, service: ServiceName): AccessToken | ServiceError;
}

export interface PipelineOptions {
  readonly service: ServiceName;
  readonly router: Router;
  readonly bearer: BearerCheck;
  readonly clock: SandboxClock;
  readonly calls: RingCallLog;
  readonly faults: FaultList;
  readonly holds: HoldList;
  readonly evidence: Evidence;
  readonly tenant: Tenant;
  readonly loginUrl: string;
}

const LOGGED: ReadonlySet<ServiceName> = new Set(['login', 'graph', 'arm', 'connector']);
const NEEDS_TOKEN: ReadonlySet<ServiceName> = new Set(['graph', 'arm', 'connector']);
const JSON_CODES: Partial<Record<ServiceName, string>> = { arm: 'InvalidRequestContent', connector: 'BadSyntax' };

/** No answer: the connection is cut. */
type Outcome = Answer | 'cut';

/**
 * The way of one request: read, drop, hold, token, challenge, refuse by fault, parse, route, carry out, delay, spoil, log, hold, answer.
 * Faults and the log apply to login, Graph, ARM and the connector.
 */
export function createPipeline(options: PipelineOptions): RequestHandler {
  const pipeline = new Pipeline(options);
  return (request, response) => {
    pipeline.run(request, response).catch((error: unknown) => {
      // A client that hangs up while it sends is no fault of the sandbox.
      if (request.destroyed) return;
      process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  };
}

class Pipeline {
  readonly #options: PipelineOptions;
  readonly #isLogged: boolean;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#isLogged = LOGGED.has(options.service);
  }

  async run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { service, faults, holds } = this.#options;
    const target = readTarget(service, request);
    const text = await readBody(request);
    const faulty = this.#isLogged && !faults.isEmpty;
    if (faulty && faults.takeFor('drop', target)) {
      this.#log(target, null, 'cut');
      response.destroy();
      return;
    }
    const stops = faulty ? faults.takeHolds(target) : [];
    for (const stop of stops) {
      if (stop.at === 'after' || (await holds.stop(stop, target, request.socket)) === 'released') continue;
      this.#log(target, null, 'cut');
      return;
    }
    const { caller, outcome } = await this.#carryOut(request, target, text);
    this.#log(target, caller, outcome);
    this.#observe(request, target, { text, outcome });
    for (const stop of stops) if (stop.at === 'after') await holds.stop(stop, target, request.socket);
    this.#send(request, response, outcome);
  }

  async #carryOut(
    request: IncomingMessage,
    target: RequestTarget,
    text: string | null,
  ): Promise<{ caller: AccessToken | null; outcome: Outcome }> {
    const { service, router, bearer, faults } = this.#options;
    const faulty = this.#isLogged && !faults.isEmpty;
    const match = target.malformed ? null : router.find(target.method, target.rawPath);
    const checked = bearer.check(request.headers.authorization, service);
    if ('code' in checked && NEEDS_TOKEN.has(service) && !match?.route.anonymous) {
      return { caller: null, outcome: this.#error(checked) };
    }
    const caller = 'code' in checked ? null : checked;
    const challenge = faulty && caller ? challengeClaims(this.#options, target, caller) : null;
    if (challenge) return { caller, outcome: this.#error(challenge) };
    const slow = faulty ? faults.takeFor('slow', target) : null;
    const refused = faulty ? faults.refuse(target) : null;
    const answer = refused ?? (await this.#answer(new HttpExchange(request, target, text, caller), match, text));
    if (slow) await delay(Number(slow.ms ?? 200));
    const spoiled = faulty && !refused ? faults.takeFor('ambiguous', target) : null;
    if (!spoiled) return { caller, outcome: answer };
    if (spoiled.close === true) return { caller, outcome: 'cut' };
    return { caller, outcome: this.#error({ status: 502, code: 'BadGateway', message: 'Bad gateway.' }) };
  }

  async #answer(exchange: HttpExchange, match: RouteMatch | null, text: string | null): Promise<Answer> {
    if (text === null) {
      return this.#error({ status: 413, code: 'RequestEntityTooLarge', message: 'The body is larger than 1 MiB.' });
    }
    if (exchange.target.malformed) {
      return this.#error({ status: 400, code: 'BadRequest', message: 'The path is not well encoded.' });
    }
    if (!match) {
      const message = `The sandbox does not know ${exchange.method} ${exchange.path}.`;
      return this.#error({ status: 501, code: 'NotImplemented', message });
    }
    if (exchange.isJsonBroken) {
      const code = JSON_CODES[exchange.service] ?? 'BadRequest';
      const message =
        'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is valid.';
      return this.#error({ status: 400, code, message });
    }
    try {
      return await match.route.handle(exchange, match.params);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`sandbox: ${exchange.method} ${exchange.path}: ${message}\n`);
      return this.#error({ status: 500, code: 'SandboxFailure', message });
    }
  }

  #error(error: ServiceError): Answer {
    return errorAnswer(this.#options.service, error, this.#options.clock);
  }

  #log(target: RequestTarget, caller: AccessToken | null, outcome: Outcome): void {
    if (!this.#isLogged) return;
    const by = outcome === 'cut' ? undefined : outcome.by;
    this.#options.calls.add({
      service: target.service,
      method: target.method,
      path: target.path,
      status: outcome === 'cut' ? 0 : outcome.status,
      principalId: caller?.principalId ?? by?.principalId ?? null,
      appId: caller?.appId ?? by?.appId ?? null,
      kind: caller?.kind ?? by?.kind ?? null,
    });
  }

  #observe(
    { headers }: IncomingMessage,
    { service, method, path, rawQuery }: RequestTarget,
    { text, outcome }: { readonly text: string | null; readonly outcome: Outcome },
  ): void {
    if (!this.#isLogged) return;
    const answer = outcome === 'cut' ? null : outcome;
    const { authorization } = headers;
    this.#options.evidence.observe({ service, method, path, rawQuery, authorization, text: text ?? '', answer });
  }

  #send(request: IncomingMessage, response: ServerResponse, outcome: Outcome): void {
    if (outcome === 'cut' || response.destroyed) {
      response.destroy();
      return;
    }
    const { status, body } = outcome;
    const clientRequestId = request.headers['client-request-id'] ?? request.headers['x-ms-client-request-id'];
    const headers = responseHeaders(this.#options.service, clientRequestId?.toString());
    if (body === undefined) delete headers['content-type'];
    const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    // 204 must not announce a length.
    if (status !== 204) headers['content-length'] = String(Buffer.byteLength(payload));
    response.writeHead(status, { ...headers, ...outcome.headers });
    response.end(payload);
  }
}

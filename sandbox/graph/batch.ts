import type { Answer, Exchange, Method, Route } from '../platform/types.ts';
import { isRecord, jsonBody } from './body.ts';
import { badRequest } from './problem.ts';
import { type Call, json, route } from './route.ts';
import type { Graph } from './tools.ts';

interface Part {
  readonly id: string;
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

const MOST = 20;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `POST /$batch` of both versions: each part goes the way a request of its own would, with the same token. */
export function batchRoutes(graph: Graph, routes: readonly Route[]): Route[] {
  return ['v1.0', 'beta'].map((version) =>
    route(graph, 'POST', `/${version}/$batch`, async (call) => {
      const parts = readParts(jsonBody(call.exchange).requests);
      const answers = new Map<string, Answer>();
      for (const part of parts) {
        const hasFailed = part.dependsOn.some((id) => (answers.get(id)?.status ?? 424) >= 400);
        answers.set(part.id, hasFailed ? failedDependency() : await run(graph, routes, call, { part, version }));
      }
      // Graph answers in any order; clients must go by the id.
      return json(200, { responses: [...answers].toReversed().map(([id, answer]) => responseOf(id, answer)) });
    }),
  );
}

async function run(
  graph: Graph,
  routes: readonly Route[],
  call: Call,
  { part, version }: { part: Part; version: string },
): Promise<Answer> {
  const url = new URL(`/${version}/${part.url.replace(/^\//, '')}`, 'https://graph.invalid');
  const path = decoded(url.pathname);
  const logged = decoded(`${url.pathname}${url.search}`);
  const { tools } = graph;
  const { method } = part;
  const refused = tools.faults.intercept({ service: 'graph', method, path: logged });
  const inner = innerExchange(call.exchange, part, { path, query: url.searchParams });
  const answer = refused ?? (await dispatch(routes, inner));
  const { principalId, appId, kind } = call.caller;
  const { status } = answer;
  tools.calls.add({ service: 'graph', method, path: logged, status, principalId, appId, kind, batch: true });
  return answer;
}

function innerExchange(outer: Exchange, part: Part, target: Pick<Exchange, 'path' | 'query'>): Exchange {
  const { authorization } = outer.headers;
  const lower = Object.fromEntries(Object.entries(part.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    service: 'graph',
    method: part.method,
    ...target,
    headers: { ...lower, authorization },
    text: part.body === undefined ? '' : JSON.stringify(part.body),
    json: part.body,
    caller: outer.caller,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest(`The url '${text}' is not well encoded.`);
  }
}

async function dispatch(routes: readonly Route[], exchange: Exchange): Promise<Answer> {
  for (const candidate of routes) {
    const params = candidate.method === exchange.method ? match(candidate.pattern, exchange.path) : null;
    if (params !== null) {
      return await candidate.handle(exchange, params);
    }
  }
  const message = `The sandbox does not simulate ${exchange.method} ${exchange.path}.`;
  return json(501, { error: { code: 'NotImplemented', message } });
}

function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment.startsWith('*')) {
      params[segment.slice(1)] = given.slice(index).join('/');
      return params;
    }
    const value = given[index];
    if (value === undefined || (!segment.startsWith(':') && segment !== value)) {
      return null;
    }
    if (segment.startsWith(':')) {
      params[segment.slice(1)] = value;
    }
  }
  return given.length === wanted.length ? params : null;
}

function readParts(value: unknown): readonly Part[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw badRequest('The batch has no requests.');
  }
  if (value.length > MOST) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MOST}.`);
  }
  const parts = value.map(readPart);
  const known = new Set<string>();
  for (const part of parts) {
    if (known.has(part.id) || !part.dependsOn.every((id) => known.has(id))) {
      throw badRequest(
        `The batch request '${part.id}' is there twice, or depends on one that does not come before it.`,
      );
    }
    known.add(part.id);
  }
  return parts;
}

function readPart(value: unknown): Part {
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.url !== 'string') {
    throw badRequest('Each request of a batch needs id, method and url.');
  }
  const method = String(value.method).toUpperCase();
  if (!METHODS.includes(method) || !value.url.startsWith('/')) {
    throw badRequest('Each request of a batch needs a method and a relative url.');
  }
  const headers = isRecord(value.headers) ? value.headers : {};
  return {
    id: value.id,
    method: method as Method,
    url: value.url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
    body: value.body,
    dependsOn: Array.isArray(value.dependsOn) ? value.dependsOn.map(String) : [],
  };
}

function responseOf(id: string, answer: Answer): Readonly<Record<string, unknown>> {
  const type = answer.body === undefined ? {} : { 'Content-Type': 'application/json' };
  const body = answer.body === undefined ? {} : { body: answer.body };
  return { id, status: answer.status, headers: { ...type, ...answer.headers }, ...body };
}

function failedDependency(): Answer {
  return json(424, { error: { code: 'FailedDependency', message: 'A request that this one depends on has failed.' } });
}

import { randomUUID } from 'node:crypto';
import { Refusal } from '../pim/refusal.ts';
import type { AccessToken, Answer, Exchange, Method, Route } from '../platform/types.ts';
import { wrapsErrors } from './faults.ts';
import { GraphProblem } from './problem.ts';
import type { Graph } from './tools.ts';

/** A request whose caller is known. */
export interface Call {
  readonly exchange: Exchange;
  readonly caller: AccessToken;
  readonly params: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** Makes a route that asks for a token first and answers every refusal in Graph's own error shape. */
export function route(graph: Graph, method: Method, pattern: string, handle: Handler): Route {
  return {
    method,
    pattern,
    handle: async (exchange, params) => {
      const ids = { 'request-id': randomUUID(), 'client-request-id': clientRequestId(exchange) };
      try {
        // Groups change when an activation begins or ends, and everything here may look at groups.
        graph.pim.settle();
        const answer = await handle({ exchange, params, caller: authenticated(graph, exchange) });
        return { ...answer, headers: { ...ids, ...answer.headers } };
      } catch (error) {
        return { ...problemAnswer(graph, error, ids), headers: ids };
      }
    },
  };
}

export function json(status: number, body: unknown): Answer {
  return { status, body };
}

function authenticated(graph: Graph, exchange: Exchange): AccessToken {
  const { caller } = exchange;
  if (caller === null) {
    const empty = exchange.headers.authorization === undefined;
    const message = empty ? 'Access token is empty.' : 'Access token has expired or is not valid.';
    throw new GraphProblem(401, 'InvalidAuthenticationToken', message);
  }
  if (caller.tenantId !== graph.world.tenant.id) {
    throw new GraphProblem(401, 'InvalidAuthenticationToken', 'The token is for another tenant.');
  }
  return caller;
}

function problemAnswer(graph: Graph, error: unknown, ids: Readonly<Record<string, string>>): Answer {
  if (!(error instanceof GraphProblem) && !(error instanceof Refusal)) {
    throw error;
  }
  const isDirectory = error.code.startsWith('Authorization_') || error.code.startsWith('Request_');
  const wrapped = error instanceof GraphProblem ? error.wrap === 'always' : !isDirectory && wrapsErrors(graph);
  const details = error instanceof GraphProblem && error.details.length > 0 ? { details: error.details } : {};
  const innerError = error instanceof GraphProblem ? error.inner : {};
  const inner = JSON.stringify({ errorCode: error.code, message: error.message, instanceAnnotations: [] });
  return {
    status: error.status,
    body: {
      error: {
        code: wrapped ? 'UnknownError' : error.code,
        message: wrapped ? inner : error.message,
        ...details,
        innerError: {
          ...innerError,
          date: graph.world.clock.now().toString({ smallestUnit: 'second' }).replace('Z', ''),
          ...ids,
        },
      },
    },
  };
}

function clientRequestId(exchange: Exchange): string {
  const given = exchange.headers['client-request-id'];
  return typeof given === 'string' ? given : randomUUID();
}

import { z } from 'zod';

import { type ConversationId, conversationId, type PrincipalId } from '../src/domain/ids.ts';
import { type CallWatch, noTelemetry } from '../src/ports/telemetry.ts';
import { type ConnectorResult, classifyAnswer, classifyFailure, readRetryAfter } from './connector-results.ts';
import type { ServiceUrls } from './service-urls.ts';

/** Where a message is, or will be. */
export interface Place {
  readonly serviceUrl: string;
  readonly conversationId: ConversationId;
}

/** The conversation itself: a thread's root is behind the channel's own id (teams-platform §4.6). */
export function withoutThread(id: string): ConversationId {
  return conversationId(id.split(';messageid=', 1)[0] ?? id);
}

/** The few calls of the Bot Connector that the bot makes. None of them throws, and none is repeated by itself. */
export interface Connector {
  /** Opens, or finds, the 1:1 chat with a person: by their id in Teams or their object id. */
  createConversation(serviceUrl: string, memberId: string): Promise<ConnectorResult<ConversationId>>;
  /** Sends a message and gives its activity id. */
  send(place: Place, activity: object): Promise<ConnectorResult<string>>;
  update(place: Place, activityId: string, activity: object): Promise<ConnectorResult<string>>;
  delete(place: Place, activityId: string): Promise<ConnectorResult<string>>;
  /** How Teams names a member of a conversation, by object id (`29:…`); `gone`, a person, when they are not in it. */
  findMember(place: Place, person: PrincipalId): Promise<ConnectorResult<string>>;
}

export interface ConnectorOptions {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly serviceUrls: ServiceUrls;
  readonly tokens: { token(): Promise<string>; reject(token: string): void };
  readonly timeoutMs?: number;
  readonly watch?: CallWatch;
}

const TIMEOUT_MS = 10_000;
const UNWATCHED = noTelemetry.callsOf('bot');

const withId = z.object({ id: z.string().min(1) });

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly serviceUrl: string;
  readonly path: string;
  readonly body?: object;
}

/** Talks to the Bot Connector over fetch, which keeps connections open. */
export function createConnector(options: ConnectorOptions): Connector {
  const call = (request: Call): Promise<ConnectorResult<string | null>> => callOnce(options, request);
  const activities = ({ conversationId }: Place): string =>
    `/v3/conversations/${encodeURIComponent(conversationId)}/activities`;
  const named = async (activityId: string, request: Call): Promise<ConnectorResult<string>> => {
    const result = await call(request);
    return result.kind === 'ok' ? { kind: 'ok', value: activityId } : result;
  };
  return {
    async createConversation(serviceUrl, memberId) {
      const tenant = { id: options.tenantId };
      const body = {
        isGroup: false,
        bot: { id: `28:${options.botAppId}` },
        members: [{ id: memberId }],
        tenantId: options.tenantId,
        channelData: { tenant },
      };
      const result = await call({ method: 'POST', serviceUrl, path: '/v3/conversations', body });
      return answered(result) as ConnectorResult<ConversationId>;
    },
    send: async (place, body) =>
      answered(await call({ method: 'POST', serviceUrl: place.serviceUrl, path: activities(place), body })),
    update: ({ serviceUrl, ...place }, activityId, activity) => {
      const path = `${activities({ serviceUrl, ...place })}/${encodeURIComponent(activityId)}`;
      return named(activityId, { method: 'PUT', serviceUrl, path, body: { ...activity, id: activityId } });
    },
    delete: ({ serviceUrl, ...place }, activityId) => {
      const path = `${activities({ serviceUrl, ...place })}/${encodeURIComponent(activityId)}`;
      return named(activityId, { method: 'DELETE', serviceUrl, path });
    },
    findMember: async ({ serviceUrl, conversationId: id }, person) => {
      const path = `/v3/conversations/${encodeURIComponent(id)}/members/${person}`;
      return answered(await call({ method: 'GET', serviceUrl, path }));
    },
  };
}

/** A success without an id cannot be updated later: whether it arrived is as open as without any answer. */
function answered(result: ConnectorResult<string | null>): ConnectorResult<string> {
  if (result.kind !== 'ok') {
    return result;
  }
  return result.value === null
    ? { kind: 'ambiguous', reason: 'answer-without-id' }
    : { kind: 'ok', value: result.value };
}

async function callOnce(options: ConnectorOptions, call: Call): Promise<ConnectorResult<string | null>> {
  // Also for stored addresses: the token goes to whoever is behind this one (teams-platform §8.2).
  if (!options.serviceUrls.isAllowed(call.serviceUrl)) {
    return { kind: 'dead', reason: 'service-url-not-allowed', isPlaceDead: false };
  }
  let token: string;
  try {
    token = await options.tokens.token();
  } catch {
    return { kind: 'refused', reason: 'no-token' };
  }
  const url = `${call.serviceUrl.replace(/\/+$/, '')}${call.path}`;
  try {
    const ask = (): Promise<Response> =>
      fetch(url, {
        method: call.method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      });
    const response = await (options.watch ?? UNWATCHED).call({ plane: 'teams', name: routeOf(call) }, ask, endOf);
    const text = await response.text();
    if (response.ok) {
      return { kind: 'ok', value: withId.safeParse(parsed(text)).data?.id ?? null };
    }
    if (response.status === 401) {
      options.tokens.reject(token);
    }
    return classifyAnswer(response.status, parsed(text), readRetryAfter(response.headers));
  } catch (error) {
    return classifyFailure(error);
  }
}

/** Conversations and messages have ids that lead to people: the route does without. */
function routeOf({ method, path }: Call): string {
  return `${method} ${path.replace(/(conversations|activities|members)\/[^/]+/g, '$1/{id}')}`;
}

function endOf({ status, headers }: Response): { status: number; requestId: string | null } {
  return { status, requestId: headers.get('x-ms-request-id') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

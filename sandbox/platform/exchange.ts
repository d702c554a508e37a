import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { Target } from './faults.ts';
import type { AccessToken, Exchange, Method, ServiceName } from './types.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const JSON_SERVICES: ReadonlySet<ServiceName> = new Set(['graph', 'arm', 'connector', 'control']);

/** A request line, taken apart once. */
export interface RequestTarget extends Target {
  /** As sent, without its query and without doubled slashes. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly decodedPath: string;
  /** Its percent-encoding is broken. */
  readonly malformed: boolean;
}

export function readTarget(service: ServiceName, request: IncomingMessage): RequestTarget {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const sentPath = mark < 0 ? url : url.slice(0, mark);
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const rawPath = sentPath.includes('//') ? sentPath.replaceAll(/\/{2,}/g, '/') : sentPath;
  const decodedPath = decode(rawPath);
  const path = rawQuery === '' ? (decodedPath ?? rawPath) : `${decodedPath ?? rawPath}?${decode(rawQuery) ?? rawQuery}`;
  const method = request.method ?? 'GET';
  const malformed = decodedPath === null;
  return { service, method, path, rawPath, rawQuery, decodedPath: decodedPath ?? rawPath, malformed };
}

function decode(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The body as text; null when it is larger than 1 MiB. The rest is read and thrown away, so that the refusal arrives. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) return null;
  return chunks.length === 1 ? (chunks[0]?.toString('utf8') ?? '') : Buffer.concat(chunks).toString('utf8');
}

/** An exchange over HTTP; the query is parsed only when a room asks for it. */
export class HttpExchange implements Exchange {
  readonly service: ServiceName;
  readonly method: Method;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
  readonly caller: AccessToken | null;
  readonly socket: Socket;
  readonly target: RequestTarget;
  /** The service speaks JSON and the body is none. */
  readonly isJsonBroken: boolean;
  #query: URLSearchParams | undefined;

  constructor(request: IncomingMessage, target: RequestTarget, text: string | null, caller: AccessToken | null) {
    this.service = target.service;
    this.method = target.method as Method;
    this.path = target.decodedPath;
    this.headers = request.headers;
    this.text = text ?? '';
    this.json = parse(this.text);
    this.caller = caller;
    this.socket = request.socket;
    this.target = target;
    this.isJsonBroken = this.text !== '' && this.json === undefined && JSON_SERVICES.has(target.service);
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.target.rawQuery);
    return this.#query;
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { Refusal } from '../pim/refusal.ts';
import type { AccessToken, Answer, Exchange, Method, Route } from '../platform/types.ts';
import { ArmProblem, authorizationFailed, notSimulated } from './problem.ts';
import { principalOf } from './rights.ts';
import type { Arm, Call } from './tools.ts';
import { checkVersion, type Versions } from './versions.ts';

/**
 * One operation. `path` is what follows `/providers/Microsoft.Authorization/`, or a whole path when it begins with a
 * slash; `:name` stands for one segment. Case does not matter.
 */
export interface Endpoint {
  readonly method: Method;
  readonly path: string;
  readonly versions: Versions;
  /** Query options beside `api-version` and `$skiptoken`; all others are 501. */
  readonly options?: readonly string[];
  handle(call: Call): Answer | Promise<Answer>;
}

interface Found {
  readonly endpoint: Endpoint;
  readonly scopePath: string;
  readonly params: Readonly<Record<string, string>>;
}

const PROVIDER = '/providers/microsoft.authorization/';
const METHODS: readonly Method[] = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** One route for each method: where the scope ends in a path only the last provider of the name tells. */
export function armRoutes(arm: Arm, endpoints: readonly Endpoint[]): Route[] {
  return METHODS.map((method) => ({
    method,
    pattern: '/*path',
    handle: (exchange) => answer(arm, endpoints, exchange),
  }));
}

export function json(status: number, body: unknown): Answer {
  return { status, body };
}

async function answer(arm: Arm, endpoints: readonly Endpoint[], exchange: Exchange): Promise<Answer> {
  let headers: Readonly<Record<string, string>> = {};
  try {
    const caller = authenticated(arm, exchange);
    const { header, remaining, retryAfter } = arm.limits.take(exchange.method, principalOf(caller), bucketOf(exchange));
    headers = { [header]: String(remaining) };
    if (retryAfter !== null) {
      const message = 'Number of requests for the principal exceeded the limit. Please try again later.';
      throw new ArmProblem(429, 'TooManyRequests', message, { 'retry-after': String(retryAfter) });
    }
    const { endpoint, scopePath, params } = find(endpoints, exchange);
    checkVersion(exchange.query, endpoint.versions);
    checkOptions(exchange.query, endpoint.options ?? []);
    const scope = arm.tree.resolve(scopePath);
    const given = await endpoint.handle({ exchange, caller, callerId: principalOf(caller), scope, params });
    return { ...given, headers: { ...headers, ...given.headers } };
  } catch (error) {
    const problem = problemOf(error, exchange);
    const { status, code, message } = problem;
    return { status, headers: { ...headers, ...problem.headers }, body: { error: { code, message } } };
  }
}

function authenticated(arm: Arm, { caller }: Exchange): AccessToken {
  if (caller === null) {
    throw new ArmProblem(401, 'AuthenticationFailed', 'Authentication failed.');
  }
  if (caller.tenantId !== arm.world.tenant.id) {
    throw new ArmProblem(401, 'InvalidAuthenticationTokenTenant', 'The access token is from the wrong issuer.');
  }
  if (caller.kind === 'delegated' && !caller.scopes.includes('user_impersonation')) {
    throw authorizationFailed(principalOf(caller), 'user_impersonation', '/');
  }
  return caller;
}

function find(endpoints: readonly Endpoint[], exchange: Exchange): Found {
  const path = exchange.path.replace(/\/+$/, '');
  const at = path.toLowerCase().lastIndexOf(PROVIDER);
  const scopePath = at < 0 ? '/' : path.slice(0, at);
  const rest = at < 0 ? path : path.slice(at + PROVIDER.length);
  for (const endpoint of endpoints) {
    const params = endpoint.method === exchange.method ? match(endpoint.path, rest) : null;
    if (params !== null) {
      return { endpoint, scopePath, params };
    }
  }
  throw notSimulated(`${exchange.method} ${exchange.path}`);
}

function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) {
    return null;
  }
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = given[index] ?? '';
    if (part.startsWith(':')) {
      params[part.slice(1)] = segment;
    } else if (part.toLowerCase() !== segment.toLowerCase()) {
      return null;
    }
  }
  return params;
}

function checkOptions(query: URLSearchParams, options: readonly string[]): void {
  for (const name of query.keys()) {
    if (!['api-version', '$skiptoken', ...options].includes(name)) {
      throw notSimulated(`the query option ${name} here`);
    }
  }
}

function bucketOf({ path }: Exchange): string | null {
  return /^\/subscriptions\/([^/]+)/i.exec(path)?.[1]?.toLowerCase() ?? null;
}

/** PIM's own refusals keep their codes; those of the directory get ARM's names. */
function problemOf(error: unknown, { caller, method, path }: Exchange): ArmProblem {
  if (error instanceof ArmProblem) {
    return error;
  }
  if (!(error instanceof Refusal)) {
    throw error;
  }
  switch (error.code) {
    case 'Authorization_RequestDenied': {
      const name = caller === null ? '' : principalOf(caller);
      const at = path.toLowerCase().lastIndexOf(PROVIDER);
      const [type = ''] = path.slice(at + PROVIDER.length).split('/');
      const action = `Microsoft.Authorization/${type}/${method === 'GET' ? 'read' : 'write'}`;
      return authorizationFailed(name, action, path.slice(0, at) || '/');
    }
    case 'Request_ResourceNotFound':
      return new ArmProblem(404, 'ResourceNotFound', error.message);
    default:
      return new ArmProblem(error.status, error.code, error.message);
  }
}

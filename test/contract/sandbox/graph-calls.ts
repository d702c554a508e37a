import { graphRoom } from '../../../sandbox/graph/room.ts';
import type { AppRegistration, SandboxSettings } from '../../../sandbox/platform/types.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

export const DIRECTORY = '/v1.0/roleManagement/directory';
export const APPROVALS = '/beta/roleManagement/directory/roleAssignmentApprovals';
export const OPERATOR = '3b1c6f0a-52d8-4f7e-9a64-0c8e7d2b1a01';
export const SECURITY_READER = '5d6b6bb7-de71-4623-b4af-95380a352509';
export const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451';
export const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
export const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814';

/** A body of Graph, looked into without ceremony: a wrong shape fails the assertion that follows. */
// biome-ignore lint/suspicious/noExplicitAny: answers are judged by assertions, not by types
export type Body = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

export interface TokenFacts {
  readonly app?: Exclude<keyof RunningSandbox['apps'], 'connector'>;
  readonly amr?: readonly string[];
  readonly acrs?: readonly string[];
  readonly capabilities?: readonly string[];
  /** Other permissions than the app registration's own. */
  readonly permissions?: readonly string[];
}

/** A sandbox with Graph at eight o'clock, and clients that hold signed tokens. */
export interface GraphSandbox {
  readonly sandbox: RunningSandbox;
  id(handle: string): string;
  token(handle: string | null, facts?: TokenFacts): Promise<string>;
  as(handle: string | null, facts?: TokenFacts): Promise<Send>;
  activate(handle: string, role: string, changes?: Readonly<Record<string, unknown>>): Promise<Reply>;
  pass(duration: string): Promise<void>;
}

export async function startGraph(settings: Partial<SandboxSettings> = {}): Promise<GraphSandbox> {
  const now = Temporal.Instant.from('2026-11-23T08:00:00Z');
  const sandbox = await startSandbox({ now, rooms: [graphRoom], settings });
  trustCertificateAuthority(sandbox.caPem);
  const id = (handle: string): string => sandbox.people[handle]?.id ?? handle;
  const token = (handle: string | null, facts: TokenFacts = {}): Promise<string> => {
    const { app: name = handle === null ? 'reader' : 'selfService', permissions, ...claims } = facts;
    const audience = 'https://graph.microsoft.com';
    const kind = handle === null ? 'application' : 'delegated';
    const registered = sandbox.apps[name];
    const app: AppRegistration = permissions ? { ...registered, [kind]: { [audience]: permissions } } : registered;
    return sandbox.issuer.accessToken({ app, audience, ...(handle !== null && { personId: id(handle) }), ...claims });
  };
  const as = async (handle: string | null, facts: TokenFacts = {}): Promise<Send> => {
    const bearer = await token(handle, facts);
    return (method, path, body, headers) => send(sandbox.urls.graph, method, path, { bearer, body, headers });
  };
  return {
    sandbox,
    id,
    token,
    as,
    activate: async (handle, role, changes) => {
      const me = await as(handle);
      return me('POST', `${DIRECTORY}/roleAssignmentScheduleRequests`, activation(id(handle), role, changes));
    },
    pass: (duration) => sandbox.clock.set(sandbox.clock.now().add(Temporal.Duration.from(duration))),
  };
}

export function activation(
  principalId: string,
  roleDefinitionId: string,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    action: 'selfActivate',
    principalId,
    roleDefinitionId,
    directoryScopeId: '/',
    justification: 'INC-42',
    scheduleInfo: { startDateTime: null, expiration: { type: 'afterDuration', duration: 'PT1H' } },
    ...changes,
  };
}

export async function send(
  origin: string,
  method: string,
  path: string,
  given: {
    readonly bearer?: string;
    readonly body?: unknown;
    readonly headers?: Record<string, string> | undefined;
  } = {},
): Promise<Reply> {
  const url = path.startsWith('https://') ? path : `${origin}${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      ...(given.bearer !== undefined && { authorization: `Bearer ${given.bearer}` }),
      ...(given.body !== undefined && { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(given.body !== undefined && { body: JSON.stringify(given.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** `403 PermissionScopeNotGranted`: the code as a client finds it, also inside the gateway's wrapping. */
export function verdict(reply: Reply): string {
  const { code, message } = reply.body?.error ?? {};
  const inner = code === 'UnknownError' ? `UnknownError(${JSON.parse(message).errorCode})` : code;
  return inner === undefined ? String(reply.status) : `${reply.status} ${inner}`;
}

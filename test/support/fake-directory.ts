import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PERMISSIONS } from '../../infra/identities/permissions.ts';

type Stored = Record<string, unknown> & { id: string };

export const GRAPH_ID = 'aaaaaaaa-0000-4000-8000-000000000001';
export const ARM_ID = 'aaaaaaaa-0000-4000-8000-000000000002';
export const READER_ID = 'aaaaaaaa-0000-4000-8000-000000000003';
export const TENANT_ID = 'bbbbbbbb-0000-4000-8000-000000000001';
export const TOKEN = 'a-token-of-an-administrator';

const named = (names: readonly string[]) => [...new Set(names)].map((value) => ({ id: randomUUID(), value }));
const namesOf = (kind: string): string[] =>
  PERMISSIONS.flatMap(({ rows }) => rows.filter((row) => row.kind === kind).flatMap((row) => row.permissions));

/** The directory part of Graph, as far as app registrations go; stricter than Microsoft's where the order of writes matters. */
export class FakeDirectory {
  readonly applications: Stored[] = [];
  readonly servicePrincipals: Stored[] = [
    {
      id: GRAPH_ID,
      appId: '00000003-0000-0000-c000-000000000000',
      appRoles: named([...namesOf('application'), 'Directory.ReadWrite.All']),
      oauth2PermissionScopes: named([...namesOf('delegated'), 'Mail.Read']),
    },
    {
      id: ARM_ID,
      appId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
      appRoles: [],
      oauth2PermissionScopes: named(['user_impersonation']),
    },
    { id: READER_ID, appId: 'aaaaaaaa-0000-4000-8000-000000000004' },
  ];
  readonly credentials: (Stored & { app: string })[] = [];
  readonly assignments: (Stored & { principalId: string })[] = [];
  readonly grants: Stored[] = [];
  /** Every write that was accepted, in order. */
  readonly writes: { readonly method: string; readonly path: string; readonly body: Record<string, unknown> }[] = [];
  /** How many writes below something new are answered 404 first, as if it were not everywhere yet. */
  late = 0;

  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const { method = 'GET', url = '/' } = request;
    const [path = '', query = ''] = decodeURIComponent(url.replace('/v1.0', '')).split('?');
    const [status, body] =
      request.headers.authorization === `Bearer ${TOKEN}`
        ? this.#handle(method, path, query, text === '' ? {} : (JSON.parse(text) as Record<string, unknown>))
        : ([401, { error: { code: 'InvalidAuthenticationToken', message: 'no' } }] as const);
    if (method !== 'GET' && status < 300) {
      this.writes.push({ method, path, body: text === '' ? {} : JSON.parse(text) });
    }
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.01' });
    response.end(status === 204 ? '' : JSON.stringify(body));
  }

  #handle(method: string, path: string, query: string, body: Record<string, unknown>): readonly [number, unknown] {
    const parts = path.split('/').slice(1);
    if (method !== 'GET' && parts.length > 1 && this.late > 0) {
      this.late -= 1;
      return [404, { error: { code: 'Request_ResourceNotFound', message: 'not yet' } }];
    }
    const lists: Record<string, Stored[]> = {
      applications: this.applications,
      servicePrincipals: this.servicePrincipals,
      oauth2PermissionGrants: this.grants,
      organization: [{ id: TENANT_ID }],
    };
    const byAppId = /^servicePrincipals\(appId='(.*)'\)$/.exec(parts[0] ?? '')?.[1];
    if (byAppId !== undefined) {
      return found(this.servicePrincipals.find(({ appId }) => appId === byAppId));
    }
    const list = lists[parts[0] ?? ''];
    if (list === undefined) {
      return [501, { error: { code: 'NotImplemented', message: path } }];
    }
    if (parts.length >= 3) {
      return this.#below(method, parts, body);
    }
    if (parts.length === 1) {
      const client = /clientId eq '([^']*)'/.exec(query)?.[1];
      if (client !== undefined && !/^[\da-f-]{36}$/.test(client)) {
        return [400, { error: { code: 'Request_BadRequest', message: `clientId ${client} is no GUID` } }];
      }
      return method === 'GET'
        ? [200, { value: list.filter(filterOf(query)) }]
        : this.#create(parts[0] ?? '', list, body);
    }
    const object = list.find(({ id }) => id === parts[1]);
    if (object === undefined || method === 'GET') {
      return found(object);
    }
    if (method === 'DELETE') {
      list.splice(list.indexOf(object), 1);
      return [204, null];
    }
    const refusal = refusalOf(object, body);
    if (refusal !== null) {
      return [400, { error: { code: 'Request_BadRequest', message: refusal } }];
    }
    Object.assign(object, body);
    return [204, null];
  }

  #create(kind: string, list: Stored[], body: Record<string, unknown>): readonly [number, unknown] {
    const object = { id: randomUUID(), ...(kind === 'applications' ? { appId: randomUUID() } : {}), ...body };
    list.push(object);
    return [201, object];
  }

  #below(method: string, [kind, owner = '', , id]: readonly string[], body: Record<string, unknown>) {
    const list: Stored[] = kind === 'applications' ? this.credentials : this.assignments;
    const own = list.filter((one) => one.app === owner || one.principalId === owner);
    if (method === 'GET') {
      return [200, { value: own }] as const;
    }
    if (method === 'DELETE' || method === 'PATCH') {
      const object = own.find((one) => one.id === id);
      if (object === undefined) {
        return found(object);
      }
      if (method === 'PATCH') {
        Object.assign(object, body);
      } else {
        list.splice(list.indexOf(object), 1);
      }
      return [204, null] as const;
    }
    const object = { id: randomUUID(), ...(kind === 'applications' ? { app: owner } : {}), ...body };
    list.push(object);
    return [201, object] as const;
  }
}

function found(object: Stored | undefined): readonly [number, unknown] {
  return object === undefined ? [404, { error: { code: 'Request_ResourceNotFound', message: 'no' } }] : [200, object];
}

function filterOf(query: string): (one: Stored) => boolean {
  const tag = /t eq '([^']*)'/.exec(query)?.[1];
  const client = /clientId eq '([^']*)'/.exec(query)?.[1];
  return (one) =>
    (tag === undefined || (one.tags as string[] | undefined)?.includes(tag) === true) &&
    (client === undefined || one.clientId === client);
}

interface Api {
  readonly requestedAccessTokenVersion?: number;
  readonly oauth2PermissionScopes?: readonly { readonly id: string; readonly isEnabled?: boolean }[];
  readonly preAuthorizedApplications?: readonly { readonly delegatedPermissionIds: readonly string[] }[];
}

/** What the order of writes can get wrong. */
function refusalOf(object: Stored, body: Record<string, unknown>): string | null {
  const [held, sent] = [(object.api ?? {}) as Api, (body.api ?? {}) as Api];
  const known = new Set((held.oauth2PermissionScopes ?? []).map(({ id }) => id));
  const asked = (sent.preAuthorizedApplications ?? []).flatMap((one) => one.delegatedPermissionIds);
  if (asked.some((id) => !known.has(id))) {
    return 'preAuthorizedApplications names a scope that is not there yet';
  }
  const kept = new Set((sent.oauth2PermissionScopes ?? held.oauth2PermissionScopes ?? []).map(({ id }) => id));
  if ((held.oauth2PermissionScopes ?? []).some(({ id, isEnabled }) => isEnabled === true && !kept.has(id))) {
    return 'CannotDeleteOrUpdateEnabledEntitlement: disable the scope first';
  }
  const isForeign = ((body.identifierUris ?? []) as string[]).some((uri) => !uri.includes(String(object.appId)));
  return isForeign && held.requestedAccessTokenVersion !== 2 ? 'identifierUris must name the app itself' : null;
}

import { Agent, request } from 'node:https';

import type { Room, Tenant } from '../sandbox/platform/types.ts';
import type { RunningSandbox } from '../sandbox/start.ts';

const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const GRAPH = 'https://graph.microsoft.com';
/** Most parts of one `$batch`. */
const BATCH = 20;

/** Roles that everybody in the crowd is eligible for: none needs approval, each wants a justification at most. */
const ROLES = [
  { id: '5d6b6bb7-de71-4623-b4af-95380a352509', hasOwnSettings: true },
  { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', hasOwnSettings: true },
  { id: '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f', hasOwnSettings: false },
  { id: '194ae4cb-b126-40b2-bd5b-6091b380977d', hasOwnSettings: false },
  { id: '4a5d8f65-41da-4de4-8968-e035b65339cf', hasOwnSettings: false },
  { id: '729827e3-9c14-49f7-bb1b-9608f156bbb8', hasOwnSettings: true },
] as const;

/** The group whose members approve application roles. */
const APPROVERS = 'sg-app-approvers';

/** Makes a room that lets this many more people into the tenant, before the other rooms look at it; as approvers if asked. */
export function crowdRoom(size: number, areApprovers: boolean): Room {
  return ({ tenant }) => {
    const people = Array.from({ length: size }, (_, index) => addPerson(tenant, index + 1));
    if (areApprovers) {
      const group = tenant.groups.values().find(({ displayName }) => displayName === APPROVERS);
      group?.memberIds.push(...people);
    }
    return { routes: {} };
  };
}

function addPerson({ users }: Tenant, number: number): string {
  const digits = String(number).padStart(5, '0');
  const handle = `crowd-${digits}`;
  const mail = `${handle}@contoso.onmicrosoft.com`;
  const id = `c5a0d000-0000-4000-8000-0000000${digits}`;
  users.set(id, { id, handle, displayName: handle, userPrincipalName: mail, mail });
  return id;
}

/** Makes the crowd eligible for the first so many of the roles, over Graph as an administrator would. */
export async function makeCrowdEligible(sandbox: RunningSandbox, rolesEach: number = ROLES.length): Promise<void> {
  const { tenant } = sandbox.world;
  const people = [...tenant.users.values()].filter((user) => user.handle.startsWith('crowd-'));
  if (people.length === 0) {
    return;
  }
  const admin = [...tenant.users.values()].find((user) => user.handle === 'admin');
  if (admin === undefined) {
    throw new Error('The tenant has no administrator.');
  }
  tenant.directoryRoles.set(admin.id, new Set([PRIVILEGED_ROLE_ADMINISTRATOR]));
  const bearer = await sandbox.issuer.accessToken({ app: sandbox.apps.admin, audience: GRAPH, personId: admin.id });
  const graph = graphClient(sandbox, bearer);
  try {
    for (const { id } of ROLES.filter((role) => !role.hasOwnSettings)) {
      await dropEnablement(graph, id);
    }
    const asks = people.flatMap(({ id }) => ROLES.slice(0, rolesEach).map((role) => eligibility(id, role.id)));
    for (let at = 0; at < asks.length; at += BATCH) {
      await submit(graph, asks.slice(at, at + BATCH));
    }
  } finally {
    graph.close();
    tenant.directoryRoles.delete(admin.id);
  }
}

interface GraphClient {
  send(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

function graphClient({ urls, caPem }: RunningSandbox, bearer: string): GraphClient {
  const agent = new Agent({ keepAlive: true, ca: caPem });
  return {
    close: () => agent.destroy(),
    send: (method, path, body) => {
      const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
      const outgoing = request(`${urls.graph}${path}`, { method, agent, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          const isGood = answer.statusCode !== undefined && answer.statusCode < 300;
          if (isGood) {
            resolve(text === '' ? {} : (JSON.parse(text) as Record<string, unknown>));
          } else {
            reject(new Error(`${method} ${path} was answered ${answer.statusCode}: ${text}`));
          }
        });
      });
      outgoing.once('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      return promise;
    },
  };
}

/** Activating asks for nothing: the roles without settings of their own would want MFA. */
async function dropEnablement(graph: GraphClient, roleId: string): Promise<void> {
  const filter = `scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${roleId}'`;
  const path = `/v1.0/policies/roleManagementPolicyAssignments?$filter=${encodeURIComponent(filter)}`;
  const { value } = await graph.send('GET', path);
  const policyId = (value as readonly { readonly policyId: string }[])[0]?.policyId;
  const rule = `/v1.0/policies/roleManagementPolicies/${policyId}/rules/Enablement_EndUser_Assignment`;
  const { '@odata.context': _, ...current } = await graph.send('GET', rule);
  await graph.send('PATCH', rule, { ...current, enabledRules: [] });
}

function eligibility(principalId: string, roleDefinitionId: string): Readonly<Record<string, unknown>> {
  return {
    action: 'adminAssign',
    principalId,
    roleDefinitionId,
    directoryScopeId: '/',
    justification: 'bench',
    scheduleInfo: { startDateTime: null, expiration: { type: 'noExpiration' } },
  };
}

async function submit(graph: GraphClient, bodies: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const requests = bodies.map((body, index) => ({
    id: String(index),
    method: 'POST',
    url: '/roleManagement/directory/roleEligibilityScheduleRequests',
    headers: { 'content-type': 'application/json' },
    body,
  }));
  const { responses } = await graph.send('POST', '/v1.0/$batch', { requests });
  const refused = (responses as readonly { readonly status: number; readonly body: unknown }[]).find(
    ({ status }) => status >= 300,
  );
  if (refused !== undefined) {
    throw new Error(`Eligibility was refused: ${JSON.stringify(refused.body)}`);
  }
}

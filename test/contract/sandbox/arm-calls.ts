import { randomUUID } from 'node:crypto';

import { armRoom } from '../../../sandbox/arm/room.ts';
import { graphRoom } from '../../../sandbox/graph/room.ts';
import type { AppRegistration, SandboxSettings } from '../../../sandbox/platform/types.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { type Reply, send, type TokenFacts } from './graph-calls.ts';

export const PIM = 'api-version=2020-10-01';
export const APPROVAL = 'api-version=2021-01-01-preview';
export const ACCESS = 'api-version=2022-04-01';
export const AUTHORIZATION = '/providers/Microsoft.Authorization';

export const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/mg-contoso';
export const PRODUCTION = '/subscriptions/9d0e6c1a-4b2f-4c8e-a1d5-6f7b82c3e401';
export const STAGING = '/subscriptions/3b7f5a92-8c1d-4e6b-b0a4-1d9e74f5c602';
export const RG_PAYMENTS = `${PRODUCTION}/resourceGroups/rg-payments`;
export const RG_WEB = `${PRODUCTION}/resourceGroups/rg-web`;
export const VM = `${RG_PAYMENTS}/providers/Microsoft.Compute/virtualMachines/vm-pay-01`;

export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
export const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
export const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
export const VM_OPERATOR = '7d2c4e10-6a3b-4f58-9c21-5e8f0a1b2c01';
export const VM_OPERATOR_CONTRACTORS = '7d2c4e10-6a3b-4f58-9c21-5e8f0a1b2c02';
export const ON_CALL_GROUP = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';

/** Calls with `/providers/Microsoft.Authorization/` and an api-version left out, which most tests do not look at. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** A sandbox with ARM and Graph at eight o'clock, and clients that hold signed tokens. */
export interface ArmSandbox {
  readonly sandbox: RunningSandbox;
  id(handle: string): string;
  /** A client of a person, or of the reader app for null. Paths are as they stand, on ARM. */
  as(handle: string | null, facts?: TokenFacts): Promise<Ask>;
  put(handle: string, scope: string, properties: Readonly<Record<string, unknown>>, facts?: TokenFacts): Promise<Reply>;
  activate(handle: string, scope: string, role: string, changes?: Readonly<Record<string, unknown>>): Promise<Reply>;
  end(handle: string, scope: string, role: string): Promise<Reply>;
  /** The rows of one of the schedule lists that are this person's. */
  mine(handle: string, collection: string, scope?: string): Promise<Reply['body'][]>;
  fault(body: object): Promise<number>;
  pass(duration: string): Promise<void>;
}

export async function startArm(settings: Partial<SandboxSettings> = {}): Promise<ArmSandbox> {
  const now = Temporal.Instant.from('2026-11-23T08:00:00Z');
  const sandbox = await startSandbox({ now, rooms: [graphRoom, armRoom], settings });
  trustCertificateAuthority(sandbox.caPem);
  const id = (handle: string): string => sandbox.people[handle]?.id ?? handle;
  const as = async (handle: string | null, facts: TokenFacts = {}): Promise<Ask> => {
    const { app: name = handle === null ? 'reader' : 'selfService', permissions, ...claims } = facts;
    const audience = 'https://management.azure.com';
    const registered = sandbox.apps[name];
    const app: AppRegistration = permissions ? { ...registered, delegated: { [audience]: permissions } } : registered;
    const token = { app, audience, ...(handle !== null && { personId: id(handle) }), ...claims };
    const bearer = await sandbox.issuer.accessToken(token);
    return (method, path, body) => send(sandbox.urls.arm, method, path, { bearer, body });
  };
  const put: ArmSandbox['put'] = async (handle, scope, properties, facts) => {
    const me = await as(handle, facts);
    return me('PUT', requestPath(scope), { properties: { principalId: id(handle), ...properties } });
  };
  return {
    sandbox,
    id,
    as,
    put,
    activate: (handle, scope, role, changes) => put(handle, scope, activation(scope, role, changes)),
    end: (handle, scope, role) =>
      put(handle, scope, { requestType: 'SelfDeactivate', roleDefinitionId: roleId(scope, role) }),
    mine: async (handle, collection, scope = '') => {
      const me = await as(handle);
      return (await me('GET', `${scope}${AUTHORIZATION}/${collection}?${PIM}&$filter=asTarget()`)).body.value;
    },
    fault: async (body) => {
      const init = { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${sandbox.urls.control}/faults`, init)).status;
    },
    pass: (duration) => sandbox.clock.set(sandbox.clock.now().add(Temporal.Duration.from(duration))),
  };
}

/** Where a request of a new name is put. */
export function requestPath(scope: string, name: string = randomUUID(), kind = 'Assignment'): string {
  return `${scope}${AUTHORIZATION}/role${kind}ScheduleRequests/${name}?${PIM}`;
}

/** The full id of a role as rows at this scope carry it. */
export function roleId(scope: string, role: string): string {
  const subscription = /^\/subscriptions\/[^/]+/.exec(scope)?.[0] ?? '';
  return `${subscription}${AUTHORIZATION}/roleDefinitions/${role}`;
}

export function activation(
  scope: string,
  role: string,
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    requestType: 'SelfActivate',
    roleDefinitionId: roleId(scope, role),
    justification: 'INC-42',
    scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT1H' } },
    ...changes,
  };
}

import assert from 'node:assert/strict';
import type { RunningSandbox, SandboxOptions } from '../../../sandbox/start.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { createTenantFeed, type TenantFeedSettings } from '../../../src/adapters/graph/audit-feed.ts';
import { createGraphPeople } from '../../../src/adapters/graph/people.ts';
import { createGraphRoleManagement, createGroupRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import { createDirectoryReader, createGroupReader } from '../../../src/adapters/graph/surface-reader.ts';
import { createReaderTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignIns } from '../../../src/adapters/identity/sign-ins.ts';
import type { TokenSource } from '../../../src/adapters/identity/token-source.ts';
import { createTenantReader } from '../../../src/adapters/tenant-reader.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { SignIns } from '../../../src/ports/identity.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { ActivationOrder, Actor, RoleManagement, TenantRequest } from '../../../src/ports/role-management.ts';
import type { TenantFeed } from '../../../src/ports/tenant-feed.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import type { Handle, RoleManagementBench } from '../role-management-bench.ts';
import { EVERYBODY } from '../role-management-bench.ts';
import { assignInSandbox } from '../sandbox-assign.ts';

export interface GraphBench extends RoleManagementBench {
  readonly sandbox: RunningSandbox;
  readonly signIns: SignIns & TokenSource;
  /** What the adapters are given: tokens of `signIns`. */
  readonly tokens: TokenSource;
  /** Disables the account of a person. */
  disable(handle: Handle): Promise<void>;
  /** Makes a person a guest from another organization. */
  invite(handle: Handle): Promise<void>;
  hideMembers(group: string): Promise<void>;
  /** PIM for Groups; `roles` are the directory's. */
  readonly groups: RoleManagement;
  readonly reader: TenantReader;
}

/** A log nobody reads. */
export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {} };

const GRAPH = 'https://graph.microsoft.com';
const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

/** The adapters of Graph and identity before a fresh sandbox. Nobody is signed in. */
export async function createGraphBench(
  options: SandboxOptions = {},
  tokensOf: (signIns: TokenSource) => TokenSource = (signIns) => signIns,
): Promise<GraphBench> {
  const sandbox = await startSandbox({ now: START, ...options });
  trustCertificateAuthority(sandbox.caPem);
  const { clock, urls, tenantId, apps } = sandbox;
  const signIns = createSignIns({
    clock,
    tenantId,
    clientId: apps.selfService.clientId,
    credential: { secret: new Secret(apps.selfService.secret) },
    loginUrl: urls.login,
  });
  const common = settingsOf(sandbox);
  const tokens = tokensOf(signIns);
  const asReader = {
    ...common,
    tokens: createReaderTokens(
      {
        clock,
        loginUrl: urls.login,
        tenantId,
        clientId: apps.reader.clientId,
        credential: { secret: new Secret(apps.reader.secret) },
      },
      'https://graph.microsoft.com',
    ),
  };
  const idOf = (handle: Handle): PrincipalId => principalId(sandbox.people[handle]?.id ?? '');
  return {
    sandbox,
    signIns,
    tokens,
    roles: createGraphRoleManagement({ ...common, tokens }),
    groups: createGroupRoleManagement({ ...common, tokens }),
    reader: createTenantReader({
      clock,
      log: silentLog,
      people: createGraphPeople(asReader),
      readers: [createDirectoryReader(asReader), createGroupReader(asReader)],
    }),
    idOf,
    disable: async (handle) => void sandbox.world.tenant.disabledAccounts.add(idOf(handle)),
    invite: async (handle) => void sandbox.world.tenant.guests.add(idOf(handle)),
    hideMembers: async (name) => {
      const { groups } = sandbox.world.tenant;
      const group = [...groups.values()].find(({ displayName }) => displayName === name);
      if (group !== undefined) {
        groups.set(group.id, { ...group, hidesMembers: true });
      }
    },
    signOut: async (handle) => signIns.forget(idOf(handle)),
    assign: async (given) => assignInSandbox(sandbox, given),
    join: () => Promise.reject(new Error('no role of Graph is held through a group in the seed')),
    signIn: async (handle) => signIns.accept(idOf(handle), await sandbox.issuer.ssoToken(idOf(handle))),
    now: () => clock.now(),
    advance: (duration) => clock.set(clock.now().add(duration)),
    close: () => sandbox.close(),
  };
}

/** Directory roles alone, everybody signed in, and consent to ask for the extension of eligible assignments, which is not in the seed. */
export async function createDirectoryBench(options: SandboxOptions = {}): Promise<RoleManagementBench> {
  const bench = await createSignedInBench(options);
  const { issuer, apps } = bench.sandbox;
  const consented = [...(apps.selfService.delegated[GRAPH] ?? []), 'RoleEligibilitySchedule.ReadWrite.Directory'];
  const app = { ...apps.selfService, delegated: { [GRAPH]: consented } };
  const tokens = insteadOf(bench.tokens, async ({ principalId: personId }) =>
    issuer.accessToken({ app, audience: GRAPH, personId, amr: ['pwd'] }),
  );
  return { ...bench, roles: createGraphRoleManagement({ ...settingsOf(bench.sandbox), tokens }) };
}

/** PIM for Groups alone, everybody signed in, the second on-call lead with the authentication context that the groups want. */
export async function createGroupBench(options: SandboxOptions = {}): Promise<RoleManagementBench> {
  const bench = await createSignedInBench(options);
  const proven = steppedUpTokens(bench.sandbox);
  const tokens = insteadOf(bench.tokens, async (actor, token) =>
    actor.principalId === bench.idOf('oncall2') ? await proven.graphToken(actor) : token,
  );
  return { ...bench, roles: createGroupRoleManagement({ ...settingsOf(bench.sandbox), tokens }) };
}

/** Other tokens for people who are signed in. */
function insteadOf(signIns: TokenSource, exchange: (actor: Actor, token: string) => Promise<string>): TokenSource {
  return {
    graphToken: async (actor) => await exchange(actor, await signIns.graphToken(actor)),
    rejectGraphToken: () => {},
  };
}

/** What every adapter of Graph is given here: waits are left out. */
export function settingsOf({ clock, urls }: RunningSandbox) {
  return { graphUrl: urls.graph, clock, log: silentLog, pause: async () => {} };
}

/** Everything, with everybody signed in: each person when they first act, since most tests are about one or two. */
export async function createSignedInBench(options: SandboxOptions = {}): Promise<GraphBench> {
  const acted = new Map<PrincipalId, Promise<void>>();
  const actsFirst = (person: PrincipalId): Promise<void> => {
    const handle = EVERYBODY.find((one) => bench.idOf(one) === person);
    const first = acted.get(person) ?? (handle === undefined ? Promise.resolve() : bench.signIn(handle));
    acted.set(person, first);
    return first;
  };
  const bench: GraphBench = await createGraphBench(options, (signIns) => ({
    graphToken: async (actor) => {
      await actsFirst(actor.principalId);
      return await signIns.graphToken(actor);
    },
    rejectGraphToken: (actor, token) => signIns.rejectGraphToken(actor, token),
  }));
  return {
    ...bench,
    signIn: async (handle) => {
      acted.set(bench.idOf(handle), Promise.resolve());
      await bench.signIn(handle);
    },
    signOut: async (handle) => {
      acted.set(bench.idOf(handle), Promise.resolve());
      await bench.signOut(handle);
    },
  };
}

/** Tokens of people who have stepped up for every authentication context the seed has. */
export function steppedUpTokens({ issuer, apps }: RunningSandbox): TokenSource {
  return {
    graphToken: (actor) =>
      issuer.accessToken({
        app: apps.selfService,
        audience: GRAPH,
        personId: actor.principalId,
        amr: ['pwd', 'mfa'],
        acrs: ['c1'],
        capabilities: ['cp1'],
      }),
    rejectGraphToken: () => {},
  };
}

/** Posts as an administrator of the tenant who manages every group. */
export async function administer(sandbox: RunningSandbox, path: string, body: unknown): Promise<void> {
  const { issuer, apps, world, people, urls } = sandbox;
  const personId = people.admin?.id ?? '';
  world.tenant.directoryRoles.set(personId, new Set([PRIVILEGED_ROLE_ADMINISTRATOR]));
  const token = await issuer.accessToken({ app: apps.admin, audience: GRAPH, personId, amr: ['pwd', 'mfa'] });
  const response = await fetch(`${urls.graph}/v1.0${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
}

/** Method and path without query of the Graph calls since then; parts of a batch with `+` before them. */
export function graphCallsSince({ calls }: RunningSandbox, seq: number): readonly string[] {
  return calls
    .since(seq)
    .filter(({ service }) => service === 'graph')
    .map(({ method, path, batch }) => `${batch === true ? '+' : ''}${method} ${path.split('?')[0]}`);
}

/** The tenant's log, read with the reader's own tokens. */
export function readerFeed({ sandbox }: GraphBench, more: Pick<TenantFeedSettings, 'pause'> = {}): TenantFeed {
  const { apps, clock, tenantId, urls } = sandbox;
  return createTenantFeed({
    ...settingsOf(sandbox),
    tokens: createReaderTokens(
      {
        clock,
        tenantId,
        loginUrl: urls.login,
        clientId: apps.reader.clientId,
        credential: { secret: new Secret(apps.reader.secret) },
      },
      'https://graph.microsoft.com',
    ),
    ...more,
  });
}

/** Activates, at once, a role that somebody is eligible for. */
export async function activatesAs(
  actor: Actor,
  roles: RoleManagement,
  { roleName, ...how }: Pick<ActivationOrder, 'duration' | 'justification'> & { readonly roleName: string },
): Promise<TenantRequest> {
  const eligible = (await roles.listEligible(actor)).find((one) => one.roleName === roleName);
  assert.ok(eligible);
  const { principalId: _, endsAt: __, ...role } = eligible;
  return await roles.activate(actor, { role, startsAt: null, ...how, ticket: null, marker: crypto.randomUUID() });
}

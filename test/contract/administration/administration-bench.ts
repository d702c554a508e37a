import assert from 'node:assert/strict';
import type { RunningSandbox } from '../../../sandbox/start.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { createAccessProbe } from '../../../src/adapters/access-probe.ts';
import { createArmAdministration } from '../../../src/adapters/arm/administration.ts';
import { createGraphAdministration } from '../../../src/adapters/graph/administration.ts';
import { createTenantDirectory } from '../../../src/adapters/graph/administration-directory.ts';
import type { ArmTokenSource, TokenSource } from '../../../src/adapters/identity/token-source.ts';
import { createArmRoleDefinitions } from '../../../src/adapters/role-definitions/arm-definitions.ts';
import { createGraphRoleDefinitions } from '../../../src/adapters/role-definitions/graph-definitions.ts';
import type { AssignmentOrder, ListedAssignment, Principal } from '../../../src/domain/administration.ts';
import type { RoleAtScope, Surface } from '../../../src/domain/assignment.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { AccessError } from '../../../src/errors.ts';
import type { RoleAdministration, TenantDirectory } from '../../../src/ports/role-administration.ts';
import type { AccessProbe, RoleDefinitions } from '../../../src/ports/role-definitions.ts';
import type { Actor } from '../../../src/ports/role-management.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const GRAPH = 'https://graph.microsoft.com';
const AZURE = 'https://management.azure.com';
const AT_ONCE = Temporal.Duration.from({ seconds: 0 });
const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

/** Directory roles that an administrator of everything holds in these tests. */
const ADMINISTRATOR = ['e8611ab8-c189-46e8-94e1-60213ab1f814', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'];

/** The sign-in page of the admin app, as far as tokens go. */
const PAGE = 'the admin page';

/** The adapters of administration before a fresh sandbox at eight o'clock. */
export interface AdministrationBench {
  readonly sandbox: RunningSandbox;
  readonly directory: TenantDirectory;
  readonly probe: AccessProbe;
  definitions(kind: RoleDefinitions['kind']): RoleDefinitions;
  administration(surface: Surface): RoleAdministration;
  /** A person with a token of the admin app, or of the self-service app. */
  as(handle: string, app?: 'admin' | 'selfService'): Actor;
  principal(handle: string): Principal;
  /** Takes all tokens of the person away. */
  signOut(handle: string): void;
  /** What Graph and ARM were asked since the last time, without the queries. */
  calls(): readonly string[];
  pass(duration: Temporal.DurationLike): Promise<void>;
  close(): Promise<void>;
}

export async function createAdministrationBench(): Promise<AdministrationBench> {
  const settings = {
    listLag: AT_ONCE,
    groupListLag: null,
    groupUnlistLag: null,
    azureListLag: null,
    azureUnlistLag: null,
  };
  const sandbox = await startSandbox({ now: START, settings });
  trustCertificateAuthority(sandbox.caPem);
  const { apps, clock, issuer, urls } = sandbox;
  const idOf = (handle: string) => principalId(sandbox.people[handle]?.id ?? '');
  sandbox.world.tenant.directoryRoles.set(idOf('admin'), new Set(ADMINISTRATOR));
  const signedOut = new Set<string>();
  const tokenOf = async (actor: Actor, audience: string): Promise<string> => {
    if (actor.principalId === '' || signedOut.has(actor.principalId)) {
      throw new AccessError('identity.sign_in_required', 'nobody is signed in');
    }
    const app = actor.heldFor === PAGE ? apps.admin : apps.selfService;
    return await issuer.accessToken({ app, audience, personId: actor.principalId, amr: ['pwd', 'mfa'] });
  };
  const tokens: TokenSource & ArmTokenSource = {
    graphToken: async (actor) => await tokenOf(actor, GRAPH),
    rejectGraphToken: () => {},
    armToken: async (actor) => await tokenOf(actor, AZURE),
    rejectArmToken: () => {},
  };
  const common = { clock, tokens, log: { warn: () => {} }, pause: async () => {} };
  let seen = 0;
  return {
    sandbox,
    directory: createTenantDirectory({ ...common, graphUrl: urls.graph }),
    definitions: (kind) =>
      kind === 'azure'
        ? createArmRoleDefinitions({ ...common, armUrl: urls.arm })
        : createGraphRoleDefinitions({ ...common, graphUrl: urls.graph }),
    probe: createAccessProbe({ graph: { ...common, graphUrl: urls.graph }, arm: { ...common, armUrl: urls.arm } }),
    administration: (surface) =>
      surface === 'azure'
        ? createArmAdministration({ ...common, armUrl: urls.arm })
        : createGraphAdministration({ ...common, surface, graphUrl: urls.graph }),
    as: (handle, app = 'admin') => ({ principalId: idOf(handle), ...(app === 'admin' && { heldFor: PAGE }) }),
    principal: (handle) => {
      const user = sandbox.world.tenant.users.get(idOf(handle));
      assert.ok(user, `there is no ${handle}`);
      const { displayName, id, userPrincipalName } = user;
      return { id, name: displayName, kind: 'user', userPrincipalName };
    },
    signOut: (handle) => void signedOut.add(idOf(handle)),
    calls: () => {
      const calls = sandbox.calls.since(seen).filter(({ service }) => service === 'graph' || service === 'arm');
      seen = sandbox.calls.lastSeq;
      return calls.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    },
    pass: (duration) => clock.set(clock.now().add(duration)),
    close: () => sandbox.close(),
  };
}

/** An order with an end in ten days, unless the changes say otherwise. */
export function anOrder(
  role: RoleAtScope,
  principal: Principal,
  changes: Partial<AssignmentOrder> = {},
): AssignmentOrder {
  return {
    action: 'assign',
    kind: 'eligible',
    role,
    principal,
    startsAt: null,
    endsAt: START.add({ hours: 240 }),
    justification: 'INC-42',
    ticket: null,
    ...changes,
  };
}

/** A row in one line: kind, type, way, principal, role, scope. */
export function lineOf(row: ListedAssignment): string {
  return `${row.kind} ${row.assignmentType} ${row.memberType}: ${row.principal.name} (${row.principal.kind}), ${row.roleName} @ ${row.scope.name}`;
}

export async function rejects(work: Promise<unknown>, ...codes: readonly ErrorCode[]): Promise<AccessError> {
  const error: unknown = await work.then(
    () => assert.fail(`nothing was refused; expected ${codes.join(' or ')}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AccessError)) {
    throw error;
  }
  assert.ok(codes.includes(error.code), `${error.code} instead of ${codes.join(' or ')}: ${error.message}`);
  return error;
}

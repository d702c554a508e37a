import type { RunningSandbox, SandboxOptions } from '../../../sandbox/start.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { createGraphRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import { createGraphTenantReader } from '../../../src/adapters/graph/tenant-reader.ts';
import { createReaderTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignIns } from '../../../src/adapters/identity/sign-ins.ts';
import type { TokenSource } from '../../../src/adapters/identity/token-source.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { SignIns } from '../../../src/ports/identity.ts';
import type { Log } from '../../../src/ports/log.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import type { Handle, RoleManagementBench } from '../role-management.ts';
import { EVERYBODY } from '../role-management.ts';

export interface GraphBench extends RoleManagementBench {
  readonly sandbox: RunningSandbox;
  readonly signIns: SignIns & TokenSource;
}

/** A log nobody reads. */
export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {} };

const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

/** The adapters of Graph and identity before a fresh sandbox. Nobody is signed in. */
export async function createGraphBench(options: SandboxOptions = {}): Promise<GraphBench> {
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
  const common = { graphUrl: urls.graph, clock, log: silentLog };
  const idOf = (handle: Handle): PrincipalId => principalId(sandbox.people[handle]?.id ?? '');
  return {
    sandbox,
    signIns,
    roles: createGraphRoleManagement({ ...common, tokens: signIns }),
    reader: createGraphTenantReader({
      ...common,
      tokens: createReaderTokens({
        clock,
        loginUrl: urls.login,
        tenantId,
        clientId: apps.reader.clientId,
        credential: { secret: new Secret(apps.reader.secret) },
      }),
    }),
    idOf,
    signIn: async (handle) => signIns.accept(idOf(handle), await sandbox.issuer.ssoToken(idOf(handle))),
    now: () => clock.now(),
    advance: (duration) => clock.set(clock.now().add(duration)),
    close: () => sandbox.close(),
  };
}

/** As above, with everybody signed in. */
export async function createSignedInBench(options: SandboxOptions = {}): Promise<GraphBench> {
  const bench = await createGraphBench(options);
  await Promise.all(EVERYBODY.map((handle) => bench.signIn(handle)));
  return bench;
}

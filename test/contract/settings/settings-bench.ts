import { armRoom } from '../../../sandbox/arm/room.ts';
import { graphRoom } from '../../../sandbox/graph/room.ts';
import type { AppRegistration } from '../../../sandbox/platform/types.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { createArmCaller } from '../../../src/adapters/arm/arm-caller.ts';
import { GraphCaller } from '../../../src/adapters/graph/graph-caller.ts';
import type { BearerTokens } from '../../../src/adapters/identity/token-source.ts';
import { readArmSettings, writeArmSettings } from '../../../src/adapters/role-settings/arm-settings.ts';
import { readGraphSettings, writeGraphSettings } from '../../../src/adapters/role-settings/graph-settings.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { HeldSettings, RoleSettings } from '../../../src/domain/role-settings.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { RG_PAYMENTS, roleId, VM_OPERATOR_CONTRACTORS } from '../sandbox/arm-calls.ts';
import { OPERATOR, PRIVILEGED_ROLE_ADMINISTRATOR, USER_ADMINISTRATOR } from '../sandbox/graph-calls.ts';
import { TIER0 } from '../sandbox/groups-calls.ts';

export const operator: RoleAtScope = {
  surface: 'directory',
  roleDefinitionId: roleDefinitionId(OPERATOR),
  roleName: 'Contoso-App-Assignment-Operator',
  scope: { id: '/', name: 'Whole tenant' },
};
export const userAdministrator: RoleAtScope = {
  ...operator,
  roleDefinitionId: roleDefinitionId(USER_ADMINISTRATOR),
  roleName: 'User Administrator',
};
export const tier0: RoleAtScope = {
  surface: 'group',
  roleDefinitionId: roleDefinitionId('member'),
  roleName: 'sg-breakglass-tier0',
  scope: { id: TIER0, name: 'Group membership' },
};
export const contractors: RoleAtScope = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(roleId(RG_PAYMENTS, VM_OPERATOR_CONTRACTORS)),
  roleName: 'Virtual Machine Operator (Contractors)',
  scope: { id: RG_PAYMENTS, name: 'rg-payments' },
};

export interface SettingsBench {
  readonly sandbox: RunningSandbox;
  id(handle: string): string;
  /** Reads as the reader, or as a person with the admin app's token. */
  read(role: RoleAtScope, handle?: string | null): Promise<HeldSettings>;
  /** Writes as a person with the admin app's token. */
  write(
    role: RoleAtScope,
    change: { readonly from: RoleSettings; readonly to: RoleSettings },
    handle?: string,
  ): Promise<void>;
  fault(body: object): Promise<void>;
  /** Writes that reached PIM, as `PATCH` paths end. */
  writes(): readonly string[];
  close(): Promise<void>;
}

/** The adapters of settings before a fresh sandbox, whose admin is a privileged role administrator who is on. */
export async function createSettingsBench(): Promise<SettingsBench> {
  const now = Temporal.Instant.from('2026-11-23T08:00:00Z');
  const sandbox = await startSandbox({ now, rooms: [graphRoom, armRoom] });
  trustCertificateAuthority(sandbox.caPem);
  const id = (handle: string): string => sandbox.people[handle]?.id ?? handle;
  sandbox.world.tenant.directoryRoles.set(id('admin'), new Set([PRIVILEGED_ROLE_ADMINISTRATOR]));
  const common = { log: { warn: () => {} }, pause: async () => {} };
  const graph = new GraphCaller({ graphUrl: sandbox.urls.graph, ...common });
  const arm = createArmCaller({ armUrl: sandbox.urls.arm, ...common });
  const tokensOf = (handle: string | null, { surface }: RoleAtScope): BearerTokens => {
    const audience = surface === 'azure' ? 'https://management.azure.com' : 'https://graph.microsoft.com';
    const app: AppRegistration = handle === null ? sandbox.apps.reader : sandbox.apps.admin;
    const personId = handle === null ? {} : { personId: id(handle) };
    return { token: () => sandbox.issuer.accessToken({ app, audience, ...personId }), reject: () => {} };
  };
  return {
    sandbox,
    id,
    read: async (role, handle = null) =>
      role.surface === 'azure'
        ? await readArmSettings(arm, tokensOf(handle, role), role)
        : await readGraphSettings(graph, tokensOf(handle, role), role),
    write: async (role, change, handle = 'admin') =>
      role.surface === 'azure'
        ? await writeArmSettings(arm, tokensOf(handle, role), role, change)
        : await writeGraphSettings(graph, tokensOf(handle, role), role, change),
    fault: async (body) => {
      const init = { method: 'POST', body: JSON.stringify(body) };
      const { status } = await fetch(`${sandbox.urls.control}/faults`, init);
      if (status !== 201) {
        throw new Error(`the fault was answered ${status}`);
      }
    },
    writes: () =>
      sandbox.calls
        .since(0)
        .filter(({ method }) => method === 'PATCH')
        .map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
    close: () => sandbox.close(),
  };
}

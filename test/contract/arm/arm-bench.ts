import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SandboxSettings } from '../../../sandbox/platform/types.ts';
import { createArmRoleManagement } from '../../../src/adapters/arm/role-management.ts';
import { createArmReader } from '../../../src/adapters/arm/surface-reader.ts';
import { createReaderTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignIns } from '../../../src/adapters/identity/sign-ins.ts';
import type { EligibleAssignment, RoleAtScope } from '../../../src/domain/assignment.ts';
import { principalId, roleDefinitionId } from '../../../src/domain/ids.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { AccessError } from '../../../src/errors.ts';
import type { ActivationOrder, Actor, RoleManagement } from '../../../src/ports/role-management.ts';
import type { SurfaceReader } from '../../../src/ports/tenant-reader.ts';
import type { ArmSandbox } from '../sandbox/arm-calls.ts';
import { roleId, startArm } from '../sandbox/arm-calls.ts';

export interface Warning {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The adapters of Azure and identity before a fresh sandbox at eight o'clock, waits left out, engineer and approver signed in. */
export interface ArmBench {
  readonly arm: ArmSandbox;
  readonly roles: RoleManagement;
  readonly reader: SurfaceReader;
  readonly warnings: readonly Warning[];
  readonly armUrl: string;
  actor(handle: string): Actor;
  signIn(...handles: readonly string[]): Promise<void>;
  signOut(handle: string): void;
  eligible(handle: string, roleName: string, scopeName: string): Promise<EligibleAssignment>;
  /** What ARM was asked since the last time: method and path, without the query. */
  calls(): readonly string[];
  close(): Promise<void>;
}

/** Azure's own name of the token's audience, whatever the address. */
const AZURE = 'https://management.azure.com';

export async function createArmBench(settings: Partial<SandboxSettings> = {}): Promise<ArmBench> {
  const arm = await startArm(settings);
  const { clock, urls, tenantId, apps, issuer, calls } = arm.sandbox;
  const warnings: Warning[] = [];
  const log = {
    warn: (event: string, fields: Readonly<Record<string, unknown>> = {}) => void warnings.push({ event, fields }),
  };
  const signIns = createSignIns({
    clock,
    tenantId,
    clientId: apps.selfService.clientId,
    credential: { secret: new Secret(apps.selfService.secret) },
    loginUrl: urls.login,
  });
  const readerTokens = createReaderTokens(
    {
      clock,
      loginUrl: urls.login,
      tenantId,
      clientId: apps.reader.clientId,
      credential: { secret: new Secret(apps.reader.secret) },
    },
    AZURE,
  );
  const common = { armUrl: urls.arm, clock, log, pause: () => Promise.resolve() };
  const roles = createArmRoleManagement({ ...common, tokens: signIns });
  const actor = (handle: string): Actor => ({ principalId: principalId(arm.id(handle)) });
  let seen = 0;
  const bench: ArmBench = {
    arm,
    roles,
    reader: createArmReader({ ...common, tokens: readerTokens }),
    warnings,
    armUrl: urls.arm,
    actor,
    signIn: async (...handles) => {
      for (const handle of handles) {
        await signIns.accept(actor(handle).principalId, await issuer.ssoToken(arm.id(handle)));
      }
    },
    signOut: (handle) => signIns.forget(actor(handle).principalId),
    eligible: async (handle, roleName, scopeName) => {
      const rows = await roles.listEligible(actor(handle));
      const row = rows.find((one) => one.roleName === roleName && one.scope.name === scopeName);
      assert.ok(row, `${handle} is eligible for ${roleName} on ${scopeName}`);
      return row;
    },
    calls: () => {
      const since = calls.since(seen).filter(({ service }) => service === 'arm');
      seen = calls.lastSeq;
      return since.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    },
    close: () => arm.sandbox.close(),
  };
  await bench.signIn('engineer', 'approver');
  return bench;
}

export function anOrder(role: RoleAtScope, overrides: Partial<ActivationOrder> = {}): ActivationOrder {
  return {
    role,
    startsAt: null,
    duration: Temporal.Duration.from('PT1H'),
    justification: 'INC-42',
    ticket: null,
    marker: randomUUID(),
    ...overrides,
  };
}

/** A role at a scope as nobody listed it: by the GUID of its definition. */
export function aRole(scope: string, role: string, roleName = 'some role'): RoleAtScope {
  return {
    surface: 'azure',
    roleDefinitionId: roleDefinitionId(roleId(scope, role)),
    roleName,
    scope: { id: scope, name: scope.slice(scope.lastIndexOf('/') + 1) },
  };
}

/** The refusal that the work ends with; fails when it does not, or with another code. */
export async function refusal(work: Promise<unknown>, code: ErrorCode): Promise<AccessError> {
  const error: unknown = await work.then(
    () => assert.fail(`nothing was refused; expected ${code}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AccessError)) {
    throw error;
  }
  assert.equal(error.code, code, error.message);
  return error;
}

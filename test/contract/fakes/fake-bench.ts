import type { Surface } from '../../../src/domain/assignment.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import { aSeededTenant, type SeededTenant } from '../../support/fakes/seeded-tenant.ts';
import { FakeSignIns } from '../../support/fakes/sign-ins.ts';
import { EVERYBODY, type Handle, type RoleManagementBench } from '../role-management-bench.ts';

export interface FakeBench extends RoleManagementBench {
  readonly seeded: SeededTenant;
  readonly clock: FakeClock;
  readonly reader: TenantReader;
  /** Disables the account of a person. */
  disable(handle: Handle): Promise<void>;
  /** Makes a person a guest from another organization. */
  invite(handle: Handle): Promise<void>;
  hideMembers(group: string): Promise<void>;
}

/** One surface of the fake tenant behind the same suites as the real adapters. */
export function createFakeBench(surface: Surface): () => Promise<FakeBench> {
  return async () => {
    const clock = createFakeClock();
    const signIns = new FakeSignIns(clock);
    const seeded = aSeededTenant(clock, signIns);
    const { idOf, memberOf, tenant } = seeded;
    const roles = tenant.part(surface);
    tenant.listLag = Temporal.Duration.from({ seconds: 2 });
    const join = async (): Promise<void> => {
      await tenant.part('group').activate(
        { principalId: idOf('engineer') },
        {
          role: memberOf('sg-payments-oncall'),
          startsAt: null,
          duration: Temporal.Duration.from('PT1H'),
          justification: 'on call',
          ticket: null,
          marker: '6b1f0c52-94d7-4e0f-8a55-2d7c31e9b0ff',
        },
      );
    };
    const signIn = async (handle: Handle): Promise<void> => {
      const contexts = new Set(handle === 'oncall2' ? ['c1'] : []);
      signIns.keepSession(idOf(handle), { contexts, hasMfa: false });
    };
    await Promise.all(EVERYBODY.map(signIn));
    return {
      roles,
      reader: tenant.reader,
      join,
      seeded,
      clock,
      idOf,
      disable: async (handle) => void tenant.disable(idOf(handle)),
      invite: async (handle) => void tenant.invite(idOf(handle)),
      hideMembers: async (group) => void tenant.hideMembers(group),
      signIn,
      signOut: async (handle) => signIns.forget(idOf(handle)),
      assign: async ({ to, kind, role, endsAt }) => {
        const { roleDefinitionId, roleName, scope } = role;
        const what = { surface, roleDefinitionId, roleName, scope };
        tenant.assign({ ...what, principalId: idOf(to), kind, startsAt: clock.now(), endsAt });
      },
      now: clock.now,
      advance: async (duration) => clock.advance(duration),
      close: async () => {},
    };
  };
}

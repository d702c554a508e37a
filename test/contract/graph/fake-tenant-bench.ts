import { createFakeClock } from '../../support/fakes/clock.ts';
import { aSeededTenant } from '../../support/fakes/seeded-tenant.ts';
import { FakeSignIns } from '../../support/fakes/sign-ins.ts';
import type { RoleManagementBench } from '../role-management.ts';
import { EVERYBODY } from '../role-management.ts';

/** The fake tenant behind the same suites as the real adapters. */
export async function createFakeBench(): Promise<RoleManagementBench> {
  const clock = createFakeClock();
  const signIns = new FakeSignIns(clock);
  const { tenant, idOf } = aSeededTenant(clock, signIns);
  signIns.signIn(...EVERYBODY.map(idOf));
  return {
    roles: tenant.roleManagement,
    reader: tenant.reader,
    idOf,
    signIn: async (handle) => {
      signIns.signIn(idOf(handle));
    },
    now: clock.now,
    advance: async (duration) => clock.advance(duration),
    close: async () => {},
  };
}

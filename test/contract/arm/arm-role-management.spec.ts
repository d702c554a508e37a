import type { SandboxSettings } from '../../../sandbox/platform/types.ts';
import { CASTS } from '../casts.ts';
import { READER_CASTS } from '../reader-casts.ts';
import { describeRoleManagementContract } from '../role-management.ts';
import { EVERYBODY, type RoleManagementBench } from '../role-management-bench.ts';
import { ON_CALL_GROUP } from '../sandbox/arm-calls.ts';
import { assignInSandbox } from '../sandbox-assign.ts';
import { describeSurfaceReaderContract } from '../tenant-reader.ts';
import { createArmBench } from './arm-bench.ts';

describeRoleManagementContract('ArmRoleManagement', CASTS.azure, () => createContractBench());

describeRoleManagementContract(
  'ArmRoleManagement with slow lists, small pages and failures as a list',
  CASTS.azure,
  () =>
    createContractBench({
      azureListLag: Temporal.Duration.from('PT62S'),
      azureUnlistLag: Temporal.Duration.from('PT25S'),
      pageSize: 2,
      policyFailureFormat: 'json-list',
      futureStartStatus: 'ScheduleCreated',
    }),
);

describeSurfaceReaderContract('the reader of Azure', READER_CASTS.azure, () => createContractBench());

async function createContractBench(settings: Partial<SandboxSettings> = {}): Promise<RoleManagementBench> {
  const bench = await createArmBench(settings);
  const { sandbox } = bench.arm;
  const idOf: RoleManagementBench['idOf'] = (handle) => bench.actor(handle).principalId;
  await bench.signIn(...EVERYBODY);
  return {
    roles: bench.roles,
    reader: bench.reader,
    idOf,
    signIn: (handle) => bench.signIn(handle),
    signOut: async (handle) => bench.signOut(handle),
    assign: async (given) => assignInSandbox(sandbox, given),
    join: async () => void sandbox.world.tenant.groups.get(ON_CALL_GROUP)?.memberIds.push(idOf('engineer')),
    now: () => sandbox.clock.now(),
    advance: (duration) => sandbox.clock.set(sandbox.clock.now().add(duration)),
    close: () => bench.close(),
  };
}

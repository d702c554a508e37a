import { CASTS } from '../casts.ts';
import { describeRoleManagementContract } from '../role-management.ts';
import { createFakeBench } from './fake-bench.ts';

for (const surface of ['directory', 'group', 'azure'] as const) {
  describeRoleManagementContract(`FakeRoleManagement of ${surface}`, CASTS[surface], createFakeBench(surface));
}

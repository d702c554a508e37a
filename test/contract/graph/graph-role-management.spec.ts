import type { SandboxOptions } from '../../../sandbox/start.ts';
import { CASTS } from '../casts.ts';
import { READER_CASTS } from '../reader-casts.ts';
import { describeRoleManagementContract } from '../role-management.ts';
import { describePeopleContract, describeSurfaceReaderContract } from '../tenant-reader.ts';
import { createDirectoryBench, createGroupBench, createSignedInBench } from './graph-bench.ts';

describeRoleManagementContract('GraphRoleManagement', CASTS.directory, createDirectoryBench);
describeRoleManagementContract('GroupRoleManagement', CASTS.group, createGroupBench);
describeSurfaceReaderContract('the reader of directory roles', READER_CASTS.directory, createSignedInBench);
describeSurfaceReaderContract('the reader of groups', READER_CASTS.group, createGroupBench);
describePeopleContract('the reader of people', createSignedInBench);

// Microsoft has two formats of policy failures and wraps errors now and then: neither may matter.
const OTHER_DAY: SandboxOptions = {
  settings: { policyFailureFormat: 'json-list', wrapErrors: true, futureStartStatus: 'ScheduleCreated' },
};

describeRoleManagementContract('GraphRoleManagement with wrapped errors and failures as a list', CASTS.directory, () =>
  createDirectoryBench(OTHER_DAY),
);
describeRoleManagementContract('GroupRoleManagement with wrapped errors and failures as a list', CASTS.group, () =>
  createGroupBench(OTHER_DAY),
);

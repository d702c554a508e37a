import { describeRoleManagementContract } from '../role-management.ts';
import { describeTenantReaderContract } from '../tenant-reader.ts';
import { createSignedInBench } from './graph-bench.ts';

describeRoleManagementContract('GraphRoleManagement', createSignedInBench);
describeTenantReaderContract('GraphTenantReader', createSignedInBench);

// Microsoft has two formats of policy failures and wraps errors now and then: neither may matter.
describeRoleManagementContract('GraphRoleManagement with wrapped errors and failures as text', () =>
  createSignedInBench({
    settings: { policyFailureFormat: 'text', wrapErrors: true, futureStartStatus: 'ScheduleCreated' },
  }),
);

import { describeRoleManagementContract } from '../role-management.ts';
import { describeTenantReaderContract } from '../tenant-reader.ts';
import { createFakeBench } from './fake-tenant-bench.ts';

describeRoleManagementContract('FakeTenant as RoleManagement', createFakeBench);
describeTenantReaderContract('FakeTenant as TenantReader', createFakeBench);

import assert from 'node:assert/strict';
import type { EligibleAssignment } from '../../src/domain/assignment.ts';
import type { PrincipalId, RoleDefinitionId } from '../../src/domain/ids.ts';
import type { Handle, RoleManagementBench } from './role-management.ts';

const NOBODY = '0f0f0f0f-0000-4000-8000-00000000f00d' as PrincipalId;

/** What every adapter of TenantReader promises beside `findActive`, which the RoleManagement contract shows. */
export function describeTenantReaderContract(name: string, create: () => Promise<RoleManagementBench>): void {
  describe(name, () => {
    let bench: RoleManagementBench;

    beforeEach(async () => {
      bench = await create();
    });

    afterEach(async () => {
      await bench.close();
    });

    async function eligible(handle: Handle, roleName: string): Promise<EligibleAssignment> {
      const rows = await bench.roles.listEligible({ principalId: bench.idOf(handle) });
      const row = rows.find((one) => one.roleName === roleName);
      assert.ok(row, `${handle} is eligible for ${roleName}`);
      return row;
    }

    it('reads what an activation takes', async () => {
      const policy = await bench.reader.readPolicy(await eligible('engineer', 'User Administrator'));
      assert.equal(policy.maximumDuration.total('hours'), 2);
      assert.equal(policy.isJustificationRequired, true);
      assert.equal(policy.isTicketRequired, true);
      assert.equal(policy.isMfaRequired, true);
      assert.equal(policy.isApprovalRequired, true);
      assert.equal(policy.authenticationContext, null);
      assert.deepEqual(
        policy.approvers.map(({ kind, id }) => ({ kind, id })),
        [{ kind: 'person', id: bench.idOf('admin') }],
      );
    });

    it('reads an authentication context, and rules that are off', async () => {
      const strict = await bench.reader.readPolicy(await eligible('oncall', 'Privileged Role Administrator'));
      assert.equal(strict.authenticationContext, 'c1');
      const open = await bench.reader.readPolicy(await eligible('oncall', 'Global Reader'));
      assert.equal(open.isJustificationRequired, false);
      assert.equal(open.isApprovalRequired, false);
      assert.deepEqual(open.approvers, []);
    });

    it('expands a group of approvers into people', async () => {
      const policy = await bench.reader.readPolicy(await eligible('engineer', 'Contoso-App-Assignment-Operator'));
      assert.deepEqual(
        policy.approvers.map(({ kind }) => kind),
        ['group'],
      );
      const people = await bench.reader.expandApprovers(policy.approvers);
      assert.deepEqual(people.map(({ name }) => name).sort(), ['Adele Vance', 'Megan Bowen']);
    });

    it('names each approver once, and leaves out who is not there', async () => {
      const admin = bench.idOf('admin');
      const people = await bench.reader.expandApprovers([
        { kind: 'person', id: admin, name: 'Patti' },
        { kind: 'person', id: admin, name: 'Patti' },
        { kind: 'person', id: NOBODY, name: 'Nobody' },
      ]);
      assert.deepEqual(
        people.map(({ id, name }) => ({ id, name })),
        [{ id: admin, name: 'Patti Fernandez' }],
      );
    });

    it('reads what a role allows, whatever the scope', async () => {
      assert.deepEqual(
        [...(await bench.reader.readRoleActions(await eligible('engineer', 'Contoso-App-Assignment-Operator')))].sort(),
        [
          'microsoft.directory/servicePrincipals/appRoleAssignedTo/read',
          'microsoft.directory/servicePrincipals/appRoleAssignedTo/update',
          'microsoft.directory/servicePrincipals/standard/read',
        ],
      );
      const branch = await eligible('engineer', 'Helpdesk Administrator');
      assert.match(branch.scope.id, /^\/administrativeUnits\//);
      const actions = await bench.reader.readRoleActions(branch);
      assert.ok(actions.includes('microsoft.directory/users/password/update'), actions.join());
    });

    it('does not know what an unknown role allows, nor one of another surface', async () => {
      const role = await eligible('engineer', 'Security Reader');
      const unknown = { ...role, roleDefinitionId: NOBODY as string as RoleDefinitionId };
      await assert.rejects(bench.reader.readRoleActions(unknown), { code: 'graph.not_found' });
      for (const surface of ['group', 'azure'] as const) {
        await assert.rejects(bench.reader.readRoleActions({ ...role, surface }), { code: 'graph.not_found' });
      }
    });

    it('finds a person, or null', async () => {
      const person = await bench.reader.findPerson(bench.idOf('engineer'));
      assert.equal(person?.name, 'Alex Wilber');
      assert.equal(await bench.reader.findPerson(NOBODY), null);
    });

    it('shows nothing active for somebody who activated nothing', async () => {
      const role = await eligible('engineer', 'Security Reader');
      assert.equal(await bench.reader.findActive(bench.idOf('engineer'), role), null);
      assert.equal(await bench.reader.findActive(NOBODY, role), null);
    });
  });
}

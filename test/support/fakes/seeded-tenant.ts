import definitions from '../../../sandbox/seeds/directory.json' with { type: 'json' };
import type { EligibleAssignment, RoleAtScope } from '../../../src/domain/assignment.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { RolePolicy } from '../../../src/domain/policy.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { aGuid, aPerson, aRolePolicy } from './builders.ts';
import { FakeTenant } from './role-management.ts';
import type { FakeSignIns } from './sign-ins.ts';

const NAMES = {
  engineer: 'Alex Wilber',
  contractor: 'Diego Siciliani',
  approver: 'Megan Bowen',
  approver2: 'Adele Vance',
  oncall: 'Lynne Robbins',
  oncall2: 'Isaiah Langer',
  admin: 'Patti Fernandez',
  newcomer: 'Joni Sherman',
} as const;

export type SeededHandle = keyof typeof NAMES;

export interface SeededTenant {
  readonly tenant: FakeTenant;
  idOf(handle: SeededHandle): PrincipalId;
}

const APPROVERS_GROUP = 'sg-app-approvers';

/** A fake tenant with the directory roles of DESIGN §6. */
export function aSeededTenant(clock: Pick<Clock, 'now'>, signIns: FakeSignIns | null = null): SeededTenant {
  const tenant = new FakeTenant(clock, signIns);
  const handles = Object.keys(NAMES) as SeededHandle[];
  const people = new Map(handles.map((handle) => [handle, aPerson({ name: NAMES[handle] })]));
  const idOf = (handle: SeededHandle): PrincipalId => (people.get(handle) ?? aPerson()).id;
  tenant.addPeople(...people.values()).setGroup(APPROVERS_GROUP, [idOf('approver'), idOf('approver2')]);

  const give = (role: RoleAtScope, policy: RolePolicy, ...who: readonly SeededHandle[]): void => {
    tenant.setPolicy(role, policy).setRoleActions(role, actionsOf(role.roleName));
    for (const handle of who) {
      const assignment: EligibleAssignment = { ...role, principalId: idOf(handle), endsAt: null };
      tenant.addEligible(assignment);
    }
  };
  const byGroup = {
    isApprovalRequired: true,
    approvers: [{ kind: 'group', id: APPROVERS_GROUP, name: APPROVERS_GROUP }],
  } as const;
  give(aRole('Contoso-App-Assignment-Operator'), aRolePolicy({ maximumDuration: hours(4), ...byGroup }), 'engineer');
  give(
    aRole('Contoso-App-Configuration-Administrator'),
    aRolePolicy({ maximumDuration: hours(2), ...byGroup }),
    'contractor',
    'engineer',
  );
  give(aRole('Security Reader'), aRolePolicy(), 'engineer');
  give(aRole('Global Reader'), aRolePolicy({ isJustificationRequired: false }), 'engineer', 'oncall');
  give(
    aRole('User Administrator'),
    aRolePolicy({
      maximumDuration: hours(2),
      isTicketRequired: true,
      isMfaRequired: true,
      isApprovalRequired: true,
      approvers: [{ kind: 'person', id: idOf('admin'), name: NAMES.admin }],
    }),
    'engineer',
  );
  give(
    aRole('Privileged Role Administrator'),
    aRolePolicy({ maximumDuration: hours(1), authenticationContext: 'c1' }),
    'oncall',
    'admin',
  );
  const helpdesk = aRole('Helpdesk Administrator');
  for (const name of ['Branch Madrid', 'Branch Lisbon']) {
    const scope = { id: `/administrativeUnits/${aGuid()}`, name };
    give({ ...helpdesk, scope }, aRolePolicy({ maximumDuration: hours(4) }), 'engineer');
  }
  return { tenant, idOf };
}

/** The lists of the sandbox's tenant: what a role is taken for must not depend on which of the two a test runs on. */
function actionsOf(roleName: string): readonly string[] {
  const definition = definitions.roleDefinitions.find(({ displayName }) => displayName === roleName);
  return definition?.allowedResourceActions ?? [];
}

function aRole(roleName: string): RoleAtScope {
  return {
    surface: 'directory',
    roleDefinitionId: roleDefinitionId(aGuid()),
    roleName,
    scope: { id: '/', name: 'Whole tenant' },
  };
}

function hours(count: number): Temporal.Duration {
  return Temporal.Duration.from({ hours: count });
}

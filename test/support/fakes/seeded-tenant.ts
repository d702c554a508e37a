import definitions from '../../../sandbox/seeds/directory.json' with { type: 'json' };
import tenantSeed from '../../../sandbox/seeds/people.json' with { type: 'json' };
import type { Principal } from '../../../src/domain/administration.ts';
import type { RoleAtScope, Scope } from '../../../src/domain/assignment.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { aGroupRole, aGuid, aPerson, aRolePolicy } from './builders.ts';
import { type AzureScopes, seedAzure } from './seeded-azure.ts';
import { type Give, NAMES, type SeededGroup, type SeededHandle, type SeededIds } from './seeded-people.ts';
import type { FakeSignIns } from './sign-ins.ts';
import { FakeTenant } from './tenant.ts';

export type { SeededHandle } from './seeded-people.ts';

export interface SeededTenant extends SeededIds {
  readonly tenant: FakeTenant;
  readonly scopes: AzureScopes;
  /** A person as administrators name one. */
  principal(handle: SeededHandle): Principal;
  /** Membership of one of the groups, as a role. */
  memberOf(name: SeededGroup): RoleAtScope;
}

/**
 * A fake tenant as DESIGN §6 says, on all three surfaces. Unlike the sandbox's, its admin is an administrator from the start
 * and need not activate a role first; who activated one that reads everything may list what others have.
 */
export function aSeededTenant(clock: Pick<Clock, 'now'>, signIns: FakeSignIns | null = null): SeededTenant {
  const tenant = new FakeTenant(clock, signIns);
  const people = new Map(Object.entries(NAMES).map(([handle, name]) => [handle, aPerson({ name })]));
  const groups = new Map<string, string>(tenantSeed.groups.map(({ id, name }) => [name, id]));
  const idOf = (handle: SeededHandle): PrincipalId => (people.get(handle) ?? aPerson()).id;
  const groupId = (name: SeededGroup): string => groups.get(name) ?? name;
  tenant.addPeople(...people.values());
  for (const [name, id] of groups) {
    tenant.setGroup(id, [], name);
  }
  tenant
    .setGroup(groupId('sg-app-approvers'), [idOf('approver'), idOf('approver2')], 'sg-app-approvers')
    .setGroup(groupId('sg-oncall-leads'), [idOf('oncall'), idOf('oncall2')], 'sg-oncall-leads');
  tenant.administrators.add(idOf('admin'));
  const memberOf = (name: SeededGroup): RoleAtScope => aGroupRole({ id: groupId(name), name });
  const give: Give = (role, policy, ...holders) => {
    tenant.setPolicy(role, policy);
    for (const holder of holders) {
      const principalId = people.get(holder)?.id ?? holder;
      tenant.assign({ ...role, principalId, kind: 'eligible', startsAt: null, endsAt: null });
    }
  };
  seedDirectory(tenant, give, { idOf, groupId });
  seedGroups(give, { groupId, memberOf });
  const scopes = seedAzure(tenant, give, { idOf, groupId });
  const principal = (handle: SeededHandle): Principal => {
    const { id, name, userPrincipalName } = people.get(handle) ?? aPerson();
    return { id, name, kind: 'user', userPrincipalName };
  };
  return { tenant, scopes, idOf, groupId, principal, memberOf };
}

function seedDirectory(tenant: FakeTenant, give: Give, { idOf, groupId }: SeededIds): void {
  const aRole = (roleName: string): RoleAtScope => {
    const role: RoleAtScope = {
      surface: 'directory',
      roleDefinitionId: roleDefinitionId(idOfRole(roleName)),
      roleName,
      scope: { id: '/', name: 'Whole tenant' },
    };
    tenant.setRoleActions(role, actionsOf(roleName));
    return role;
  };
  const byGroup = {
    isApprovalRequired: true,
    approvers: [{ kind: 'group', id: groupId('sg-app-approvers'), name: 'sg-app-approvers' }],
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
    const scope: Scope = tenant.addScope({ id: `/administrativeUnits/${aGuid()}`, name });
    give({ ...helpdesk, scope }, aRolePolicy({ maximumDuration: hours(4) }), 'engineer');
  }
  tenant.assign({
    ...aRole('Security Administrator'),
    principalId: groupId('sg-breakglass-tier0'),
    kind: 'active',
    startsAt: null,
    endsAt: null,
  });
}

function seedGroups(give: Give, { groupId, memberOf }: Pick<SeededTenant, 'groupId' | 'memberOf'>): void {
  const strict = { maximumDuration: hours(1), authenticationContext: 'c1', isTicketRequired: true };
  give(memberOf('sg-payments-oncall'), aRolePolicy({ maximumDuration: hours(4) }), 'engineer', 'oncall', 'oncall2');
  give(memberOf('sg-breakglass-payments'), aRolePolicy(strict), 'oncall', 'oncall2');
  give(
    memberOf('sg-breakglass-tier0'),
    aRolePolicy({
      ...strict,
      isApprovalRequired: true,
      approvers: [{ kind: 'group', id: groupId('sg-oncall-leads'), name: 'sg-oncall-leads' }],
    }),
    'oncall',
    'oncall2',
  );
}

function idOfRole(name: string): string {
  return definitions.roleDefinitions.find(({ displayName }) => displayName === name)?.id ?? aGuid();
}

/** The lists of the sandbox's tenant: what a role is taken for must not depend on which of the two a test runs on. */
function actionsOf(roleName: string): readonly string[] {
  const definition = definitions.roleDefinitions.find(({ displayName }) => displayName === roleName);
  return definition?.allowedResourceActions ?? [];
}

function hours(count: number): Temporal.Duration {
  return Temporal.Duration.from({ hours: count });
}

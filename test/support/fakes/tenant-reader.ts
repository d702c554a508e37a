import type { HeldRole, Principal } from '../../../src/domain/administration.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { definitionKey, isSameRole, isWithin } from '../../../src/domain/assignment.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { viewOf } from './role-management.ts';
import { heldSettings } from './role-settings.ts';
import { lastPart, plainRole, type TenantState } from './tenant-state.ts';

/** The reader identity before the tenant in memory. `failure` says what every call fails with, or null. */
export function createFakeReader(state: TenantState, failure: () => AccessError | null): TenantReader {
  const read = async <T>(work: () => T): Promise<T> => {
    const error = failure();
    if (error !== null) {
      throw error;
    }
    return work();
  };
  return {
    readPolicy: (role) => read(() => state.policyOf(role)),
    readSettings: (role) =>
      read(() => ({
        settings: heldSettings(state, role),
        policyId: `policy ${role.roleName}`,
        lastModified: null,
        unknownRules: [],
      })),
    forget: () => undefined,
    readRoleActions: (role) => read(() => actionsOf(state, role)),
    expandApprovers: (approvers) => read(() => state.expand(approvers)),
    findPerson: (idOrSignInName) => read(() => state.findPerson(idOrSignInName)),
    listMembers: (group) => read(() => state.listMembers(group)),
    findActive: (id, role) =>
      read(() => {
        const rows = state.activeOf(id, role.surface);
        return rows.find((row) => row.assignmentType === 'activated' && isSameRole(row, role)) ?? null;
      }),
    listActive: (id, surface) => read(() => state.activeOf(id, surface)),
    findRequest: (id, role, by) =>
      read(() => {
        if (role.surface === 'directory') {
          throw new AccessError('graph.forbidden', 'No right to read opens requests for Entra roles');
        }
        const stored = state.requests.find(({ request, purpose }) => {
          const isNamed = 'id' in by ? request.id === by.id : request.marker === by.marker;
          return purpose === 'activation' && isNamed && request.principalId === id && isSameRole(request.role, role);
        });
        return stored === undefined ? null : viewOf(state, stored);
      }),
    listHeldByGroup: (groupId) => read(() => ({ roles: heldBy(state, groupId), unread: [] })),
    listEligible: (role) => read(() => eligibleFor(state, role)),
    listEligiblePeople: (role) =>
      read(() =>
        state.enabled(
          eligibleFor(state, role).map(({ id, kind, name }) =>
            kind === 'group' ? { kind, id, name } : { kind: 'person', id: principalId(id), name },
          ),
        ),
      ),
  };
}

function actionsOf(state: TenantState, role: RoleAtScope): readonly string[] {
  const actions = state.actions.get(`${role.surface}|${lastPart(role)}`);
  if (actions === undefined) {
    throw new AccessError('graph.not_found', `No definition of ${role.roleName}`);
  }
  return actions;
}

function heldBy(state: TenantState, groupId: string): readonly HeldRole[] {
  return state.assigned
    .filter((row) => row.principalId === groupId && row.surface !== 'group' && state.isLive(row))
    .map((row) => ({ ...plainRole(row), gives: row.kind, endsAt: row.endsAt }));
}

function eligibleFor(state: TenantState, role: RoleAtScope): readonly Principal[] {
  const isAbove = (row: RoleAtScope): boolean =>
    role.surface === 'azure' &&
    row.surface === 'azure' &&
    definitionKey(row.roleDefinitionId) === definitionKey(role.roleDefinitionId) &&
    isWithin(role.scope.id, row.scope.id);
  const ids = state.assigned
    .filter((row) => row.kind === 'eligible' && state.isLive(row) && (isSameRole(row, role) || isAbove(row)))
    .map((row) => row.principalId);
  return [...new Set(ids)].map((id) => {
    const group = state.groups.get(id);
    const name = group?.name ?? state.people.get(principalId(id))?.name ?? id;
    return { id, name, kind: group === undefined ? 'user' : 'group', userPrincipalName: null };
  });
}

import assert from 'node:assert/strict';
import type { DirectoryRoleDefinition } from '../../../src/domain/role-definition.ts';
import { type DirectoryAnswer, decideInDirectory } from '../../../src/roles/evaluate-directory.ts';

const DIRECTORY = 'microsoft.directory';

function role(lists: Partial<DirectoryRoleDefinition>): DirectoryRoleDefinition {
  return {
    kind: 'directory',
    id: '00000000-0000-0000-0000-000000000001',
    name: 'Some role',
    description: '',
    isCustom: false,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: [],
    ...lists,
  };
}

describe('decideInDirectory', () => {
  const GRID: readonly (readonly [granted: string, wanted: string, DirectoryAnswer])[] = [
    ['users/password/update', 'Users/Password/Update', 'exact'],
    ['users/password/update', 'users/photo/update', 'no'],
    ['users/password/update', 'groups/password/update', 'no'],
    ['applications/allProperties/allTasks', 'applications/credentials/update', 'implied'],
    ['applications/allProperties/allTasks', 'applications/create', 'implied'],
    ['applications/allProperties/allTasks', 'applications/standard/limitedRead', 'implied'],
    ['applications/allProperties/read', 'applications/owners/read', 'implied'],
    ['applications/allProperties/read', 'applications/owners/update', 'no'],
    ['applications/allProperties/update', 'applications/credentials/update', 'implied'],
    ['groups/members/update', 'groups.security/members/update', 'implied'],
    ['groups.security/members/update', 'groups/members/update', 'no'],
    ['applications/allProperties/allTasks', 'applications.myOrganization/credentials/update', 'implied'],
    ['groups/allProperties/allTasks', 'groupsAssignableToRoles/members/update', 'no'],
    ['users/allProperties/allTasks', 'users/enable', 'unknown'],
    ['users/allProperties/allTasks', 'users/authenticationMethods/basic/update', 'unknown'],
    ['users/allProperties/allTasks', 'users/allProperties/allTasks', 'exact'],
    ['allEntities/allTasks', 'anything/standard/read', 'implied'],
    ['allEntities/allProperties/allTasks', 'queries/allProperties/allTasks', 'implied'],
    ['allEntities/allProperties/allTasks', 'sites/restorePoints/pages/read', 'implied'],
    ['allEntities/allProperties/allTasks', 'sites/restore', 'unknown'],
    ['allEntities/standard/read', 'sites/standard/delete', 'no'],
  ];
  for (const [granted, wanted, answer] of GRID) {
    it(`says ${answer} to ${wanted} for ${granted}`, () => {
      const asked = role({ permissions: [{ actions: [`${DIRECTORY}/${granted}`], condition: null }] });
      const decision = decideInDirectory(asked, `${DIRECTORY}/${wanted}`, () => undefined);
      assert.deepEqual(decision, { answer, by: answer === 'no' ? [] : [`${DIRECTORY}/${granted}`], onlyIf: [] });
    });
  }

  it('takes nothing from another namespace, however wide', () => {
    const asked = role({ permissions: [{ actions: ['microsoft.intune/allEntities/allTasks'], condition: null }] });
    assert.equal(decideInDirectory(asked, `${DIRECTORY}/users/create`, () => undefined).answer, 'no');
  });

  it('has what the roles have that it inherits from, and they from others, around in a circle too', () => {
    const [reads, updates] = ['users/standard/read', 'users/basic/update'].map((action) => `${DIRECTORY}/${action}`);
    const third = role({
      id: 'c',
      inheritsFrom: ['a'],
      permissions: [{ actions: [updates as string], condition: null }],
    });
    const second = role({
      id: 'b',
      inheritsFrom: ['c'],
      permissions: [{ actions: [reads as string], condition: null }],
    });
    const first = role({ id: 'a', inheritsFrom: ['b', 'nobody'] });
    const byId = (id: string): DirectoryRoleDefinition | undefined =>
      [first, second, third].find((one) => one.id === id);
    assert.equal(decideInDirectory(first, reads as string, byId).answer, 'exact');
    assert.deepEqual(decideInDirectory(first, updates as string, byId).by, [updates]);
  });

  it('leaves out what holds for own objects only, and says so', () => {
    const action = `${DIRECTORY}/users/password/update`;
    const own = role({ permissions: [{ actions: [action], condition: '$ResourceIsSelf' }] });
    assert.deepEqual(
      decideInDirectory(own, action, () => undefined),
      {
        answer: 'no',
        by: [],
        onlyIf: [{ action, condition: '$ResourceIsSelf' }],
      },
    );
    const both = role({ permissions: [...own.permissions, { actions: [action], condition: null }] });
    assert.deepEqual(
      decideInDirectory(both, action, () => undefined),
      { answer: 'exact', by: [action], onlyIf: [] },
    );
  });
});

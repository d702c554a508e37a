import assert from 'node:assert/strict';
import { createTenantReader } from '../../../src/adapters/tenant-reader.ts';
import type { HeldRole, Principal } from '../../../src/domain/administration.ts';
import type { Surface } from '../../../src/domain/assignment.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { ApproverReference } from '../../../src/domain/policy.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { AccessError } from '../../../src/errors.ts';
import type { GroupGives, SurfaceReader, TenantReader } from '../../../src/ports/tenant-reader.ts';
import { aGroupRole, anEligibleAssignment, aPerson, aRolePolicy } from '../../support/fakes/builders.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const GROUP = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
const ME = principalId('071cc716-8147-4397-a5ba-b2105951cc0b');
const person = aPerson();

describe('createTenantReader', () => {
  const clock = createFakeClock();
  let asked: string[] = [];
  let warnings: unknown[] = [];
  let expanded: ApproverReference[] = [];
  let eligible: readonly Principal[] = [];
  let failing = new Map<Surface, ErrorCode>();

  beforeEach(() => {
    asked = [];
    warnings = [];
    expanded = [];
    eligible = [];
    failing = new Map();
  });

  function readerOf(surface: Surface): SurfaceReader {
    const note = (what: string): void => void asked.push(`${surface} ${what}`);
    return {
      surface,
      readPolicy: async () => {
        note('settings');
        return aRolePolicy();
      },
      readSettings: async () => {
        note('all settings');
        throw new AccessError('graph.not_found', 'none');
      },
      forget: () => note('forget'),
      readRoleActions: async () => {
        note('actions');
        return [surface];
      },
      findActive: async () => {
        note('active');
        return null;
      },
      listActive: async () => {
        note('all active');
        return [];
      },
      findRequest: async () => {
        note('request');
        return null;
      },
      listEligible: async () => {
        note('eligible');
        return eligible;
      },
      listHeldByGroup: async () => {
        note('held');
        const code = failing.get(surface);
        if (code !== undefined) {
          throw new AccessError(code, 'no');
        }
        return surface === 'group' ? [] : [held(surface)];
      },
    };
  }

  function held(surface: Surface): HeldRole {
    const { roleDefinitionId, roleName, scope } = anEligibleAssignment();
    return { surface, roleDefinitionId, roleName, scope, gives: 'active', endsAt: null };
  }

  function reader(...surfaces: readonly Surface[]): TenantReader {
    return createTenantReader({
      people: {
        expandApprovers: async (references) => {
          expanded.push(...references);
          return [{ ...person, isGuest: false, isEnabled: true }];
        },
        findPerson: async () => person,
        listMembers: async () => [person],
      },
      readers: surfaces.map(readerOf),
      clock,
      log: { warn: (event, fields) => void warnings.push({ event, ...fields }) },
    });
  }

  const surfacesOf = ({ roles }: GroupGives) => roles.map(({ surface }) => surface);

  it('asks the reader of the role’s part', async () => {
    const tenant = reader('directory', 'group');
    const membership = aGroupRole({ id: GROUP, name: 'g' });
    await tenant.readPolicy(membership);
    await tenant.findActive(ME, anEligibleAssignment());
    await tenant.listActive(ME, 'group');
    assert.deepEqual(await tenant.readRoleActions(membership), ['group']);
    assert.deepEqual(asked, ['group settings', 'directory active', 'group all active', 'group actions']);
  });

  it('knows nothing of a part that nobody reads', async () => {
    const role = { ...anEligibleAssignment(), surface: 'azure' } as const;
    const tenant = reader('directory', 'group');
    await assert.rejects(tenant.readPolicy(role), { code: 'graph.not_found' });
    await assert.rejects(tenant.readRoleActions(role), { code: 'graph.not_found' });
    await assert.rejects(tenant.findActive(ME, role), { code: 'graph.not_found' });
    await assert.rejects(tenant.listActive(ME, 'azure'), { code: 'graph.not_found' });
  });

  it('has people from the part for people', async () => {
    const tenant = reader('directory');
    assert.equal(await tenant.findPerson(person.id), person);
    assert.deepEqual(await tenant.expandApprovers([]), [{ ...person, isGuest: false, isEnabled: true }]);
    assert.deepEqual(await tenant.listMembers('g'), [person]);
  });

  it('expands who may activate a role: people and groups, and nothing else', async () => {
    const principal = (id: string, kind: Principal['kind']): Principal => ({
      id,
      kind,
      name: kind,
      userPrincipalName: null,
    });
    eligible = [
      principal(ME, 'user'),
      principal(GROUP, 'group'),
      principal('a', 'service-principal'),
      principal('b', 'unknown'),
    ];
    const tenant = reader('directory', 'group');
    assert.deepEqual(await tenant.listEligiblePeople(aGroupRole({ id: GROUP, name: 'g' })), [person]);
    assert.deepEqual(expanded, [
      { kind: 'person', id: ME, name: 'user' },
      { kind: 'group', id: GROUP, name: 'group' },
    ]);
    assert.deepEqual(asked, ['group eligible']);
  });

  it('puts together what a group gives on every part, and keeps it for five minutes', async () => {
    const tenant = reader('directory', 'azure');
    const given = await tenant.listHeldByGroup(GROUP);
    assert.deepEqual([surfacesOf(given), given.unread], [['directory', 'azure'], []]);
    clock.advance({ minutes: 4 });
    await tenant.listHeldByGroup(GROUP.toUpperCase());
    assert.equal(asked.length, 2);
    clock.advance({ minutes: 1 });
    await tenant.listHeldByGroup(GROUP);
    assert.equal(asked.length, 4);
  });

  for (const code of ['graph.forbidden', 'graph.not_found'] as const) {
    it(`names a part that answers ${code} as unread, and says so to the operator`, async () => {
      failing.set('azure', code);
      const given = await reader('directory', 'group', 'azure').listHeldByGroup(GROUP);
      assert.deepEqual([surfacesOf(given), given.unread], [['directory'], ['azure']]);
      assert.deepEqual(warnings, [{ event: 'reader.part_unread', surface: 'azure', code, groupId: GROUP }]);
    });
  }

  it('does not take a group that nobody may look at for one that gives nothing', async () => {
    failing.set('directory', 'graph.forbidden');
    failing.set('azure', 'graph.forbidden');
    await assert.rejects(reader('directory', 'group', 'azure').listHeldByGroup(GROUP), { code: 'graph.forbidden' });
  });

  it('keeps nothing of an answer that a failing part left unfinished', async () => {
    failing.set('azure', 'graph.unavailable');
    const tenant = reader('directory', 'azure');
    await assert.rejects(tenant.listHeldByGroup(GROUP), { code: 'graph.unavailable' });
    failing.clear();
    assert.deepEqual(surfacesOf(await tenant.listHeldByGroup(GROUP)), ['directory', 'azure']);
  });
});

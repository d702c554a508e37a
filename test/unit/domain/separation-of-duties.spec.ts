import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupRole, type RoleAtScope, WHOLE_TENANT } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import {
  type Duty,
  type DutyRule,
  findConflict,
  isDuty,
  isUnclear,
  opposedSurfaces,
} from '../../../src/domain/separation-of-duties.ts';

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001';
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

const entra = (roleName: string, id = '/', name = WHOLE_TENANT): RoleAtScope => ({
  surface: 'directory',
  roleDefinitionId: roleDefinitionId(`id-of-${roleName}`),
  roleName,
  scope: { id, name },
});
const azure = (roleName: string, id: string): RoleAtScope => ({
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(`${id}/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`),
  roleName,
  scope: { id, name: id.slice(id.lastIndexOf('/') + 1) },
});
const member = groupRole({ id: '11111111-1111-4111-8111-111111111111', name: 'sg-ops' }, 'member');
const owner = groupRole({ id: '11111111-1111-4111-8111-111111111111', name: 'sg-ops' }, 'owner');

const entraDuty = (role: string, scope: string | null = null): Duty => ({ surface: 'directory', role, scope });

describe('a duty takes in', () => {
  const cases: readonly (readonly [title: string, duty: Duty, role: RoleAtScope, isIn: boolean])[] = [
    ['a role by its name in any case', entraDuty('user ADMINISTRATOR'), entra('User Administrator'), true],
    ['a role by its id', entraDuty('ID-of-User Administrator'), entra('User Administrator'), true],
    ['no role whose name only begins so', entraDuty('User'), entra('User Administrator'), false],
    [
      'a role on a unit when the scope is left out',
      entraDuty('R'),
      entra('R', '/administrativeUnits/1', 'Madrid'),
      true,
    ],
    [
      'a role on the unit that is named',
      entraDuty('R', 'madrid'),
      entra('R', '/administrativeUnits/1', 'Madrid'),
      true,
    ],
    ['no role on another unit', entraDuty('R', 'Madrid'), entra('R', '/administrativeUnits/2', 'Lisbon'), false],
    ['a role of the whole tenant, which reaches the unit', entraDuty('R', 'Madrid'), entra('R'), true],
    [
      'a role on a unit, which is part of the whole tenant',
      entraDuty('R', WHOLE_TENANT),
      entra('R', '/administrativeUnits/2', 'L'),
      true,
    ],
    ['membership of a group by its name', { surface: 'group', role: 'SG-ops', scope: 'member' }, member, true],
    [
      'membership of a group by its id',
      { surface: 'group', role: member.scope.id.toUpperCase(), scope: null },
      member,
      true,
    ],
    ['no ownership, when membership is meant', { surface: 'group', role: 'sg-ops', scope: 'member' }, owner, false],
    ['ownership, when that is said', { surface: 'group', role: 'sg-ops', scope: 'owner' }, owner, true],
    [
      'an Azure role by the last part of its id',
      { surface: 'azure', role: CONTRIBUTOR, scope: null },
      azure('Contributor', SUBSCRIPTION),
      true,
    ],
    [
      'an Azure role by its whole id at another scope',
      {
        surface: 'azure',
        role: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`,
        scope: null,
      },
      azure('Contributor', SUBSCRIPTION),
      true,
    ],
    [
      'an Azure role below the scope',
      { surface: 'azure', role: 'Contributor', scope: SUBSCRIPTION },
      azure('Contributor', `${SUBSCRIPTION}/resourceGroups/rg`),
      true,
    ],
    [
      'an Azure role above the scope',
      { surface: 'azure', role: 'Contributor', scope: `${SUBSCRIPTION}/resourceGroups/RG/` },
      azure('Contributor', SUBSCRIPTION),
      true,
    ],
    [
      'no Azure role beside the scope',
      { surface: 'azure', role: 'Contributor', scope: `${SUBSCRIPTION}/resourceGroups/rg` },
      azure('Contributor', `${SUBSCRIPTION}/resourceGroups/rg2`),
      false,
    ],
    [
      'every Azure role at a scope',
      { surface: 'azure', role: null, scope: SUBSCRIPTION },
      azure('Reader', SUBSCRIPTION),
      true,
    ],
    [
      'an Azure role on a management group, which may hold the scope',
      { surface: 'azure', role: null, scope: SUBSCRIPTION },
      azure('Reader', '/providers/Microsoft.Management/managementGroups/mg'),
      true,
    ],
    ['nothing of another surface', entraDuty('Contributor'), azure('Contributor', SUBSCRIPTION), false],
  ];
  for (const [title, duty, role, isIn] of cases) {
    it(title, () => {
      assert.equal(isDuty(duty, role), isIn);
    });
  }
});

describe('a rule of separation of duties', () => {
  const rule: DutyRule = {
    name: 'Build, release, run',
    reason: 'x',
    sides: [
      { name: 'build', duties: [entraDuty('Builder'), entraDuty('Second Builder')] },
      { name: 'release', duties: [entraDuty('Releaser')] },
      { name: 'run', duties: [{ surface: 'azure', role: null, scope: SUBSCRIPTION }] },
    ],
  };

  it('keeps two sides apart, whichever is held first', () => {
    const [builder, releaser] = [entra('Builder'), entra('Releaser')];
    assert.equal(findConflict([rule], builder, [entra('Reader'), releaser])?.held, releaser);
    assert.equal(findConflict([rule], releaser, [builder])?.held, builder);
  });

  it('lets a person have several roles of one side, and roles of none', () => {
    assert.equal(findConflict([rule], entra('Builder'), [entra('Second Builder'), entra('Builder')]), null);
    assert.equal(findConflict([rule], entra('Reader'), [entra('Builder'), entra('Releaser')]), null);
  });

  it('refuses a role that is on two sides by itself', () => {
    const twice = { ...rule, sides: [...rule.sides, { name: 'again', duties: [entraDuty('Builder')] }] };
    assert.equal(findConflict([twice], entra('Builder'), [])?.held.roleName, 'Builder');
  });

  it('cannot tell about a role without a name where a rule goes by names', () => {
    const nameless = { ...entra('id-of-X'), roleDefinitionId: roleDefinitionId('ID-of-X') };
    assert.equal(isUnclear([rule], nameless), true);
    assert.equal(isUnclear([rule], entra('Builder')), false);
    const byId = { ...rule, sides: [{ name: 'a', duties: [entraDuty('11111111-1111-4111-8111-111111111111')] }] };
    assert.equal(isUnclear([byId], nameless), false);
    assert.equal(isUnclear([], nameless), false);
  });

  it('names the surfaces on which something may stand against a role', () => {
    assert.deepEqual([...opposedSurfaces([rule], entra('Builder'))].sort(), ['azure', 'directory']);
    assert.deepEqual([...opposedSurfaces([rule], azure('Reader', SUBSCRIPTION))], ['directory']);
    assert.deepEqual([...opposedSurfaces([rule], entra('Reader'))], []);
  });

  it('does not care which of two roles is wanted and which is held', () => {
    const roles = ['Builder', 'Second Builder', 'Releaser', 'Reader'].map((name) => entra(name));
    const anyRole = fc.constantFrom(...roles, azure('Reader', SUBSCRIPTION), member);
    fc.assert(
      fc.property(anyRole, anyRole, (a, b) => {
        assert.equal(findConflict([rule], a, [b]) === null, findConflict([rule], b, [a]) === null);
        assert.ok(findConflict([rule], a, [b]) === null || opposedSurfaces([rule], a).has(b.surface));
      }),
    );
  });
});

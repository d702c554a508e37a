import assert from 'node:assert/strict';
import { groupRole, type RoleAtScope, type Scope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import {
  judgeDenied,
  judgeServed,
  OFF_UNTIL_NAMED,
  SERVED_BY_DEFAULT,
  type Served,
} from '../../../src/domain/served.ts';

const TENANT: Scope = { id: '/', name: 'Whole tenant' };
const MADRID: Scope = { id: '/administrativeUnits/11111111-1111-4111-8111-111111111111', name: 'Branch Madrid' };
const [GLOBAL, PRIVILEGED] = OFF_UNTIL_NAMED;

const entra = (roleName: string, scope = TENANT, id = '22222222-2222-4222-8222-222222222222'): RoleAtScope => ({
  surface: 'directory',
  roleDefinitionId: roleDefinitionId(id),
  roleName,
  scope,
});
const azure = (roleName: string, path: string): RoleAtScope => ({
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(
    `${path}/providers/Microsoft.Authorization/roleDefinitions/33333333-3333-4333-8333-333333333333`,
  ),
  roleName,
  scope: { id: path, name: path.slice(path.lastIndexOf('/') + 1) },
});
const group = groupRole({ id: '44444444-4444-4444-8444-444444444444', name: 'sg-payments' }, 'member');
const served = (changes: Partial<Served>): Served => ({ ...SERVED_BY_DEFAULT, ...changes });

const PRODUCTION = '/subscriptions/55555555-5555-4555-8555-555555555555';
const READER = entra('Security Reader');
const CONTRIBUTOR = azure('Contributor', `${PRODUCTION}/resourceGroups/rg-web`);

describe('judgeServed', () => {
  it('serves everything where nothing was said, but those that can give anybody anything', () => {
    for (const role of [READER, CONTRIBUTOR, group]) {
      assert.equal(judgeServed(SERVED_BY_DEFAULT, role), null);
    }
    assert.equal(judgeServed(SERVED_BY_DEFAULT, entra('Global Administrator', TENANT, GLOBAL.id)), 'off');
    assert.equal(judgeServed(SERVED_BY_DEFAULT, entra('Privileged Role Administrator', TENANT, PRIVILEGED.id)), 'off');
  });

  it('knows them by the id of their template, whatever they are called, also at an administrative unit', () => {
    assert.equal(judgeServed(SERVED_BY_DEFAULT, entra('Harmless', MADRID, GLOBAL.id.toUpperCase())), 'off');
    assert.equal(judgeServed(SERVED_BY_DEFAULT, entra(PRIVILEGED.id, TENANT, PRIVILEGED.id)), 'off');
  });

  it('serves the one that is named, and not the other', () => {
    const named = served({ named: [PRIVILEGED.id] });
    assert.equal(judgeServed(named, entra('Privileged Role Administrator', TENANT, PRIVILEGED.id)), null);
    assert.equal(judgeServed(named, entra('Global Administrator', TENANT, GLOBAL.id)), 'off');
  });

  it('takes a role that only bears the name for none that was named', () => {
    const named = served({ named: [PRIVILEGED.id] });
    assert.equal(judgeServed(named, entra('privileged role administrator')), 'off');
  });

  it('serves one that is named also where only some roles are allowed', () => {
    const named = served({ named: [PRIVILEGED.id], roles: { allow: [], deny: [] } });
    assert.equal(judgeServed(named, entra('Privileged Role Administrator', TENANT, PRIVILEGED.id)), null);
  });

  const named = (role: string, scope: string | null = null) => ({ surface: 'directory', role, scope }) as const;
  const onAzure = (role: string | null, scope: string | null) => ({ surface: 'azure', role, scope }) as const;
  const cases: readonly (readonly [what: string, said: Partial<Served>, role: RoleAtScope, why: string | null])[] = [
    ['an allowed role', { roles: { allow: [named('security reader')], deny: [] } }, READER, null],
    ['a role that is not among the allowed', { roles: { allow: [named('Global Reader')], deny: [] } }, READER, 'role'],
    ['any role of an empty list', { roles: { allow: [], deny: [] } }, READER, 'role'],
    ['a denied role', { roles: { allow: null, deny: [named('Security Reader')] } }, READER, 'role'],
    [
      'a role that is allowed and denied',
      { roles: { allow: [named('Security Reader')], deny: [named('Security Reader')] } },
      READER,
      'role',
    ],
    [
      'a role that is allowed at one unit, at the whole tenant',
      { roles: { allow: [named('Security Reader', 'Branch Madrid')], deny: [] } },
      READER,
      'role',
    ],
    [
      'a role that is allowed for the whole tenant, at one unit',
      { roles: { allow: [named('Security Reader', 'Whole tenant')], deny: [] } },
      entra('Security Reader', MADRID),
      null,
    ],
    [
      'a role without its name where names are denied',
      { roles: { allow: null, deny: [named('Security Reader')] } },
      entra('22222222-2222-4222-8222-222222222222'),
      'role',
    ],
    [
      'a role below an allowed path',
      { roles: { allow: [onAzure('Contributor', PRODUCTION)], deny: [] } },
      CONTRIBUTOR,
      null,
    ],
    [
      'a role above an allowed path',
      { roles: { allow: [onAzure('Contributor', `${PRODUCTION}/resourceGroups/rg-web`)], deny: [] } },
      azure('Contributor', PRODUCTION),
      'role',
    ],
    ['a scope below an allowed one', { scopes: { allow: [PRODUCTION], deny: [] } }, CONTRIBUTOR, null],
    ['a scope beside the allowed', { scopes: { allow: ['/subscriptions/other'], deny: [] } }, CONTRIBUTOR, 'scope'],
    ['an Entra role where only Azure is allowed', { scopes: { allow: [PRODUCTION], deny: [] } }, READER, 'scope'],
    ['a group where only some scopes are allowed', { scopes: { allow: [], deny: [] } }, group, null],
    ['an allowed unit', { scopes: { allow: ['branch madrid'], deny: [] } }, entra('Security Reader', MADRID), null],
    ['the whole tenant', { scopes: { allow: ['Whole tenant'], deny: [] } }, READER, null],
    [
      'what reaches a denied scope from above',
      { scopes: { allow: null, deny: [`${PRODUCTION}/resourceGroups/rg-web`] } },
      azure('Reader', PRODUCTION),
      'scope',
    ],
    ['an Entra role where Azure is denied', { scopes: { allow: null, deny: [PRODUCTION] } }, READER, null],
    [
      'an Azure role where the tenant is denied',
      { scopes: { allow: null, deny: ['Whole tenant'] } },
      CONTRIBUTOR,
      null,
    ],
    [
      'a denied scope that is allowed, too',
      { scopes: { allow: [PRODUCTION], deny: [PRODUCTION] } },
      CONTRIBUTOR,
      'scope',
    ],
    [
      'a group by name',
      { roles: { allow: [{ surface: 'group', role: 'SG-Payments', scope: 'member' }], deny: [] } },
      group,
      null,
    ],
    [
      'ownership where membership is allowed',
      { roles: { allow: [{ surface: 'group', role: 'sg-payments', scope: 'member' }], deny: [] } },
      groupRole({ id: group.scope.id, name: 'sg-payments' }, 'owner'),
      'role',
    ],
  ];
  for (const [what, said, role, why] of cases) {
    it(`${why === null ? 'serves' : 'does not serve'} ${what}`, () => {
      assert.equal(judgeServed(served(said), role), why);
    });
  }

  it('asks of what a group gives only that nobody denied it', () => {
    const only = served({ roles: { allow: [], deny: [] }, scopes: { allow: [], deny: [] } });
    assert.equal(judgeDenied(only, CONTRIBUTOR), null);
    assert.equal(judgeDenied(only, entra('Global Administrator', TENANT, GLOBAL.id)), 'off');
  });
});

import assert from 'node:assert/strict';
import {
  authorizationPath,
  encodedPath,
  isSameScope,
  quoted,
  roleGuid,
  roleIdAt,
} from '../../../../src/adapters/arm/paths.ts';

const ROLE = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const DEFINITIONS = '/providers/Microsoft.Authorization/roleDefinitions';
const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/mg';
const PLAIN = `${DEFINITIONS}/${ROLE}`;

describe('roleIdAt', () => {
  for (const [title, scope, id, expected] of [
    [
      'keeps the prefix of the subscription',
      '/subscriptions/s1',
      `/subscriptions/s1${PLAIN}`,
      `/subscriptions/s1${PLAIN}`,
    ],
    [
      'keeps it verbatim, whatever the letters',
      '/subscriptions/s1/resourceGroups/rg',
      `/SUBSCRIPTIONS/S1${PLAIN.toUpperCase()}`,
      `/SUBSCRIPTIONS/S1${PLAIN.toUpperCase()}`,
    ],
    [
      'keeps the prefix of the scope itself',
      '/subscriptions/s1/resourceGroups/rg',
      `/subscriptions/s1/resourceGroups/rg${PLAIN}`,
      `/subscriptions/s1/resourceGroups/rg${PLAIN}`,
    ],
    [
      'replaces the prefix of a scope beside it',
      '/subscriptions/s1/resourceGroups/rg',
      `/subscriptions/s1/resourceGroups/rg2${PLAIN}`,
      `/subscriptions/s1${PLAIN}`,
    ],
    [
      'replaces that of a subscription whose id only begins alike',
      '/subscriptions/s1',
      `/subscriptions/s11${PLAIN}`,
      `/subscriptions/s1${PLAIN}`,
    ],
    ['adds the subscription to a plain one', '/subscriptions/s1/', PLAIN, `/subscriptions/s1${PLAIN}`],
    ['makes an id of a GUID', '/subscriptions/s1', ROLE, `/subscriptions/s1${PLAIN}`],
    ['has no prefix at a management group', MANAGEMENT_GROUP, `/subscriptions/s1${PLAIN}`, PLAIN],
    [
      'keeps that of the management group',
      MANAGEMENT_GROUP,
      `${MANAGEMENT_GROUP}${PLAIN}`,
      `${MANAGEMENT_GROUP}${PLAIN}`,
    ],
    ['has no prefix at the root', '/', PLAIN, PLAIN],
  ] as const) {
    it(title, () => {
      assert.equal(roleIdAt(scope, id), expected);
    });
  }
});

describe('paths of Azure', () => {
  it('begin at a scope, with or without a slash at its end, or at the root', () => {
    const expected = '/subscriptions/s/providers/Microsoft.Authorization/x/y';
    assert.equal(authorizationPath('/subscriptions/s', 'x', 'y'), expected);
    assert.equal(authorizationPath('/subscriptions/s//', 'x', 'y'), expected);
    assert.equal(authorizationPath('/', 'x'), '/providers/Microsoft.Authorization/x');
    assert.equal(authorizationPath('', 'x'), '/providers/Microsoft.Authorization/x');
  });

  it('are encoded segment by segment', () => {
    assert.equal(encodedPath('/a b/c?d#e%f/ü'), '/a%20b/c%3Fd%23e%25f/%C3%BC');
  });

  it('cannot climb, and cannot be broken texts', () => {
    for (const path of ['/a/../b', '/a/./b', '/..', 'a/b', '', '/a\ud800']) {
      assert.throws(() => encodedPath(path), { code: 'graph.not_found' }, path);
    }
  });

  it('compare scopes without case and without a slash at the end, roles by their GUID', () => {
    assert.equal(isSameScope('/Subscriptions/A/', '/subscriptions/a'), true);
    assert.equal(isSameScope('/subscriptions/a', '/subscriptions/a/resourceGroups/b'), false);
    assert.equal(roleGuid(`/subscriptions/s${DEFINITIONS}/${ROLE.toUpperCase()}`), ROLE);
  });

  it('double quotes in filters', () => {
    assert.equal(quoted("o'brien"), "'o''brien'");
  });
});

import assert from 'node:assert/strict';

import { ArmProblem } from '../../../../sandbox/arm/problem.ts';
import { isInReach, type Reach } from '../../../../sandbox/arm/reach.ts';
import { readRoleId, roleIdAt } from '../../../../sandbox/arm/roles.ts';
import { type Scope, type ScopeKind, ScopeTree } from '../../../../sandbox/arm/scope-tree.ts';

const ROLE = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const MG = '/providers/Microsoft.Management/managementGroups/mg';
const VM = '/subscriptions/one/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1';

function aTree(): ScopeTree {
  const tree = new ScopeTree('tenant');
  const add = (id: string, kind: ScopeKind, parent: Scope): Scope =>
    tree.add({ id, kind, name: id, displayName: id, parent, resourceType: null, location: null });
  const mg = add(MG, 'managementgroup', tree.root);
  const one = add('/subscriptions/one', 'subscription', mg);
  add('/subscriptions/two', 'subscription', mg);
  const rg = add('/subscriptions/one/resourceGroups/rg', 'resourcegroup', one);
  add('/subscriptions/one/resourceGroups/rg-2', 'resourcegroup', one);
  add(VM, 'resource', rg);
  return tree;
}

describe('ScopeTree', () => {
  const covering: readonly [outer: string, inner: string, expected: boolean][] = [
    ['/', VM, true],
    [MG, VM, true],
    [MG.toUpperCase(), '/subscriptions/TWO/', true],
    ['/subscriptions/one/resourcegroups/rg', VM, true],
    ['/subscriptions/one/resourceGroups/rg', '/subscriptions/one/resourceGroups/rg-2', false],
    ['/subscriptions/two', VM, false],
    [VM, '/subscriptions/one/resourceGroups/rg', false],
    ['/subscriptions/one', '/subscriptions/one/resourceGroups/none', false],
  ];
  for (const [outer, inner, expected] of covering) {
    it(`says that ${inner} is ${expected ? '' : 'not '}in ${outer}`, () => {
      assert.equal(aTree().covers(outer, inner), expected);
    });
  }

  const unknown: readonly [path: string, expected: string][] = [
    ['/subscriptions/three', '404 SubscriptionNotFound'],
    ['/subscriptions/three/resourceGroups/rg', '404 SubscriptionNotFound'],
    ['/subscriptions/one/resourceGroups/rg-3', '404 ResourceGroupNotFound'],
    [`${VM}0`, '404 ResourceNotFound'],
    ['/providers/Microsoft.Management/managementGroups/none', '404 NotFound'],
    ['/subscriptions', '400 InvalidScope'],
    ['/subscriptions/one/locations/here', '400 InvalidScope'],
    ['/nonsense', '400 InvalidScope'],
  ];
  for (const [path, expected] of unknown) {
    it(`answers ${expected} to ${path}`, () => {
      assert.throws(
        () => aTree().resolve(path),
        (error) => error instanceof ArmProblem && `${error.status} ${error.code}` === expected,
      );
    });
  }
});

describe('readRoleId', () => {
  const at = (prefix: string): string => `${prefix}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`;
  const grid: readonly [scope: string, text: string, expected: string | null][] = [
    ['/subscriptions/one', at('/subscriptions/one'), ROLE],
    [VM, at('/subscriptions/ONE').toUpperCase(), ROLE],
    [VM, at('/subscriptions/one/resourceGroups/rg'), ROLE],
    ['/subscriptions/one', at('/subscriptions/one/resourceGroups/rg'), 'elsewhere'],
    [VM, at('/subscriptions/one/resourceGroups/rg-2'), 'elsewhere'],
    [VM, at('/subscriptions/two'), 'elsewhere'],
    [VM, at(''), 'elsewhere'],
    [VM, at(MG), 'elsewhere'],
    [MG, at(''), ROLE],
    [MG, at(MG), ROLE],
    [MG, at('/subscriptions/one'), 'elsewhere'],
    [VM, ROLE, null],
    [VM, '', null],
  ];
  for (const [scope, text, expected] of grid) {
    it(`reads ${text || 'nothing'} at ${scope} as ${expected}`, () => {
      const tree = aTree();
      assert.equal(readRoleId(tree, tree.resolve(scope), text), expected);
    });
  }

  it('reads at its scope what roleIdAt writes', () => {
    const tree = aTree();
    for (const scope of tree.all()) {
      assert.equal(readRoleId(tree, scope, roleIdAt(tree, scope, ROLE)), ROLE);
    }
  });
});

describe('isInReach', () => {
  const grid: readonly [from: string, row: string, reaches: readonly Reach[]][] = [
    ['/', '/', ['above', 'around', 'own']],
    ['/', MG, ['around', 'own']],
    ['/', VM, ['own']],
    [MG, '/subscriptions/one', []],
    ['/subscriptions/one', MG, ['above', 'around', 'own']],
    ['/subscriptions/one', VM, ['around']],
    ['/subscriptions/one/resourceGroups/rg', '/subscriptions/one/resourceGroups/rg-2', []],
    [VM, '/subscriptions/one', ['above', 'around', 'own']],
  ];
  for (const [from, row, reaches] of grid) {
    it(`finds rows of ${row} from ${from} by ${reaches.join(', ') || 'nothing'}`, () => {
      const tree = aTree();
      const all = ['above', 'around', 'own'] as const;
      assert.deepEqual(
        all.filter((reach) => isInReach(tree, tree.resolve(from), row, reach)),
        reaches,
      );
    });
  }
});

import assert from 'node:assert/strict';
import { findOperation, looksLikeOperation } from '../../../../src/roles/plain-words/find-operation.ts';

const operation = (name: string, plane: 'control' | 'data' = 'control') => ({
  name,
  plane,
  displayName: '',
  description: '',
});
const KNOWN = {
  operations: [
    operation('Microsoft.Compute/virtualMachines/read'),
    operation('Microsoft.Compute/virtualMachines/restart/action'),
    operation('Microsoft.Compute/virtualMachines/start/action'),
    operation('Microsoft.KeyVault/vaults/keys/read'),
    operation('Microsoft.KeyVault/vaults/keys/read', 'data'),
  ],
  directoryActions: [{ name: 'microsoft.directory/users/password/update', description: '' }],
};
const nearest = (text: string) => {
  const found = findOperation(text, KNOWN);
  return found.kind === 'unknown' ? found.nearest : found.kind;
};

describe('findOperation', () => {
  it('finds an operation in any case, and a name of both planes as two', () => {
    const found = findOperation(' microsoft.compute/VIRTUALMACHINES/restart/action ', KNOWN);
    assert.deepEqual(found, { kind: 'azure', operations: [KNOWN.operations[1]] });
    const both = findOperation('Microsoft.KeyVault/vaults/keys/read', KNOWN);
    assert.equal(both.kind === 'azure' && both.operations.length, 2);
  });

  it('finds an action of the directory', () => {
    assert.equal(findOperation('microsoft.directory/users/password/update', KNOWN).kind, 'directory');
  });

  it('says what a pattern stands for, also for nothing between two slashes', () => {
    const names = (text: string) => {
      const found = findOperation(text, KNOWN);
      return found.kind === 'pattern' ? found.operations.map(({ name }) => name.split('/').slice(1).join('/')) : [];
    };
    assert.deepEqual(names('Microsoft.Compute/virtualMachines/*/action'), [
      'virtualMachines/restart/action',
      'virtualMachines/start/action',
    ]);
    assert.deepEqual(names('Microsoft.Compute/virtualMachines/*/read'), ['virtualMachines/read']);
    assert.deepEqual(names('Microsoft.Nothing/*'), []);
  });

  it('names the nearest for one that is spelt wrong or lacks its last word, and none for one that is far from all', () => {
    assert.deepEqual(nearest('Microsoft.Compute/virtualMachine/restart/action'), [
      'Microsoft.Compute/virtualMachines/restart/action',
      'Microsoft.Compute/virtualMachines/start/action',
    ]);
    assert.equal(
      nearest('Microsoft.Compute/virtualMachines/restart')[0],
      'Microsoft.Compute/virtualMachines/restart/action',
    );
    assert.deepEqual(nearest('Contoso.Bakery/cakes/bake/action'), []);
  });

  it('tells operations from words', () => {
    for (const text of ['Microsoft.Compute/*', 'a/b', '*', '*/read', 'microsoft.directory/users/create']) {
      assert.ok(looksLikeOperation(text), text);
    }
    for (const text of ['restart vms', 'read and/or write blobs', 'restart', '/subscriptions/1']) {
      assert.ok(!looksLikeOperation(text), text);
    }
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AzureOperation } from '../../../../src/domain/role-definition.ts';
import { type Meaning, PlainWords } from '../../../../src/roles/plain-words/understand.ts';
import { EVERYDAY_TASKS } from '../../../../src/roles/tasks/task.ts';

const NAMES = [
  'Microsoft.Compute/virtualMachines/read',
  'Microsoft.Compute/virtualMachines/write',
  'Microsoft.Compute/virtualMachines/delete',
  'Microsoft.Compute/virtualMachines/start/action',
  'Microsoft.Compute/virtualMachines/restart/action',
  'Microsoft.Compute/virtualMachines/powerOff/action',
  'Microsoft.Compute/virtualMachines/deallocate/action',
  'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/restart/action',
  'Microsoft.ContainerService/managedClusters/write',
  'Microsoft.ContainerService/managedClusters/stop/action',
  'Microsoft.Storage/storageAccounts/write',
  'Microsoft.Storage/storageAccounts/listKeys/action',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Network/networkSecurityGroups/write',
  'Microsoft.Network/networksecuritygroups/securityrules/write',
  'Microsoft.Sql/servers/databases/failOver/action',
];
const OPERATIONS: readonly AzureOperation[] = [
  ...NAMES.map((name) => ({ name, plane: 'control' as const, displayName: '', description: '' })),
  { name: 'Microsoft.KeyVault/vaults/secrets/read', plane: 'control', displayName: '', description: '' },
  { name: 'Microsoft.KeyVault/vaults/secrets/getSecret/action', plane: 'data', displayName: '', description: '' },
  {
    name: 'Microsoft.ContainerRegistry/registries/pull/read',
    plane: 'control',
    displayName: 'Pull Container Registry',
    description: 'Pull or Get images from a container registry.',
  },
];
const ACTIONS = [
  'microsoft.directory/users/password/update',
  'microsoft.directory/printers/basic/update',
  'microsoft.directory/contacts/create',
].map((name) => ({ name, description: '' }));
const WORDS = new PlainWords({ operations: OPERATIONS, directoryActions: ACTIONS, tasks: EVERYDAY_TASKS });

function nameOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'operation':
      return meaning.operation.name;
    case 'directory-action':
      return meaning.action.name;
    case 'task':
      return meaning.task.task;
  }
}

const meant = (text: string, type: string | null = null) => WORDS.understand(text, type).meanings.map(nameOf);
const near = (text: string) => WORDS.understand(text).nearest.map(nameOf);

describe('plain words', () => {
  for (const said of ['restart virtual machines', 'restart a VM', 'rebooting vms', 'Restart the servers, please']) {
    it(`reads "${said}" as restarting virtual machines`, () => {
      assert.deepEqual(meant(said), ['Microsoft.Compute/virtualMachines/restart/action']);
    });
  }

  const cases: readonly (readonly [said: string, means: string])[] = [
    ['create storage accounts', 'Microsoft.Storage/storageAccounts/write'],
    ['change a storage account', 'Microsoft.Storage/storageAccounts/write'],
    ['list the keys of a storage account', 'Microsoft.Storage/storageAccounts/listKeys/action'],
    ['remove virtual machines', 'Microsoft.Compute/virtualMachines/delete'],
    ['see virtual machines', 'Microsoft.Compute/virtualMachines/read'],
    ['stop an aks cluster', 'Microsoft.ContainerService/managedClusters/stop/action'],
    ['restart a vm of a scale set', 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/restart/action'],
    ['change nsg rules', 'Microsoft.Network/networksecuritygroups/securityrules/write'],
    ['fail over a sql database', 'Microsoft.Sql/servers/databases/failOver/action'],
    ['pull images from a container registry', 'Microsoft.ContainerRegistry/registries/pull/read'],
    ['update printers', 'microsoft.directory/printers/basic/update'],
    ['create contacts', 'microsoft.directory/contacts/create'],
    ['reset passwords', 'Reset the password of a user'],
    ['resetting a user’s password', 'Reset the password of a user'],
    ['assign users to enterprise apps', 'Assign users to an enterprise application'],
    ['invite guests', 'Invite a guest user'],
    ['password reset for an admin', 'Reset the password of an administrator'],
    ['delete users', 'Delete a user'],
  ];
  for (const [said, means] of cases) {
    it(`reads "${said}" as ${means}`, () => {
      assert.deepEqual(meant(said), [means]);
    });
  }

  it('answers with all that fit about equally well, and never with one of them', () => {
    assert.deepEqual(
      new Set(meant('stop virtual machines')),
      new Set([
        'Microsoft.Compute/virtualMachines/deallocate/action',
        'Microsoft.Compute/virtualMachines/powerOff/action',
      ]),
    );
    assert.deepEqual(
      new Set(meant('read key vault secrets')),
      new Set(['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/read']),
    );
    assert.deepEqual(
      new Set(meant('assign roles')),
      new Set(['Assign a directory role to a user', 'Microsoft.Authorization/roleAssignments/write']),
    );
  });

  it('keeps the things that a deleted user is apart from deleting', () => {
    assert.deepEqual(meant('restore a deleted user'), ['Restore a deleted user']);
  });

  it('names what comes nearest when nothing fits', () => {
    assert.deepEqual(WORDS.understand('bake a cake'), { meanings: [], nearest: [], names: [] });
    assert.deepEqual(meant('restart storage accounts'), []);
    assert.ok(near('restart storage accounts').includes('Microsoft.Storage/storageAccounts/write'));
  });

  it('offers what a typo may have meant, and does not take it as said', () => {
    assert.deepEqual(meant('restat virtual machines'), []);
    assert.equal(near('restat virtual machines')[0], 'Microsoft.Compute/virtualMachines/restart/action');
    assert.equal(near('reset pasword')[0], 'Reset the password of a user');
  });

  it('takes the name of a resource as what it is called after, or as what it is', () => {
    assert.deepEqual(meant('restart vm-pay-01'), ['Microsoft.Compute/virtualMachines/restart/action']);
    assert.deepEqual(WORDS.understand('restart vm-pay-01').names, ['vm-pay-01']);
    assert.deepEqual(meant('stop pay-01', 'Microsoft.ContainerService/managedClusters'), [
      'Microsoft.ContainerService/managedClusters/stop/action',
    ]);
  });

  it('means the same by the same words, in any case and with any politeness', () => {
    const words = fc.constantFrom(
      'restart',
      'virtual',
      'machines',
      'user',
      'password',
      'reset',
      'create',
      'of',
      'storage',
      'x',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), (said) => {
        assert.deepEqual(meant(said.join('  ').toUpperCase()), meant(`${said.join(' ')}`));
      }),
    );
  });

  it('never throws and answers a long text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => WORDS.understand(text).meanings.length >= 0),
    );
    assert.deepEqual(meant('x '.repeat(10_000)), []);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allowsOperation } from '../../../src/domain/operations.ts';

describe('whether a role definition allows an operation', () => {
  const TABLE: readonly (readonly [actions: readonly string[], operation: string, isAllowed: boolean])[] = [
    [['Microsoft.Compute/virtualMachines/write'], 'microsoft.compute/virtualmachines/WRITE', true],
    [['Microsoft.Compute/virtualMachines/read'], 'Microsoft.Compute/virtualMachines/write', false],
    [['*'], 'Microsoft.Compute/virtualMachines/write', true],
    [['*/read'], 'Microsoft.Compute/virtualMachines/write', false],
    [['*/read', 'Microsoft.Compute/*'], 'Microsoft.Compute/virtualMachines/write', true],
    [['Microsoft.Compute/*/write'], 'Microsoft.Compute/write', true],
    [['Microsoft.Network/*'], 'Microsoft.Compute/virtualMachines/write', false],
    [['Microsoft.Compute/virtualMachines/*'], 'Microsoft.Compute/*/write', true],
    [['Microsoft.Compute/virtualMachines/read'], 'Microsoft.Compute/*/write', false],
    [['*/read'], 'Microsoft.Compute/*/write', false],
    [['*'], '*/write', true],
    [[], '*', false],
    [
      ['microsoft.directory/applications/credentials/update'],
      'microsoft.directory/applications/credentials/update',
      true,
    ],
    [
      ['microsoft.directory/applications/allProperties/allTasks'],
      'microsoft.directory/applications/credentials/update',
      true,
    ],
    [
      ['microsoft.directory/applications/allProperties/read'],
      'microsoft.directory/applications/credentials/update',
      false,
    ],
    [
      ['microsoft.directory/users/allProperties/allTasks'],
      'microsoft.directory/applications/credentials/update',
      false,
    ],
    [
      ['microsoft.directory/applications.myOrganization/basic/update'],
      'microsoft.directory/applications/basic/update',
      true,
    ],
    [['microsoft.office365.exchange/allEntities/allTasks'], 'microsoft.directory/users/create', false],
  ];
  for (const [actions, operation, isAllowed] of TABLE) {
    it(`says ${isAllowed ? 'yes' : 'no'} to ${operation} for ${actions.join(', ') || 'nothing'}`, () => {
      assert.equal(allowsOperation(actions, operation), isAllowed);
    });
  }

  const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 });
  const pattern = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('*'));
  const fits = (text: string, of: string): boolean => new RegExp(`^${of.replaceAll('*', '.*')}$`).test(text);

  it('says yes to a wildcard whenever one operation fits both, and no when none of up to eight letters does', () => {
    const texts = Array.from({ length: 9 }, (_, length) =>
      Array.from({ length: 2 ** length }, (__, bits) =>
        Array.from({ length }, (___, at) => ((bits >> at) & 1 ? 'b' : 'a')).join(''),
      ),
    ).flat();
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        fc.pre(other.includes('*') && one.split('*').length < 3);
        const isCommon = texts.some((text) => fits(text, one) && fits(text, other));
        const isLonger = one.length + other.length > 8;
        assert.ok(allowsOperation([one], other) === isCommon || isLonger, `${one} and ${other}: ${isCommon}`);
      }),
    );
  });
});

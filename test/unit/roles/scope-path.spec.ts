import assert from 'node:assert/strict';
import { scopePath } from '../../../src/roles/scope-path.ts';

const SUBSCRIPTION = '/subscriptions/ABC';
const GROUPS = '/providers/Microsoft.Management/managementGroups';
const HIERARCHY = {
  parentOfGroup: new Map([
    ['mg-top', null],
    ['mg-pay', 'mg-top'],
    ['mg-ring', 'mg-round'],
    ['mg-round', 'mg-ring'],
  ]),
  groupOfSubscription: new Map([
    ['abc', 'mg-pay'],
    ['ring', 'mg-ring'],
  ]),
  nameOf: new Map([
    ['abc', 'Contoso Production'],
    ['mg-pay', 'Payments'],
  ]),
};
const azure = (id: string) =>
  scopePath('azure', { id, name: 'x' }, HIERARCHY).map(({ kind, name }) => `${kind} ${name}`);

describe('the path of a scope', () => {
  it('goes from the highest management group down to the resource, by the names that people know', () => {
    const vm = `${SUBSCRIPTION}/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-pay-01`;
    assert.deepEqual(azure(vm), [
      'management-group mg-top',
      'management-group Payments',
      'subscription Contoso Production',
      'resource-group rg-payments',
      'resource virtualMachines/vm-pay-01',
    ]);
  });

  it('begins at the subscription where the groups above it are not known', () => {
    assert.deepEqual(azure('/subscriptions/unknown/resourceGroups/rg-web'), [
      'subscription unknown',
      'resource-group rg-web',
    ]);
  });

  it('ends at a management group, and where its parents go round', () => {
    assert.deepEqual(azure(`${GROUPS}/MG-Pay`), ['management-group mg-top', 'management-group Payments']);
    assert.ok(azure('/subscriptions/ring').length < 30);
  });

  it('is the administrative unit in the directory, and nothing for the whole tenant and for groups', () => {
    const unit = { id: '/administrativeUnits/u1', name: 'Branch Madrid' };
    assert.deepEqual(scopePath('directory', unit, HIERARCHY), [{ kind: 'administrative-unit', name: 'Branch Madrid' }]);
    assert.deepEqual(scopePath('directory', { id: '/', name: 'Whole tenant' }, HIERARCHY), []);
    assert.deepEqual(scopePath('group', { id: 'g1', name: 'Group membership' }, HIERARCHY), []);
  });
});

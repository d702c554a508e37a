import assert from 'node:assert/strict';
import type { RoleDefinition } from '../../../src/domain/role-definition.ts';
import { type DriftReport, reportDrift } from '../../../src/roles/drift-report.ts';
import { aBlock, aDirectoryRole, anAzureRole, ROLE_ID, SUBSCRIPTION } from './role-file/role-fixture.ts';

const OTHER_ID = '6d3bd2f2-3b4a-4ae0-9d40-8c2f0e7a11ab';
const START = 'Microsoft.Compute/virtualMachines/start/action';
const READ = 'Microsoft.Compute/virtualMachines/read';
const OPERATIONS = [START, READ, 'Microsoft.Compute/virtualMachines/runCommand/action'].map((name) => ({
  name,
  plane: 'control' as const,
  displayName: '',
  description: '',
}));

function report(wanted: readonly RoleDefinition[], held: readonly RoleDefinition[]): readonly DriftReport[] {
  const files = wanted.map((definition, index) => ({ file: `${index}.json`, definition }));
  return reportDrift(files, held, { operations: OPERATIONS, roles: held });
}

/** The one report of one file and one role, which must be about both. */
function between(wanted: RoleDefinition, held: RoleDefinition): DriftReport {
  const [only, ...others] = report([wanted], [held]);
  assert.ok(only !== undefined && others.length === 0);
  return only;
}

const role = (actions: readonly string[], notActions: readonly string[] = []): RoleDefinition =>
  anAzureRole({ permissions: [aBlock({ actions, notActions })] });

describe('reportDrift', () => {
  it('finds nothing in order, case, doubles and a slash at the end of a scope', () => {
    const held = anAzureRole({ permissions: [aBlock({ actions: [START, READ] })] });
    const wanted = anAzureRole({
      id: ROLE_ID,
      assignableScopes: [`${SUBSCRIPTION.toUpperCase()}/`],
      permissions: [aBlock({ actions: [READ.toUpperCase(), START, READ] })],
    });
    assert.equal(between(wanted, held).state, 'same');
  });

  it('matches by id first and tells a new name', () => {
    const wanted = anAzureRole({ name: 'New name' });
    const { state, difference, idInTenant } = between(wanted, anAzureRole());
    assert.deepEqual([state, difference?.nameInTenant, idInTenant], ['different', 'Virtual Machine Starter', null]);
  });

  it('matches by name where the id is not known there, and tells the other id', () => {
    const { state, idInTenant } = between(anAzureRole({ id: OTHER_ID }), anAzureRole());
    assert.deepEqual([state, idInTenant], ['different', ROLE_ID]);
    assert.equal(between(anAzureRole({ id: null }), anAzureRole()).state, 'same');
  });

  it('tells what is only in files, and custom roles that are only in the tenant', () => {
    const builtIn = anAzureRole({ id: OTHER_ID, name: 'Owner', isCustom: false });
    assert.deepEqual(
      report([aDirectoryRole()], [anAzureRole(), builtIn]).map(({ state, name, file }) => [state, name, file]),
      [
        ['only-in-files', 'Application Reader', '0.json'],
        ['only-in-tenant', 'Virtual Machine Starter', null],
      ],
    );
  });

  it('tells wording, scopes and conditions apart from what a role allows', () => {
    const held = anAzureRole({ permissions: [aBlock({ condition: 'a', conditionVersion: '2.0' })] });
    const wanted = anAzureRole({
      description: 'Other words.',
      assignableScopes: ['/subscriptions/other'],
      permissions: [aBlock({ condition: 'b', conditionVersion: '2.0' })],
    });
    const { difference, rewriting } = between(wanted, held);
    assert.ok(difference);
    assert.deepEqual(
      [difference.isDescriptionOther, difference.isConditionOther, difference.gains.total, difference.losses.total],
      [true, true, 0, 0],
    );
    assert.deepEqual(
      [difference.scopesAdded.names, difference.scopesRemoved.names],
      [['/subscriptions/other'], [SUBSCRIPTION]],
    );
    assert.equal(rewriting, null);
  });

  it('tells gains and losses by operation', () => {
    const { difference, rewriting } = between(role([START]), role([READ]));
    assert.deepEqual([difference?.gains.others, difference?.losses.others, rewriting], [[START], [READ], null]);
    const { escalating = [] } =
      between(role(['Microsoft.Compute/virtualMachines/*']), role([READ])).difference?.gains ?? {};
    assert.deepEqual(escalating, ['Microsoft.Compute/virtualMachines/runCommand/action']);
  });

  it('tells a redundant string from a real gain', () => {
    const { state, difference, rewriting } = between(role(['*/read', READ]), role(['*/read']));
    assert.deepEqual([state, difference?.gains.total], ['different', 0]);
    assert.deepEqual(rewriting, { meaning: 'same', onlyFile: null, onlyTenant: null });
  });

  it('tells what only operations of later will show, with an example', () => {
    const [later, other] = ['Microsoft.Compute/virtualMachines/start/*', 'Microsoft.Compute/*/start/action'];
    const more = between(role([START, later]), role([START]));
    assert.deepEqual([more.difference?.gains.total, more.rewriting?.meaning], [0, 'more']);
    assert.match(more.rewriting?.onlyFile ?? '', /^control:microsoft\.compute\/virtualmachines\/start\//);
    assert.equal(between(role([START]), role([START, later])).rewriting?.meaning, 'less');
    assert.equal(between(role([START, later]), role([START, other])).rewriting?.meaning, 'both');
  });

  it('compares roles of Entra by their permissions', () => {
    const wanted = aDirectoryRole({
      isEnabled: false,
      permissions: [{ actions: ['microsoft.directory/applications/owners/update'], condition: null }],
    });
    const { difference } = between(wanted, aDirectoryRole());
    assert.deepEqual([difference?.isEnabledByFile, difference?.gains.total, difference?.losses.total], [false, 1, 1]);
  });
});

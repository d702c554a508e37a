import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cloneAzureRole, cloneDirectoryRole, proveClone, scopesBeside } from '../../../src/roles/clone-role.ts';
import { cloneSteps } from '../../../src/roles/clone-steps.ts';
import { readRoleText } from '../../../src/roles/role-file/read-role-file.ts';
import { writeRoleFile } from '../../../src/roles/role-file/write-role-file.ts';
import { aBlock, aDirectoryRole, anAzureRole, SUBSCRIPTION } from './role-file/role-fixture.ts';

const ORDER = { name: 'Starter (Contractors)', description: null, scopes: [`${SUBSCRIPTION}/resourceGroups/rg-web`] };
const BASIC = 'microsoft.directory/applications/basic/read';
const OWNERS = 'microsoft.directory/applications/owners/update';

const strings = fc.array(
  fc.constantFrom('*', '*/read', 'A/*', 'A/b/*', 'A/*/read', 'A/b/read', 'A/b/write', ' a/B/read '),
  { maxLength: 4 },
);
const blocks = fc.array(
  fc.record({ actions: strings, notActions: strings, dataActions: strings, notDataActions: strings }).map(aBlock),
  { minLength: 1, maxLength: 3 },
);

describe('cloneAzureRole', () => {
  it('takes over all blocks byte for byte, under another name and at other scopes', () => {
    const block = aBlock({
      actions: ['Microsoft.Network/virtualNetworks/read '],
      condition: 'x',
      conditionVersion: '2.0',
    });
    const original = anAzureRole({ isCustom: false, assignableScopes: ['/'], permissions: [block] });
    assert.deepEqual(cloneAzureRole(original, ORDER), {
      ...original,
      id: null,
      isCustom: true,
      name: 'Starter (Contractors)',
      assignableScopes: ORDER.scopes,
    });
    assert.equal(cloneAzureRole(original, { ...ORDER, description: 'For others' }).description, 'For others');
  });

  it('is proven to be the same by what is read back from its file, whatever the role', () => {
    fc.assert(
      fc.property(blocks, (permissions) => {
        const original = anAzureRole({ permissions });
        const writing = writeRoleFile([cloneAzureRole(original, ORDER)], 'rest');
        assert.ok(writing.isWritten);
        const clone = readRoleText(writing.text).roles[0]?.definition;
        assert.ok(clone);
        assert.equal(proveClone(original, clone).kind, 'normal-form');
      }),
    );
  });
});

describe('proveClone', () => {
  const original = anAzureRole({ permissions: [aBlock({ actions: ['A/*'], notActions: ['A/b/write'] })] });

  it('proves by the form what differs in order, case, doubles and covered strings only', () => {
    const actions = ['a/b/read', 'A/*', 'a/*'];
    const clone = anAzureRole({ permissions: [aBlock({ actions, notActions: ['A/b/WRITE', 'C/d'] })] });
    assert.equal(proveClone(original, clone).kind, 'normal-form');
  });

  it('proves by names what is said in other words', () => {
    const one = anAzureRole({ permissions: [aBlock({ actions: ['A/*'] })] });
    const other = anAzureRole({
      permissions: [aBlock({ actions: ['A/*'], notActions: ['A/b'] }), aBlock({ actions: ['A/b'] })],
    });
    assert.equal(proveClone(one, other).kind, 'symbolic');
  });

  it('gives an example of what only one of them allows', () => {
    const less = anAzureRole({ permissions: [aBlock({ actions: ['A/b/read'] })] });
    const proof = proveClone(original, less);
    assert.deepEqual([proof.kind, proof.onlyClone], ['none', null]);
    assert.match(proof.onlyOriginal ?? '', /^control:a\//);
    assert.match(proveClone(less, original).onlyClone ?? '', /^control:a\//);
  });

  it('proves nothing when a condition is lost', () => {
    const block = aBlock({ condition: 'x', conditionVersion: '2.0' });
    const proof = proveClone(anAzureRole({ permissions: [block] }), anAzureRole({ permissions: [aBlock()] }));
    assert.deepEqual([proof.kind, proof.areConditionsEqual], ['none', false]);
  });

  it('proves nothing when conditions stand before other blocks', () => {
    const [a, b] = [{ actions: ['A/x'] }, { actions: ['A/y'] }];
    const guard = { condition: 'x', conditionVersion: '2.0' };
    const one = anAzureRole({ permissions: [aBlock({ ...a, ...guard }), aBlock(b)] });
    const other = anAzureRole({ permissions: [aBlock(a), aBlock({ ...b, ...guard })] });
    assert.equal(proveClone(one, other).kind, 'none');
  });

  it('proves roles of Entra by their permissions, inherited ones included', () => {
    const role = aDirectoryRole({ permissions: [{ actions: [BASIC, OWNERS], condition: null }] });
    const same = aDirectoryRole({ permissions: [{ actions: [OWNERS.toUpperCase(), BASIC], condition: null }] });
    assert.equal(proveClone(role, same).kind, 'strings');
    assert.deepEqual(proveClone(role, aDirectoryRole()), {
      kind: 'none',
      onlyOriginal: OWNERS,
      onlyClone: null,
      areConditionsEqual: true,
    });
    assert.equal(proveClone({ ...role, inheritsFrom: [SUBSCRIPTION.slice(-36)] }, same).kind, 'none');
  });

  it('proves nothing between Entra and Azure', () => {
    assert.equal(proveClone(anAzureRole(), aDirectoryRole()).kind, 'none');
  });
});

describe('cloneDirectoryRole', () => {
  const original = aDirectoryRole({
    isCustom: false,
    inheritsFrom: [SUBSCRIPTION.slice(-36)],
    permissions: [
      { actions: [BASIC, OWNERS], condition: null },
      { actions: [OWNERS], condition: '$SubjectIsOwner' },
    ],
  });

  it('leaves out of a built-in role what custom roles cannot have, and says what', () => {
    const { definition, leftOut } = cloneDirectoryRole(original, ORDER, new Set([BASIC]));
    assert.deepEqual(definition.permissions, [{ actions: [BASIC], condition: null }]);
    assert.deepEqual([definition.isCustom, definition.inheritsFrom, definition.id], [true, [], null]);
    assert.deepEqual(leftOut, [
      { action: OWNERS, why: 'not-for-custom-roles' },
      { action: OWNERS, why: 'conditional' },
    ]);
    assert.equal(proveClone(original, definition).kind, 'none');
  });

  it('clones a custom role whole', () => {
    const custom = aDirectoryRole({ permissions: [{ actions: [BASIC, OWNERS], condition: null }] });
    const { definition, leftOut } = cloneDirectoryRole(custom, ORDER, new Set([BASIC]));
    assert.deepEqual([leftOut, proveClone(custom, definition).kind], [[], 'strings']);
  });
});

describe('scopesBeside', () => {
  it('does not look at order, case and a slash at the end', () => {
    assert.deepEqual(scopesBeside([SUBSCRIPTION, '/a/'], ['/A', SUBSCRIPTION.toUpperCase()]), {
      onlyOne: [],
      onlyOther: [],
    });
    assert.deepEqual(scopesBeside(['/a'], ['/b']), { onlyOne: ['/a'], onlyOther: ['/b'] });
  });
});

describe('cloneSteps', () => {
  it('names what PIM needs: settings at each scope, approvers, eligible people', () => {
    const [original, clone] = [anAzureRole(), anAzureRole({ name: 'Mine', assignableScopes: ['/a', '/b'] })];
    const steps = cloneSteps({ original, clone }, 'powershell');
    assert.equal(steps.length, 6);
    assert.match(steps[0] ?? '', /“roles apply”, or: az role definition create --role-definition @FILE\.$/);
    assert.match(steps[1] ?? '', /\(\/a, \/b\): “change settings Mine”/);
    assert.match(steps[2] ?? '', /approvers/);
    assert.match(steps[3] ?? '', /“assign Mine to NAME/);
  });
});

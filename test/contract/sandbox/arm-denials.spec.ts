import assert from 'node:assert/strict';

import {
  ACCESS,
  type ArmSandbox,
  AUTHORIZATION,
  PRODUCTION,
  RG_PAYMENTS,
  RG_WEB,
  startArm,
  VM,
  VM_OPERATOR,
} from './arm-calls.ts';
import { type Body, verdict } from './graph-calls.ts';

describe('deny assignments of ARM', () => {
  let arm: ArmSandbox;

  const deny = async (...rows: readonly object[]): Promise<number> => {
    const init = { method: 'PUT', body: JSON.stringify(rows) };
    return (await fetch(`${arm.sandbox.urls.control}/azure/deny-assignments`, init)).status;
  };
  const readMachine = async (handle: string): Promise<string> =>
    verdict(await (await arm.as(handle))('GET', `${VM}?api-version=2024-07-01`));

  beforeEach(async () => {
    arm = await startArm();
    await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR);
  });

  afterEach(() => arm.sandbox.close());

  it('win over roles, for everyone at and below their scope', async () => {
    assert.equal(await readMachine('engineer'), '200');
    await deny({ name: 'stack', scope: PRODUCTION, actions: ['*'], notActions: ['*/write'] });
    assert.equal(await readMachine('engineer'), '403 AuthorizationFailed');
    await deny();
    assert.equal(await readMachine('engineer'), '200');
  });

  it('leave out what they do not name, whom they exclude, and what lies below when told so', async () => {
    const rows = [
      { actions: ['*'], notActions: ['*/read'] },
      { actions: ['*'], excludePrincipals: ['engineer'] },
      { actions: ['*'], principals: ['sg-payments-oncall'] },
      { actions: ['*'], doNotApplyToChildScopes: true },
    ];
    for (const row of rows) {
      assert.equal(await deny({ name: 'stack', scope: RG_PAYMENTS, ...row }), 200);
      assert.equal(await readMachine('engineer'), '200', JSON.stringify(row));
    }
    await deny({ name: 'stack', scope: RG_PAYMENTS, actions: ['*'], principals: ['engineer'] });
    assert.equal(await readMachine('engineer'), '403 AuthorizationFailed');
  });

  it('are listed at their scope, below and above it, with the zero id for everyone', async () => {
    await deny({ name: 'stack', scope: RG_PAYMENTS, actions: ['*/delete'], excludePrincipals: ['admin'] });
    const reader = await arm.as(null);
    const list = async (scope: string, filter = ''): Promise<Body[]> =>
      (await reader('GET', `${scope}${AUTHORIZATION}/denyAssignments?${ACCESS}${filter}`)).body.value;
    const [row] = await list(VM);
    assert.equal(row.properties.denyAssignmentName, 'stack');
    assert.deepEqual(row.properties.permissions[0].actions, ['*/delete']);
    assert.deepEqual(
      row.properties.principals.map(({ id, type }: Body) => [id, type]),
      [['00000000-0000-0000-0000-000000000000', 'SystemDefined']],
    );
    assert.deepEqual(
      row.properties.excludePrincipals.map(({ id }: Body) => id),
      [arm.id('admin')],
    );
    assert.equal((await list(PRODUCTION)).length, 1);
    assert.equal((await list(PRODUCTION, '&$filter=atScope()')).length, 0);
    assert.equal((await list(RG_WEB)).length, 0);
    const one = await reader('GET', `${RG_PAYMENTS}${AUTHORIZATION}/denyAssignments/${row.name}?${ACCESS}`);
    assert.deepEqual(one.body, row);
    const none = await reader('GET', `${RG_WEB}${AUTHORIZATION}/denyAssignments/${row.name}?${ACCESS}`);
    assert.equal(verdict(none), '404 ResourceNotFound');
  });

  it('are set whole or not at all', async () => {
    assert.equal(await deny({ name: 'stack', scope: '/subscriptions/none', actions: ['*'] }), 400);
    assert.equal(await deny({ name: 'stack', scope: RG_PAYMENTS, actions: '*' }), 400);
    assert.equal(await readMachine('engineer'), '200');
  });
});

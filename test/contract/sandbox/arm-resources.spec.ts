import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import {
  ACCESS,
  type ArmSandbox,
  AUTHORIZATION,
  CONTRIBUTOR,
  MANAGEMENT_GROUP,
  ON_CALL_GROUP,
  PIM,
  PRODUCTION,
  READER,
  RG_PAYMENTS,
  RG_WEB,
  roleId,
  STAGING,
  startArm,
  VM,
} from './arm-calls.ts';
import { type Body, verdict } from './graph-calls.ts';

const RESOURCES = 'api-version=2021-04-01';
const SUBSCRIPTIONS = '/subscriptions?api-version=2022-01-01';
const GROUPS = '/providers/Microsoft.Management/managementGroups';

describe('resources of ARM', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.sandbox.close());

  async function names(handle: string | null, path: string): Promise<string[]> {
    const me = await arm.as(handle);
    const reply = await me('GET', path);
    return reply.body.value.map((row: Body) => row.displayName ?? row.name);
  }

  it('show subscriptions, groups and machines to whoever holds a role there now', async () => {
    assert.deepEqual(await names('engineer', SUBSCRIPTIONS), []);
    assert.deepEqual(await names(null, SUBSCRIPTIONS), ['Contoso Production', 'Contoso Staging']);
    const me = await arm.as('engineer');
    const groups = `${PRODUCTION}/resourceGroups?${RESOURCES}`;
    assert.equal(verdict(await me('GET', groups)), '403 AuthorizationFailed');
    await arm.activate('engineer', PRODUCTION, READER);
    assert.deepEqual(await names('engineer', SUBSCRIPTIONS), ['Contoso Production']);
    assert.deepEqual(await names('engineer', groups), ['rg-payments', 'rg-web']);
    const machine = { id: VM, name: 'vm-pay-01', type: 'Microsoft.Compute/virtualMachines', location: 'westeurope' };
    for (const path of [`${PRODUCTION}/resources?${RESOURCES}`, `${RG_PAYMENTS}/resources?${RESOURCES}`]) {
      assert.deepEqual((await me('GET', path)).body.value, [machine]);
    }
    const filter = "$filter=resourceType eq 'microsoft.compute/virtualmachines' and name eq 'vm-pay-02'";
    assert.deepEqual(await names('engineer', `${PRODUCTION}/resources?${RESOURCES}&${filter}`), []);
    assert.deepEqual(await names('engineer', `${RG_WEB}/resources?${RESOURCES}`), []);
    assert.deepEqual((await me('GET', `${VM.toLowerCase()}?api-version=2024-07-01`)).body, machine);
    assert.equal(verdict(await me('GET', `${STAGING}?api-version=2022-01-01`)), '403 AuthorizationFailed');
    assert.equal((await me('GET', `${PRODUCTION}?api-version=2022-12-01`)).body.state, 'Enabled');
  });

  it('show of a subscription only the group in which a role is held', async () => {
    arm.sandbox.world.tenant.groups.get(ON_CALL_GROUP)?.memberIds.push(arm.id('oncall'));
    await arm.activate('oncall', RG_PAYMENTS, CONTRIBUTOR);
    assert.deepEqual(await names('oncall', SUBSCRIPTIONS), ['Contoso Production']);
    assert.deepEqual(await names('oncall', `${PRODUCTION}/resourceGroups?${RESOURCES}`), ['rg-payments']);
  });

  it('show management groups to the reader app, with what hangs below', async () => {
    const version = 'api-version=2021-04-01';
    assert.deepEqual(await names('engineer', `${GROUPS}?${version}`), []);
    assert.deepEqual(await names(null, `${GROUPS}?${version}`), ['mg-contoso']);
    const reader = await arm.as(null);
    const group = await reader('GET', `${MANAGEMENT_GROUP}?${version}&$expand=children`);
    assert.deepEqual(group.body.properties.children, [
      { id: PRODUCTION, type: '/subscriptions', name: PRODUCTION.slice(15), displayName: 'Contoso Production' },
      { id: STAGING, type: '/subscriptions', name: STAGING.slice(15), displayName: 'Contoso Staging' },
    ]);
    const below = await reader('GET', `${MANAGEMENT_GROUP}/descendants?${version}`);
    assert.deepEqual(
      below.body.value.map((one: Body) => one.id),
      [PRODUCTION, STAGING],
    );
    const me = await arm.as('engineer');
    assert.equal(verdict(await me('GET', `${MANAGEMENT_GROUP}?${version}`)), '403 AuthorizationFailed');
    assert.equal(verdict(await reader('GET', `${GROUPS}/mg-none?${version}`)), '404 NotFound');
  });

  describe('that somebody is eligible for', () => {
    const children = (scope: string, tail = ''): string =>
      `${scope}${AUTHORIZATION}/eligibleChildResources?${PIM}${tail}`;

    it('are found step by step, though the person may read nothing yet', async () => {
      const me = await arm.as('engineer');
      const rows = async (path: string): Promise<Body[]> => (await me('GET', path)).body.value;
      assert.deepEqual(await rows(children('')), [
        { id: MANAGEMENT_GROUP, name: 'mg-contoso', type: 'managementgroup' },
      ]);
      assert.deepEqual(await rows(children(MANAGEMENT_GROUP)), [
        { id: PRODUCTION, name: 'Contoso Production', type: 'subscription' },
        { id: STAGING, name: 'Contoso Staging', type: 'subscription' },
      ]);
      assert.deepEqual(await rows(children(RG_PAYMENTS)), [
        { id: VM, name: 'vm-pay-01', type: 'microsoft.compute/virtualmachines' },
      ]);
      assert.deepEqual(await rows(children('', "&$filter=resourceType eq 'Subscription'")), []);
    });

    it('are found at once with $getAllChildren, of the kinds that are asked for', async () => {
      const all = '&$getAllChildren=true';
      assert.equal((await names('engineer', children('', all))).length, 8);
      const filter = "&$filter=resourceType eq 'Subscription' or resourceType eq 'resourcegroup'";
      assert.deepEqual(await names('engineer', children('', `${all}${filter}`)), [
        'Contoso Production',
        'rg-payments',
        'rg-web',
        'Contoso Staging',
        'rg-payments',
        'rg-web',
      ]);
      assert.deepEqual(await names('contractor', children('', all)), [
        'mg-contoso',
        'Contoso Production',
        'rg-payments',
        'vm-pay-01',
      ]);
      assert.deepEqual(await names('newcomer', children('', all)), []);
      const me = await arm.as('engineer');
      assert.equal(verdict(await me('GET', children('', "&$filter=name eq 'x'"))), '400 InvalidFilter');
      assert.equal(verdict(await me('GET', children('', '&$getAllChildren=yes'))), '400 BadRequest');
    });
  });

  const versions: readonly [title: string, path: string, expected: string][] = [
    ['none', `${AUTHORIZATION}/roleEligibilityScheduleInstances`, '400 MissingApiVersionParameter'],
    [
      'one that never was',
      `${AUTHORIZATION}/roleEligibilityScheduleInstances?api-version=2020-10-02`,
      '400 InvalidApiVersionParameter',
    ],
    ["another resource's", `${PRODUCTION}${AUTHORIZATION}/roleDefinitions?${PIM}`, '400 InvalidApiVersionParameter'],
    [
      'that of the rest for approvals',
      `${AUTHORIZATION}/roleAssignmentApprovals?${PIM}`,
      '400 InvalidApiVersionParameter',
    ],
    [
      'a preview',
      `${AUTHORIZATION}/roleEligibilityScheduleInstances?api-version=2022-04-01-preview`,
      '501 NotImplemented',
    ],
    ['a version of 2018', `${PRODUCTION}${AUTHORIZATION}/roleDefinitions?api-version=2018-07-01`, '501 NotImplemented'],
  ];
  for (const [title, path, expected] of versions) {
    it(`answer ${expected} to an api-version of ${title}`, async () => {
      const admin = await arm.as('admin');
      assert.equal(verdict(await admin('GET', path)), expected);
    });
  }

  it('are 501 with a query option that is not known', async () => {
    const me = await arm.as('engineer');
    const list = `${AUTHORIZATION}/roleEligibilityScheduleInstances?${PIM}&$filter=asTarget()`;
    assert.equal(verdict(await me('GET', `${list}&$top=1`)), '501 NotImplemented');
    assert.equal(verdict(await me('GET', `${list}&$expand=principal`)), '501 NotImplemented');
  });

  it('do not show a machine to whoever holds a role on it that does not read it', async () => {
    const admin = await arm.as('admin');
    const id = randomUUID();
    const permissions = [{ actions: ['Microsoft.Compute/virtualMachines/restart/action'] }];
    const role = { roleName: 'VM restarter', assignableScopes: [PRODUCTION], permissions };
    await admin('PUT', `${roleId(PRODUCTION, id)}?${ACCESS}`, { properties: role });
    const newcomer = await arm.as('newcomer');
    const properties = { principalId: arm.id('newcomer'), roleDefinitionId: roleId(VM, id), principalType: 'User' };
    const path = `${VM}${AUTHORIZATION}/roleAssignments/${randomUUID()}?${ACCESS}`;
    assert.equal(verdict(await admin('PUT', path, { properties })), '201');
    assert.equal(verdict(await newcomer('GET', `${VM}?${RESOURCES}`)), '403 AuthorizationFailed');
  });

  it('tell how many requests are left, and refuse more once the limits are on', async () => {
    const me = await arm.as('engineer');
    const list = `${AUTHORIZATION}/providerOperations?${ACCESS}`;
    const first = await me('GET', list);
    assert.equal(first.headers.get('x-ms-ratelimit-remaining-tenant-reads'), '249');
    assert.match(first.headers.get('x-ms-request-id') ?? '', /^[0-9a-f-]{36}$/);
    const init = { method: 'PUT', body: JSON.stringify({ on: true }) };
    assert.equal((await fetch(`${arm.sandbox.urls.control}/azure/limits`, init)).status, 200);
    for (let left = 250; left > 0; left -= 1) await me('GET', list);
    const refused = await me('GET', list);
    assert.equal(verdict(refused), '429 TooManyRequests');
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal(refused.headers.get('x-ms-ratelimit-remaining-tenant-reads'), '0');
    const other = await me('GET', `${PRODUCTION}?api-version=2022-01-01`);
    assert.equal(other.headers.get('x-ms-ratelimit-remaining-subscription-reads'), '249');
    await arm.pass('PT1S');
    assert.equal((await me('GET', list)).headers.get('x-ms-ratelimit-remaining-tenant-reads'), '24');
    const wrong = await fetch(`${arm.sandbox.urls.control}/azure/limits`, { method: 'PUT', body: '{"on":1}' });
    assert.equal(wrong.status, 400);
  });
});

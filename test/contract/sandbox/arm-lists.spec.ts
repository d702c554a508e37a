import assert from 'node:assert/strict';

import {
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
  STAGING,
  startArm,
  VM_OPERATOR,
} from './arm-calls.ts';
import { type Body, activation as groupActivation, verdict } from './graph-calls.ts';

const ELIGIBLE = 'roleEligibilityScheduleInstances';
const ACTIVE = 'roleAssignmentScheduleInstances';
const COLLECTIONS = [
  ELIGIBLE,
  'roleEligibilitySchedules',
  ACTIVE,
  'roleAssignmentSchedules',
  'roleAssignmentScheduleRequests',
  'roleEligibilityScheduleRequests',
];

/** `Reader on /subscriptions/…: Direct`, sorted. */
function told(rows: readonly Body[]): string[] {
  const lines = rows.map(({ properties }) => {
    const { displayName } = properties.expandedProperties.roleDefinition;
    return `${displayName} on ${properties.scope}: ${properties.memberType}`;
  });
  return lines.sort();
}

function url(scope: string, collection: string, filter?: string): string {
  const tail = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
  return `${scope}${AUTHORIZATION}/${collection}?${PIM}${tail}`;
}

describe('lists of ARM', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.sandbox.close());

  it('show a person everything of theirs at the tenant, and the seeded eligibilities are these', async () => {
    assert.deepEqual(told(await arm.mine('engineer', ELIGIBLE)), [
      `Contributor on ${RG_WEB}: Direct`,
      `Reader on ${STAGING}: Direct`,
      `Reader on ${PRODUCTION}: Direct`,
      `Virtual Machine Operator on ${RG_PAYMENTS}: Direct`,
    ]);
    assert.deepEqual(told(await arm.mine('contractor', ELIGIBLE)), [
      `Virtual Machine Operator (Contractors) on ${RG_PAYMENTS}: Direct`,
    ]);
    assert.deepEqual(await arm.mine('newcomer', ELIGIBLE), []);
    const roots = await (await arm.as('engineer'))('GET', `/${url('', ELIGIBLE, 'asTarget()')}`);
    assert.equal(roots.body.value.length, 4);
  });

  it('show at a scope what is defined there and inherited, whatever the case of the path', async () => {
    assert.deepEqual(told(await arm.mine('engineer', ELIGIBLE, RG_WEB.toUpperCase())), [
      `Contributor on ${RG_WEB}: Direct`,
      `Reader on ${PRODUCTION}: Inherited`,
    ]);
    assert.deepEqual(told(await arm.mine('engineer', ELIGIBLE, `${PRODUCTION}/`)), [`Reader on ${PRODUCTION}: Direct`]);
    assert.deepEqual(await arm.mine('engineer', ELIGIBLE, MANAGEMENT_GROUP), []);
  });

  for (const collection of COLLECTIONS) {
    it(`refuse others' rows of ${collection} to people without a right to them`, async () => {
      const me = await arm.as('engineer');
      const text = `The requestor ${arm.id('engineer')} does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's assignments.`;
      for (const filter of [undefined, 'atScope()', `principalId eq ${arm.id('engineer')}`]) {
        const reply = await me('GET', url(RG_WEB, collection, filter));
        assert.equal(verdict(reply), '400 InsufficientPermissions', String(filter));
        assert.equal(reply.body.error.message, text);
      }
    });

    for (const filter of [
      'nonsense()',
      'asTarget() and atScope()',
      `principalId eq '07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07' and atScope()`,
      `status eq 'Provisioned'`,
      'principalId eq 5',
      'asCreatedBy()',
    ]) {
      it(`refuse ${collection} with the filter ${filter}`, async () => {
        const admin = await arm.as('admin');
        assert.equal(verdict(await admin('GET', url(PRODUCTION, collection, filter))), '400 InvalidFilter');
      });
    }
  }

  it('open to whoever may read assignments at the scope: an administrator, the reader app, and not above', async () => {
    for (const handle of ['admin', null]) {
      const me = await arm.as(handle);
      const at = await me('GET', url(RG_PAYMENTS, ELIGIBLE));
      assert.deepEqual(told(at.body.value), [
        `Contributor on ${RG_PAYMENTS}: Direct`,
        `Reader on ${PRODUCTION}: Inherited`,
        `Virtual Machine Operator (Contractors) on ${RG_PAYMENTS}: Direct`,
        `Virtual Machine Operator on ${RG_PAYMENTS}: Direct`,
      ]);
      const below = await me('GET', url(PRODUCTION, ELIGIBLE, `principalId eq '${arm.id('engineer')}'`));
      assert.equal(below.body.value.length, 3);
      const above = await me('GET', url(PRODUCTION, ACTIVE, 'atScope()'));
      assert.deepEqual(told(above.body.value), [
        `Pimlico Reader on ${MANAGEMENT_GROUP}: Inherited`,
        `User Access Administrator on ${MANAGEMENT_GROUP}: Inherited`,
      ]);
      assert.deepEqual((await me('GET', url(MANAGEMENT_GROUP, ELIGIBLE))).body.value, []);
      assert.equal(verdict(await me('GET', url('', ELIGIBLE))), '400 InsufficientPermissions');
    }
  });

  it('hold the rows of the groups somebody belongs to, with the group as their principal', async () => {
    const group = arm.sandbox.world.tenant.groups.get(ON_CALL_GROUP);
    group?.memberIds.push(arm.id('newcomer'));
    const [row, ...others] = await arm.mine('newcomer', ELIGIBLE);
    assert.deepEqual(others, []);
    assert.equal(row.properties.memberType, 'Group');
    assert.deepEqual(row.properties.expandedProperties.principal, {
      id: ON_CALL_GROUP,
      displayName: 'sg-payments-oncall',
      email: null,
      type: 'Group',
    });
    const admin = await arm.as('admin');
    const assigned = await admin('GET', url(RG_PAYMENTS, ELIGIBLE, `assignedTo('${arm.id('newcomer')}')`));
    assert.deepEqual(
      assigned.body.value.map((one: Body) => one.name),
      [row.name],
    );
    const own = await admin('GET', url(RG_PAYMENTS, ELIGIBLE, `principalId eq ${arm.id('newcomer')}`));
    assert.deepEqual(own.body.value, []);
    const put = await arm.activate('newcomer', RG_PAYMENTS, CONTRIBUTOR);
    assert.equal(put.body.properties.principalId, arm.id('newcomer'));
  });

  it('follow an activation of the group on Graph: only then is the person eligible through it', async () => {
    const refused = await arm.activate('engineer', RG_PAYMENTS, CONTRIBUTOR);
    assert.match(refused.body.error.message, /EligibilityRule/);
    const audience = 'https://graph.microsoft.com';
    const app = arm.sandbox.apps.selfService;
    const bearer = await arm.sandbox.issuer.accessToken({ app, audience, personId: arm.id('engineer') });
    const { roleDefinitionId: _, directoryScopeId: __, ...body } = groupActivation(arm.id('engineer'), '');
    const path = '/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests';
    const joined = await fetch(`${arm.sandbox.urls.graph}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, groupId: ON_CALL_GROUP, accessId: 'member' }),
    });
    assert.equal(joined.status, 201);
    await arm.pass('PT15S');
    const rows = told(await arm.mine('engineer', ELIGIBLE));
    assert.ok(rows.includes(`Contributor on ${RG_PAYMENTS}: Group`), rows.join());
    assert.equal((await arm.activate('engineer', RG_PAYMENTS, CONTRIBUTOR)).body.properties.status, 'Provisioned');
    await arm.pass('PT45M');
    assert.equal(told(await arm.mine('engineer', ELIGIBLE)).filter((row) => row.includes(': Group')).length, 1);
    await arm.pass('PT16M');
    assert.deepEqual(
      told(await arm.mine('engineer', ELIGIBLE)).filter((row) => row.includes(': Group')),
      [],
    );
  });

  it('give one row by its name, to a person only with asTarget()', async () => {
    const [row] = await arm.mine('contractor', ELIGIBLE);
    const contractor = await arm.as('contractor');
    const path = `${row.id}?${PIM}`;
    assert.equal(verdict(await contractor('GET', path)), '400 InsufficientPermissions');
    assert.deepEqual((await contractor('GET', `${path}&$filter=asTarget()`)).body, row);
    const engineer = await arm.as('engineer');
    assert.equal(verdict(await engineer('GET', `${path}&$filter=asTarget()`)), '404 ResourceNotFound');
    const admin = await arm.as('admin');
    assert.equal((await admin('GET', path)).body.id, row.id);
    assert.equal(verdict(await admin('GET', path.replace('rg-payments', 'rg-web'))), '404 ResourceNotFound');
  });

  it('give a request to who made it and to whoever may list, and find it by asRequestor() and asTarget()', async () => {
    const put = await arm.activate('engineer', RG_PAYMENTS, VM_OPERATOR);
    const path = `${put.body.id}?${PIM}`;
    const engineer = await arm.as('engineer');
    assert.deepEqual((await engineer('GET', path)).body, put.body);
    for (const filter of ['asRequestor()', 'asTarget()']) {
      const list = await engineer('GET', url('', 'roleAssignmentScheduleRequests', filter));
      assert.deepEqual(
        list.body.value.map((one: Body) => one.id),
        [put.body.id],
        filter,
      );
      const other = await (await arm.as('oncall'))('GET', url('', 'roleAssignmentScheduleRequests', filter));
      assert.deepEqual(other.body.value, []);
    }
    const approver = await arm.as('approver');
    assert.equal(verdict(await approver('GET', path)), '400 InsufficientPermissions');
    const reader = await arm.as(null);
    assert.equal((await reader('GET', path)).status, 200);
    const wrong = path.replace('rg-payments', 'rg-web');
    assert.equal(verdict(await reader('GET', wrong)), '404 RoleAssignmentRequestNotFound');
  });

  it('come in pages that lead on by an absolute link', async () => {
    arm.sandbox.world.settings.pageSize = 3;
    const me = await arm.as('engineer');
    const first = await me('GET', url('', ELIGIBLE, 'asTarget()'));
    assert.equal(first.body.value.length, 3);
    assert.ok(first.body.nextLink.startsWith(`${arm.sandbox.urls.arm}/providers/Microsoft.Authorization/`));
    const second = await me('GET', first.body.nextLink);
    assert.equal(second.body.value.length, 1);
    assert.equal(second.body.nextLink, undefined);
    const broken = first.body.nextLink.replace(/skiptoken=[^&]+/, 'skiptoken=abc');
    assert.equal(verdict(await me('GET', broken)), '400 BadRequest');
  });

  it('lag by their own settings, and by a minute while fault stale-read is set', async () => {
    arm.sandbox.world.settings.azureListLag = Temporal.Duration.from('PT20S');
    arm.sandbox.world.settings.azureUnlistLag = Temporal.Duration.from('PT25S');
    await arm.activate('engineer', STAGING, READER, {
      scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT10M' } },
    });
    await arm.pass('PT19S');
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    await arm.pass('PT1S');
    assert.equal((await arm.mine('engineer', ACTIVE)).length, 1);
    await arm.fault({ name: 'stale-read', surface: 'azure', times: 1 });
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
    assert.equal((await arm.mine('engineer', ACTIVE)).length, 1);
    await arm.pass('PT10M4S');
    assert.equal((await arm.mine('engineer', ACTIVE)).length, 1);
    await arm.pass('PT1S');
    assert.deepEqual(await arm.mine('engineer', ACTIVE), []);
  });
});

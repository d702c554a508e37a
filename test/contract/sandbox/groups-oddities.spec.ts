import assert from 'node:assert/strict';

import type { SandboxSettings } from '../../../sandbox/platform/types.ts';
import { type Body, type GraphSandbox, send, startGraph, verdict } from './graph-calls.ts';
import {
  ACTIVE,
  activate,
  activeOf,
  administer,
  deactivate,
  ELIGIBILITY_REQUESTS,
  ELIGIBLE,
  MINE,
  membership,
  PAYMENTS,
  peopleOf,
  REQUESTS,
  statusOf,
} from './groups-calls.ts';

describe('oddities of PIM for Groups', () => {
  let graph: GraphSandbox;
  const start = async (settings: Partial<SandboxSettings> = {}): Promise<void> => {
    graph = await startGraph(settings);
  };
  afterEach(() => graph.sandbox.close());

  describe('a second activation while the first is provisioned', () => {
    const twice = async (): Promise<[first: string, second: Body]> => {
      const first = (await activate(graph, 'engineer', PAYMENTS)).body.id;
      await graph.pass('PT7S');
      const second = await activate(graph, 'engineer', PAYMENTS);
      assert.equal(second.status, 201);
      return [first, second.body];
    };

    it('fails, and ends the first membership minutes later, which still calls itself provisioned', async () => {
      await start();
      const [first, second] = await twice();
      assert.deepEqual([second.status, second.completedDateTime], ['Failed', '2026-11-23T08:00:07Z']);
      await graph.pass('PT2M59S');
      assert.deepEqual(await peopleOf(graph, PAYMENTS), ['engineer']);
      await graph.pass('PT1S');
      assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
      assert.equal(await statusOf(graph, 'engineer', first), 'Provisioned');
      await graph.pass('PT2S');
      assert.deepEqual(await activeOf(graph, 'engineer'), []);
      assert.equal((await activate(graph, 'engineer', PAYMENTS)).body.status, 'PendingProvisioning');
    });

    it('fails without harm, as it did on other days', async () => {
      await start({ groupRepeatDamage: false });
      const [first, second] = await twice();
      assert.equal(second.status, 'Failed');
      await graph.pass('PT59M52S');
      assert.deepEqual(await peopleOf(graph, PAYMENTS), ['engineer']);
      assert.equal(await statusOf(graph, 'engineer', first), 'Provisioned');
      await graph.pass('PT1S');
      assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    });
  });

  it('provisions at once on the other kind of day', async () => {
    await start({ groupProvisioning: new Temporal.Duration(), listLag: new Temporal.Duration() });
    const { status, completedDateTime } = (await activate(graph, 'engineer', PAYMENTS)).body;
    assert.deepEqual([status, completedDateTime], ['Provisioned', '2026-11-23T08:00:00Z']);
    assert.deepEqual(await peopleOf(graph, PAYMENTS), ['engineer']);
    assert.equal((await activeOf(graph, 'engineer')).length, 1);
  });

  it('lists what came and what went with a lag of their own', async () => {
    await start({
      groupListLag: Temporal.Duration.from({ seconds: 34 }),
      groupUnlistLag: Temporal.Duration.from({ seconds: 45 }),
    });
    const listed = async (): Promise<number> => (await activeOf(graph, 'engineer')).length;
    await activate(graph, 'engineer', PAYMENTS);
    await graph.pass('PT43S');
    assert.equal(await listed(), 0);
    await graph.pass('PT1S');
    assert.equal(await listed(), 1);
    await graph.pass('PT5M');
    await deactivate(graph, 'engineer', PAYMENTS);
    assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    await graph.pass('PT44S');
    assert.equal(await listed(), 1);
    await graph.pass('PT1S');
    assert.equal(await listed(), 0);
  });

  it('reads stale lists of groups and not of roles, when told so', async () => {
    await start();
    await activate(graph, 'engineer', PAYMENTS);
    await graph.pass('PT30S');
    graph.sandbox.faults.add({ name: 'stale-read', surface: 'group', times: 1 });
    const me = await graph.as('engineer');
    await me('GET', `/v1.0/roleManagement/directory/roleAssignmentScheduleInstances${MINE}`);
    assert.deepEqual((await me('GET', `${ACTIVE}${MINE}`)).body.value, []);
    assert.equal((await me('GET', `${ACTIVE}${MINE}`)).body.value.length, 1);
  });

  for (const [word, expected] of [
    ['RoleAssignmentDoesNotExist', '404 RoleAssignmentDoesNotExist'],
    ['BadRequest', '400 BadRequest'],
  ] as const) {
    it(`answers ${expected} to a repeated deactivation, while the list still shows the row`, async () => {
      await start({ groupRepeatedDeactivation: word });
      assert.equal(verdict(await deactivate(graph, 'engineer', PAYMENTS)), '404 RoleAssignmentDoesNotExist');
      await activate(graph, 'engineer', PAYMENTS);
      await graph.pass('PT6M');
      assert.equal((await deactivate(graph, 'engineer', PAYMENTS)).body.status, 'Revoked');
      await graph.pass('PT1S');
      assert.equal(verdict(await deactivate(graph, 'engineer', PAYMENTS)), expected);
      assert.equal((await activeOf(graph, 'engineer')).length, 1);
    });
  }

  describe('the last owner', () => {
    const own = async (handle: string): Promise<void> => {
      const body = membership(graph.id(handle), PAYMENTS, {
        action: 'adminAssign',
        accessId: 'owner',
        scheduleInfo: { expiration: { type: 'afterDuration', duration: 'P30D' } },
      });
      assert.equal((await administer(graph, ELIGIBILITY_REQUESTS, body)).status, 201);
      assert.equal((await activate(graph, handle, PAYMENTS, { accessId: 'owner' })).status, 201);
      await graph.pass('PT10S');
    };
    const leave = (handle: string) => deactivate(graph, handle, PAYMENTS, { accessId: 'owner' });

    it('may not leave, another may', async () => {
      await start();
      await own('engineer');
      await graph.pass('PT5M');
      assert.equal(verdict(await leave('engineer')), '400 CannotDeleteLastAdminAssignment');
      await own('contractor');
      assert.deepEqual(await peopleOf(graph, PAYMENTS, 'owners'), ['engineer', 'contractor']);
      assert.equal((await leave('engineer')).body.status, 'Revoked');
      assert.deepEqual(await peopleOf(graph, PAYMENTS, 'owners'), ['contractor']);
      assert.deepEqual(await peopleOf(graph, PAYMENTS), []);
    });

    it('stays when the time is over, listed with an end that has passed', async () => {
      await start();
      await own('engineer');
      await graph.pass('PT2H');
      assert.deepEqual(await peopleOf(graph, PAYMENTS, 'owners'), ['engineer']);
      assert.deepEqual(await activeOf(graph, 'engineer'), [
        'sg-payments-oncall owner activated direct 2026-11-23T09:00:00Z',
      ]);
      const again = await activate(graph, 'engineer', PAYMENTS, { accessId: 'owner' });
      assert.equal(verdict(again), '400 RoleAssignmentExists');
      assert.match(again.body.error.message, /'owners'\.$/);
      await own('contractor');
      assert.equal((await leave('engineer')).body.status, 'Revoked');
      assert.deepEqual(await peopleOf(graph, PAYMENTS, 'owners'), ['contractor']);
    });

    it('goes like everybody else when the setting says so', async () => {
      await start({ groupLastOwnerStays: false });
      await own('engineer');
      await graph.pass('PT1H');
      assert.deepEqual(await peopleOf(graph, PAYMENTS, 'owners'), []);
      assert.equal(verdict(await leave('engineer')), '404 RoleAssignmentDoesNotExist');
    });
  });

  it('forgets the group in an expansion, when told so', async () => {
    await start();
    graph.sandbox.faults.add({ name: 'group-expand-null', times: 1 });
    const me = await graph.as('engineer');
    const path = `${ELIGIBLE}${MINE}?$expand=group`;
    assert.equal((await me('GET', path)).body.value[0].group, null);
    assert.equal((await me('GET', path)).body.value[0].group.displayName, 'sg-payments-oncall');
  });

  it('wraps its errors, and demands MFA, as for roles', async () => {
    await start();
    graph.sandbox.faults.add({ name: 'wrapped-errors', times: 1 });
    assert.equal(
      verdict(await deactivate(graph, 'engineer', PAYMENTS)),
      '404 UnknownError(RoleAssignmentDoesNotExist)',
    );
    graph.sandbox.faults.add({ name: 'mandatory-mfa', person: 'engineer' });
    const me = await graph.as('engineer', { amr: ['pwd'] });
    const body = membership(graph.id('engineer'), PAYMENTS);
    assert.equal(verdict(await me('POST', REQUESTS, body)), '403 RequestDisallowedByAzure');
  });

  it('takes its settings over the control, and refuses nonsense', async () => {
    await start();
    const set = (body: unknown) => send(graph.sandbox.urls.control, 'POST', '/settings', { body });
    const { body } = await set({ groupProvisioning: 'PT0S', groupListLag: 'PT34S', groupRepeatDamage: false });
    assert.deepEqual([body.groupProvisioning, body.groupListLag, body.groupRepeatDamage], ['PT0S', 'PT34S', false]);
    assert.equal((await set({ groupListLag: null })).body.groupListLag, null);
    assert.equal((await set({ groupProvisioning: 'soon' })).status, 400);
    assert.equal((await set({ groupRepeatedDeactivation: 'Nothing' })).status, 400);
    const fault = await send(graph.sandbox.urls.control, 'POST', '/faults', { body: { name: 'group-policies-late' } });
    assert.equal(fault.status, 201);
  });
});

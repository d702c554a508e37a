import assert from 'node:assert/strict';
import { createGroupRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Actor, RoleManagement } from '../../../src/ports/role-management.ts';
import { aGroupRole } from '../../support/fakes/builders.ts';
import type { Handle } from '../role-management-bench.ts';
import type { GraphBench } from './graph-bench.ts';
import { administer, createSignedInBench, graphCallsSince, settingsOf, steppedUpTokens } from './graph-bench.ts';
import { breakGlass, GROUPS_PATH, makeOwner, order, PAYMENTS, payments, refuses, tier0 } from './group-roles.ts';

const MINE = "filterByCurrentUser(on='principal')";
const POST = `POST ${GROUPS_PATH}/assignmentScheduleRequests`;
const READ = `GET ${GROUPS_PATH}/assignmentScheduleRequests/${MINE}`;

describe('GroupRoleManagement, activating before the sandbox', () => {
  let bench: GraphBench;
  let groups: RoleManagement;
  let engineer: Actor;
  let oncall: Actor;
  let oncall2: Actor;

  beforeEach(async () => {
    bench = await createSignedInBench();
    const { sandbox } = bench;
    groups = createGroupRoleManagement({ ...settingsOf(sandbox), tokens: steppedUpTokens(sandbox) });
    engineer = as('engineer');
    oncall = as('oncall');
    oncall2 = as('oncall2');
  });

  afterEach(async () => {
    await bench.close();
  });

  const as = (handle: Handle): Actor => ({ principalId: bench.idOf(handle) });
  const mark = (): number => bench.sandbox.calls.lastSeq;
  const callsSince = (seq: number) => graphCallsSince(bench.sandbox, seq);
  const posts = () => callsSince(0).filter((call) => call.replace('+', '') === POST).length;

  describe('activation', () => {
    it('takes two calls, the first of which looks for an earlier one', async () => {
      const before = mark();
      const request = await groups.activate(engineer, order(payments));
      assert.equal(request.state, 'provisioning');
      assert.deepEqual(request.role, payments);
      assert.equal(request.marker, 'm-1');
      assert.deepEqual(callsSince(before), [READ, POST]);
      await bench.advance({ seconds: 45 });
      const active = await groups.listActive(engineer);
      assert.deepEqual(
        active.map(({ roleName, assignmentType, endsAt }) => [roleName, assignmentType, endsAt?.toString()]),
        [['sg-payments-oncall', 'activated', '2026-11-23T09:00:00Z']],
      );
      assert.equal((await groups.findByMarker(engineer, 'm-1', payments))?.state, 'provisioned');
    });

    for (const [when, duration] of [
      ['while the first is provisioned', 'PT7S'],
      ['while the first is active', 'PT30M'],
    ] as const) {
      it(`is never sent a second time ${when}`, async () => {
        await groups.activate(engineer, order(payments));
        await bench.advance(Temporal.Duration.from(duration));
        const error = await refuses(groups.activate(engineer, order(payments)), 'activation.already_active');
        assert.match(error.facts.until ?? '', /^2026-11-23T09:00:/);
        assert.equal(posts(), 1);
        await bench.advance({ minutes: 4 });
        assert.equal((await groups.listActive(engineer)).length, 1);
      });
    }

    it('is sent once when two asks come at once', async () => {
      const outcomes = await Promise.allSettled([
        groups.activate(engineer, order(payments)),
        groups.activate(engineer, order(payments, { marker: 'm-2' })),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected'],
      );
      assert.equal(posts(), 1);
    });

    it('is sent once when a batch names the group twice', async () => {
      const [first, second] = await groups.activateAll(engineer, [order(payments), order(payments)]);
      assert.ok(first !== undefined && 'state' in first);
      assert.ok(second instanceof AccessError);
      assert.equal(second.code, 'activation.already_pending');
      assert.equal(posts(), 1);
    });

    it('is not sent while an earlier one starts later or waits for an approver', async () => {
      await groups.activate(engineer, order(payments, { startsAt: bench.now().add({ hours: 2 }) }));
      await refuses(groups.activate(engineer, order(payments)), 'activation.already_active');
      await groups.activate(oncall, order(tier0));
      await refuses(groups.activate(oncall, order(tier0)), 'activation.already_pending');
      assert.equal(posts(), 2);
    });

    it('counts an approved request from the decision', async () => {
      const request = await groups.activate(oncall, order(tier0));
      await bench.advance({ minutes: 50 });
      await groups.decide(oncall2, request, { outcome: 'approve', justification: 'yes' });
      await bench.advance({ minutes: 50 });
      await refuses(groups.activate(oncall, order(tier0)), 'activation.already_active');
      await bench.advance({ minutes: 11 });
      assert.equal((await groups.activate(oncall, order(tier0))).state, 'awaiting-approval');
    });

    it('is sent again after it was given back, has ended, was withdrawn or was denied', async () => {
      await groups.activate(engineer, order(payments));
      await bench.advance({ minutes: 6 });
      await groups.deactivate(engineer, payments);
      await groups.activate(engineer, order(payments));
      await bench.advance({ hours: 1, minutes: 1 });
      await groups.activate(engineer, order(payments));
      const first = await groups.activate(oncall, order(tier0));
      await groups.cancel(oncall, first);
      const second = await groups.activate(oncall, order(tier0));
      await groups.decide(oncall2, second, { outcome: 'deny', justification: 'no' });
      await groups.activate(oncall, order(tier0));
      assert.equal(posts(), 7);
    });

    it('is sent again after an administrator took it away', async () => {
      await groups.activate(engineer, order(payments));
      await bench.advance({ minutes: 6 });
      await administer(bench.sandbox, '/identityGovernance/privilegedAccess/group/assignmentScheduleRequests', {
        action: 'adminRemove',
        accessId: 'member',
        groupId: PAYMENTS,
        principalId: engineer.principalId,
      });
      assert.equal((await groups.activate(engineer, order(payments))).state, 'provisioning');
    });

    it('finds the earlier one on a later page', async () => {
      const role = order(payments, { duration: Temporal.Duration.from('PT5M') });
      await groups.activate(engineer, order(payments));
      await bench.advance({ minutes: 6 });
      await groups.deactivate(engineer, payments);
      await bench.advance({ minutes: 1 });
      await groups.activate(engineer, role);
      bench.sandbox.world.settings.pageSize = 1;
      const before = mark();
      await refuses(groups.activate(engineer, role), 'activation.already_active');
      assert.deepEqual(callsSince(before), [READ, READ, READ]);
    });

    it('is not sent when the earlier ones cannot be read', async () => {
      bench.sandbox.faults.add({ name: 'error', match: READ, status: 503 });
      await refuses(groups.activate(engineer, order(payments)), 'graph.unavailable');
      assert.equal(posts(), 0);
    });

    it('of an owner is another than of a member', async () => {
      const owner = await makeOwner(bench, 'engineer');
      await groups.activate(engineer, order(payments));
      assert.equal((await groups.activate(engineer, order(owner))).role.roleDefinitionId, 'owner');
    });

    it('sends several groups in one batch after reading each', async () => {
      const before = mark();
      const answers = await groups.activateAll(oncall, [order(payments), order(breakGlass), order(tier0)]);
      assert.deepEqual(
        answers.map((answer) => ('state' in answer ? answer.state : answer.code)),
        ['provisioning', 'provisioning', 'awaiting-approval'],
      );
      const calls = callsSince(before);
      assert.deepEqual(calls, [READ, READ, READ, `+${POST}`, `+${POST}`, `+${POST}`, 'POST /v1.0/$batch']);
    });

    it('refuses a group that PIM does not know and one the person is not eligible for', async () => {
      const unknown = aGroupRole({ id: '2a91b3c4-dead-4d5e-8f60-a1b2c3d4e5ff', name: 'gone' });
      await refuses(groups.activate(engineer, order(unknown)), 'graph.not_found');
      await refuses(groups.activate(engineer, order(breakGlass)), 'activation.not_eligible');
    });

    it('refuses what is no membership without asking', async () => {
      const before = mark();
      for (const role of [
        { ...payments, surface: 'directory' } as const,
        aGroupRole({ id: PAYMENTS, name: 'x' }, 'admin'),
        aGroupRole({ id: "x' or 1 eq 1", name: 'x' }),
      ]) {
        await refuses(groups.activate(engineer, order(role)), 'graph.not_found');
      }
      assert.deepEqual(callsSince(before), []);
    });
  });

  describe('deactivation', () => {
    it('refuses the last owner', async () => {
      const owner = await makeOwner(bench, 'engineer');
      await groups.activate(engineer, order(owner));
      await bench.advance({ minutes: 6 });
      await refuses(groups.deactivate(engineer, owner), 'assignment.last_owner');
    });

    it('does not show the last owner as active when the time is over', async () => {
      const owner = await makeOwner(bench, 'engineer');
      await groups.activate(engineer, order(owner));
      await bench.advance({ hours: 1, minutes: 10 });
      assert.deepEqual(await groups.listActive(engineer), []);
      assert.equal(await bench.reader.findActive(engineer.principalId, owner), null);
    });

    for (const word of ['RoleAssignmentDoesNotExist', 'BadRequest'] as const) {
      it(`says that nothing is active when the second is answered ${word}`, async () => {
        bench.sandbox.world.settings.groupRepeatedDeactivation = word;
        await groups.activate(engineer, order(payments));
        await bench.advance({ minutes: 6 });
        await groups.deactivate(engineer, payments);
        await refuses(groups.deactivate(engineer, payments), 'activation.not_active');
      });
    }

    it('keeps a bare refusal as it is while the activation counts', async () => {
      await groups.activate(engineer, order(payments));
      bench.sandbox.faults.add({ name: 'error', match: POST, status: 400, code: 'BadRequest', times: 1 });
      await refuses(groups.deactivate(engineer, payments), 'graph.unexpected_answer');
    });
  });
});

import assert from 'node:assert/strict';
import { createGroupRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { Actor, RoleManagement } from '../../../src/ports/role-management.ts';
import type { GraphBench } from './graph-bench.ts';
import { createSignedInBench, graphCallsSince, settingsOf, steppedUpTokens } from './graph-bench.ts';
import { GROUPS_PATH, order, payments, refuses } from './group-roles.ts';

const REQUESTS = '/v1.0/roleManagement/directory/roleAssignmentScheduleRequests';

describe('Graph asked whether it would activate', () => {
  let bench: GraphBench;
  let engineer: Actor;
  let role: RoleAtScope;

  beforeEach(async () => {
    bench = await createSignedInBench();
    engineer = { principalId: bench.idOf('engineer') };
    const eligible = (await bench.roles.listEligible(engineer)).find((row) => row.roleName === 'Security Reader');
    assert.ok(eligible);
    role = eligible;
  });

  afterEach(() => bench.close());

  const isOpen = async (roles: RoleManagement, about: RoleAtScope): Promise<boolean> =>
    (await roles.findByMarker(engineer, 'm-1', about)) !== null;

  it('is asked with one call for a directory role', async () => {
    const before = bench.sandbox.calls.lastSeq;
    await bench.roles.validate(engineer, order(role));
    assert.deepEqual(graphCallsSince(bench.sandbox, before), [`POST ${REQUESTS}`]);
  });

  it('is asked for a group after a look for an earlier activation, which is reason enough', async () => {
    const groups = createGroupRoleManagement({ ...settingsOf(bench.sandbox), tokens: steppedUpTokens(bench.sandbox) });
    const read = `GET ${GROUPS_PATH}/assignmentScheduleRequests/filterByCurrentUser(on='principal')`;
    const before = bench.sandbox.calls.lastSeq;
    await groups.validate(engineer, order(payments));
    assert.deepEqual(graphCallsSince(bench.sandbox, before), [read, `POST ${GROUPS_PATH}/assignmentScheduleRequests`]);
    await groups.activate(engineer, order(payments));
    const again = bench.sandbox.calls.lastSeq;
    const error = await refuses(groups.validate(engineer, order(payments)), 'activation.already_active');
    assert.match(error.facts.until ?? '', /^2026-11-23T09:00:/);
    assert.deepEqual(graphCallsSince(bench.sandbox, again), [read]);
  });

  for (const fault of [{ name: 'drop' }, { name: 'ambiguous', close: true }, { name: 'error', status: 503 }]) {
    it(`asks again after ${fault.name}, since nothing can have happened`, async () => {
      bench.sandbox.faults.add({ ...fault, match: REQUESTS, times: 2 });
      await bench.roles.validate(engineer, order(role));
      assert.equal(await isOpen(bench.roles, role), false);
    });

    it(`is unavailable, not in doubt, when there is no end of ${fault.name}`, async () => {
      bench.sandbox.faults.add({ ...fault, match: `POST ${REQUESTS}` });
      const error = await refuses(bench.roles.validate(engineer, order(role)), 'graph.unavailable');
      assert.equal(error.retryable, true);
      bench.sandbox.faults.clear();
      assert.equal(await isOpen(bench.roles, role), false);
    });
  }

  it('passes on how long it is to be left alone', async () => {
    bench.sandbox.faults.add({ name: 'throttle', match: REQUESTS, retryAfter: 30 });
    const error = await refuses(bench.roles.validate(engineer, order(role)), 'graph.throttled');
    assert.equal(error.retryAfter?.total('seconds'), 30);
  });

  for (const [what, body] of [
    ['nothing', ''],
    ['something else', '{"id":"x"}'],
    ['a request that would fail', '{"status":"Failed"}'],
  ] as const) {
    it(`takes ${what} for no yes`, async () => {
      const answer = { status: 201, body, contentType: 'application/json' };
      bench.sandbox.faults.add({ name: 'error', match: REQUESTS, ...answer });
      await refuses(bench.roles.validate(engineer, order(role)), 'graph.unexpected_answer');
    });
  }

  it('is not asked about roles of another surface', async () => {
    const before = bench.sandbox.calls.lastSeq;
    await refuses(bench.roles.validate(engineer, order(payments)), 'graph.not_found');
    assert.deepEqual(graphCallsSince(bench.sandbox, before), []);
  });
});

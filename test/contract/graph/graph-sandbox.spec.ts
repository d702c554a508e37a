import assert from 'node:assert/strict';
import { createGraphRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { requestId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { ActivationOrder, Actor } from '../../../src/ports/role-management.ts';
import type { GraphBench } from './graph-bench.ts';
import { createSignedInBench, silentLog } from './graph-bench.ts';

describe('GraphRoleManagement before the sandbox', () => {
  let bench: GraphBench;
  let engineer: Actor;

  beforeEach(async () => {
    bench = await createSignedInBench();
    engineer = { principalId: bench.idOf('engineer') };
  });

  afterEach(async () => {
    await bench.close();
  });

  async function roleOf(actor: Actor, name: string): Promise<RoleAtScope> {
    const role = (await bench.roles.listEligible(actor)).find((row) => row.roleName === name);
    assert.ok(role);
    return role;
  }

  function order(role: RoleAtScope, overrides: Partial<ActivationOrder> = {}): ActivationOrder {
    const duration = Temporal.Duration.from('PT1H');
    return { role, startsAt: null, duration, justification: 'why', ticket: null, marker: 'm-1', ...overrides };
  }

  async function fails(work: Promise<unknown>): Promise<AccessError> {
    const error: unknown = await work.then(
      () => assert.fail('it did not fail'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AccessError, String(error));
    return error;
  }

  /** Method and path without query of the Graph calls since then. */
  function callsSince(seq: number): readonly string[] {
    return bench.sandbox.calls
      .since(seq)
      .filter(({ service }) => service === 'graph')
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`);
  }

  it('activates with exactly one call', async () => {
    const role = await roleOf(engineer, 'Security Reader');
    const before = bench.sandbox.calls.lastSeq;
    await bench.roles.activate(engineer, order(role));
    assert.deepEqual(callsSince(before), ['POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests']);
  });

  it('lists with exactly one call, names included', async () => {
    const before = bench.sandbox.calls.lastSeq;
    await bench.roles.listEligible(engineer);
    assert.deepEqual(callsSince(before), [
      "GET /v1.0/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')",
    ]);
  });

  it('reads every page of a list', async () => {
    bench.sandbox.world.settings.pageSize = 2;
    const before = bench.sandbox.calls.lastSeq;
    const rows = await bench.roles.listEligible(engineer);
    assert.equal(rows.length, 7);
    assert.equal(callsSince(before).length, 4);
  });

  it('is in doubt when the answer to an activation was lost, and finds the request by its marker', async () => {
    const role = await roleOf(engineer, 'Security Reader');
    bench.sandbox.faults.add({ name: 'ambiguous', match: 'POST', close: true, times: 1 });
    const error = await fails(bench.roles.activate(engineer, order(role, { marker: 'm-lost' })));
    assert.equal(error.code, 'activation.in_doubt');
    assert.equal((await bench.roles.findByMarker(engineer, 'm-lost', role))?.state, 'provisioned');
  });

  it('is in doubt when the request itself was lost, and finds none', async () => {
    const role = await roleOf(engineer, 'Security Reader');
    bench.sandbox.faults.add({ name: 'drop', match: 'POST', times: 1 });
    const error = await fails(bench.roles.activate(engineer, order(role, { marker: 'm-lost' })));
    assert.equal(error.code, 'activation.in_doubt');
    assert.equal(await bench.roles.findByMarker(engineer, 'm-lost', role), null);
  });

  it('says that a lost decision is in doubt', async () => {
    const role = await roleOf(engineer, 'Contoso-App-Assignment-Operator');
    const { id } = await bench.roles.activate(engineer, order(role));
    bench.sandbox.faults.add({ name: 'ambiguous', match: 'PATCH', close: true, times: 1 });
    const approver = { principalId: bench.idOf('approver') };
    const error = await fails(
      bench.roles.decide(approver, { id, role }, { outcome: 'approve', justification: 'fine' }),
    );
    assert.equal(error.code, 'approval.in_doubt');
    assert.equal(await bench.roles.readAwaitingDecision(approver, { id, role }), null);
  });

  it('refuses a decision on a request that was withdrawn', async () => {
    const role = await roleOf(engineer, 'Contoso-App-Assignment-Operator');
    const { id } = await bench.roles.activate(engineer, order(role));
    await bench.roles.cancel(engineer, { id, role });
    const approver = { principalId: bench.idOf('approver') };
    const error = await fails(
      bench.roles.decide(approver, { id, role }, { outcome: 'approve', justification: 'fine' }),
    );
    assert.equal(error.code, 'approval.already_decided');
  });

  it('asks for MFA where only MFA is missing', async () => {
    const role = await roleOf(engineer, 'User Administrator');
    const error = await fails(bench.roles.activate(engineer, order(role, { ticket: 'INC-42' })));
    assert.equal(error.code, 'activation.mfa_required');
  });

  it('asks people to sign in of whom it holds no token', async () => {
    await bench.signOut('engineer');
    assert.equal((await fails(bench.roles.listEligible(engineer))).code, 'identity.sign_in_required');
  });

  it('acts with the waiting token when the ask names one', async () => {
    const ask = requestId('7F3K');
    await bench.signIn('engineer');
    assert.equal(
      await bench.signIns.hold(engineer.principalId, ask, bench.now().add({ minutes: 50 }), ['graph']),
      true,
    );
    const held: Actor = { ...engineer, heldFor: ask };
    assert.equal((await bench.roles.listEligible(held)).length, 7);
    bench.signIns.release(ask);
    assert.equal((await fails(bench.roles.listEligible(held))).code, 'identity.sign_in_required');
  });

  it('replaces a token that Graph no longer takes', async () => {
    bench.sandbox.faults.add({ name: 'error', service: 'graph', status: 401, times: 1 });
    assert.equal((await bench.roles.listEligible(engineer)).length, 7);
  });

  it('says consent is missing when the token lacks the permission', async () => {
    const { issuer, apps } = bench.sandbox;
    const token = await issuer.accessToken({
      app: { ...apps.selfService, delegated: { 'https://graph.microsoft.com': ['User.Read'] } },
      audience: 'https://graph.microsoft.com',
      personId: engineer.principalId,
    });
    const roles = createGraphRoleManagement({
      graphUrl: bench.sandbox.urls.graph,
      clock: bench.sandbox.clock,
      log: silentLog,
      tokens: { graphToken: async () => token, rejectGraphToken: () => {} },
    });
    assert.equal((await fails(roles.listEligible(engineer))).code, 'identity.consent_missing');
  });

  it('refuses roles of another surface without asking', async () => {
    const role = { ...(await roleOf(engineer, 'Security Reader')), surface: 'group' } as const;
    const before = bench.sandbox.calls.lastSeq;
    assert.equal((await fails(bench.roles.activate(engineer, order(role)))).code, 'graph.not_found');
    assert.deepEqual(callsSince(before), []);
  });

  describe('GraphTenantReader', () => {
    it('reads a policy once in ten minutes, also for several at once', async () => {
      const role = await roleOf(engineer, 'Security Reader');
      const before = bench.sandbox.calls.lastSeq;
      await Promise.all([bench.reader.readPolicy(role), bench.reader.readPolicy(role)]);
      await bench.advance({ minutes: 9 });
      await bench.reader.readPolicy(role);
      assert.equal(callsSince(before).length, 1);
      await bench.advance({ minutes: 2 });
      await bench.reader.readPolicy(role);
      assert.equal(callsSince(before).length, 2);
    });

    it('always asks the tenant for what is active', async () => {
      const role = await roleOf(engineer, 'Security Reader');
      const before = bench.sandbox.calls.lastSeq;
      await bench.reader.findActive(engineer.principalId, role);
      await bench.reader.findActive(engineer.principalId, role);
      assert.equal(callsSince(before).length, 2);
    });

    it('finds the people of nested groups, each once', async () => {
      const { groups } = bench.sandbox.world.tenant;
      const inner = [...groups.values()].find(({ displayName }) => displayName === 'sg-app-approvers');
      assert.ok(inner);
      const outer = { ...inner, id: 'aaaaaaaa-0000-4000-8000-000000000001', displayName: 'outer' };
      groups.set(outer.id, { ...outer, memberIds: [inner.id, bench.idOf('approver'), bench.idOf('admin')] });
      const people = await bench.reader.expandApprovers([{ kind: 'group', id: outer.id, name: 'outer' }]);
      assert.deepEqual(people.map(({ name }) => name).sort(), ['Adele Vance', 'Megan Bowen', 'Patti Fernandez']);
    });

    it('does not take a group that is gone for an empty one', async () => {
      const gone = { kind: 'group', id: 'aaaaaaaa-0000-4000-8000-00000000dead', name: 'gone' } as const;
      await assert.rejects(bench.reader.expandApprovers([gone]), { code: 'graph.not_found' });
    });

    it('reports what the reader may not read as forbidden, not as somebody’s missing consent', async () => {
      const body = JSON.stringify({
        error: {
          code: 'UnknownError',
          message: '{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to missing scope"}',
        },
      });
      const role = await roleOf(engineer, 'Security Reader');
      bench.sandbox.faults.add({
        name: 'error',
        match: '/policies/',
        status: 403,
        body,
        contentType: 'application/json',
      });
      assert.equal((await fails(bench.reader.readPolicy(role))).code, 'graph.forbidden');
    });
  });
});

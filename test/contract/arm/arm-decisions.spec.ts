import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { AUTHORIZATION, CONTRIBUTOR, PIM, RG_PAYMENTS, roleId, VM_OPERATOR } from '../sandbox/arm-calls.ts';
import type { ArmBench } from './arm-bench.ts';
import { anOrder, aRole, createArmBench, refusal } from './arm-bench.ts';

describe('ArmRoleManagement, decisions', () => {
  let bench: ArmBench;
  let role: RoleAtScope;

  beforeEach(async () => {
    bench = await createArmBench();
    role = await bench.eligible('engineer', 'Contributor', 'rg-web');
  });

  afterEach(() => bench.close());

  const approver = () => bench.actor('approver');

  async function ask() {
    const order = anOrder(role);
    const { id } = await bench.roles.activate(bench.actor('engineer'), order);
    return { id, role };
  }

  it('approves in three calls, with the approval that the request names', async () => {
    const reference = await ask();
    const [waiting] = await bench.roles.listAwaitingDecision(approver());
    assert.deepEqual(
      [
        waiting?.id,
        waiting?.principalId,
        waiting?.role.roleName,
        waiting?.role.scope.name,
        waiting?.duration?.toString(),
      ],
      [reference.id, bench.actor('engineer').principalId, 'Contributor', 'rg-web', 'PT1H'],
    );
    bench.calls();
    await bench.roles.decide(approver(), reference, { outcome: 'approve', justification: 'fine' });
    assert.equal(bench.calls().length, 3);
    await bench.arm.pass('PT5S');
    assert.ok(await bench.reader.findActive(bench.actor('engineer').principalId, role));
    assert.equal(await bench.roles.readAwaitingDecision(approver(), reference), null);
    const late = bench.roles.decide(approver(), reference, { outcome: 'deny', justification: 'late' });
    await refusal(late, 'approval.already_decided');
  });

  it('denies', async () => {
    const reference = await ask();
    await bench.roles.decide(approver(), reference, { outcome: 'deny', justification: 'no' });
    const found = await bench.roles.findByMarker(bench.actor('engineer'), reference.id, role);
    assert.equal(found?.state, 'denied');
  });

  it('refuses who is not asked, an empty justification, and what is over', async () => {
    const reference = await ask();
    const approve = { outcome: 'approve', justification: 'fine' } as const;
    await refusal(bench.roles.decide(bench.actor('engineer'), reference, approve), 'approval.not_an_approver');
    const empty = { outcome: 'approve', justification: ' ' } as const;
    await refusal(bench.roles.decide(approver(), reference, empty), 'approval.justification_required');
    await bench.arm.pass('PT24H1M');
    await bench.signIn('approver');
    await refusal(bench.roles.decide(approver(), reference, approve), 'approval.expired');
  });

  it('is in doubt when the answer to the decision was lost', async () => {
    const reference = await ask();
    await bench.arm.fault({ name: 'ambiguous', service: 'arm', match: 'PATCH', times: 1 });
    const decision = bench.roles.decide(approver(), reference, { outcome: 'approve', justification: 'fine' });
    await refusal(decision, 'approval.in_doubt');
  });

  it('reads back a decision that was answered with nothing: done when it shows, else in doubt', async () => {
    const reference = await ask();
    const fault = { name: 'empty', service: 'arm', match: 'PATCH', times: 1 };
    await bench.arm.fault(fault);
    const approve = { outcome: 'approve', justification: 'fine' } as const;
    await refusal(bench.roles.decide(approver(), reference, approve), 'approval.in_doubt');
    await bench.roles.decide(approver(), reference, approve);
  });

  it('hears that somebody else was faster', async () => {
    const reference = await ask();
    await bench.arm.fault({ name: 'error', service: 'arm', match: 'PATCH', times: 1, status: 409, code: 'Conflict' });
    const decision = bench.roles.decide(approver(), reference, { outcome: 'approve', justification: 'fine' });
    await refusal(decision, 'approval.already_decided');
  });
});

describe('ArmRoleManagement, more time', () => {
  it('lets an administrator decide, and withdraws on either side', async () => {
    const bench = await createArmBench();
    try {
      const engineer = bench.actor('engineer');
      const admin = await bench.arm.as('admin');
      for (const kind of ['Eligibility', 'Assignment'] as const) {
        const properties = {
          principalId: engineer.principalId,
          requestType: 'AdminAssign',
          roleDefinitionId: roleId(RG_PAYMENTS, CONTRIBUTOR),
          justification: 'why',
          scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'P30D' } },
        };
        const path = `${RG_PAYMENTS}${AUTHORIZATION}/role${kind}ScheduleRequests/${randomUUID()}?${PIM}`;
        assert.equal((await admin('PUT', path, { properties })).status, 201);
      }
      const role = aRole(RG_PAYMENTS, CONTRIBUTOR);
      for (const kind of ['eligible', 'active'] as const) {
        const endsAt = Temporal.Instant.from('2027-01-30T00:00:00Z');
        const order = { action: 'extend', kind, role, endsAt, justification: 'still here' } as const;
        const request = await bench.roles.requestExtension(engineer, order);
        assert.equal(request.state, 'awaiting-approval', kind);
        await refusal(bench.roles.requestExtension(engineer, order), 'activation.already_pending');
        assert.deepEqual(await bench.roles.listOpenRequests(engineer), []);
        await bench.roles.cancel(engineer, { id: request.id, role });
        await bench.roles.requestExtension(engineer, order);
      }
      const other = aRole(RG_PAYMENTS, VM_OPERATOR);
      const endsAt = Temporal.Instant.from('2027-01-30T00:00:00Z');
      const order = { action: 'extend', kind: 'active', role: other, endsAt, justification: 'x' } as const;
      await refusal(bench.roles.requestExtension(engineer, order), 'assignment.not_found');
    } finally {
      await bench.close();
    }
  });
});

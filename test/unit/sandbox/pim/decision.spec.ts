import assert from 'node:assert/strict';

import type { Actor } from '../../../../sandbox/pim/model.ts';
import { type AWorld, aWorld, lasting, OPERATOR, outcome, USER_ADMINISTRATOR } from '../a-world.ts';

const DENIED = '403 Authorization_RequestDenied: Insufficient privileges to complete the operation.';
const DECIDED = '409 Conflict: The request is no longer awaiting a decision.';

function waiting(at: AWorld, schedule = lasting('PT2H')) {
  const request = at.pim.submit(at.activation('engineer', OPERATOR, { schedule }));
  const approval = at.pim.state.approvals.get(request.id);
  assert.ok(approval);
  const decide = (by: Actor, result: 'Approved' | 'Denied' = 'Approved', justification = 'looks right'): string =>
    outcome(() => at.pim.decide({ approvalId: request.id, stepId: approval.stepId, result, justification, by }));
  return { request, approval, decide };
}

describe('decide', () => {
  it('counts an approved duration from the approval', () => {
    const at = aWorld();
    const { request, decide } = waiting(at, lasting('PT2H', '2026-11-23T08:00:00Z'));
    at.pass('PT3H');
    assert.equal(decide(at.as('approver')), 'allowed');
    assert.equal(request.status, 'Provisioned');
    const [schedule] = at.pim.liveSchedules(at.id('engineer'), 'assignment');
    assert.equal(`${schedule?.start} ${schedule?.end}`, '2026-11-23T11:00:00Z 2026-11-23T13:00:00Z');
  });

  it('keeps a start that still lies ahead when it is approved', () => {
    const at = aWorld();
    const { request, decide } = waiting(at, lasting('PT2H', '2026-11-23T10:00:00Z'));
    decide(at.as('approver'));
    assert.equal(request.status, 'Granted');
    at.pass('PT2H');
    assert.equal(at.pim.liveSchedules(at.id('engineer'), 'assignment').length, 1);
  });

  it('fails a request whose fixed end passed before it was approved', () => {
    const at = aWorld();
    const end = Temporal.Instant.from('2026-11-23T09:00:00Z');
    const { request, decide } = waiting(at, { start: null, expiration: { type: 'afterDateTime', end } });
    at.pass('PT1H');
    decide(at.as('approver'));
    assert.equal(request.status, 'Failed');
    assert.deepEqual(at.pim.liveSchedules(at.id('engineer'), 'assignment'), []);
  });

  it('keeps who decided, when and why', () => {
    const at = aWorld();
    const { request, approval, decide } = waiting(at);
    at.pass('PT1M');
    decide(at.as('approver2'), 'Denied', 'not today');
    assert.equal(request.status, 'Denied');
    assert.deepEqual(
      [approval.result, approval.status, approval.justification, approval.reviewedBy, String(approval.reviewedAt)],
      ['Denied', 'Completed', 'not today', at.id('approver2'), '2026-11-23T08:01:00Z'],
    );
  });

  it('takes the first decision only', () => {
    const at = aWorld();
    const { decide } = waiting(at);
    assert.equal(decide(at.as('approver'), 'Denied'), 'allowed');
    assert.equal(decide(at.as('approver2')), DECIDED);
  });

  it('refuses who is not named, and an application', () => {
    const at = aWorld();
    const { decide } = waiting(at);
    assert.equal(decide(at.as('oncall')), DENIED);
    assert.equal(decide(at.as('approver', { principalId: null })), DENIED);
  });

  it('refuses the requester, even when named', () => {
    const at = aWorld();
    at.world.tenant.groups.get('2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1')?.memberIds.push(at.id('engineer'));
    assert.equal(waiting(at).decide(at.as('engineer')), DENIED);
  });

  it('lets members of a nested group decide', () => {
    const at = aWorld();
    at.world.tenant.groups
      .get('2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1')
      ?.memberIds.push('2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2');
    assert.equal(waiting(at).decide(at.as('oncall2')), 'allowed');
  });

  it('wants a justification where the policy does', () => {
    const at = aWorld();
    assert.equal(
      waiting(at).decide(at.as('approver'), 'Approved', ' '),
      '400 BadRequest: A justification is required.',
    );
  });

  it('knows neither another approval nor another step', () => {
    const at = aWorld();
    const { request, approval } = waiting(at);
    for (const ids of [
      { approvalId: 'none', stepId: approval.stepId },
      { approvalId: request.id, stepId: request.id },
    ]) {
      const by = at.as('approver');
      assert.equal(
        outcome(() => at.pim.decide({ ...ids, result: 'Approved', justification: 'x', by })),
        '404 Request_ResourceNotFound: The approval was not found.',
      );
    }
  });

  it('times out after 24 hours to the second', () => {
    const at = aWorld();
    const { request, approval, decide } = waiting(at);
    at.pass('PT23H59M59S');
    at.pim.settle();
    assert.equal(request.status, 'PendingApproval');
    at.pass('PT1S');
    at.pim.settle();
    assert.equal(request.status, 'TimedOut');
    assert.equal(approval.status, 'Expired');
    assert.equal(decide(at.as('approver')), DECIDED);
  });

  it('refuses a request that was withdrawn', () => {
    const at = aWorld();
    const { request, decide } = waiting(at);
    at.pim.cancel({ surface: 'directory', kind: 'assignment', id: request.id }, at.as('engineer'));
    assert.equal(decide(at.as('approver')), DECIDED);
  });

  it('asks the person named for User Administrator', () => {
    const at = aWorld();
    const ticket = { number: 'INC-1', system: 'Jira' };
    const request = at.pim.submit(at.activation('engineer', USER_ADMINISTRATOR, { ticket }));
    assert.deepEqual(at.pim.state.approvals.get(request.id)?.approvers, { userIds: [at.id('admin')], groupIds: [] });
  });

  it('asks the administrators who are on when nobody is named', () => {
    const at = aWorld();
    at.world.tenant.directoryRoles.set(at.id('admin'), new Set(['e8611ab8-c189-46e8-94e1-60213ab1f814']));
    const policy = at.pim.policy({ surface: 'directory', role: OPERATOR, scope: '/' });
    policy.rules.set('Approval_EndUser_Assignment', {
      kind: 'approval',
      isApprovalRequired: true,
      isApproverJustificationRequired: false,
      approvers: { userIds: [], groupIds: [] },
    });
    const { decide } = waiting(at);
    assert.equal(decide(at.as('approver')), DENIED);
    assert.equal(decide(at.as('admin'), 'Approved', ''), 'allowed');
  });
});

describe('the audit trail', () => {
  const trail = (at: AWorld): string[] => {
    at.pim.settle();
    return at.pim.state.audit.map((event) => `${event.at} ${event.name} ${event.result}`);
  };

  it('tells an approved activation to its end, each row at its own instant', () => {
    const at = aWorld();
    const { decide } = waiting(at);
    at.pass('PT10M');
    decide(at.as('approver'));
    at.pass('PT240H');
    assert.deepEqual(trail(at), [
      '2026-11-23T08:00:00Z Add member to role requested (PIM activation) success',
      '2026-11-23T08:00:00Z Add member to role approval requested (PIM activation) success',
      '2026-11-23T08:10:00Z Add member to role request approved (PIM activation) success',
      '2026-11-23T08:10:00Z Add member to role completed (PIM activation) success',
      '2026-11-23T10:10:00Z Remove member from role (PIM activation expired) success',
    ]);
  });

  it('tells a request that nobody answered', () => {
    const at = aWorld();
    waiting(at);
    at.pass('PT48H');
    assert.equal(trail(at).at(-1), '2026-11-24T08:00:00Z PIM activation request expired timeout');
  });

  it('tells a deactivation, and no end by time after it', () => {
    const at = aWorld();
    waiting(at).decide(at.as('approver'));
    at.pass('PT10M');
    at.pim.submit(at.activation('engineer', OPERATOR, { action: 'selfDeactivate' }));
    at.pass('PT5H');
    assert.deepEqual(trail(at).slice(-2), [
      '2026-11-23T08:10:00Z Remove member from role requested (PIM deactivate) success',
      '2026-11-23T08:10:00Z Remove member from role completed (PIM deactivate) success',
    ]);
  });

  it('tells a withdrawal', () => {
    const at = aWorld();
    const { request } = waiting(at);
    at.pim.cancel({ surface: 'directory', kind: 'assignment', id: request.id }, at.as('engineer'));
    assert.equal(trail(at).at(-1), '2026-11-23T08:00:00Z Add member to role canceled (PIM activation) success');
  });
});

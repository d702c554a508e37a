import assert from 'node:assert/strict';

import type { GroupSurface } from '../../../../sandbox/pim/group-surface.ts';
import type { Ask, Subject } from '../../../../sandbox/pim/model.ts';
import { seedGroups } from '../../../../sandbox/pim/seed-groups.ts';
import { tenantPim } from '../../../../sandbox/pim/tenant-pim.ts';
import type { SandboxSettings } from '../../../../sandbox/platform/types.ts';
import { type AWorld, aWorld, lasting, outcome } from '../a-world.ts';

const PAYMENTS = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
const TIER0 = '2a91b3c4-0005-4d5e-8f60-a1b2c3d4e5f5';
const APPROVERS = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';
const EXISTS =
  "400 RoleAssignmentExists: One or more added object references already exist for the following modified properties: 'members'.";

function aWorldWithGroups(settings: Partial<SandboxSettings> = {}): AWorld & { readonly groups: GroupSurface } {
  const at = aWorld(settings);
  return { ...at, groups: seedGroups(at.world, at.pim, at.roles) };
}

function memberOf(scope: string, role = 'member'): Subject {
  return { surface: 'group', role, scope };
}

function join(at: AWorld, handle: string, changes: Partial<Ask> = {}): Ask {
  const ticket = { number: 'INC-42', system: 'Jira' };
  const by = at.as(handle, { acrs: ['c1'], capabilities: ['cp1'] });
  return at.activation(handle, 'member', { subject: memberOf(PAYMENTS), ticket, by, ...changes });
}

function members(at: AWorld, id = PAYMENTS): readonly string[] {
  at.pim.settle();
  const handles = at.world.tenant.groups.get(id)?.memberIds.map((one) => at.world.tenant.users.get(one)?.handle ?? one);
  return handles ?? [];
}

describe('GroupSurface', () => {
  it('makes the people of the design eligible', () => {
    const at = aWorldWithGroups();
    const rows = [...at.world.tenant.users.values()].flatMap(({ id, handle }) =>
      at.pim
        .liveSchedules(id, 'eligibility')
        .filter(({ subject }) => subject.surface === 'group')
        .map(({ subject }) => `${handle}: ${at.groups.nameOf(subject)} ${subject.role}`),
    );
    assert.deepEqual(rows, [
      'engineer: sg-payments-oncall member',
      'oncall: sg-payments-oncall member',
      'oncall: sg-breakglass-payments member',
      'oncall: sg-breakglass-tier0 member',
      'oncall2: sg-payments-oncall member',
      'oncall2: sg-breakglass-payments member',
      'oncall2: sg-breakglass-tier0 member',
    ]);
  });

  it('puts into the group after the provisioning, and takes out at the end', () => {
    const at = aWorldWithGroups();
    const request = at.pim.submit(join(at, 'engineer'));
    assert.equal(request.status, 'PendingProvisioning');
    at.pass('PT9S');
    assert.deepEqual(members(at), []);
    at.pass('PT1S');
    assert.deepEqual(members(at), ['engineer']);
    assert.equal(request.status, 'Provisioned');
    at.pass('PT59M49S');
    assert.deepEqual(members(at), ['engineer']);
    at.pass('PT1S');
    assert.deepEqual(members(at), []);
  });

  it('leaves the same trail when nobody looked in between', () => {
    const at = aWorldWithGroups();
    at.pim.submit(join(at, 'engineer'));
    at.pass('PT24H');
    assert.deepEqual(members(at), []);
    assert.deepEqual(
      at.pim.state.audit.map(({ at: when, name }) => `${when} ${name}`),
      [
        '2026-11-23T08:00:00Z Add member to role requested (PIM activation)',
        '2026-11-23T08:00:10Z Add member to role completed (PIM activation)',
        '2026-11-23T09:00:00Z Remove member from role (PIM activation expired)',
      ],
    );
  });

  it('does not take out who was there before', () => {
    const at = aWorldWithGroups({ groupProvisioning: new Temporal.Duration() });
    at.world.tenant.groups.get(PAYMENTS)?.memberIds.push(at.id('contractor'));
    at.pim.submit(join(at, 'engineer'));
    assert.deepEqual(members(at), ['contractor', 'engineer']);
    at.pass('PT1H');
    assert.deepEqual(members(at), ['contractor']);
  });

  it('refuses who is a member already, with or without PIM', () => {
    const at = aWorldWithGroups({ groupProvisioning: new Temporal.Duration() });
    at.pim.submit(join(at, 'engineer'));
    assert.equal(
      outcome(() => at.pim.submit(join(at, 'engineer'))),
      EXISTS,
    );
    at.world.tenant.groups.get(PAYMENTS)?.memberIds.push(at.id('oncall'));
    assert.equal(
      outcome(() => at.pim.submit(join(at, 'oncall'))),
      EXISTS,
    );
  });

  it('asks an approval for nothing while it is provisioned a second time', () => {
    const at = aWorldWithGroups();
    const first = at.pim.submit(join(at, 'oncall', { subject: memberOf(TIER0) }));
    const { stepId } = at.pim.state.approvals.get(first.id) ?? { stepId: '' };
    const decision = { approvalId: first.id, stepId, result: 'Approved', justification: 'ok' } as const;
    at.pim.decide({ ...decision, by: at.as('oncall2') });
    const second = at.pim.submit(join(at, 'oncall', { subject: memberOf(TIER0) }));
    assert.deepEqual([second.status, second.approvalId], ['Failed', null]);
    assert.equal(at.pim.state.approvals.size, 1);
  });

  it('has nobody decide where the settings name nobody', () => {
    const at = aWorldWithGroups();
    at.world.tenant.directoryRoles.set(at.id('admin'), new Set(['e8611ab8-c189-46e8-94e1-60213ab1f814']));
    const approvers = { userIds: [], groupIds: [] };
    at.pim.policy(memberOf(PAYMENTS)).rules.set('Approval_EndUser_Assignment', {
      kind: 'approval',
      isApprovalRequired: true,
      isApproverJustificationRequired: false,
      approvers,
    });
    const request = at.pim.submit(join(at, 'engineer'));
    const { stepId } = at.pim.state.approvals.get(request.id) ?? { stepId: '' };
    const decision = { approvalId: request.id, stepId, result: 'Approved', justification: 'ok' } as const;
    assert.match(
      outcome(() => at.pim.decide({ ...decision, by: at.as('admin') })),
      /^403/,
    );
    at.pass('PT24H');
    at.pim.settle();
    assert.equal(request.status, 'TimedOut');
  });

  it('knows the seeded groups, and others from their first request on', () => {
    const at = aWorldWithGroups();
    assert.deepEqual([at.groups.isOnboarded(PAYMENTS), at.groups.isOnboarded(APPROVERS)], [true, false]);
    const permanent = { schedule: { start: null, expiration: { type: 'noExpiration' } } } as const;
    const ask = join(at, 'newcomer', {
      action: 'adminAssign',
      subject: memberOf(APPROVERS),
      by: at.as('admin', { principalId: null }),
    });
    assert.match(
      outcome(() => at.pim.submit({ ...ask, ...permanent })),
      /ExpirationRule/,
    );
    assert.equal(at.groups.isOnboarded(APPROVERS), false);
    at.pim.submit({ ...ask, schedule: lasting('P30D') });
    assert.equal(at.groups.isOnboarded(APPROVERS), true);
  });
});

describe('tenantPim', () => {
  it('is one for a world, and another for another', () => {
    const { world } = aWorld();
    assert.equal(tenantPim(world), tenantPim(world));
    assert.notEqual(tenantPim(world).pim, tenantPim(aWorld().world).pim);
    assert.deepEqual(
      tenantPim(world)
        .pim.surfaces()
        .map(({ name }) => name)
        .slice(0, 2),
      ['directory', 'group'],
    );
  });
});

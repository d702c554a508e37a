import assert from 'node:assert/strict';

import type { Ask } from '../../../../sandbox/pim/model.ts';
import { type AWorld, aWorld, lasting, outcome, PRIVILEGED_ROLE_ADMINISTRATOR, SECURITY_READER } from '../a-world.ts';

const FOREVER: Ask['schedule'] = { start: null, expiration: { type: 'noExpiration' } };

/** A world where the admin is a Privileged Role Administrator now. */
function administered(): { at: AWorld; ask: (changes: Partial<Ask>) => string } {
  const at = aWorld();
  const by = at.as('admin', { acrs: ['c1'], capabilities: ['cp1'] });
  at.pim.submit(at.activation('admin', PRIVILEGED_ROLE_ADMINISTRATOR, { by }));
  const ask = (changes: Partial<Ask>): string =>
    outcome(() => at.pim.submit(at.activation('newcomer', SECURITY_READER, { by: at.as('admin'), ...changes })));
  return { at, ask };
}

describe('planAdministration', () => {
  it('refuses an administrator who is only eligible', () => {
    const at = aWorld();
    const ask = at.activation('newcomer', SECURITY_READER, { action: 'adminAssign', by: at.as('admin') });
    assert.match(
      outcome(() => at.pim.submit(ask)),
      /^403 Authorization_RequestDenied/,
    );
  });

  it('makes somebody eligible, who can then activate', () => {
    const { at, ask } = administered();
    assert.equal(ask({ kind: 'eligibility', action: 'adminAssign', schedule: FOREVER }), 'allowed');
    assert.equal(
      outcome(() => at.pim.submit(at.activation('newcomer', SECURITY_READER))),
      'allowed',
    );
  });

  it('takes an eligibility away, not within five minutes', () => {
    const { at, ask } = administered();
    ask({ kind: 'eligibility', action: 'adminAssign', schedule: FOREVER });
    const remove = { kind: 'eligibility', action: 'adminRemove', schedule: null } as const;
    assert.match(ask(remove), /^400 ActiveDurationTooShort/);
    at.pass('PT5M');
    assert.equal(ask(remove), 'allowed');
    assert.match(
      outcome(() => at.pim.submit(at.activation('newcomer', SECURITY_READER))),
      /EligibilityRule/,
    );
  });

  it('gives an active assignment for a time and lets it run out', () => {
    const { at, ask } = administered();
    assert.equal(ask({ action: 'adminAssign', schedule: lasting('PT240H') }), 'allowed');
    assert.equal(at.pim.liveSchedules(at.id('newcomer'), 'assignment')[0]?.assignmentType, 'Assigned');
    at.pass('PT240H');
    assert.deepEqual(at.pim.liveSchedules(at.id('newcomer'), 'assignment'), []);
  });

  it("holds an active assignment to the administrators' own rules", () => {
    const { ask } = administered();
    assert.match(ask({ action: 'adminAssign', schedule: lasting('P181D') }), /\["ExpirationRule"\]$/);
    assert.match(ask({ action: 'adminAssign', schedule: FOREVER, justification: '' }), /\["JustificationRule"\]$/);
  });

  it('refuses to assign twice', () => {
    const { ask } = administered();
    ask({ action: 'adminAssign', schedule: FOREVER });
    assert.match(ask({ action: 'adminAssign', schedule: FOREVER }), /^400 RoleAssignmentExists/);
  });

  it('refuses a group that is not role-assignable', () => {
    const { ask } = administered();
    const principalId = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';
    assert.equal(
      ask({ action: 'adminAssign', schedule: FOREVER, principalId }),
      '400 Request_BadRequest: The group is not assignable to a role.',
    );
  });

  it('moves the end of an assignment', () => {
    const { at, ask } = administered();
    ask({ action: 'adminAssign', schedule: lasting('PT24H') });
    assert.equal(ask({ action: 'adminExtend', schedule: lasting('PT48H') }), 'allowed');
    at.pass('PT47H');
    assert.equal(at.pim.liveSchedules(at.id('newcomer'), 'assignment').length, 1);
  });

  it('renews only what ran out', () => {
    const { at, ask } = administered();
    assert.match(ask({ action: 'adminRenew', schedule: lasting('PT24H') }), /^400 RoleAssignmentDoesNotExist/);
    ask({ action: 'adminAssign', schedule: lasting('PT30M') });
    at.pass('PT30M');
    assert.equal(ask({ action: 'adminRenew', schedule: lasting('PT24H') }), 'allowed');
    assert.equal(at.pim.liveSchedules(at.id('newcomer'), 'assignment').length, 1);
  });

  it("ends somebody else's activation", () => {
    const { at, ask } = administered();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    at.pass('PT5M');
    const principalId = at.id('engineer');
    assert.equal(ask({ action: 'adminRemove', schedule: null, principalId }), 'allowed');
    assert.deepEqual(at.pim.liveSchedules(principalId, 'assignment'), []);
  });

  it('takes away a role held outside PIM, but does not pretend to change it', () => {
    const { at, ask } = administered();
    at.world.tenant.directoryRoles.set(at.id('newcomer'), new Set([SECURITY_READER]));
    assert.match(ask({ action: 'adminUpdate', schedule: lasting('PT24H') }), /^501 NotImplemented/);
    assert.equal(ask({ action: 'adminRemove', schedule: null }), 'allowed');
    assert.deepEqual(at.pim.liveSchedules(at.id('newcomer'), 'assignment'), []);
  });

  it('does not know a principal that is not there', () => {
    const { ask } = administered();
    assert.equal(
      ask({ action: 'adminAssign', principalId: 'nobody' }),
      '400 SubjectNotFound: The subject is not found.',
    );
  });
});

describe('planExtension', () => {
  it('leaves the extension of an assignment to an administrator', () => {
    const { at, ask } = administered();
    ask({ action: 'adminAssign', schedule: lasting('PT24H') });
    const extend = at.activation('newcomer', SECURITY_READER, { action: 'selfExtend', schedule: lasting('PT48H') });
    const request = at.pim.submit(extend);
    assert.equal(request.status, 'PendingAdminDecision');
    at.pim.cancel({ surface: 'directory', kind: 'assignment', id: request.id }, at.as('newcomer'));
    assert.equal(request.status, 'Canceled');
  });

  it('does not stand in the way of an activation while an eligibility waits to be extended', () => {
    const { at, ask } = administered();
    ask({ kind: 'eligibility', action: 'adminAssign', schedule: lasting('PT240H') });
    const kind = 'eligibility';
    const extend = at.activation('newcomer', SECURITY_READER, {
      kind,
      action: 'selfExtend',
      schedule: lasting('P30D'),
    });
    assert.equal(at.pim.submit(extend).status, 'PendingAdminDecision');
    assert.equal(
      outcome(() => at.pim.submit(at.activation('newcomer', SECURITY_READER))),
      'allowed',
    );
    assert.match(
      outcome(() => at.pim.submit(extend)),
      /^400 PendingRoleAssignmentRequest/,
    );
  });

  it('refuses to extend a running activation, or what never ends', () => {
    const { at } = administered();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    const extend = (kind: Ask['kind']): string =>
      outcome(() => at.pim.submit(at.activation('engineer', SECURITY_READER, { kind, action: 'selfExtend' })));
    assert.match(extend('assignment'), /^400 RoleAssignmentDoesNotExist/);
    assert.match(extend('eligibility'), /^400 RoleAssignmentDoesNotExist/);
  });
});

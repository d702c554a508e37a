import assert from 'node:assert/strict';

import type { Ask } from '../../../../sandbox/pim/model.ts';
import type { SandboxSettings } from '../../../../sandbox/platform/types.ts';
import {
  type AWorld,
  aWorld,
  CONFIGURATION,
  GLOBAL_READER,
  HELPDESK,
  lasting,
  MADRID,
  OPERATOR,
  outcome,
  PRIVILEGED_ROLE_ADMINISTRATOR,
  SECURITY_READER,
  USER_ADMINISTRATOR,
} from '../a-world.ts';

const FAILED = '400 RoleAssignmentRequestPolicyValidationFailed: The following policy rules failed: ';
const STEP_UP =
  '400 RoleAssignmentRequestAcrsValidationFailed: &claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D';
const NO_TICKET = { number: null, system: null };

function live(at: AWorld, handle: string): string[] {
  return at.pim.liveSchedules(at.id(handle), 'assignment').map(({ subject }) => subject.role);
}

describe('planActivation', () => {
  const grid: readonly [title: string, who: string, role: string, changes: Partial<Ask>, expected: string][] = [
    ['allows what the policy allows', 'engineer', SECURITY_READER, {}, 'allowed'],
    ['allows exactly the maximum', 'engineer', SECURITY_READER, { schedule: lasting('PT8H') }, 'allowed'],
    ['allows the shortest time', 'engineer', SECURITY_READER, { schedule: lasting('PT5M') }, 'allowed'],
    [
      'refuses less than five minutes',
      'engineer',
      SECURITY_READER,
      { schedule: lasting('PT4M59S') },
      `${FAILED}["ExpirationRule"]`,
    ],
    [
      'refuses more than the maximum',
      'engineer',
      SECURITY_READER,
      { schedule: lasting('PT8H1S') },
      `${FAILED}["ExpirationRule"]`,
    ],
    ['refuses no schedule', 'engineer', SECURITY_READER, { schedule: null }, `${FAILED}["ExpirationRule"]`],
    [
      'refuses to be permanent',
      'engineer',
      SECURITY_READER,
      { schedule: { start: null, expiration: { type: 'noExpiration' } } },
      `${FAILED}["ExpirationRule"]`,
    ],
    [
      'refuses an end beyond the maximum',
      'engineer',
      SECURITY_READER,
      {
        schedule: {
          start: null,
          expiration: { type: 'afterDateTime', end: Temporal.Instant.from('2026-11-23T16:00:01Z') },
        },
      },
      `${FAILED}["ExpirationRule"]`,
    ],
    [
      'refuses a blank justification',
      'engineer',
      SECURITY_READER,
      { justification: ' ' },
      `${FAILED}["JustificationRule"]`,
    ],
    ['needs no justification where none is asked', 'engineer', GLOBAL_READER, { justification: null }, 'allowed'],
    [
      'lists every failing rule at once',
      'engineer',
      USER_ADMINISTRATOR,
      { justification: null, ticket: NO_TICKET, schedule: lasting('PT3H') },
      `${FAILED}["ExpirationRule","JustificationRule","TicketingRule"]`,
    ],
    [
      'wants the ticket system besides the number',
      'engineer',
      USER_ADMINISTRATOR,
      { ticket: { number: 'INC-1', system: null } },
      `${FAILED}["TicketingRule"]`,
    ],
    [
      'refuses a role nobody knows',
      'engineer',
      '00000000-0000-0000-0000-00000000000a',
      {},
      '400 RoleNotFound: The role is not found.',
    ],
    [
      'refuses without eligibility before looking at other rules',
      'newcomer',
      PRIVILEGED_ROLE_ADMINISTRATOR,
      { justification: null },
      `${FAILED}["EligibilityRule"]`,
    ],
    ['refuses tenant-wide what is eligible on a unit', 'engineer', HELPDESK, {}, `${FAILED}["EligibilityRule"]`],
    [
      'allows the unit itself',
      'engineer',
      HELPDESK,
      { subject: { surface: 'directory', role: HELPDESK, scope: MADRID } },
      'allowed',
    ],
    [
      'refuses a unit that is not there',
      'engineer',
      HELPDESK,
      { subject: { surface: 'directory', role: HELPDESK, scope: '/administrativeUnits/none' } },
      "400 Request_BadRequest: The directory scope '/administrativeUnits/none' was not found.",
    ],
    [
      'refuses a built-in role on one object',
      'engineer',
      HELPDESK,
      { subject: { surface: 'directory', role: HELPDESK, scope: '/6e1f0a2b-1002-4c3d-8e5f-70a1b2c3d402' } },
      '400 Request_BadRequest: The given built-in role is not supported to be assigned to a single resource scope.',
    ],
    [
      'refuses a start further in the past than five minutes',
      'engineer',
      SECURITY_READER,
      { schedule: lasting('PT1H', '2026-11-23T07:54:59Z') },
      '400 InvalidRoleAssignmentRequest: The role assignment request is invalid.',
    ],
    [
      'takes a start just passed as now',
      'engineer',
      SECURITY_READER,
      { schedule: lasting('PT8H', '2026-11-23T07:55:00Z') },
      'allowed',
    ],
  ];
  for (const [title, who, role, changes, expected] of grid) {
    it(title, () => {
      const at = aWorld();
      assert.equal(
        outcome(() => at.pim.submit(at.activation(who, role, changes))),
        expected,
      );
    });
  }

  it('refuses to activate for somebody else', () => {
    const at = aWorld();
    const ask = at.activation('engineer', SECURITY_READER, { by: at.as('admin') });
    assert.equal(
      outcome(() => at.pim.submit(ask)),
      '403 Authorization_RequestDenied: Insufficient privileges to complete the operation.',
    );
  });

  it('refuses an application', () => {
    const at = aWorld();
    const ask = at.activation('engineer', SECURITY_READER, { by: at.as('engineer', { principalId: null }) });
    assert.match(
      outcome(() => at.pim.submit(ask)),
      /^403 Authorization_RequestDenied/,
    );
  });

  it('names failing rules with their texts in the other format', () => {
    const at = aWorld({ policyFailureFormat: 'text' });
    const ask = at.activation('engineer', USER_ADMINISTRATOR, {
      justification: null,
      ticket: { number: 'INC-1', system: 'Jira' },
      by: at.as('engineer', { amr: ['pwd'] }),
    });
    assert.equal(
      outcome(() => at.pim.submit(ask)),
      `${FAILED}JustificationRule - Justification is required, MfaRule - Multi-factor authentication is required`,
    );
  });

  describe('with an authentication context', () => {
    const tokens: readonly [acrs: string[], capabilities: string[], expected: string][] = [
      [[], [], STEP_UP],
      [['c1'], [], STEP_UP],
      [[], ['cp1'], STEP_UP],
      [['c2'], ['cp1'], STEP_UP],
      [['c1'], ['cp1'], 'allowed'],
    ];
    for (const [acrs, capabilities, expected] of tokens) {
      it(`answers acrs [${acrs}] of a client [${capabilities}]`, () => {
        const at = aWorld();
        const by = at.as('oncall', { acrs, capabilities });
        const ask = at.activation('oncall', PRIVILEGED_ROLE_ADMINISTRATOR, { by });
        assert.equal(
          outcome(() => at.pim.submit(ask)),
          expected,
        );
      });
    }

    it('challenges before it looks at the other rules', () => {
      const at = aWorld();
      const ask = at.activation('oncall', PRIVILEGED_ROLE_ADMINISTRATOR, { justification: null });
      assert.equal(
        outcome(() => at.pim.submit(ask)),
        STEP_UP,
      );
    });
  });

  it('stores nothing for a validation', () => {
    const at = aWorld();
    const request = at.pim.submit(at.activation('engineer', SECURITY_READER, { isValidationOnly: true }));
    assert.equal(request.status, 'Provisioned');
    assert.equal(at.pim.state.requests.size, 0);
    assert.deepEqual(live(at, 'engineer'), []);
    assert.equal(at.pim.state.audit.length, 0);
  });

  it('stores nothing when it refuses', () => {
    const at = aWorld();
    outcome(() => at.pim.submit(at.activation('engineer', SECURITY_READER, { justification: null })));
    assert.equal(at.pim.state.requests.size, 0);
  });

  it('refuses a second activation while one runs, also a later one', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    const expected = '400 RoleAssignmentExists: The Role assignment already exists.';
    assert.equal(
      outcome(() => at.pim.submit(at.activation('engineer', SECURITY_READER))),
      expected,
    );
    const later = { schedule: lasting('PT1H', '2026-11-23T12:00:00Z') };
    assert.equal(
      outcome(() => at.pim.submit(at.activation('engineer', SECURITY_READER, later))),
      expected,
    );
  });

  it('refuses what the person holds outside PIM', () => {
    const at = aWorld();
    at.world.tenant.directoryRoles.set(at.id('engineer'), new Set([SECURITY_READER]));
    assert.match(
      outcome(() => at.pim.submit(at.activation('engineer', SECURITY_READER))),
      /^400 RoleAssignmentExists/,
    );
  });

  it('refuses a second request while one waits', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', OPERATOR));
    assert.equal(
      outcome(() => at.pim.submit(at.activation('engineer', OPERATOR))),
      '400 PendingRoleAssignmentRequest: There is already an existing pending Role assignment request.',
    );
    assert.equal(
      outcome(() => at.pim.submit(at.activation('engineer', CONFIGURATION))),
      'allowed',
    );
  });

  it('gives access until the end, to the second', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    at.pass('PT59M59S');
    assert.deepEqual(live(at, 'engineer'), [SECURITY_READER]);
    at.pass('PT1S');
    assert.deepEqual(live(at, 'engineer'), []);
    assert.equal(
      outcome(() => at.pim.submit(at.activation('engineer', SECURITY_READER))),
      'allowed',
    );
  });

  for (const word of ['Granted', 'ScheduleCreated'] as const satisfies SandboxSettings['futureStartStatus'][]) {
    it(`keeps a later start as ${word} and provisions it when its time comes`, () => {
      const at = aWorld({ futureStartStatus: word });
      const schedule = lasting('PT1H', '2026-11-23T10:00:00Z');
      const request = at.pim.submit(at.activation('engineer', SECURITY_READER, { schedule }));
      assert.equal(request.status, word);
      assert.equal(String(request.completedAt), '2026-11-23T10:00:00Z');
      at.pass('PT1H59M59S');
      assert.deepEqual(live(at, 'engineer'), []);
      at.pass('PT1S');
      assert.deepEqual(live(at, 'engineer'), [SECURITY_READER]);
      assert.equal(request.status, 'Provisioned');
      at.pass('PT1H');
      assert.deepEqual(live(at, 'engineer'), []);
    });
  }
});

describe('planDeactivation', () => {
  const end = (at: AWorld, changes: Partial<Ask> = {}): string =>
    outcome(() =>
      at.pim.submit(
        at.activation('engineer', SECURITY_READER, {
          action: 'selfDeactivate',
          schedule: null,
          justification: null,
          ...changes,
        }),
      ),
    );

  it('refuses when nothing is active', () => {
    assert.equal(end(aWorld()), '400 RoleAssignmentDoesNotExist: The Role assignment does not exist.');
  });

  it('refuses in the first five minutes and not a second longer', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    at.pass('PT4M59S');
    assert.equal(
      end(at),
      '400 ActiveDurationTooShort: The Active duration is too short. Miniumum Required is 5 minutes.',
    );
    at.pass('PT1S');
    assert.equal(end(at), 'allowed');
    assert.deepEqual(live(at, 'engineer'), []);
    assert.deepEqual(
      [...at.pim.state.requests.values()].map(({ status }) => status),
      ['Provisioned', 'Revoked'],
    );
  });

  it('refuses another schedule than the active one', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    at.pass('PT10M');
    assert.match(end(at, { targetScheduleId: 'another' }), /^400 RoleAssignmentDoesNotExist/);
  });

  it('refuses for an activation that lies ahead', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER, { schedule: lasting('PT1H', '2026-11-23T10:00:00Z') }));
    assert.match(end(at), /^400 RoleAssignmentDoesNotExist/);
  });
});

describe('cancel', () => {
  it('withdraws a request that waits, and one that lies ahead', () => {
    const at = aWorld();
    const waiting = at.pim.submit(at.activation('engineer', OPERATOR));
    const ahead = at.pim.submit(
      at.activation('engineer', SECURITY_READER, { schedule: lasting('PT1H', '2026-11-23T10:00:00Z') }),
    );
    at.pim.cancel({ surface: 'directory', kind: 'assignment', id: waiting.id }, at.as('engineer'));
    at.pim.cancel({ surface: 'directory', kind: 'assignment', id: ahead.id }, at.as('engineer'));
    at.pass('PT2H30M');
    assert.deepEqual(live(at, 'engineer'), []);
    assert.deepEqual([waiting.status, ahead.status], ['Canceled', 'Canceled']);
  });

  it('forgets a cancelled request after 30 days', () => {
    const at = aWorld();
    const { id } = at.pim.submit(at.activation('engineer', OPERATOR));
    at.pim.cancel({ surface: 'directory', kind: 'assignment', id }, at.as('engineer'));
    at.pass('PT719H59M59S');
    at.pim.settle();
    assert.ok(at.pim.state.requests.has(id));
    at.pass('PT1S');
    at.pim.settle();
    assert.ok(!at.pim.state.requests.has(id));
  });

  it('refuses what has taken effect, what is not there, and what belongs to others', () => {
    const at = aWorld();
    const done = at.pim.submit(at.activation('engineer', SECURITY_READER));
    const cancel = (id: string, who: string): string =>
      outcome(() => at.pim.cancel({ surface: 'directory', kind: 'assignment', id }, at.as(who)));
    assert.match(cancel(done.id, 'engineer'), /^400 RequestCannotBeCancelled/);
    assert.match(cancel('none', 'engineer'), /^400 RoleAssignmentRequestNotFound/);
    assert.match(cancel(done.id, 'contractor'), /^403 Authorization_RequestDenied/);
  });
});

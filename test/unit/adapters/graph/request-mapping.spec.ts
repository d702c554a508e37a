import assert from 'node:assert/strict';
import { directoryPlane } from '../../../../src/adapters/graph/directory-plane.ts';
import {
  activationBody,
  extensionBody,
  toActive,
  toEligible,
  toRequest,
} from '../../../../src/adapters/graph/request-mapping.ts';
import { rowsOf } from '../../../../src/adapters/graph/wire.ts';
import { principalId } from '../../../../src/domain/ids.ts';
import type { TenantRequest } from '../../../../src/ports/role-management.ts';
import { anEligibleAssignment } from '../../../support/fakes/builders.ts';

const { active: activeRow, eligible: eligibleRow, request: requestRow } = rowsOf(directoryPlane);
const NOW = Temporal.Instant.from('2026-11-21T10:00:00Z');
const ME = principalId('071cc716-8147-4397-a5ba-b2105951cc0b');

/** The answer of pim-api §2.7. */
function wireRequest(changes: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    id: '911bab8a-6912-4de2-9dc0-2648ede7dd6d',
    status: 'Provisioned',
    createdDateTime: '2026-11-21T09:59:58.1234567Z',
    completedDateTime: '2026-11-21T10:00:00.0Z',
    approvalId: null,
    customData: 'marker',
    action: 'selfActivate',
    principalId: '071CC716-8147-4397-A5BA-B2105951CC0B',
    roleDefinitionId: '8424c6f0-a189-499e-bbd0-26c1753c96d4',
    directoryScopeId: '/',
    appScopeId: null,
    isValidationOnly: false,
    targetScheduleId: '911bab8a-6912-4de2-9dc0-2648ede7dd6d',
    justification: 'why',
    scheduleInfo: {
      startDateTime: '2026-11-21T10:00:00.0Z',
      recurrence: null,
      expiration: { type: 'afterDuration', endDateTime: null, duration: 'PT2H' },
    },
    ticketInfo: { ticketNumber: null, ticketSystem: null },
    ...changes,
  };
}

function folded(changes: Readonly<Record<string, unknown>> = {}): TenantRequest {
  const request = toRequest(requestRow.parse(wireRequest(changes)), NOW);
  assert.ok(request);
  return request;
}

const schedule = (startDateTime: string | null, expiration: unknown = { type: 'afterDuration', duration: 'PT2H' }) => ({
  scheduleInfo: { startDateTime, expiration },
});
const AHEAD = schedule('2026-11-21T12:00:00Z');

describe('toRequest', () => {
  it('reads Microsoft’s own sample', () => {
    const request = folded();
    assert.equal(request.principalId, ME);
    assert.equal(request.state, 'provisioned');
    assert.equal(request.startsAt, null);
    assert.equal(request.duration?.toString(), 'PT2H');
    assert.equal(request.marker, 'marker');
    assert.equal(request.ticket, null);
    assert.equal(request.role.scope.name, 'Whole tenant');
  });

  const states: readonly [string, TenantRequest['state']][] = [
    ['Accepted', 'provisioning'],
    ['PendingEvaluation', 'provisioning'],
    ['Denied', 'denied'],
    ['PendingProvisioning', 'provisioning'],
    ['Provisioned', 'provisioned'],
    ['PendingRevocation', 'revoked'],
    ['Revoked', 'revoked'],
    ['Canceled', 'canceled'],
    ['Failed', 'failed'],
    ['PendingApprovalProvisioning', 'awaiting-approval'],
    ['PendingApproval', 'awaiting-approval'],
    ['FailedAsResourceIsLocked', 'failed'],
    ['PendingAdminDecision', 'awaiting-approval'],
    ['AdminApproved', 'provisioning'],
    ['AdminDenied', 'denied'],
    ['TimedOut', 'failed'],
    ['ProvisioningStarted', 'provisioning'],
    ['Invalid', 'failed'],
    ['PendingExternalProvisioning', 'provisioning'],
    ['AWordFromTomorrow', 'provisioning'],
  ];
  for (const [word, state] of states) {
    it(`folds ${word} into ${state}`, () => {
      assert.equal(folded({ status: word }).state, state);
      assert.equal(folded({ status: word.toLowerCase() }).state, state);
    });
  }

  for (const word of ['Granted', 'ScheduleCreated', 'PendingScheduleCreation']) {
    it(`takes ${word} for scheduled only while the start lies ahead`, () => {
      assert.equal(folded({ status: word, ...AHEAD }).state, 'scheduled');
      assert.equal(folded({ status: word }).state, 'provisioning');
      assert.equal(folded({ status: word, scheduleInfo: null }).state, 'provisioning');
    });
  }

  it('keeps a start that was asked for, and no other', () => {
    assert.equal(folded(AHEAD).startsAt?.toString(), '2026-11-21T12:00:00Z');
    assert.equal(folded(schedule('2026-11-21T10:00:58.1234567Z')).startsAt?.toString(), '2026-11-21T10:00:58.1234567Z');
    assert.equal(folded(schedule('2026-11-21T10:00:03Z')).startsAt, null);
    assert.equal(folded(schedule(null)).startsAt, null);
  });

  for (const [expiration, duration] of [
    [{ type: 'AfterDuration', duration: 'PT480M' }, 'PT8H'],
    [{ type: 'afterDuration', duration: 'P1D' }, 'PT24H'],
    [{ type: 'afterDateTime', endDateTime: '2026-11-21T13:30:00Z' }, 'PT1H30M'],
    [{ type: 'noExpiration' }, undefined],
    [null, undefined],
  ] as const) {
    it(`reads the duration of ${JSON.stringify(expiration)}`, () => {
      assert.equal(folded(schedule('2026-11-21T12:00:00Z', expiration)).duration?.toString(), duration);
    });
  }

  it('names the scope after the administrative unit, or after its id', () => {
    const unit = { directoryScopeId: '/administrativeUnits/au-1' };
    const named = folded({ ...unit, directoryScope: { '@odata.type': 'x', id: 'au-1', displayName: 'Branch Madrid' } });
    assert.deepEqual(named.role.scope, { id: '/administrativeUnits/au-1', name: 'Branch Madrid' });
    assert.equal(folded({ ...unit, directoryScope: null }).role.scope.name, 'au-1');
  });

  it('leaves out what is not at a directory scope', () => {
    const row = requestRow.parse(wireRequest({ directoryScopeId: null, appScopeId: '/catalog' }));
    assert.equal(toRequest(row, NOW), null);
  });

  for (const [what, changes] of [
    ['no id', { id: undefined }],
    ['a status that is no word', { status: 7 }],
    ['a start that is no instant', schedule('tomorrow')],
    ['a duration with months', schedule(null, { duration: 'P1M' })],
  ] as const) {
    it(`does not understand ${what}`, () => {
      assert.equal(requestRow.safeParse(wireRequest(changes)).success, false);
    });
  }
});

describe('toEligible', () => {
  const row = (endDateTime: string | null, memberType: string, scope: string | null = '/') =>
    eligibleRow.parse({
      principalId: 'somebody else',
      roleDefinitionId: 'r',
      directoryScopeId: scope,
      endDateTime,
      memberType,
      roleDefinition: { displayName: 'Security Reader', id: 'r' },
      directoryScope: null,
    });

  it('makes one of a role held directly and through a group, with the later end', () => {
    const rows = [row('2026-12-01T00:00:00Z', 'Direct'), row(null, 'Group'), row('2027-01-01T00:00:00Z', 'Group')];
    const eligible = toEligible(ME, rows);
    assert.equal(eligible.length, 1);
    assert.equal(eligible[0]?.endsAt, null);
    assert.equal(eligible[0]?.principalId, ME);
  });

  it('keeps scopes apart, and leaves out what is not at a directory scope', () => {
    const rows = [row(null, 'Direct'), row(null, 'Direct', '/administrativeUnits/a'), row(null, 'Direct', null)];
    assert.deepEqual(
      toEligible(ME, rows).map(({ scope }) => scope.id),
      ['/', '/administrativeUnits/a'],
    );
  });
});

describe('toActive', () => {
  it('leaves out rows that stayed listed beyond their end', () => {
    const rows = ['2026-11-21T10:00:00Z', '2026-11-21T10:00:01Z', null].map((endDateTime) =>
      activeRow.parse({ roleDefinitionId: 'r', directoryScopeId: '/', assignmentType: 'Activated', endDateTime }),
    );
    assert.deepEqual(
      toActive(ME, rows, NOW).map(({ endsAt }) => endsAt?.toString() ?? null),
      ['2026-11-21T10:00:01Z', null],
    );
  });

  it('tells activated from assigned in either case', () => {
    const rows = ['Activated', 'activated', 'Assigned'].map((assignmentType) =>
      activeRow.parse({ roleDefinitionId: 'r', directoryScopeId: '/', assignmentType }),
    );
    assert.deepEqual(
      toActive(ME, rows, NOW).map(({ assignmentType }) => assignmentType),
      ['activated', 'activated', 'assigned'],
    );
  });
});

describe('activationBody', () => {
  const KEYS = { roleDefinitionId: '5d6b6bb7-de71-4623-b4af-96380a352509', directoryScopeId: '/' };
  const order = {
    role: anEligibleAssignment(),
    startsAt: null,
    duration: Temporal.Duration.from('PT90M'),
    justification: 'INC-42',
    ticket: null,
    marker: 'marker',
  };

  it('leaves the start to PIM when it is at once', () => {
    assert.deepEqual(activationBody(ME, KEYS, order), {
      action: 'selfActivate',
      principalId: '071cc716-8147-4397-a5ba-b2105951cc0b',
      roleDefinitionId: '5d6b6bb7-de71-4623-b4af-96380a352509',
      directoryScopeId: '/',
      justification: 'INC-42',
      customData: 'marker',
      scheduleInfo: { expiration: { type: 'afterDuration', duration: 'PT90M' } },
      ticketInfo: { ticketNumber: null, ticketSystem: null },
    });
  });

  it('sends a later start in UTC, and a ticket with its system', () => {
    const startsAt = Temporal.Instant.from('2026-11-21T14:30:00+02:00');
    const body = activationBody(ME, KEYS, { ...order, startsAt, ticket: 'INC-42' });
    assert.deepEqual(body.scheduleInfo, {
      startDateTime: '2026-11-21T12:30:00Z',
      expiration: { type: 'afterDuration', duration: 'PT90M' },
    });
    assert.deepEqual(body.ticketInfo, { ticketNumber: 'INC-42', ticketSystem: 'Pimlico' });
  });
});

describe('extensionBody', () => {
  const KEYS = { roleDefinitionId: 'r', directoryScopeId: '/' };
  const order = {
    kind: 'eligible',
    role: anEligibleAssignment(),
    endsAt: Temporal.Instant.from('2027-01-31T17:00:00+01:00'),
    justification: 'still on the project',
  } as const;

  for (const [action, word] of [
    ['extend', 'selfExtend'],
    ['renew', 'selfRenew'],
  ] as const) {
    it(`asks with ${word} for a later end`, () => {
      assert.deepEqual(extensionBody(ME, KEYS, { ...order, action }), {
        action: word,
        principalId: '071cc716-8147-4397-a5ba-b2105951cc0b',
        roleDefinitionId: 'r',
        directoryScopeId: '/',
        justification: 'still on the project',
        scheduleInfo: { expiration: { type: 'afterDateTime', endDateTime: '2027-01-31T16:00:00Z' } },
      });
    });
  }
});

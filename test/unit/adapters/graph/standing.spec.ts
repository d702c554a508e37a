import assert from 'node:assert/strict';
import { groupPlane } from '../../../../src/adapters/graph/group-plane.ts';
import { standingRefusal } from '../../../../src/adapters/graph/standing.ts';
import { rowsOf } from '../../../../src/adapters/graph/wire.ts';
import { aGroupRole } from '../../../support/fakes/builders.ts';

const GROUP = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
const NOW = Temporal.Instant.from('2026-11-21T10:30:00Z');
const role = aGroupRole({ id: GROUP, name: 'sg-payments-oncall' });
const { request } = rowsOf(groupPlane);

type Changes = Readonly<Record<string, unknown>>;

/** An activation from 10:00 to 12:00, as pim-api §3.5 shows one. */
function activation(changes: Changes = {}): Changes {
  return {
    id: '59d73a60-0000-4000-8000-000000000001',
    status: 'Provisioned',
    createdDateTime: '2026-11-21T10:00:00Z',
    completedDateTime: '2026-11-21T10:00:10Z',
    action: 'selfActivate',
    accessId: 'member',
    groupId: GROUP,
    principalId: '3cce9d87-0000-4000-8000-000000000001',
    scheduleInfo: {
      startDateTime: '2026-11-21T10:00:00Z',
      expiration: { type: 'afterDuration', endDateTime: null, duration: 'PT2H' },
    },
    ...changes,
  };
}

const removal = (changes: Changes = {}): Changes =>
  activation({
    action: 'selfDeactivate',
    status: 'Revoked',
    createdDateTime: '2026-11-21T10:20:00Z',
    completedDateTime: '2026-11-21T10:20:00Z',
    scheduleInfo: null,
    ...changes,
  });

const schedule = (startDateTime: string | null, expiration: unknown = { duration: 'PT1H' }) => ({
  scheduleInfo: { startDateTime, expiration },
});

function refusal(...rows: readonly Changes[]): string | null {
  const found = standingRefusal(
    rows.map((row) => request.parse(row)),
    role,
    NOW,
  );
  const until = found?.facts.until;
  return found === null ? null : `${found.code}${until === undefined ? '' : ` until ${until}`}`;
}

describe('standingRefusal', () => {
  it('finds nothing where nothing was asked for', () => {
    assert.equal(refusal(), null);
  });

  for (const [what, rows, expected] of [
    ['is provisioned', [activation()], 'activation.already_active until 2026-11-21T12:00:10Z'],
    [
      'is being provisioned',
      [activation({ status: 'PendingProvisioning', completedDateTime: null })],
      'activation.already_active until 2026-11-21T12:00:00Z',
    ],
    [
      'has a word from tomorrow',
      [activation({ status: 'AWordFromTomorrow' })],
      'activation.already_active until 2026-11-21T12:00:10Z',
    ],
    ['waits for an approver', [activation({ status: 'PendingApproval' })], 'activation.already_pending'],
    [
      'starts later',
      [activation({ status: 'Granted', ...schedule('2026-11-21T13:00:00Z') })],
      'activation.already_active',
    ],
    [
      'has an end that is an instant',
      [activation(schedule('2026-11-21T10:00:00Z', { endDateTime: '2026-11-21T11:00:00Z' }))],
      'activation.already_active until 2026-11-21T11:00:00Z',
    ],
    ['has no end that can be known', [activation({ scheduleInfo: null })], 'activation.already_active'],
    [
      'knows no times at all',
      [activation({ createdDateTime: null, completedDateTime: null, scheduleInfo: null }), removal()],
      'activation.already_active',
    ],
    [
      'was approved an hour after it was asked for',
      [
        activation({
          createdDateTime: '2026-11-21T09:00:00Z',
          completedDateTime: '2026-11-21T10:00:00Z',
          ...schedule('2026-11-21T09:00:00Z'),
        }),
      ],
      'activation.already_active until 2026-11-21T11:00:00Z',
    ],
    [
      'was refused a second time',
      [activation({ status: 'Failed', createdDateTime: '2026-11-21T10:00:07Z' }), activation()],
      'activation.already_active until 2026-11-21T12:00:10Z',
    ],
    [
      'came after the last one was given back',
      [removal({ createdDateTime: '2026-11-21T09:50:00Z' }), activation()],
      'activation.already_active until 2026-11-21T12:00:10Z',
    ],
    [
      'could not be given back',
      [activation(), removal({ status: 'Failed' })],
      'activation.already_active until 2026-11-21T12:00:10Z',
    ],
    [
      'of both kinds is active before it is pending',
      [activation({ status: 'PendingApproval' }), activation()],
      'activation.already_active until 2026-11-21T12:00:10Z',
    ],
  ] as const) {
    it(`stands when the earlier one ${what}`, () => {
      assert.equal(refusal(...rows), expected);
      assert.equal(refusal(...rows.toReversed()), expected);
    });
  }

  for (const [what, rows] of [
    [
      'has ended',
      [
        activation({
          completedDateTime: '2026-11-21T09:00:00Z',
          createdDateTime: '2026-11-21T09:00:00Z',
          ...schedule('2026-11-21T09:00:00Z'),
        }),
      ],
    ],
    ['ends now', [activation({ completedDateTime: null, ...schedule('2026-11-21T10:00:00Z', { duration: 'PT30M' }) })]],
    ['was given back', [activation(), removal()]],
    ['is being given back', [activation(), removal({ status: 'PendingRevocation' })]],
    ['was taken away', [activation(), removal({ action: 'adminRemove' })]],
    ['failed', [activation({ status: 'Failed' })]],
    ['was denied', [activation({ status: 'Denied' })]],
    ['was withdrawn', [activation({ status: 'Canceled' })]],
    ['nobody decided in time', [activation({ status: 'TimedOut' })]],
    ['is about being owner', [activation({ accessId: 'Owner' })]],
    ['is about another group', [activation({ groupId: '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4' })]],
    ['is an administrator’s', [activation({ action: 'adminAssign' })]],
    ['has an access that is unknown', [activation({ accessId: 'guest' })]],
  ] as const) {
    it(`does not stand when the earlier one ${what}`, () => {
      assert.equal(refusal(...rows), null);
    });
  }

  it('knows the group and its access in any case', () => {
    assert.equal(
      refusal(activation({ accessId: 'Member', groupId: GROUP.toUpperCase(), action: 'SelfActivate' })),
      'activation.already_active until 2026-11-21T12:00:10Z',
    );
  });
});

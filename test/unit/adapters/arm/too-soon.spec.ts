import assert from 'node:assert/strict';
import { explainTooSoon } from '../../../../src/adapters/arm/too-soon.ts';
import type { RequestRow } from '../../../../src/adapters/arm/wire.ts';
import { requestRow } from '../../../../src/adapters/arm/wire.ts';
import type { RoleAtScope } from '../../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../../src/domain/ids.ts';
import type { ErrorCode } from '../../../../src/errors.ts';
import { AccessError } from '../../../../src/errors.ts';

const DEFINITION = '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/r';
const ROLE: RoleAtScope = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(DEFINITION),
  roleName: 'Reader',
  scope: { id: '/subscriptions/s', name: 's' },
};

function row(requestType: string, createdOn: string, changes: object = {}): RequestRow {
  const scheduleInfo = {
    startDateTime: createdOn,
    expiration: { type: 'AfterDuration', duration: 'PT30M', endDateTime: null },
  };
  const what = { scope: '/subscriptions/s', roleDefinitionId: DEFINITION, principalId: 'p', status: 'Provisioned' };
  return requestRow.parse({ name: 'n', properties: { ...what, requestType, createdOn, scheduleInfo, ...changes } });
}

function explained(code: ErrorCode, requests: readonly RequestRow[], now: string) {
  const situation = { role: ROLE, requests, now: Temporal.Instant.from(now) };
  const {
    facts,
    retryAfter,
    code: same,
  } = explainTooSoon(new AccessError(code, 'x', { facts: { a: 'b' } }), situation);
  assert.equal(same, code);
  assert.equal(facts.a, 'b');
  return [facts.recently ?? null, retryAfter?.total('seconds') ?? null];
}

const ACTIVATED = row('SelfActivate', '2026-11-23T08:00:00Z');

describe('explainTooSoon', () => {
  for (const [title, code, requests, now, expected] of [
    ['knows a young activation', 'activation.not_active', [ACTIVATED], '08:01:00', ['activated', 240]],
    ['knows an old one', 'activation.not_active', [ACTIVATED], '08:02:00', [null, null]],
    [
      'looks at this scope only',
      'activation.not_active',
      [row('SelfActivate', '2026-11-23T08:00:00Z', { scope: '/subscriptions/s/resourceGroups/g' })],
      '08:01:00',
      [null, null],
    ],
    [
      'does not count one that waits',
      'activation.not_active',
      [row('SelfActivate', '2026-11-23T08:00:00Z', { status: 'PendingApproval' })],
      '08:01:00',
      [null, null],
    ],
    [
      'counts one that is being written',
      'activation.not_active',
      [row('SelfActivate', '2026-11-23T08:00:00Z', { status: 'PendingProvisioning' })],
      '08:01:00',
      ['activated', 240],
    ],
    [
      'counts from the start, not from the asking',
      'activation.not_active',
      [row('SelfActivate', '2026-11-23T08:00:30Z', { createdOn: '2026-11-23T06:00:00Z' })],
      '08:01:00',
      ['activated', 270],
    ],
    ['knows an end in time', 'activation.already_active', [ACTIVATED], '08:31:00', ['ended', 60]],
    ['knows that the gap is over', 'activation.already_active', [ACTIVATED], '08:32:00', [null, null]],
    ['knows that it runs', 'activation.already_active', [ACTIVATED], '08:10:00', [null, null]],
    [
      'knows a deactivation',
      'activation.already_active',
      [ACTIVATED, row('SelfDeactivate', '2026-11-23T08:10:00Z', { status: 'Revoked', scheduleInfo: null })],
      '08:10:20',
      ['ended', 100],
    ],
    [
      'sees that it was activated again since',
      'activation.already_active',
      [
        row('SelfDeactivate', '2026-11-23T08:10:00Z', { status: 'Revoked', scheduleInfo: null }),
        row('SelfActivate', '2026-11-23T08:10:05Z'),
      ],
      '08:10:20',
      [null, null],
    ],
    ['leaves other refusals alone', 'activation.too_short', [ACTIVATED], '08:01:00', [null, null]],
  ] as const) {
    it(title, () => {
      assert.deepEqual(explained(code, requests, `2026-11-23T${now}Z`), expected);
    });
  }
});

import assert from 'node:assert/strict';
import { isEnding, requestState, requireYes } from '../../../../src/adapters/pim-errors/request-state.ts';

const NOW = Temporal.Instant.from('2026-11-23T08:00:00Z');

describe('requestState', () => {
  for (const [words, state] of [
    ['Provisioned', 'provisioned'],
    ['PendingApproval PendingApprovalProvisioning PendingAdminDecision', 'awaiting-approval'],
    ['Denied AdminDenied', 'denied'],
    ['Canceled', 'canceled'],
    ['Failed FailedAsResourceIsLocked Invalid TimedOut', 'failed'],
    ['Revoked PendingRevocation', 'revoked'],
    [
      'Accepted PendingEvaluation PendingProvisioning AdminApproved ProvisioningStarted PendingExternalProvisioning',
      'provisioning',
    ],
    ['SomethingNew constructor __proto__', 'provisioning'],
  ] as const) {
    it(`folds ${words} into ${state}, in any letters`, () => {
      for (const word of words.split(' ')) {
        assert.equal(requestState(word, null, NOW), state, word);
        assert.equal(requestState(word.toUpperCase(), NOW.add({ hours: 1 }), NOW), state, word);
      }
    });
  }

  it('is scheduled only while the start lies ahead', () => {
    for (const word of ['Granted', 'ScheduleCreated', 'PendingScheduleCreation']) {
      assert.equal(requestState(word, NOW.add({ minutes: 1 }), NOW), 'scheduled');
      assert.equal(requestState(word, NOW, NOW), 'provisioning');
      assert.equal(requestState(word, null, NOW), 'provisioning');
    }
  });
});

describe('isEnding', () => {
  it('takes for the end of an activation what is or will be one, and nothing else', () => {
    for (const word of ['Revoked', 'PendingRevocation', 'provisioned', 'Accepted', 'PendingEvaluation']) {
      assert.equal(isEnding(word), true, word);
    }
    for (const word of ['Failed', 'Denied', 'PendingApproval', 'SomethingNew', '']) {
      assert.equal(isEnding(word), false, word);
    }
  });
});

describe('requireYes', () => {
  it('takes what would begin, wait or go on for a yes, also in words nobody knows', () => {
    for (const word of ['Provisioned', 'PendingProvisioning', 'PENDINGAPPROVAL', 'Granted', 'SomethingNew']) {
      assert.doesNotThrow(() => requireYes(word), word);
    }
  });

  it('takes what would come to nothing for none', () => {
    for (const word of ['Failed', 'invalid', 'Denied', 'ADMINDENIED', 'Canceled', 'Revoked']) {
      assert.throws(() => requireYes(word), { code: 'graph.unexpected_answer' }, word);
    }
  });
});

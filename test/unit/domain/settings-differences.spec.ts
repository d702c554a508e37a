import assert from 'node:assert/strict';
import { diffSettings, notificationLabel } from '../../../src/domain/settings-differences.ts';
import { APPROVERS, aRoleSettings, MEGAN } from './settings-fixture.ts';

describe('diffSettings', () => {
  it('says nothing about equal settings in other spellings', () => {
    const other = aRoleSettings({ activation: { maximumDuration: 'PT480M' } });
    assert.deepEqual(diffSettings(aRoleSettings(), other), []);
  });

  it('says what differs in the words of the portal', () => {
    const after = aRoleSettings({
      activation: {
        maximumDuration: 'PT2H',
        requires: ['MultiFactorAuthentication'],
        approval: { isRequired: true, approvers: [MEGAN, APPROVERS] },
      },
      activeAssignment: { isPermanentAllowed: false, maximumDuration: 'P180D', requires: ['Justification'] },
    });
    assert.deepEqual(diffSettings(aRoleSettings(), after), [
      {
        path: 'activation.maximumDuration',
        label: 'Activation maximum duration',
        before: 'PT8H',
        after: 'PT2H',
      },
      {
        path: 'activation.requireJustification',
        label: 'Require justification on activation',
        before: 'yes',
        after: 'no',
      },
      {
        path: 'activation.requireMultiFactorAuthentication',
        label: 'Require Azure MFA on activation',
        before: 'no',
        after: 'yes',
      },
      {
        path: 'activation.approval.required',
        label: 'Require approval to activate',
        before: 'no',
        after: 'yes',
      },
      {
        path: 'activation.approval.approvers',
        label: 'Select approvers',
        before: 'none',
        after: 'sg-app-approvers (group), Megan Bowen',
      },
      {
        path: 'activeAssignment.allowPermanent',
        label: 'Allow permanent active assignment',
        before: 'yes',
        after: 'no',
      },
    ]);
  });

  it('tells two approvers of one name apart by their ids', () => {
    const namesake = { ...MEGAN, id: '99999999-9999-4999-8999-999999999999' };
    const before = aRoleSettings({ activation: { approval: { approvers: [MEGAN] } } });
    const after = aRoleSettings({ activation: { approval: { approvers: [namesake] } } });
    assert.deepEqual(diffSettings(before, after), [
      {
        path: 'activation.approval.approvers',
        label: 'Select approvers',
        before: 'Megan Bowen (11111111-1111-4111-8111-111111111111)',
        after: 'Megan Bowen (99999999-9999-4999-8999-999999999999)',
      },
    ]);
  });

  it('tells a namesake apart also beside others, and behind letters that cannot be seen', () => {
    const namesake = { ...MEGAN, id: '99999999-9999-4999-8999-999999999999', name: 'Megan \u200bBowen' };
    const before = aRoleSettings({ activation: { approval: { approvers: [MEGAN] } } });
    const after = aRoleSettings({ activation: { approval: { approvers: [namesake, APPROVERS] } } });
    const [difference] = diffSettings(before, after);
    assert.equal(difference?.before, 'Megan Bowen (11111111-1111-4111-8111-111111111111)');
    assert.equal(
      difference?.after,
      'sg-app-approvers (group), Megan \u200bBowen (99999999-9999-4999-8999-999999999999)',
    );
  });

  it('names a notification by whom it reaches and when', () => {
    const after = aRoleSettings({
      notifications: aRoleSettings().notifications.map((one) =>
        one.rule === 'Notification_Approver_EndUser_Assignment' ? { ...one, recipients: ['soc@contoso.com'] } : one,
      ),
    });
    assert.deepEqual(diffSettings(aRoleSettings(), after), [
      {
        path: 'notifications.Notification_Approver_EndUser_Assignment.recipients',
        label: 'Request to approve, when eligible members activate this role: additional recipients',
        before: 'none',
        after: 'soc@contoso.com',
      },
    ]);
  });
});

describe('notificationLabel', () => {
  it('leaves a rule that nobody knows as it is', () => {
    assert.equal(notificationLabel('Notification_Nobody_Never'), 'Notification_Nobody_Never');
  });
});

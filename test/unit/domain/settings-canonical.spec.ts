import assert from 'node:assert/strict';
import { areSameSettings, canonicalSettings } from '../../../src/domain/settings-canonical.ts';
import { ADELE, APPROVERS, aRoleSettings, MEGAN } from './settings-fixture.ts';

describe('canonicalSettings', () => {
  it('sorts lists, drops doubles and spells durations in one way', () => {
    const settings = canonicalSettings(
      aRoleSettings({
        activation: {
          maximumDuration: 'PT480M',
          requires: ['Ticketing', 'Justification', 'Ticketing'],
          approval: { approvers: [ADELE, { ...MEGAN, id: MEGAN.id.toUpperCase() }, APPROVERS, MEGAN] },
        },
        eligibleAssignment: { isPermanentAllowed: false, maximumDuration: 'PT720H', requires: [] },
        notifications: [...aRoleSettings().notifications].reverse().map((one) => ({
          ...one,
          recipients: ['b@contoso.com', 'A@contoso.com', 'a@contoso.com '],
        })),
      }),
    );
    assert.equal(settings.activation.maximumDuration, 'PT8H');
    assert.deepEqual(settings.activation.requires, ['Justification', 'Ticketing']);
    assert.deepEqual(settings.activation.approval.approvers, [APPROVERS, MEGAN, ADELE]);
    assert.equal(settings.eligibleAssignment.maximumDuration, 'P30D');
    assert.deepEqual(settings.notifications[0], {
      rule: 'Notification_Admin_Admin_Eligibility',
      level: 'All',
      isDefaultRecipientsEnabled: true,
      recipients: ['a@contoso.com', 'b@contoso.com'],
    });
  });

  it('changes nothing that is canonical', () => {
    assert.deepEqual(canonicalSettings(aRoleSettings()), aRoleSettings());
  });
});

describe('areSameSettings', () => {
  it('holds two spellings of the same for the same, whatever approvers are called', () => {
    const one = aRoleSettings({ activation: { maximumDuration: 'PT8H', approval: { approvers: [MEGAN, ADELE] } } });
    const other = aRoleSettings({
      activation: { maximumDuration: 'PT480M', approval: { approvers: [ADELE, { ...MEGAN, name: 'M. Bowen' }] } },
    });
    assert.equal(areSameSettings(one, other), true);
  });

  it('tells apart what differs in one value', () => {
    const other = aRoleSettings({ activation: { approval: { isJustificationRequired: false } } });
    assert.equal(areSameSettings(aRoleSettings(), other), false);
  });
});

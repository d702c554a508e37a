import assert from 'node:assert/strict';
import { ARM_DIALECT, changedRules, GRAPH_DIALECT } from '../../../../src/adapters/role-settings/changed-rules.ts';
import { toHeldSettings } from '../../../../src/adapters/role-settings/read-rules.ts';
import { ADELE, APPROVERS, aRoleSettings, type Changes, MEGAN } from '../../domain/settings-fixture.ts';
import { graphRules, withApprovers, withRule } from './raw-rules.ts';

function change(to: Changes, rules = graphRules(), dialect = GRAPH_DIALECT) {
  const from = toHeldSettings(rules, { policyId: '', lastModified: null }).settings;
  return changedRules(rules, { from, to: aRoleSettings(to) }, dialect);
}

function raw(id: string) {
  return graphRules().find((rule) => rule.id === id);
}

describe('changedRules', () => {
  it('gives nothing when nothing changes', () => {
    assert.deepEqual(change({}), []);
  });

  it('gives the one rule that changes, with everything else in it as it came', () => {
    assert.deepEqual(change({ activation: { maximumDuration: 'PT2H' } }), [
      { ...raw('Expiration_EndUser_Assignment'), maximumDuration: 'PT2H' },
    ]);
  });

  it('keeps what it has no word for', () => {
    const rules = withRule('Enablement_EndUser_Assignment', {
      enabledRules: ['Justification', 'FidoKey'],
      since: '2027-01-01',
    });
    assert.deepEqual(change({ activation: { requires: ['Ticketing'] } }, rules), [
      { ...raw('Enablement_EndUser_Assignment'), enabledRules: ['Ticketing', 'FidoKey'], since: '2027-01-01' },
    ]);
  });

  it('turns off MFA before the context goes on, and the other way round', () => {
    const mfa = withRule('Enablement_EndUser_Assignment', { enabledRules: ['MultiFactorAuthentication'] });
    const on = change({ activation: { requires: [], authenticationContext: 'c1' } }, mfa);
    assert.deepEqual(
      on.map(({ id }) => id),
      ['Enablement_EndUser_Assignment', 'AuthenticationContext_EndUser_Assignment'],
    );
    const context = withRule('AuthenticationContext_EndUser_Assignment', { isEnabled: true, claimValue: 'c1' });
    const off = change({ activation: { requires: ['MultiFactorAuthentication'] } }, context);
    assert.deepEqual(
      off.map(({ id }) => id),
      ['AuthenticationContext_EndUser_Assignment', 'Enablement_EndUser_Assignment'],
    );
  });

  it('writes a context that is off as each plane wants it', () => {
    const rules = withRule('AuthenticationContext_EndUser_Assignment', { isEnabled: true, claimValue: 'c1' });
    const offs = [GRAPH_DIALECT, ARM_DIALECT].map((dialect) => change({}, rules, dialect)[0]?.claimValue);
    assert.deepEqual(offs, [null, '']);
  });

  it('sends approvers who stay as they came, and new ones in the dialect of the plane', () => {
    const held = { '@odata.type': '#microsoft.graph.singleUser', id: MEGAN.id, isBackup: true, description: 'M.' };
    const rules = withApprovers([held], { approvalStageTimeOutInDays: 1, escalationApprovers: [] });
    const to = { activation: { approval: { isRequired: true, approvers: [MEGAN, APPROVERS] } } };
    assert.deepEqual(change(to, rules), [
      {
        ...raw('Approval_EndUser_Assignment'),
        setting: {
          isApprovalRequired: true,
          approvalStages: [
            {
              approvalStageTimeOutInDays: 1,
              escalationApprovers: [],
              isApproverJustificationRequired: true,
              primaryApprovers: [
                {
                  '@odata.type': '#microsoft.graph.groupMembers',
                  groupId: APPROVERS.id,
                  description: 'sg-app-approvers',
                },
                held,
              ],
            },
          ],
        },
      },
    ]);
  });

  it('makes a stage where there is none, for ARM', () => {
    const rules = withRule('Approval_EndUser_Assignment', {
      setting: { isApprovalRequired: false, approvalStages: [] },
    });
    const [rule] = change({ activation: { approval: { isRequired: true, approvers: [ADELE] } } }, rules, ARM_DIALECT);
    assert.deepEqual(rule?.setting, {
      isApprovalRequired: true,
      approvalStages: [
        {
          approvalStageTimeOutInDays: 1,
          escalationTimeInMinutes: 0,
          isEscalationEnabled: false,
          escalationApprovers: null,
          isApproverJustificationRequired: true,
          primaryApprovers: [{ id: ADELE.id, description: 'Adele Vance', isBackup: false, userType: 'User' }],
        },
      ],
    });
  });

  it('gives the rules of assignments and notifications', () => {
    const notifications = aRoleSettings().notifications.map((one, index) =>
      index === 8 ? { ...one, level: 'Critical' as const, recipients: ['soc@contoso.com'] } : one,
    );
    const to = {
      eligibleAssignment: { isPermanentAllowed: false, maximumDuration: 'P90D', requires: [] },
      activeAssignment: {
        isPermanentAllowed: true,
        maximumDuration: 'P180D',
        requires: ['Justification' as const, 'MultiFactorAuthentication' as const],
      },
      notifications,
    };
    assert.deepEqual(change(to), [
      { ...raw('Expiration_Admin_Eligibility'), isExpirationRequired: true, maximumDuration: 'P90D' },
      { ...raw('Enablement_Admin_Assignment'), enabledRules: ['Justification', 'MultiFactorAuthentication'] },
      {
        ...raw('Notification_Approver_EndUser_Assignment'),
        notificationLevel: 'Critical',
        notificationRecipients: ['soc@contoso.com'],
      },
    ]);
  });
});

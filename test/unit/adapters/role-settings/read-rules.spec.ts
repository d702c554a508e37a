import assert from 'node:assert/strict';
import { toHeldSettings } from '../../../../src/adapters/role-settings/read-rules.ts';
import type { RawRule } from '../../../../src/adapters/role-settings/rule-shapes.ts';
import { aRoleSettings } from '../../domain/settings-fixture.ts';
import { graphRules, withApprovers, withRule } from './raw-rules.ts';

const FACTS = { policyId: 'DirectoryRole_1_2', lastModified: null };
const read = (rules: readonly RawRule[]) => toHeldSettings(rules, FACTS);

const PERSON = 'AAAAAAAA-1111-4111-8111-111111111111';
const GROUP = 'bbbbbbbb-2222-4222-8222-222222222222';
const BOTH = [
  { kind: 'group', id: GROUP, name: 'Leads' },
  { kind: 'person', id: PERSON.toLowerCase(), name: 'Jo' },
];

describe('toHeldSettings', () => {
  it('reads the defaults of a role', () => {
    assert.deepEqual(read(graphRules()), { ...FACTS, settings: aRoleSettings(), unknownRules: [] });
  });

  const shapes: readonly (readonly [string, readonly object[]])[] = [
    [
      'Graph v1.0',
      [
        { '@odata.type': '#microsoft.graph.singleUser', userId: PERSON, description: 'Jo' },
        { '@odata.type': '#microsoft.graph.groupMembers', groupId: GROUP, description: 'Leads' },
      ],
    ],
    [
      'Graph beta',
      [
        { '@odata.type': '#microsoft.graph.singleUser', id: PERSON, isBackup: false, description: 'Jo' },
        { '@odata.type': '#microsoft.graph.groupMembers', id: GROUP, isBackup: false, description: 'Leads' },
      ],
    ],
    [
      'ARM',
      [
        { id: PERSON, description: 'Jo', isBackup: false, userType: 'User' },
        { id: GROUP, description: 'Leads', isBackup: false, userType: 'Group' },
      ],
    ],
  ];
  for (const [plane, approvers] of shapes) {
    it(`reads approvers as ${plane} writes them`, () => {
      assert.deepEqual(read(withApprovers(approvers)).settings.activation.approval, {
        isRequired: true,
        isJustificationRequired: true,
        approvers: BOTH,
      });
    });
  }

  it('calls an approver without a name by the id', () => {
    const [approver] = read(withApprovers([{ id: PERSON, userType: 'User', description: null }])).settings.activation
      .approval.approvers;
    assert.equal(approver?.name, PERSON);
  });

  it('reads a role without a stage as one without approvers', () => {
    const rules = withRule('Approval_EndUser_Assignment', {
      setting: { isApprovalRequired: false, approvalStages: null },
    });
    assert.deepEqual(read(rules).settings.activation.approval, {
      isRequired: false,
      isJustificationRequired: true,
      approvers: [],
    });
  });

  it('takes a context that is off for none, whatever it once was', () => {
    const rules = withRule('AuthenticationContext_EndUser_Assignment', { isEnabled: false, claimValue: 'c4' });
    assert.equal(read(rules).settings.activation.authenticationContext, null);
  });

  it('names rules and demands that nobody knows', () => {
    const rules = withRule('Enablement_EndUser_Assignment', { enabledRules: ['Justification', 'FidoKey'] });
    const held = read([...rules, { id: 'Recurrence_EndUser_Assignment', isAllowed: true }]);
    assert.deepEqual(held.settings.activation.requires, ['Justification']);
    assert.deepEqual(held.unknownRules, ['Enablement_EndUser_Assignment: FidoKey', 'Recurrence_EndUser_Assignment']);
  });

  const misshapen: readonly (readonly [string, string, object | null])[] = [
    ['Expiration_EndUser_Assignment', 'missing', null],
    ['Expiration_EndUser_Assignment', 'without a maximum', { maximumDuration: undefined }],
    ['Expiration_Admin_Assignment', 'with a maximum that is none', { maximumDuration: 'six months' }],
    ['Enablement_Admin_Eligibility', 'with one demand for a list', { enabledRules: 'Justification' }],
    ['AuthenticationContext_EndUser_Assignment', 'on without a context', { isEnabled: true, claimValue: '' }],
    ['Notification_Admin_EndUser_Assignment', 'with a level nobody knows', { notificationLevel: 'Loud' }],
    ['Approval_EndUser_Assignment', 'without a setting', { setting: null }],
    [
      'Approval_EndUser_Assignment',
      'with two stages',
      { setting: { isApprovalRequired: true, approvalStages: [{ primaryApprovers: [] }, { primaryApprovers: [] }] } },
    ],
    [
      'Approval_EndUser_Assignment',
      'approved by a manager',
      {
        setting: {
          isApprovalRequired: true,
          approvalStages: [
            { primaryApprovers: [{ '@odata.type': '#microsoft.graph.requestorManager', managerLevel: 1 }] },
          ],
        },
      },
    ],
  ];
  for (const [id, title, change] of misshapen) {
    it(`refuses ${id} ${title} and names it`, () => {
      assert.throws(() => read(withRule(id, change)), { code: 'graph.unexpected_answer', facts: { rule: id } });
    });
  }
});

import assert from 'node:assert/strict';
import { toRolePolicy } from '../../../../src/adapters/graph/role-policy.ts';
import { AccessError } from '../../../../src/errors.ts';

const TYPE = '#microsoft.graph.unifiedRoleManagementPolicy';

interface Shape {
  readonly maximumDuration?: unknown;
  readonly enabledRules?: unknown;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly setting?: unknown;
}

function rules(shape: Shape = {}): { readonly id: string; readonly [name: string]: unknown }[] {
  return [
    {
      '@odata.type': `${TYPE}ExpirationRule`,
      id: 'Expiration_EndUser_Assignment',
      isExpirationRequired: true,
      maximumDuration: 'maximumDuration' in shape ? shape.maximumDuration : 'PT8H',
    },
    { id: 'Expiration_Admin_Eligibility', isExpirationRequired: false, maximumDuration: 'P365D' },
    { id: 'Enablement_EndUser_Assignment', enabledRules: shape.enabledRules ?? [] },
    { id: 'AuthenticationContext_EndUser_Assignment', ...(shape.context ?? { isEnabled: false, claimValue: null }) },
    { id: 'Approval_EndUser_Assignment', setting: shape.setting ?? { isApprovalRequired: false, approvalStages: [] } },
  ];
}

function approval(primaryApprovers: unknown, isApproverJustificationRequired: boolean | null = true): Shape {
  return {
    setting: { isApprovalRequired: true, approvalStages: [{ isApproverJustificationRequired, primaryApprovers }] },
  };
}

function isNotUnderstood(error: unknown): boolean {
  return error instanceof AccessError && error.code === 'graph.unexpected_answer';
}

describe('toRolePolicy', () => {
  it('does not mind rules that it does not know', () => {
    const tomorrow = { id: 'Tomorrow_EndUser_Assignment', '@odata.type': '#microsoft.graph.somethingNew', demands: 1 };
    assert.deepEqual(toRolePolicy([tomorrow, ...rules()]), toRolePolicy(rules()));
  });

  it('reads rules that are off', () => {
    const policy = toRolePolicy(rules());
    assert.equal(policy.maximumDuration.toString(), 'PT8H');
    assert.deepEqual(
      { ...policy, maximumDuration: null },
      {
        maximumDuration: null,
        isJustificationRequired: false,
        isTicketRequired: false,
        isMfaRequired: false,
        authenticationContext: null,
        isApprovalRequired: false,
        isApproverJustificationRequired: true,
        approvers: [],
      },
    );
  });

  it('reads enablement in any case', () => {
    const policy = toRolePolicy(rules({ enabledRules: ['justification', 'TICKETING', 'MultiFactorAuthentication'] }));
    assert.deepEqual(
      [policy.isJustificationRequired, policy.isTicketRequired, policy.isMfaRequired],
      [true, true, true],
    );
  });

  for (const [text, expected] of [
    ['PT480M', 'PT8H'],
    ['P1D', 'PT24H'],
    ['PT1H30M', 'PT1H30M'],
  ] as const) {
    it(`reads ${text} as ${expected}`, () => {
      assert.equal(toRolePolicy(rules({ maximumDuration: text })).maximumDuration.toString(), expected);
    });
  }

  it('reads an authentication context', () => {
    assert.equal(toRolePolicy(rules({ context: { isEnabled: true, claimValue: 'c1' } })).authenticationContext, 'c1');
    assert.equal(toRolePolicy(rules({ context: { isEnabled: false, claimValue: 'c1' } })).authenticationContext, null);
  });

  for (const [version, user, group] of [
    ['v1.0', { userId: 'U-1' }, { groupId: 'G-1' }],
    ['beta', { id: 'U-1', isBackup: false }, { id: 'G-1', isBackup: false }],
  ] as const) {
    it(`reads approvers as ${version} names them`, () => {
      const policy = toRolePolicy(
        rules(
          approval([
            { '@odata.type': '#microsoft.graph.singleUser', description: 'Jo', ...user },
            { '@odata.type': '#microsoft.graph.groupMembers', description: 'Approvers', ...group },
          ]),
        ),
      );
      assert.deepEqual(policy.approvers, [
        { kind: 'person', id: 'u-1', name: 'Jo' },
        { kind: 'group', id: 'g-1', name: 'Approvers' },
      ]);
    });
  }

  it('has no approvers where approval is asked for and nobody is named', () => {
    for (const shape of [approval([]), approval(null), { setting: { isApprovalRequired: true, approvalStages: [] } }]) {
      const policy = toRolePolicy(rules(shape));
      assert.equal(policy.isApprovalRequired, true);
      assert.deepEqual(policy.approvers, []);
    }
  });

  it('reads whether approvers must justify', () => {
    assert.equal(toRolePolicy(rules(approval([], false))).isApproverJustificationRequired, false);
    assert.equal(toRolePolicy(rules(approval([], null))).isApproverJustificationRequired, true);
  });

  for (const id of [
    'Expiration_EndUser_Assignment',
    'Enablement_EndUser_Assignment',
    'AuthenticationContext_EndUser_Assignment',
    'Approval_EndUser_Assignment',
  ]) {
    it(`does not guess when ${id} is missing`, () => {
      assert.throws(() => toRolePolicy(rules().filter((rule) => rule.id !== id)), isNotUnderstood);
    });
  }

  for (const [what, shape] of [
    ['a maximum that is no duration', { maximumDuration: 'long' }],
    ['an empty maximum', { maximumDuration: 'PT0S' }],
    ['no maximum', { maximumDuration: null }],
    ['an authentication context without its name', { context: { isEnabled: true, claimValue: '' } }],
    ['rules that are no list', { enabledRules: 'Justification' }],
    ['an approval rule without a setting', { setting: {} }],
    ['an approver of an unknown kind', approval([{ '@odata.type': '#microsoft.graph.requestorManager' }])],
    ['an approver without an id', approval([{ '@odata.type': '#microsoft.graph.singleUser' }])],
  ] as const) {
    it(`does not guess at ${what}`, () => {
      assert.throws(() => toRolePolicy(rules(shape)), isNotUnderstood);
    });
  }
});

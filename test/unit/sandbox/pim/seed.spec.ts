import assert from 'node:assert/strict';

import { RULE_IDS } from '../../../../sandbox/pim/policy.ts';
import { aWorld, OPERATOR } from '../a-world.ts';

describe('seedDirectory', () => {
  it('makes the people of the design eligible for their roles', () => {
    const at = aWorld();
    const rows = [...at.world.tenant.users.values()].flatMap(({ id, handle }) =>
      at.pim
        .liveSchedules(id, 'eligibility')
        .map(({ subject }) => `${handle}: ${at.roles.definitions.get(subject.role)?.displayName} ${subject.scope}`),
    );
    assert.deepEqual(rows, [
      'engineer: Contoso-App-Assignment-Operator /',
      'engineer: Contoso-App-Configuration-Administrator /',
      'engineer: Security Reader /',
      'engineer: Global Reader /',
      'engineer: User Administrator /',
      'engineer: Helpdesk Administrator /administrativeUnits/4c82d5e6-0001-4f70-9a8b-c1d2e3f4a5b1',
      'engineer: Helpdesk Administrator /administrativeUnits/4c82d5e6-0002-4f70-9a8b-c1d2e3f4a5b2',
      'contractor: Contoso-App-Configuration-Administrator /',
      'oncall: Global Reader /',
      'oncall: Privileged Role Administrator /',
      'admin: Privileged Role Administrator /',
    ]);
  });

  const settings: readonly [
    role: string,
    maximum: string,
    enabled: string[],
    context: string | null,
    approved: boolean,
  ][] = [
    ['Contoso-App-Assignment-Operator', 'PT4H', ['Justification'], null, true],
    ['Contoso-App-Configuration-Administrator', 'PT2H', ['Justification'], null, true],
    ['Security Reader', 'PT8H', ['Justification'], null, false],
    ['Global Reader', 'PT8H', [], null, false],
    ['User Administrator', 'PT2H', ['MultiFactorAuthentication', 'Justification', 'Ticketing'], null, true],
    ['Privileged Role Administrator', 'PT1H', ['Justification'], 'c1', false],
    ['Helpdesk Administrator', 'PT4H', ['Justification'], null, false],
  ];
  for (const [name, maximum, enabled, context, approved] of settings) {
    it(`gives ${name} its settings`, () => {
      const at = aWorld();
      const role = [...at.roles.definitions.values()].find(({ displayName }) => displayName === name)?.id ?? '';
      const policy = at.pim.policy({ surface: 'directory', role, scope: '/' });
      assert.equal(policy.expiration('Expiration_EndUser_Assignment').maximumDuration, maximum);
      assert.deepEqual(policy.enabled('Enablement_EndUser_Assignment'), enabled);
      assert.equal(policy.authenticationContext, context);
      assert.equal(policy.approval !== null, approved);
      assert.equal(policy.approval?.isApproverJustificationRequired ?? true, true);
    });
  }

  it('gives every policy the seventeen rules with the defaults of the documentation', () => {
    const at = aWorld();
    const policy = at.pim.policy({ surface: 'directory', role: OPERATOR, scope: '/' });
    assert.equal(RULE_IDS.length, 17);
    assert.deepEqual([...policy.rules.keys()], [...RULE_IDS]);
    assert.equal(policy.expiration('Expiration_Admin_Eligibility').maximumDuration, 'P365D');
    assert.equal(policy.expiration('Expiration_Admin_Assignment').maximumDuration, 'P180D');
    assert.deepEqual(policy.enabled('Enablement_Admin_Assignment'), ['Justification']);
    assert.deepEqual(policy.enabled('Enablement_Admin_Eligibility'), []);
  });

  it('lets members of the tier 0 group be Security Administrators', () => {
    const at = aWorld();
    const role = '194ae4cb-b126-40b2-bd5b-6091b380977d';
    assert.equal(at.roles.holdsAny(at.id('oncall'), [role]), false);
    at.world.tenant.groups.get('2a91b3c4-0005-4d5e-8f60-a1b2c3d4e5f5')?.memberIds.push(at.id('oncall'));
    assert.equal(at.roles.holdsAny(at.id('oncall'), [role]), true);
    assert.deepEqual(at.roles.holders([role]), [at.id('oncall')]);
  });

  it('gives the same ids every time', () => {
    const ids = (): string[] =>
      [...aWorld().pim.state.schedules.values()].map(({ id, instanceId }) => `${id} ${instanceId}`);
    assert.deepEqual(ids(), ids());
  });
});

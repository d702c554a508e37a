import assert from 'node:assert/strict';

import {
  type ArmSandbox,
  AUTHORIZATION,
  activation,
  PIM,
  RG_PAYMENTS,
  roleId,
  startArm,
  VM_OPERATOR,
} from './arm-calls.ts';
import { type Reply, type TokenFacts, verdict } from './graph-calls.ts';

const CHALLENGE =
  '&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D';
const MINE = `${AUTHORIZATION}/roleEligibilityScheduleInstances?${PIM}&$filter=asTarget()`;

describe('ARM, where a token must prove more', () => {
  let arm: ArmSandbox;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.sandbox.close());

  const activate = (facts: TokenFacts): Promise<Reply> =>
    arm.put('engineer', RG_PAYMENTS, activation(RG_PAYMENTS, VM_OPERATOR), facts);

  async function require(rule: object): Promise<void> {
    const admin = await arm.as('admin');
    const filter = `$filter=roleDefinitionId eq '${roleId(RG_PAYMENTS, VM_OPERATOR)}'`;
    const list = await admin('GET', `${RG_PAYMENTS}${AUTHORIZATION}/roleManagementPolicyAssignments?${PIM}&${filter}`);
    const { policyId } = list.body.value[0].properties;
    assert.equal((await admin('PATCH', `${policyId}?${PIM}`, { properties: { rules: [rule] } })).status, 200);
  }

  it('answers the challenge of an authentication context as PIM does, with 400 and no header', async () => {
    await require({
      id: 'AuthenticationContext_EndUser_Assignment',
      ruleType: 'RoleManagementPolicyAuthenticationContextRule',
      isEnabled: true,
      claimValue: 'c1',
    });
    for (const facts of [{}, { acrs: ['c1'] }, { acrs: ['c2'], capabilities: ['cp1'] }]) {
      const reply = await activate(facts);
      assert.equal(verdict(reply), '400 RoleAssignmentRequestAcrsValidationFailed', JSON.stringify(facts));
      assert.equal(reply.body.error.message, CHALLENGE);
      assert.equal(reply.headers.get('www-authenticate'), null);
    }
    assert.equal((await activate({ acrs: ['c1'], capabilities: ['cp1'] })).status, 201);
  });

  it('answers MfaRule, also to a token with MFA while fault mfa-rule-stubborn is set', async () => {
    await require({
      id: 'Enablement_EndUser_Assignment',
      ruleType: 'RoleManagementPolicyEnablementRule',
      enabledRules: ['MultiFactorAuthentication'],
    });
    assert.match((await activate({ amr: ['pwd'] })).body.error.message, /MfaRule - /);
    assert.equal(await arm.fault({ name: 'mfa-rule-stubborn', person: 'engineer', times: 1 }), 201);
    assert.match((await activate({ amr: ['pwd', 'mfa'] })).body.error.message, /MfaRule - /);
    assert.equal((await activate({ amr: ['pwd', 'mfa'] })).status, 201);
  });

  it('refuses whatever a person writes without MFA while fault mandatory-mfa is set', async () => {
    assert.equal(await arm.fault({ name: 'mandatory-mfa' }), 201);
    assert.equal(verdict(await activate({ amr: ['pwd'] })), '403 RequestDisallowedByAzure');
    const admin = await arm.as('admin', { amr: ['pwd'] });
    const path = `${RG_PAYMENTS}${AUTHORIZATION}/roleAssignments/11111111-2222-4333-8444-555555555555`;
    assert.equal(verdict(await admin('DELETE', `${path}?api-version=2022-04-01`)), '403 RequestDisallowedByAzure');
    const me = await arm.as('engineer', { amr: ['pwd'] });
    assert.equal((await me('GET', MINE)).status, 200);
    assert.equal((await activate({ amr: ['pwd', 'mfa'] })).status, 201);
  });

  it('challenges with 401 while fault insufficient-claims is set, until the token carries the context', async () => {
    await arm.fault({ name: 'insufficient-claims', person: 'engineer', service: 'arm' });
    const reply = await activate({ capabilities: ['cp1'] });
    assert.equal(verdict(reply), '401 InvalidAuthenticationToken');
    const claims = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}').toString('base64');
    assert.ok(reply.headers.get('www-authenticate')?.endsWith(`error="insufficient_claims", claims="${claims}"`));
    assert.equal((await activate({ acrs: ['c1'], capabilities: ['cp1'] })).status, 201);
  });

  it('answers 429 with Retry-After while fault throttle is set', async () => {
    await arm.fault({ name: 'throttle', service: 'arm', retryAfter: 17, times: 1 });
    const me = await arm.as('engineer');
    const reply = await me('GET', MINE);
    assert.equal(verdict(reply), '429 TooManyRequests');
    assert.equal(reply.headers.get('retry-after'), '17');
    assert.equal((await me('GET', MINE)).status, 200);
  });
});

import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { AUTHORIZATION, PIM, RG_PAYMENTS, roleId, VM_OPERATOR } from '../sandbox/arm-calls.ts';
import type { ArmBench } from './arm-bench.ts';
import { anOrder, aRole, createArmBench, refusal } from './arm-bench.ts';

const OPERATOR = aRole(RG_PAYMENTS, VM_OPERATOR, 'Virtual Machine Operator');

describe('ArmRoleManagement, where Azure is odd', () => {
  let bench: ArmBench;

  beforeEach(async () => {
    bench = await createArmBench();
  });

  afterEach(() => bench.close());

  const engineer = () => bench.actor('engineer');
  const activate = (role: RoleAtScope = OPERATOR) => bench.roles.activate(engineer(), anOrder(role));

  async function require(rule: object): Promise<void> {
    const admin = await bench.arm.as('admin');
    const filter = `$filter=roleDefinitionId eq '${roleId(RG_PAYMENTS, VM_OPERATOR)}'`;
    const list = await admin('GET', `${RG_PAYMENTS}${AUTHORIZATION}/roleManagementPolicyAssignments?${PIM}&${filter}`);
    const { policyId } = list.body.value[0].properties;
    assert.equal((await admin('PATCH', `${policyId}?${PIM}`, { properties: { rules: [rule] } })).status, 200);
  }

  describe('too soon', () => {
    it('does not find an activation in its first minute, and says that it is only young', async () => {
      await activate();
      await bench.arm.pass('PT40S');
      const error = await refusal(bench.roles.deactivate(engineer(), OPERATOR), 'activation.not_active');
      assert.deepEqual(error.facts, { recently: 'activated' });
      assert.equal(error.retryAfter?.total('seconds'), 260);
    });

    it('finds it too short after that, and ends it after five minutes', async () => {
      await activate();
      await bench.arm.pass('PT2M');
      const error = await refusal(bench.roles.deactivate(engineer(), OPERATOR), 'activation.too_short');
      assert.equal(error.retryAfter, null);
      await bench.arm.pass('PT3M');
      await bench.roles.deactivate(engineer(), OPERATOR);
    });

    it('says nothing of the kind where nothing was activated', async () => {
      const error = await refusal(bench.roles.deactivate(engineer(), OPERATOR), 'activation.not_active');
      assert.deepEqual(error.facts, {});
      assert.equal(error.retryAfter, null);
    });

    it('still has it for two minutes after a deactivation, and says for how long', async () => {
      await activate();
      await bench.arm.pass('PT6M');
      await bench.roles.deactivate(engineer(), OPERATOR);
      await bench.arm.pass('PT30S');
      const error = await refusal(activate(), 'activation.already_active');
      assert.deepEqual(error.facts, { recently: 'ended' });
      assert.equal(error.retryAfter?.total('seconds'), 90);
      await bench.arm.pass('PT90S');
      assert.equal((await activate()).state, 'provisioned');
    });

    it('says nothing of the kind where it runs', async () => {
      await activate();
      await bench.arm.pass('PT6M');
      const error = await refusal(activate(), 'activation.already_active');
      assert.deepEqual(error.facts, {});
      assert.equal(error.retryAfter, null);
    });

    it('keeps the refusal when the requests that would explain it cannot be read', async () => {
      await activate();
      await bench.arm.fault({ name: 'error', service: 'arm', match: 'asRequestor', status: 500 });
      const error = await refusal(activate(), 'activation.already_active');
      assert.deepEqual(error.facts, {});
    });
  });

  describe('lost answers', () => {
    it('is in doubt, and finds by the marker that it happened', async () => {
      for (const close of [false, true]) {
        const order = anOrder(
          await bench.eligible('engineer', 'Reader', close ? 'Contoso Staging' : 'Contoso Production'),
        );
        await bench.arm.fault({ name: 'ambiguous', service: 'arm', match: order.marker, times: 1, close });
        bench.calls();
        await refusal(bench.roles.activate(engineer(), order), 'activation.in_doubt');
        assert.equal(bench.calls().length, 1, 'a write is not repeated');
        const found = await bench.roles.findByMarker(engineer(), order.marker, order.role);
        assert.equal(found?.state, 'provisioned');
      }
    });

    it('is in doubt, and finds by the marker that nothing happened', async () => {
      const order = anOrder(OPERATOR);
      await bench.arm.fault({ name: 'drop', service: 'arm', match: order.marker, times: 1 });
      await refusal(bench.roles.activate(engineer(), order), 'activation.in_doubt');
      assert.equal(await bench.roles.findByMarker(engineer(), order.marker, OPERATOR), null);
    });

    it('does not take a refusal to look for proof that nothing happened', async () => {
      await bench.arm.fault({ name: 'error', service: 'arm', match: 'GET', status: 403, code: 'AuthorizationFailed' });
      await refusal(bench.roles.findByMarker(engineer(), anOrder(OPERATOR).marker, OPERATOR), 'graph.forbidden');
    });

    it('is in doubt after an answer that says nothing, or something else', async () => {
      await bench.arm.fault({ name: 'empty', service: 'arm', match: 'PUT', times: 1 });
      await refusal(activate(), 'activation.in_doubt');
      await bench.arm.fault({
        name: 'error',
        service: 'arm',
        match: 'PUT',
        times: 1,
        status: 201,
        body: '{"name":"x"}',
        contentType: 'application/json',
      });
      await refusal(activate(), 'activation.in_doubt');
      await bench.arm.fault({ name: 'empty', service: 'arm', match: 'PUT', times: 1 });
      await refusal(bench.roles.deactivate(engineer(), OPERATOR), 'activation.in_doubt');
    });

    it('takes the request that is there already under its own name for the answer', async () => {
      const order = anOrder(OPERATOR);
      await bench.roles.activate(engineer(), order);
      assert.equal((await bench.roles.activate(engineer(), order)).id, order.marker);
      const other = { ...order, role: await bench.eligible('engineer', 'Reader', 'Contoso Production') };
      await refusal(bench.roles.activate(engineer(), other), 'activation.in_doubt');
    });

    it('is not in doubt when nothing left', async () => {
      await bench.eligible('engineer', 'Reader', 'Contoso Production');
      await bench.close();
      await refusal(activate(), 'graph.unavailable');
    });

    it('repeats reads, and a write only after 429 with a short wait', async () => {
      await bench.arm.fault({ name: 'drop', service: 'arm', match: 'asTarget', times: 1 });
      await bench.arm.fault({ name: 'error', service: 'arm', match: 'asTarget', times: 1, status: 503 });
      assert.equal((await bench.roles.listEligible(engineer())).length, 4);
      assert.deepEqual(bench.warnings.map(({ event }) => event).sort(), ['arm.answer_lost', 'arm.call_failed']);
      await bench.arm.fault({ name: 'error', service: 'arm', match: 'PUT', times: 1, status: 429, retryAfter: 1 });
      bench.calls();
      assert.equal((await activate()).state, 'provisioned');
      assert.equal(bench.calls().length, 2);
      await bench.arm.fault({ name: 'error', service: 'arm', match: 'PUT', times: 1, status: 429, retryAfter: 60 });
      const error = await refusal(activate(), 'graph.throttled');
      assert.equal(error.retryAfter?.total('seconds'), 60);
    });
  });

  describe('sign-in', () => {
    const CLAIMS = { access_token: { acrs: { essential: true, value: 'c1' } } };

    it('hands on the claims of an authentication context, which come with 400', async () => {
      await require({
        id: 'AuthenticationContext_EndUser_Assignment',
        ruleType: 'RoleManagementPolicyAuthenticationContextRule',
        isEnabled: true,
        claimValue: 'c1',
      });
      const error = await refusal(activate(), 'activation.step_up_required');
      assert.deepEqual(JSON.parse(error.facts.claims ?? ''), CLAIMS);
    });

    it('hands on the claims of a challenge, which come with 401', async () => {
      await bench.arm.fault({ name: 'insufficient-claims', person: 'engineer', service: 'arm' });
      const error = await refusal(activate(), 'activation.step_up_required');
      assert.deepEqual(JSON.parse(error.facts.claims ?? ''), CLAIMS);
    });

    it('tells the MFA of a policy from the MFA of Azure itself', async () => {
      for (const status of [403, 401, 400]) {
        await bench.arm.fault({ name: 'mandatory-mfa', status, times: 1 });
        await refusal(activate(), 'activation.azure_mfa_required');
      }
      await require({
        id: 'Enablement_EndUser_Assignment',
        ruleType: 'RoleManagementPolicyEnablementRule',
        enabledRules: ['MultiFactorAuthentication'],
      });
      await refusal(activate(), 'activation.mfa_required');
    });

    it('takes a fresh token once when this one is refused', async () => {
      await bench.arm.fault({
        name: 'error',
        service: 'arm',
        match: 'PUT',
        times: 1,
        status: 401,
        code: 'ExpiredAuthenticationToken',
      });
      assert.equal((await activate()).state, 'provisioned');
    });

    it('asks to sign in where this replica has no token', async () => {
      await refusal(bench.roles.listEligible(bench.actor('contractor')), 'identity.sign_in_required');
    });
  });
});

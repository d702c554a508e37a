import assert from 'node:assert/strict';
import { armError } from '../../../../src/adapters/arm/arm-errors.ts';
import type { CallRefusal } from '../../../../src/adapters/pim-errors/call-error.ts';
import type { AccessError } from '../../../../src/errors.ts';

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

function refused(status: number, code: string, rest: Partial<CallRefusal> & { message?: string } = {}): AccessError {
  const { message = 'text', ...others } = rest;
  const body = JSON.stringify({ error: { code, message } });
  return armError('PUT x', { status, body, retryAfter: null, challenge: null, requestId: null, ...others });
}

describe('armError', () => {
  for (const [status, code, ours] of [
    [400, 'RoleAssignmentExists', 'activation.already_active'],
    [400, 'RoleAssignmentDoesNotExist', 'activation.not_active'],
    [400, 'PendingRoleAssignmentRequest', 'activation.already_pending'],
    [409, 'RoleAssignmentRequestExists', 'activation.already_pending'],
    [400, 'ActiveDurationTooShort', 'activation.too_short'],
    [400, 'RequestCannotBeCancelled', 'activation.not_cancellable'],
    [404, 'RoleAssignmentRequestNotFound', 'activation.request_unknown'],
    [403, 'RequestDisallowedByAzure', 'activation.azure_mfa_required'],
    [400, 'InsufficientPermissions', 'graph.forbidden'],
    [403, 'AuthorizationFailed', 'graph.forbidden'],
    [400, 'InvalidScope', 'graph.not_found'],
    [400, 'ScopeDoesNotMatchRoleDefinition', 'graph.not_found'],
    [404, 'SubscriptionNotFound', 'graph.not_found'],
    [404, 'ResourceNotFound', 'graph.not_found'],
    [401, 'AuthenticationFailed', 'graph.unauthorized'],
    [401, 'ExpiredAuthenticationToken', 'graph.unauthorized'],
    [429, 'TooManyRequests', 'graph.throttled'],
    [500, 'InternalServerError', 'graph.unavailable'],
    [501, 'NotImplemented', 'graph.unexpected_answer'],
    [400, 'SomethingNew', 'graph.unexpected_answer'],
    [409, 'Conflict', 'graph.unexpected_answer'],
  ] as const) {
    it(`makes ${status} ${code} ${ours}`, () => {
      assert.equal(refused(status, code).code, ours);
    });
  }

  it('hands on the claims of both challenges', () => {
    const header = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(CLAIMS).toString('base64')}"`;
    const byHeader = refused(401, 'InvalidAuthenticationToken', { challenge: header });
    const byMessage = refused(400, 'RoleAssignmentRequestAcrsValidationFailed', {
      message: `&claims=${encodeURIComponent(CLAIMS)}`,
    });
    for (const error of [byHeader, byMessage]) {
      assert.equal(error.code, 'activation.step_up_required');
      assert.equal(error.facts.claims, CLAIMS);
    }
  });

  it('names the rules that were broken', () => {
    const code = 'RoleAssignmentRequestPolicyValidationFailed';
    const message = 'The following policy rules failed: ["ExpirationRule","TicketingRule"]';
    const error = refused(400, code, { message });
    assert.equal(error.code, 'activation.refused_by_policy');
    assert.equal(error.facts.rules, 'ExpirationRule, TicketingRule');
  });

  it('tells operators where and which, and nothing of the body', () => {
    const error = refused(403, 'AuthorizationFailed', { message: 'secret text', requestId: 'abc-1', retryAfter: '7' });
    assert.equal(error.message, 'Azure refused PUT x: 403 AuthorizationFailed (request-id abc-1)');
    assert.deepEqual(error.facts, { status: '403', code: 'AuthorizationFailed' });
    assert.equal(error.retryAfter?.total('seconds'), 7);
    const odd = refused(400, 'Alex Wilber <b>', { requestId: 'x y' });
    assert.equal(odd.message, 'Azure refused PUT x: 400 without a code (request-id unreadable)');
    assert.deepEqual(odd.facts, { status: '400' });
  });

  it('judges by the status where the body is no error', () => {
    for (const body of ['', '<html>', '{"error":"x"}', 'null', '[]']) {
      const error = armError('GET x', { status: 503, body, retryAfter: null, challenge: null, requestId: null });
      assert.equal(error.code, 'graph.unavailable');
      assert.equal(error.retryable, true);
    }
  });
});

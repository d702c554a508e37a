import assert from 'node:assert/strict';
import { callError } from '../../../../src/adapters/pim-errors/call-error.ts';
import table from '../../../../src/adapters/pim-errors/pim-error-codes.json' with { type: 'json' };
import { readRetryAfter } from '../../../../src/adapters/pim-errors/problem.ts';
import type { AccessError, ErrorCode } from '../../../../src/errors.ts';
import { ERROR_CODES } from '../../../../src/errors.ts';

type Wrapping =
  | 'plain'
  | 'wrapped'
  | 'wrapped twice'
  | 'wrapped in BadRequest'
  | 'wrapped without a code'
  | 'wrapped as error';

const inner = (code: string, message: string) => JSON.stringify({ errorCode: code, message, instanceAnnotations: [] });

const WRAPPINGS: Readonly<Record<Wrapping, (code: string, message: string) => unknown>> = {
  plain: (code, message) => ({ code, message }),
  wrapped: (code, message) => ({ code: 'UnknownError', message: inner(code, message) }),
  'wrapped twice': (code, message) => ({
    code: 'UnknownError',
    message: JSON.stringify({ errorCode: 'UnknownError', message: inner(code, message) }),
  }),
  'wrapped in BadRequest': (code, message) => ({ code: 'BadRequest', message: inner(code, message) }),
  'wrapped without a code': (code, message) => ({ code: '', message: inner(code, message) }),
  'wrapped as error': (code, message) => ({
    code: 'UnknownError',
    message: JSON.stringify({ error: { code, message } }),
  }),
};

function refused(status: number, body: string, headers: { retryAfter?: string; challenge?: string } = {}): AccessError {
  return callError(
    { service: 'Graph', operation: 'POST /roleManagement' },
    {
      status,
      body,
      retryAfter: headers.retryAfter ?? null,
      challenge: headers.challenge ?? null,
      requestId: '911bab8a-6912-4de2-9dc0-2648ede7dd6d',
    },
  );
}

function withCode(
  status: number,
  code: string,
  message = 'Microsoft’s text',
  wrapping: Wrapping = 'plain',
): AccessError {
  return refused(status, JSON.stringify({ error: WRAPPINGS[wrapping](code, message) }));
}

const CODES: readonly [code: string, status: number, ours: ErrorCode][] = [
  ['RoleAssignmentExists', 400, 'activation.already_active'],
  ['RoleAssignmentRequestExists', 409, 'activation.already_pending'],
  ['PendingRoleAssignmentRequest', 400, 'activation.already_pending'],
  ['RoleAssignmentDoesNotExist', 400, 'activation.not_active'],
  ['RoleAssignmentDoesNotExist', 404, 'activation.not_active'],
  ['ActiveDurationTooShort', 400, 'activation.too_short'],
  ['InvalidRoleAssignmentRequest', 400, 'graph.unexpected_answer'],
  ['InvalidRoleAssignmentRequestSchedule', 400, 'graph.unexpected_answer'],
  ['RoleNotFound', 400, 'graph.not_found'],
  ['SubjectNotFound', 400, 'directory.person_unknown'],
  ['ResourceIsLocked', 400, 'graph.forbidden'],
  ['ResourceNotFound', 404, 'graph.not_found'],
  ['InvalidResource', 400, 'graph.not_found'],
  ['InsufficientPermissions', 400, 'graph.forbidden'],
  ['AuthorizationFailed', 403, 'graph.forbidden'],
  ['InvalidScope', 400, 'graph.not_found'],
  ['ScopeDoesNotMatchRoleDefinition', 400, 'graph.unexpected_answer'],
  ['PermissionScopeNotGranted', 403, 'identity.consent_missing'],
  ['Authorization_RequestDenied', 403, 'graph.forbidden'],
  ['AadPremiumLicenseRequired', 400, 'graph.license_missing'],
  ['AadPremiumLicenseRequired', 403, 'graph.license_missing'],
  ['CannotDeleteLastAdminAssignment', 400, 'assignment.last_owner'],
  ['InvalidPolicy', 400, 'graph.unexpected_answer'],
  ['InputPolicyNotFound', 400, 'graph.unexpected_answer'],
  ['RoleAssignmentRequestNotFound', 400, 'activation.request_unknown'],
  ['RoleAssignmentRequestNotFound', 404, 'activation.request_unknown'],
  ['RequestDisallowedByAzure', 400, 'activation.azure_mfa_required'],
  ['RequestDisallowedByAzure', 403, 'activation.azure_mfa_required'],
  ['RequestCannotBeCancelled', 400, 'activation.not_cancellable'],
  ['TenantEnabledInAadRoleMigration', 403, 'graph.forbidden'],
  ['Request_BadRequest', 400, 'graph.unexpected_answer'],
  ['Request_ResourceNotFound', 404, 'graph.not_found'],
  ['InvalidAuthenticationToken', 401, 'graph.unauthorized'],
  ['InvalidAuthenticationTokenTenant', 401, 'graph.unauthorized'],
  ['ExpiredAuthenticationToken', 401, 'graph.unauthorized'],
  ['InvalidFilter', 400, 'graph.unexpected_answer'],
  ['BadRequest', 400, 'graph.unexpected_answer'],
  ['UnknownError', 400, 'graph.unexpected_answer'],
  ['UnknownError', 502, 'graph.unavailable'],
  ['RoleSettingNotFound', 400, 'graph.not_found'],
  ['InvalidRoleSetting', 400, 'graph.unexpected_answer'],
  ['PrincipalNotFound', 400, 'directory.person_unknown'],
  ['TooManyRequests', 429, 'graph.throttled'],
  // The names of pim-api §9.6, which nobody has pasted a body of.
  ['JustificationRuleViolated', 400, 'activation.justification_required'],
  ['JustificationRequired', 400, 'activation.justification_required'],
  ['TicketingRuleViolated', 400, 'activation.ticket_required'],
  ['TicketInfoRequired', 400, 'activation.ticket_required'],
  ['MfaRuleViolated', 400, 'activation.mfa_required'],
  ['MfaRuleNotSatisfied', 400, 'activation.mfa_required'],
  ['MfaRequired', 400, 'activation.mfa_required'],
  ['MaximumDurationExceeded', 400, 'activation.too_long'],
  ['ScheduleExpirationRuleViolated', 400, 'activation.too_long'],
  ['StartTimeInPast', 400, 'activation.start_in_past'],
  ['InvalidStartDateTime', 400, 'activation.start_in_past'],
  ['EligibilityNotFound', 400, 'activation.not_eligible'],
  ['ConcurrentActivationInProgress', 400, 'activation.already_pending'],
  ['ScopeNotAllowed', 400, 'activation.not_eligible'],
  ['RoleAssignmentApprovalRequired', 400, 'activation.refused_by_policy'],
  ['RoleAssignmentInstanceAlreadyExists', 400, 'activation.already_active'],
  ['RoleAssignmentAlreadyExists', 409, 'activation.already_active'],
  ['RoleAssignmentScheduleRequestExists', 409, 'activation.already_pending'],
  ['RoleEligibilityDoesNotExist', 404, 'activation.not_eligible'],
  ['PendingApproval', 400, 'activation.already_pending'],
  ['PendingAdminDecision', 400, 'activation.already_pending'],
];

describe('callError', () => {
  for (const wrapping of Object.keys(WRAPPINGS) as Wrapping[]) {
    describe(wrapping, () => {
      for (const [code, status, ours] of CODES) {
        it(`turns ${status} ${code} into ${ours}`, () => {
          assert.equal(withCode(status, code, 'text', wrapping).code, ours);
        });
      }

      for (const [rule, ours] of [
        ['EligibilityRule', 'activation.not_eligible'],
        ['ExpirationRule', 'activation.too_long'],
        ['JustificationRule', 'activation.justification_required'],
        ['TicketingRule', 'activation.ticket_required'],
        ['MfaRule', 'activation.mfa_required'],
        ['ApprovalRule', 'activation.refused_by_policy'],
        ['ActivationDayRule', 'activation.refused_by_policy'],
      ] as const) {
        for (const text of [`["${rule}"]`, `${rule} - Something is required`]) {
          it(`reads ${text}`, () => {
            const message = `The following policy rules failed: ${text}`;
            const error = withCode(400, 'RoleAssignmentRequestPolicyValidationFailed', message, wrapping);
            assert.equal(error.code, ours);
            assert.deepEqual(error.facts, ours === 'activation.refused_by_policy' ? { rules: rule } : {});
          });
        }
      }

      for (const text of ['["MfaRule","ExpirationRule"]', 'MfaRule - MFA is required, ExpirationRule - too long']) {
        it(`names both rules of ${text}`, () => {
          const message = `The following policy rules failed: ${text}`;
          const error = withCode(400, 'RoleAssignmentRequestPolicyValidationFailed', message, wrapping);
          assert.equal(error.code, 'activation.refused_by_policy');
          assert.deepEqual(error.facts, { rules: 'MfaRule, ExpirationRule' });
        });
      }

      it('decodes the claims of a step-up', () => {
        const message =
          '&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D';
        const error = withCode(400, 'RoleAssignmentRequestAcrsValidationFailed', message, wrapping);
        assert.equal(error.code, 'activation.step_up_required');
        assert.deepEqual(error.facts, { claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}' });
      });
    });
  }

  for (const [status, ours] of [
    [400, 'graph.unexpected_answer'],
    [401, 'graph.unauthorized'],
    [403, 'graph.forbidden'],
    [404, 'graph.not_found'],
    [409, 'graph.unexpected_answer'],
    [429, 'graph.throttled'],
    [500, 'graph.unavailable'],
    [501, 'graph.unexpected_answer'],
    [502, 'graph.unavailable'],
    [503, 'graph.unavailable'],
    [504, 'graph.unavailable'],
  ] as const) {
    for (const body of ['', '<html>secret</html>', '{"error":', '{"error":{"code":"Never_Seen","message":"secret"}}']) {
      it(`goes by the status ${status} when the body is ${body || 'empty'}`, () => {
        const error = refused(status, body);
        assert.equal(error.code, ours);
        assert.ok(!`${error.message} ${JSON.stringify(error.facts)}`.includes('secret'));
      });
    }
  }

  it('keeps a code it does not know as a fact, and an unprintable one not', () => {
    assert.deepEqual(withCode(400, 'Never_Seen').facts, { status: '400', code: 'Never_Seen' });
    assert.deepEqual(withCode(400, 'has spaces <b>').facts, { status: '400' });
    assert.deepEqual(withCode(400, 'x'.repeat(81)).facts, { status: '400' });
  });

  it('takes a known code before the status', () => {
    assert.equal(withCode(500, 'RoleAssignmentExists').code, 'activation.already_active');
  });

  it('stops unwrapping somewhere', () => {
    let message = inner('RoleAssignmentExists', 'deep');
    for (let depth = 0; depth < 6; depth += 1) {
      message = inner('UnknownError', message);
    }
    assert.equal(withCode(400, 'UnknownError', message).code, 'graph.unexpected_answer');
  });

  it('names the operation, the code and the request for an operator', () => {
    assert.equal(
      withCode(400, 'RoleAssignmentExists', 'of Alex Wilber').message,
      'Graph refused POST /roleManagement: 400 RoleAssignmentExists (request-id 911bab8a-6912-4de2-9dc0-2648ede7dd6d)',
    );
  });

  it('says what may be tried again, and when', () => {
    const throttled = refused(429, '', { retryAfter: '17' });
    assert.equal(throttled.retryable, true);
    assert.equal(throttled.retryAfter?.total('seconds'), 17);
    assert.equal(refused(503, '').retryable, true);
    assert.equal(refused(503, '').retryAfter, null);
    assert.equal(withCode(400, 'SubjectNotFound').retryable, true);
    assert.equal(withCode(400, 'RoleAssignmentExists').retryable, false);
  });

  it('reads Retry-After in seconds only', () => {
    assert.equal(readRetryAfter(' 5 ')?.total('seconds'), 5);
    assert.equal(readRetryAfter('Fri, 31 Dec 1999 23:59:59 GMT'), null);
    assert.equal(readRetryAfter('-1'), null);
    assert.equal(readRetryAfter(null), null);
  });

  it('knows a step-up by the end of its code', () => {
    assert.equal(withCode(400, 'GroupAssignmentRequestAcrsValidationFailed').code, 'activation.step_up_required');
  });

  it('takes what the service itself means by a code before what PIM means', () => {
    const refusal = { status: 400, retryAfter: null, challenge: null, requestId: null };
    const body = JSON.stringify({ error: { code: 'RoleNotFound', message: 'no' } });
    const error = callError(
      {
        service: 'Azure',
        operation: 'PUT /x',
        meaning: ({ code, status }) => ({ code: 'role.not_found', facts: { seen: `${status} ${code}` } }),
      },
      { ...refusal, body },
    );
    assert.equal(error.code, 'role.not_found');
    assert.deepEqual(error.facts, { seen: '400 RoleNotFound' });
    assert.equal(error.message, 'Azure refused PUT /x: 400 RoleNotFound');
  });

  it('has only codes of ours on the right side of the table', () => {
    const known = new Set<string>(ERROR_CODES);
    const strangers = [...Object.values(table.codes), ...Object.values(table.rules)].filter((code) => !known.has(code));
    assert.deepEqual(strangers, []);
  });
});

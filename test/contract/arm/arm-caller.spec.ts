import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ArmCaller } from '../../../src/adapters/arm/arm-caller.ts';
import { createArmCaller } from '../../../src/adapters/arm/arm-caller.ts';
import { authorizationPath, PIM_VERSION } from '../../../src/adapters/arm/paths.ts';
import type { BearerTokens } from '../../../src/adapters/identity/token-source.ts';
import type { ArmSandbox } from '../sandbox/arm-calls.ts';
import { RG_PAYMENTS, roleId, startArm, VM_OPERATOR } from '../sandbox/arm-calls.ts';
import type { Warning } from './arm-bench.ts';
import { refusal } from './arm-bench.ts';

const ELIGIBLE = {
  path: authorizationPath('', 'roleEligibilityScheduleInstances'),
  apiVersion: PIM_VERSION,
  query: { $filter: 'asTarget()' },
  schema: z.object({ name: z.string() }),
};

describe('ArmCaller', () => {
  let arm: ArmSandbox;
  let warnings: Warning[];

  beforeEach(async () => {
    arm = await startArm();
    warnings = [];
  });

  afterEach(() => arm.sandbox.close());

  function callerWith(settings: { timeoutMs?: number; pauses?: number[] } = {}): ArmCaller {
    const { timeoutMs, pauses } = settings;
    return createArmCaller({
      armUrl: arm.sandbox.urls.arm,
      log: { warn: (event, fields = {}) => void warnings.push({ event, fields }) },
      pause: async (milliseconds) => void pauses?.push(milliseconds),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  /** Tokens of the engineer, one after another; the last one is good for ever. */
  async function tokensOf(...first: readonly string[]): Promise<BearerTokens & { readonly rejected: string[] }> {
    const good = await arm.sandbox.issuer.accessToken({
      app: arm.sandbox.apps.selfService,
      audience: 'https://management.azure.com',
      personId: arm.id('engineer'),
    });
    const rejected: string[] = [];
    const token = async () => [...first, good].find((one) => !rejected.includes(one)) ?? good;
    return { token, reject: (refused) => void rejected.push(refused), rejected };
  }

  const activation = (schema = z.object({ name: z.string() })) => ({
    method: 'PUT' as const,
    path: authorizationPath(RG_PAYMENTS, 'roleAssignmentScheduleRequests', randomUUID()),
    apiVersion: PIM_VERSION,
    body: {
      properties: {
        principalId: arm.id('engineer'),
        roleDefinitionId: roleId(RG_PAYMENTS, VM_OPERATOR),
        requestType: 'SelfActivate',
        justification: 'why',
        scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT1H' } },
      },
    },
    schema,
  });

  it('waits for no answer longer than it was told: a read fails, a write is in doubt, neither is repeated', async () => {
    const caller = callerWith({ timeoutMs: 150 });
    const tokens = await tokensOf();
    await arm.fault({ name: 'hold', service: 'arm', match: 'GET', at: 'before', nth: 1 });
    await refusal(caller.readAll(tokens, ELIGIBLE), 'graph.unavailable');
    await arm.fault({ name: 'hold', service: 'arm', match: 'PUT', at: 'before', nth: 1 });
    await refusal(caller.write(tokens, activation()), 'activation.in_doubt');
    assert.deepEqual(
      warnings.map(({ event, fields }) => [event, fields.call, fields.reason]),
      [
        ['arm.answer_lost', 'GET roleEligibilityScheduleInstances', 'TimeoutError'],
        ['arm.answer_lost', 'PUT roleAssignmentScheduleRequests', 'TimeoutError'],
      ],
    );
  });

  it('rejects a token that Azure refuses, and tries once with the next', async () => {
    const tokens = await tokensOf('stale');
    assert.equal((await callerWith().readAll(tokens, ELIGIBLE)).length, 4);
    assert.deepEqual(tokens.rejected, ['stale']);
    const worse = await tokensOf('stale', 'staler');
    await refusal(callerWith().readAll(worse, ELIGIBLE), 'graph.unauthorized');
    assert.deepEqual(worse.rejected, ['stale']);
  });

  it('reads three times at most, and waits as long as Azure asks when that is short', async () => {
    const pauses: number[] = [];
    const caller = callerWith({ pauses });
    await arm.fault({ name: 'error', service: 'arm', status: 429, retryAfter: 2 });
    const before = arm.sandbox.calls.lastSeq;
    const error = await refusal(caller.readAll(await tokensOf(), ELIGIBLE), 'graph.throttled');
    assert.equal(error.retryAfter?.total('seconds'), 2);
    assert.deepEqual(pauses, [2_000, 2_000]);
    assert.equal(arm.sandbox.calls.since(before).filter(({ service }) => service === 'arm').length, 3);
  });

  it('does not follow where another answer points to', async () => {
    await arm.fault({ name: 'error', service: 'arm', match: 'GET', times: 1, status: 307 });
    await refusal(callerWith().readAll(await tokensOf(), ELIGIBLE), 'graph.unexpected_answer');
    await arm.fault({ name: 'error', service: 'arm', match: 'PUT', times: 1, status: 307 });
    await refusal(callerWith().write(await tokensOf(), activation()), 'graph.unexpected_answer');
  });

  it('sends no path that climbs', async () => {
    const before = arm.sandbox.calls.lastSeq;
    const path = `${RG_PAYMENTS}/../rg-web/providers/Microsoft.Authorization/roleEligibilityScheduleInstances`;
    await refusal(callerWith().readAll(await tokensOf(), { ...ELIGIBLE, path }), 'graph.not_found');
    assert.equal(arm.sandbox.calls.lastSeq, before);
  });

  it('logs what was called by its kind, never by names, filters or ids', async () => {
    await arm.fault({ name: 'error', service: 'arm', status: 503 });
    const path = authorizationPath(RG_PAYMENTS, 'roleAssignmentScheduleRequests', randomUUID());
    await refusal(callerWith().read(await tokensOf(), { ...ELIGIBLE, path }), 'graph.unavailable');
    const cancel = { method: 'POST', path: `${path}/cancel`, apiVersion: PIM_VERSION, schema: null } as const;
    const error = await refusal(callerWith().write(await tokensOf(), cancel), 'activation.in_doubt');
    assert.equal(error.message, 'The answer to POST roleAssignmentScheduleRequests/cancel was lost: 503');
    assert.deepEqual(
      [...new Set(warnings.map(({ fields }) => fields.call))],
      ['GET roleAssignmentScheduleRequests', 'POST roleAssignmentScheduleRequests/cancel'],
    );
    assert.ok(!JSON.stringify(warnings).includes('rg-payments'));
  });
});

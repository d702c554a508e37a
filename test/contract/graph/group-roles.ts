import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { AccessError } from '../../../src/errors.ts';
import type { ActivationOrder } from '../../../src/ports/role-management.ts';
import { aGroupRole } from '../../support/fakes/builders.ts';
import type { Handle } from '../role-management-bench.ts';
import { administer, type GraphBench } from './graph-bench.ts';

export const GROUPS_PATH = '/v1.0/identityGovernance/privilegedAccess/group';
export const PAYMENTS = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
export const TIER0 = '2a91b3c4-0005-4d5e-8f60-a1b2c3d4e5f5';

export const payments = aGroupRole({ id: PAYMENTS, name: 'sg-payments-oncall' });
export const tier0 = aGroupRole({ id: TIER0, name: 'sg-breakglass-tier0' });
export const breakGlass = aGroupRole({ id: '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4', name: 'sg-breakglass-payments' });

/** An hour of a role, said so that every policy takes it. */
export function order(role: RoleAtScope, overrides: Partial<ActivationOrder> = {}): ActivationOrder {
  const duration = Temporal.Duration.from('PT1H');
  return { role, startsAt: null, duration, justification: 'why', ticket: 'INC-42', marker: 'm-1', ...overrides };
}

/** The error that the work ends with, which must have this code. */
export async function refuses(work: Promise<unknown>, code: ErrorCode): Promise<AccessError> {
  const error: unknown = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AccessError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

/** Makes a person an eligible owner of the payments group, who is a member already. */
export async function makeOwner(bench: GraphBench, handle: Handle): Promise<RoleAtScope> {
  await administer(bench.sandbox, '/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests', {
    action: 'adminAssign',
    accessId: 'owner',
    groupId: PAYMENTS,
    principalId: bench.idOf(handle),
    justification: 'an owner',
    scheduleInfo: { expiration: { type: 'afterDuration', duration: 'P30D' } },
  });
  return aGroupRole({ id: PAYMENTS, name: 'sg-payments-oncall' }, 'owner');
}

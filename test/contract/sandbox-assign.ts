import { tenantPim } from '../../sandbox/pim/tenant-pim.ts';
import type { RunningSandbox } from '../../sandbox/start.ts';
import type { GivenAssignment } from './role-management-bench.ts';

let lastNumber = 0;

/** Gives somebody of the sandbox's tenant an assignment with an end, past all settings, as if it had been there already. */
export function assignInSandbox(sandbox: RunningSandbox, { endsAt, kind, role, to }: GivenAssignment): void {
  const { pim } = tenantPim(sandbox.world);
  const principalId = sandbox.people[to]?.id ?? '';
  const definition = role.roleDefinitionId.slice(role.roleDefinitionId.lastIndexOf('/') + 1).toLowerCase();
  const subject = { surface: role.surface, role: definition, scope: role.scope.id };
  lastNumber += 1;
  const requestId = `00000000-0000-4000-a000-${lastNumber.toString(16).padStart(12, '0')}`;
  const ids = pim.surface(role.surface).scheduleIds?.(subject, requestId) ?? {
    id: requestId,
    instanceId: `${requestId}-1`,
  };
  const start = sandbox.clock.now();
  pim.state.addSchedule({
    ...ids,
    kind: kind === 'eligible' ? 'eligibility' : 'assignment',
    subject,
    principalId,
    assignmentType: 'Assigned',
    createdAt: start,
    createdUsing: requestId,
    activatedUsing: null,
    modifiedAt: start,
    start,
    end: endsAt,
    expiration: { type: 'afterDateTime', end: endsAt },
    endedAt: null,
  });
}

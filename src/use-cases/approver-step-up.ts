import type { ActivationRequest } from '../domain/activation.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import { AccessError, asAccessError } from '../errors.ts';
import { changesAccess } from '../roles/changes-access.ts';
import type { Asker, Services } from './services.ts';

/**
 * Sends an approver to sign in once more before they let somebody have a role that the configuration names, by default one
 * that can change access. Saying no needs nothing.
 *
 * @throws {AccessError} approval.step_up_required, with the authentication context as fact
 */
export async function demandApproverStepUp(
  services: Services,
  asker: Asker,
  request: ActivationRequest,
): Promise<void> {
  const { context } = services.approverRule;
  if (context === null || asker.steppedUp?.provenContext === context || !(await isCovered(services, request.role))) {
    return;
  }
  throw new AccessError('approval.step_up_required', 'the approver must sign in once more', {
    facts: { context, requestId: request.id },
  });
}

async function isCovered(services: Services, role: RoleAtScope): Promise<boolean> {
  const { roles } = services.approverRule;
  if (roles === 'all') {
    return true;
  }
  if (roles !== 'access-changing') {
    const names = [role.roleName, role.roleDefinitionId].map((name) => name.toLowerCase());
    return roles.some((named) => names.includes(named.toLowerCase()));
  }
  try {
    return changesAccess(await services.reader.readRoleActions(role));
  } catch (thrown) {
    // What cannot be read may change access.
    services.log.warn('role.unreadable', { code: asAccessError(thrown).code, role: role.roleDefinitionId });
    return true;
  }
}

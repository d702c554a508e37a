import type { AccessToken } from '../platform/types.ts';
import { authorizationFailed, insufficientPermissions } from './problem.ts';
import type { Scope } from './scope-tree.ts';
import type { Arm, Call } from './tools.ts';

const READ_ASSIGNMENTS = 'Microsoft.Authorization/roleAssignments/read';

/** 403 unless the caller's roles allow the operation at the scope. */
export function requireRight(arm: Arm, call: Pick<Call, 'callerId'>, action: string, scope: Scope): void {
  if (!arm.rights.may(call.callerId, action, scope)) {
    throw authorizationFailed(call.callerId, action, scope.id);
  }
}

/** 400 `InsufficientPermissions` unless the caller may see what others hold at the scope. */
export function requireListing(arm: Arm, call: Call): void {
  if (!mayList(arm, call)) {
    throw insufficientPermissions(call.callerId);
  }
}

export function mayList(arm: Arm, call: Pick<Call, 'callerId' | 'scope'>): boolean {
  return arm.rights.may(call.callerId, READ_ASSIGNMENTS, call.scope);
}

/** The person of a delegated token; applications are refused (pim-api §7.1). */
export function requirePerson(call: Call, caller: AccessToken, action: string): string {
  if (caller.kind !== 'delegated' || caller.principalId === null) {
    throw authorizationFailed(call.callerId, action, call.scope.id);
  }
  return caller.principalId;
}

import type { Surface } from '../../../src/domain/assignment.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Actor } from '../../../src/ports/role-management.ts';
import type { TenantState } from './tenant-state.ts';

const WRITERS = ['Privileged Role Administrator', 'Global Administrator'];
const READERS = [...WRITERS, 'Global Reader', 'Security Reader', 'Security Administrator'];

/** Administrators, and whoever holds a directory role that reads everything now; Azure knows administrators only. */
export function mayRead(state: TenantState, { principalId }: Actor, surface: Surface | null): boolean {
  return state.administrators.has(principalId) || (surface !== 'azure' && state.holdsAny(principalId, READERS));
}

export function checkRead(state: TenantState, actor: Actor, surface: Surface | null): void {
  if (!mayRead(state, actor, surface)) {
    throw new AccessError('graph.forbidden', 'Insufficient privileges to complete the operation.');
  }
}

export function checkWrite(state: TenantState, { principalId }: Actor, surface: Surface): void {
  const isWriter = surface !== 'azure' && state.holdsAny(principalId, WRITERS);
  if (!state.administrators.has(principalId) && !isWriter) {
    throw new AccessError('graph.forbidden', 'Insufficient privileges to complete the operation.');
  }
}

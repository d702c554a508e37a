import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import type { RolePolicy } from '../../../src/domain/policy.ts';

/** Everybody in the sandbox's tenant. */
export const NAMES = {
  engineer: 'Alex Wilber',
  contractor: 'Diego Siciliani',
  approver: 'Megan Bowen',
  approver2: 'Adele Vance',
  oncall: 'Lynne Robbins',
  oncall2: 'Isaiah Langer',
  admin: 'Patti Fernandez',
  newcomer: 'Joni Sherman',
} as const;

export type SeededHandle = keyof typeof NAMES;

export type SeededGroup =
  | 'sg-app-approvers'
  | 'sg-oncall-leads'
  | 'sg-payments-oncall'
  | 'sg-breakglass-payments'
  | 'sg-breakglass-tier0';

export interface SeededIds {
  idOf(handle: SeededHandle): PrincipalId;
  groupId(name: SeededGroup): string;
}

/** Gives a role its settings and those who may activate it: people by their handle, groups by their id. */
export type Give = (role: RoleAtScope, policy: RolePolicy, ...holders: readonly string[]) => void;

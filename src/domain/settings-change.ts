import type { RoleAtScope } from './assignment.ts';
import type { PrincipalId } from './ids.ts';
import type { RoleSettings, SettingsChangeState } from './role-settings.ts';

/** A change of a role's settings that one administrator proposed and another confirms; both are recorded. */
export interface SettingsChange {
  readonly id: string;
  readonly role: RoleAtScope;
  readonly proposerId: PrincipalId;
  readonly proposerName: string;
  /** Who was asked to confirm; null when no second person is needed. */
  readonly confirmerId: PrincipalId | null;
  readonly confirmerName: string | null;
  /** As they were when the change was proposed: written only while they still are. */
  readonly before: RoleSettings;
  readonly after: RoleSettings;
  readonly reason: string;
  readonly state: SettingsChangeState;
  readonly proposedAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
  readonly decidedAt: Temporal.Instant | null;
}

import type { Ask, PimRequest, Schedule, Subject, SurfaceName } from './model.ts';
import type { Policy } from './policy.ts';
import type { Refusal } from './refusal.ts';

/**
 * In what one plane of PIM differs from the others; everything else of the engine is common.
 * A member that is optional says what holds where it is missing.
 */
export interface Surface {
  readonly name: SurfaceName;
  /** Throws a Refusal when the role is unknown, the scope is unknown, or the role cannot be had at that scope. */
  check(subject: Subject): void;
  /** Whether an eligibility for one subject may be activated for the other (Graph: same scope; ARM: also below). */
  covers(eligible: Subject, asked: Subject): boolean;
  /** Status of `RoleAssignmentDoesNotExist`: 400, on groups 404. */
  readonly missingStatus: 400 | 404;
  /** Whether the caller may act on others here (pim-api §2.2, §3.2, §4.4). */
  mayAdminister(personId: string, subject: Subject): boolean;
  /** Whether an application may, which holds the permission; without this it may. */
  mayAppAdminister?(appId: string, subject: Subject): boolean;
  /** Who decides when the policy asks for approval and names nobody; empty where nobody does. */
  defaultApproverIds(): readonly string[];
  /** What the portal calls the role of a subject. */
  nameOf(subject: Subject): string;
  /** Whether its definition is the tenant's own; without this all are Microsoft's. */
  isCustom?(subject: Subject): boolean;

  /** The subject that the settings belong to; without this the subject itself. */
  settingsOf?(subject: Subject): Subject;
  /** Settings that nobody has configured; without this Microsoft's documented defaults. */
  newPolicy?(guid: string, subject: Subject): Policy;
  /** Throws a Refusal when this principal cannot be given the subject by an administrator. */
  checkAssignee?(principalId: string, subject: Subject): void;
  /** Throws a Refusal for an action that this plane does not know. */
  checkAction?(ask: Ask): void;
  /** Ids of a new schedule; without this the request's id, and an opaque one for the instance. */
  scheduleIds?(subject: Subject, requestId: string): { readonly id: string; readonly instanceId: string };
  /** How long an assignment that was granted is written before it counts; without this no time. */
  provisioning?(): Temporal.Duration;

  /** What was asked for is there already; without this `RoleAssignmentExists` in its usual words. */
  exists?(ask: Ask): Refusal;
  /** What was to be ended is not there; null, or without this, `RoleAssignmentDoesNotExist`. */
  missing?(ask: Ask): Refusal | null;
  /** Throws a Refusal when this may not be ended, though it is old enough. */
  checkEnd?(schedule: Schedule): void;
  /** False where PIM leaves an assignment alone though its time is over. */
  endsInTime?(schedule: Schedule): boolean;
  /** What a second activation does to one that is still being provisioned; without this it is `RoleAssignmentExists`. */
  readonly repeatedActivation?: { damageAfter(): Temporal.Duration | null };

  /** An assignment begins, or is over: the world outside PIM changes. */
  began?(schedule: Schedule): void;
  ended?(schedule: Schedule): void;
  /** A request was stored, or settings were changed. */
  touched?(request: PimRequest): void;

  /** What a principal holds without PIM, and who holds anything so; without these nobody. */
  standing?(principalId: string): readonly Schedule[];
  standingHolders?(): Iterable<string>;
  /** Takes away what was held without PIM. */
  removeStanding?(schedule: Schedule): void;
}

export function sameSubject(a: Subject, b: Subject): boolean {
  return (
    a.surface === b.surface &&
    a.role.toLowerCase() === b.role.toLowerCase() &&
    a.scope.toLowerCase() === b.scope.toLowerCase()
  );
}

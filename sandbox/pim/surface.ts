import type { Subject, SurfaceName } from './model.ts';

/** In what one plane of PIM differs from the others; everything else of the engine is common. */
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
  /** Who decides when the policy asks for approval and names nobody; null where nobody does. */
  defaultApproverIds(): readonly string[];
}

export function sameSubject(a: Subject, b: Subject): boolean {
  return (
    a.surface === b.surface &&
    a.role.toLowerCase() === b.role.toLowerCase() &&
    a.scope.toLowerCase() === b.scope.toLowerCase()
  );
}

import type { ZodType } from 'zod';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { RoleManagementCapabilities } from '../../ports/role-management.ts';
import type { GraphRequestLine } from './graph-transport.ts';

/** What a row is about; null for a place that this surface does not govern. */
export interface Placed {
  readonly role: RoleAtScope | null;
}

/** One address of approvals: what they consist of has two names (pim-api §7.4). */
export interface ApprovalDesk {
  readonly version: GraphRequestLine['version'];
  readonly path: string;
  readonly segment: 'stages' | 'steps';
}

/** Where Graph keeps the settings of a role. */
export interface PolicyPlace {
  readonly scopeType: 'DirectoryRole' | 'Group';
  readonly scopeId: string;
  readonly roleDefinitionId: string;
}

/** One part of PIM as Graph spells it: all that differs between directory roles and groups. */
export interface Plane {
  readonly surface: 'directory' | 'group';
  readonly capabilities: RoleManagementCapabilities;
  /** Below the version. */
  readonly collections: {
    readonly eligible: string;
    readonly active: string;
    readonly requests: string;
    readonly eligibleRequests: string;
  };
  /** What is expanded so that rows carry names. */
  readonly names: string;
  /** Reads the role out of any row. */
  readonly place: ZodType<Placed>;
  /** A role as bodies name it; null when it is none of this part. */
  bodyOf(role: RoleAtScope): Readonly<Record<string, string>> | null;
  /** The words of a filter that every row of the role satisfies; others may too. */
  filterOf(role: RoleAtScope): string;
  /** In the order in which they are tried. */
  readonly approvals: readonly ApprovalDesk[];
  /** Null when it is none of this part. */
  policyOf(role: RoleAtScope): PolicyPlace | null;
  /** Whether a second activation would do harm, so that the person's own requests are read before each. */
  readonly isHarmedByRepeats: boolean;
  /** Whether a right to read opens requests; else nobody but their requester and their approvers sees them (pim-api §2.2). */
  readonly areRequestsReadable: boolean;
  /** Whether roles have definitions that list what they allow, and groups can hold them. */
  readonly hasDefinitions: boolean;
}

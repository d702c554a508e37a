import { FLOOR } from '../../../src/domain/activation.ts';
import type { Surface } from '../../../src/domain/assignment.ts';
import type { RoleManagementCapabilities } from '../../../src/ports/role-management.ts';

/** What differs between the three parts of the fake tenant. */
export interface SurfaceProfile {
  readonly surface: Surface;
  readonly capabilities: RoleManagementCapabilities;
  /** Who decides when approval is on and nobody is named: administrators, or nobody. */
  readonly hasDefaultApprovers: boolean;
  /** Whether a role that nobody configured has settings all the same. */
  readonly hasDefaultSettings: boolean;
  /** Whether administrators may assign without an end before anybody allowed it. */
  readonly isPermanentAllowed: boolean;
  /** Whether the tenant says `provisioning` until its lists show a new activation. */
  readonly isProvisioningSeen: boolean;
  /** Whether a request is known by the marker that came with it. */
  readonly isNamedByMarker: boolean;
}

const EITHER = ['eligible', 'active'] as const;

function capabilities(
  times: { readonly gapAfterEnd: number; readonly listLag: number },
  options: Partial<Pick<RoleManagementCapabilities, 'canNarrow' | 'givesMembership' | 'extendable'>> = {},
): RoleManagementCapabilities {
  return {
    earliestDeactivation: FLOOR,
    gapAfterEnd: Temporal.Duration.from({ seconds: times.gapAfterEnd }),
    listLag: Temporal.Duration.from({ seconds: times.listLag }),
    extendable: EITHER,
    canNarrow: false,
    givesMembership: false,
    ...options,
  };
}

/** PIM for directory roles, groups and Azure (pim-api §11, §2.6, §3, §4), in the order in which they are asked. */
export const PROFILES: readonly SurfaceProfile[] = [
  {
    surface: 'directory',
    capabilities: capabilities({ gapAfterEnd: 0, listLag: 11 }),
    hasDefaultApprovers: true,
    hasDefaultSettings: false,
    isPermanentAllowed: true,
    isProvisioningSeen: false,
    isNamedByMarker: false,
  },
  {
    surface: 'group',
    capabilities: capabilities({ gapAfterEnd: 0, listLag: 45 }, { givesMembership: true, extendable: [] }),
    hasDefaultApprovers: false,
    hasDefaultSettings: true,
    isPermanentAllowed: false,
    isProvisioningSeen: true,
    isNamedByMarker: false,
  },
  {
    surface: 'azure',
    capabilities: capabilities({ gapAfterEnd: 120, listLag: 120 }, { canNarrow: true }),
    hasDefaultApprovers: false,
    hasDefaultSettings: true,
    isPermanentAllowed: false,
    isProvisioningSeen: false,
    isNamedByMarker: true,
  },
];

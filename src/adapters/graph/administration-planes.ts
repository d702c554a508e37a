import type { ZodType } from 'zod';
import { z } from 'zod';
import type { ListedAssignment } from '../../domain/administration.ts';
import type { RoleAtScope, Scope } from '../../domain/assignment.ts';
import { GROUP_MEMBER, GROUP_OWNER, isSameRole, WHOLE_TENANT } from '../../domain/assignment.ts';
import { isGuid } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { AssignmentQuery } from '../../ports/role-administration.ts';
import { word } from '../pim-errors/wire-values.ts';
import { directoryPlane } from './directory-plane.ts';
import { groupPlane } from './group-plane.ts';
import { quoted, withQuery } from './paths.ts';
import type { Placed, Plane } from './plane.ts';
import { principalRow, toPrincipal } from './principals.ts';
import { optionalInstant } from './wire.ts';

/** What administrators need of a plane beside what its own people do: how lists of everybody are narrowed. */
export interface AdministrationPlane {
  readonly plane: Plane;
  /** Says whether a text can be a scope of this plane. */
  isScope(text: string): boolean;
  /** The filter that only rows at this scope satisfy. */
  atScope(scopeId: string): string;
  /** The filter that every row of this role at its scope satisfies; others may too. */
  ofRole(role: RoleAtScope): string;
}

const DIRECTORY_SCOPE = /^\/(?:(?:administrativeUnits\/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/i;

const directory: AdministrationPlane = {
  plane: directoryPlane,
  isScope: (text) => DIRECTORY_SCOPE.test(text),
  atScope: (scopeId) => `directoryScopeId eq ${quoted(scopeId)}`,
  ofRole: (role) => `${directoryPlane.filterOf(role)} and directoryScopeId eq ${quoted(role.scope.id)}`,
};

const group: AdministrationPlane = {
  plane: groupPlane,
  isScope: isGuid,
  atScope: (scopeId) => `groupId eq ${quoted(scopeId)}`,
  // Whether lists can be narrowed to members or owners is not documented (pim-api §3.1); a group has few rows.
  ofRole: groupPlane.filterOf,
};

export const ADMINISTRATION_PLANES = { directory, group } as const;

/** Where one of a plane's lists of everybody has the answer. @throws graph.not_found for a scope that it cannot have */
export function listPath(
  { plane, ...filters }: AdministrationPlane,
  kind: 'eligible' | 'active',
  query: AssignmentQuery,
) {
  if (!filters.isScope('role' in query ? query.role.scope.id : query.scopeId)) {
    throw new AccessError('graph.not_found', `Not a scope of the ${plane.surface} surface`);
  }
  const filter = 'role' in query ? filters.ofRole(query.role) : filters.atScope(query.scopeId);
  return withQuery(plane.collections[kind], { filter, expand: `principal,${plane.names}` });
}

const heldParts = z.object({
  principalId: z.string(),
  principal: principalRow,
  memberType: word.nullish(),
  assignmentType: word.nullish(),
  startDateTime: optionalInstant,
  endDateTime: optionalInstant,
});
export type HeldRow = Placed & z.infer<typeof heldParts>;

/** A row of somebody's eligible or active assignment. */
export function heldRow({ place }: Plane): ZodType<HeldRow> {
  return place.and(heldParts);
}

/**
 * The row for people; null for one of a place that is none of this surface, of another role than the one that was asked for
 * (`known`), and for one that is over: rows may stay listed beyond their end (pim-api §19.24).
 */
export function toListed(
  row: HeldRow,
  kind: ListedAssignment['kind'],
  { now, known }: { readonly now: Temporal.Instant; readonly known: RoleAtScope | null },
): ListedAssignment | null {
  const { role } = row;
  const isOver = row.endDateTime !== null && Temporal.Instant.compare(row.endDateTime, now) <= 0;
  if (role === null || isOver || (known !== null && !isSameRole(role, known))) {
    return null;
  }
  return {
    ...(known ?? role),
    principal: toPrincipal(row.principalId, row.principal),
    kind,
    assignmentType: row.assignmentType === 'activated' ? 'activated' : 'assigned',
    memberType: memberTypeOf(row.memberType ?? ''),
    startsAt: row.startDateTime,
    endsAt: row.endDateTime,
  };
}

/** What we do not know is nothing that could be changed where it is listed. */
function memberTypeOf(text: string): ListedAssignment['memberType'] {
  return text === 'direct' || text === 'group' ? text : 'inherited';
}

/** A scope of the directory under the best name there is. */
export function directoryScope(id: string, displayName: string | null): Scope {
  return { id, name: id === '/' ? WHOLE_TENANT : (displayName ?? id.slice(id.lastIndexOf('/') + 1)) };
}

export const ACCESS = [GROUP_MEMBER, GROUP_OWNER] as const;
export type Access = (typeof ACCESS)[number];

import type { Scope } from '../../domain/assignment.ts';
import { type DenialPrincipal, type DenyAssignment, isEveryone } from '../../domain/deny-assignment.ts';
import { isGuid } from '../../domain/ids.ts';
import type { Plane, ScopeHierarchy } from '../../domain/role-definition.ts';
import type { DenialFacts } from '../../domain/role-notice.ts';
import { asAccessError } from '../../errors.ts';
import { concernOf, deniedBy, type Standing } from '../../roles/denials.ts';
import type { Asker, Services } from '../services.ts';

export interface DenialSearch {
  readonly scope: Scope;
  readonly hierarchy: ScopeHierarchy;
  /** The operations that a role allows, by plane. */
  readonly allowed: ReadonlyMap<Plane, readonly string[]>;
}

/**
 * Finds what deny assignments take from the asker at a place, by plane, the heaviest first. Of a group that cannot be read it stays
 * open whether it concerns them. Null when they could not be read: that is not that there are none.
 */
export async function findDenials(
  services: Services,
  { person }: Pick<Asker, 'person'>,
  { scope, hierarchy, allowed }: DenialSearch,
): Promise<ReadonlyMap<Plane, readonly DenialFacts[]> | null> {
  const denials = await readDenials(services, scope);
  if (denials === null) {
    return null;
  }
  const found = [...allowed].flatMap(([plane, operations]) =>
    denials.flatMap((denial) => {
      const takes = deniedBy(denial, { operations, plane, scopeId: scope.id, hierarchy });
      return takes === null ? [] : [{ plane, denial, takes }];
    }),
  );
  const standing = await standingOf(services, person.id, new Set(found.map(({ denial }) => denial)));
  const facts = found.flatMap(({ plane, denial, takes }) => {
    const concern = concernOf(denial, standing);
    const { name, scopeId } = denial;
    return concern === 'no' ? [] : [{ plane, fact: { name, scopeId, isSure: concern === 'yes', takes } }];
  });
  const weight = ({ isSure, takes }: DenialFacts): number => (isSure ? 0 : TAKES.length) + TAKES.indexOf(takes);
  const planes = Map.groupBy(facts, ({ plane }) => plane);
  return new Map(
    [...planes].map(([plane, rows]) => [
      plane,
      rows
        .map(({ fact }) => fact)
        .toSorted((one, other) => weight(one) - weight(other))
        .slice(0, MOST_DENIALS),
    ]),
  );
}

const TAKES: readonly DenialFacts['takes'][] = ['all', 'some', 'condition', 'below'];
const MOST_DENIALS = 6;
/** Groups are read one by one, and deny assignments name few. */
const MOST_GROUPS = 10;

/** Without them the rest of the answer is still right, and says that they are missing. */
async function readDenials(services: Services, scope: Scope): Promise<readonly DenyAssignment[] | null> {
  try {
    return await services.catalogue.readDenials(scope.id);
  } catch (thrown) {
    services.log.warn('role.denials_unread', { code: asAccessError(thrown).code, scope: scope.id });
    return null;
  }
}

/** Says of each principal whether it is the person, or a group with them in it. */
async function standingOf(
  services: Services,
  personId: string,
  denials: ReadonlySet<DenyAssignment>,
): Promise<(principal: DenialPrincipal) => Standing> {
  const own = personId.toLowerCase();
  const principals = [...denials].flatMap(({ principals, excludePrincipals }) => [...principals, ...excludePrincipals]);
  const mayBeGroups = principals.filter(
    (one) => one.id !== own && !isEveryone(one) && !isOneOnly(one) && isGuid(one.id),
  );
  const ids = [...new Set(mayBeGroups.map(({ id }) => id))].slice(0, MOST_GROUPS);
  const known = new Map(
    await Promise.all(ids.map(async (id) => [id, await standingInGroup(services, own, id)] as const)),
  );
  return (principal) => {
    if (principal.id === own) {
      return 'yes';
    }
    return isOneOnly(principal) ? 'no' : (known.get(principal.id) ?? 'unknown');
  };
}

function isOneOnly({ type }: DenialPrincipal): boolean {
  return ['user', 'serviceprincipal'].includes(type.toLowerCase());
}

/** What is no group has nobody in it: of a principal that is not said to be a group or a person, it is asked here. */
async function standingInGroup(services: Services, own: string, groupId: string): Promise<Standing> {
  try {
    const members = await services.reader.listMembers(groupId);
    return members.some(({ id }) => id.toLowerCase() === own) ? 'yes' : 'no';
  } catch (thrown) {
    const { code } = asAccessError(thrown);
    if (code === 'graph.not_found') {
      return 'no';
    }
    services.log.warn('role.denial_group_unread', { code, group: groupId });
    return 'unknown';
  }
}

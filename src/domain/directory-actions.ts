/*
 * Actions of the directory: `{namespace}/{entity}[.subtype]/[{property set}/...]{task}`, without wildcards (rbac.md §6.1).
 */

/**
 * What a granted action means for another one: the same; it follows from what Microsoft writes about the words; they are likely
 * to belong together, which is not documented; nothing (rbac.md §6.3).
 */
export type DirectoryReach = 'exact' | 'implied' | 'unknown' | 'no';

/** What "create and delete, and read and update all properties" takes in: so Microsoft describes `allTasks`. */
const DESCRIBED_TASKS: ReadonlySet<string> = new Set([
  'create',
  'createasowner',
  'delete',
  'read',
  'limitedread',
  'update',
]);

/** What a granted action means for a wanted one. Both in small letters, without blanks at the ends. */
export function directoryReach(granted: string, wanted: string): DirectoryReach {
  if (granted === wanted) {
    return 'exact';
  }
  const [space, entity = '', ...rest] = granted.split('/');
  const [wantedSpace, wantedEntity = '', ...wantedRest] = wanted.split('/');
  const isEveryEntity = entity === 'allentities';
  if (space !== wantedSpace || !(isEveryEntity || isSameOrNarrower(wantedEntity, entity))) {
    return 'no';
  }
  const below = reachBelow(rest, wantedRest);
  // Whoever has all entities of a service has those of its parts as well.
  const isAllOfAPart = below === 'unknown' && wantedRest.at(-1) === 'alltasks';
  if (isEveryEntity && (isAllOfAPart || below === 'deeper')) {
    return 'implied';
  }
  return below === 'deeper' ? 'unknown' : below;
}

function reachBelow(granted: readonly string[], wanted: readonly string[]): DirectoryReach | 'deeper' {
  const [task, wantedTask] = [granted.at(-1), wanted.at(-1) ?? ''];
  const isAnyTask = task === 'alltasks';
  const isAnyProperty = granted.at(-2) === 'allproperties';
  const path = granted.slice(0, isAnyProperty ? -2 : -1);
  const deeper = wanted.length - 1 - path.length;
  const isWithin = path.every((part, index) => part === wanted[index]);
  if (!isWithin || deeper < 0 || !(isAnyTask || task === wantedTask) || !(isAnyTask || isAnyProperty || deeper === 0)) {
    return 'no';
  }
  if (isAnyTask && !DESCRIBED_TASKS.has(wantedTask)) {
    return 'unknown';
  }
  return deeper > 1 ? 'deeper' : 'implied';
}

/** A subtype narrows: whoever has `groups` has `groups.security`, and not the other way round. */
function isSameOrNarrower(part: string, than: string): boolean {
  return part === than || part.startsWith(`${than}.`);
}

/** Whether a granted action may reach a wanted one, or a part of it: what is not documented, and a subtype, count as yes. */
export function mayReach(granted: string, wanted: string): boolean {
  const [space, ...parts] = granted.split('/');
  return directoryReach([space, ...parts.map(withoutSubtype)].join('/'), wanted) !== 'no';
}

/** A part of an action without what narrows it: `applications.myOrganization` is about `applications`. */
export function withoutSubtype(part: string): string {
  return part.split('.')[0] ?? part;
}

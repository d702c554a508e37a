/*
 * Whether what a role definition lists takes in an operation. What `notActions` subtract is not looked at: the answer is rather too
 * often yes.
 */

/**
 * Says whether any action that a definition lists, of a directory role or of an Azure one, takes in an operation. The operation of an
 * Azure role may have wildcards itself: then something in common is enough.
 */
export function allowsOperation(actions: readonly string[], operation: string): boolean {
  const wanted = operation.trim().toLowerCase();
  return actions.some((action) => {
    const granted = action.trim().toLowerCase();
    return haveCommon(granted, wanted) || grantsInDirectory(granted, wanted);
  });
}

/** `{namespace}/{entity}[.subtype]/…{task}`: below the same entity the grant decides. */
function grantsInDirectory(granted: string, wanted: string): boolean {
  const [grantedSpace, grantedEntity = '', ...path] = granted.split('/');
  const [space, entity = '', ...change] = wanted.split('/');
  const isSameEntity = grantedEntity === 'allentities' || withoutSubtype(grantedEntity) === withoutSubtype(entity);
  return grantedSpace === space && isSameEntity && grants(path.map(withoutSubtype), change);
}

/** Whether a text fits both patterns, in which `*` stands for anything, or nothing. */
function haveCommon(one: string, other: string): boolean {
  if (!other.includes('*')) {
    return isCovered(other, one);
  }
  // Row by row: which ends of `other` the beginning of `one` can have reached.
  let reached = reachable(other, new Set([0]));
  for (const letter of one) {
    const next = new Set<number>(letter === '*' ? range(Math.min(...reached), other.length) : []);
    for (const at of reached) {
      if (other[at] === '*') {
        next.add(at);
      } else if (letter !== '*' && other[at] === letter) {
        next.add(at + 1);
      }
    }
    if (next.size === 0) {
      return false;
    }
    reached = reachable(other, next);
  }
  return reached.has(other.length);
}

/** A wildcard may stand for nothing. */
function reachable(pattern: string, places: ReadonlySet<number>): Set<number> {
  const all = new Set(places);
  for (const at of all) {
    if (pattern[at] === '*') {
      all.add(at + 1);
    }
  }
  return all;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A part of an action without what narrows it: `applications.myOrganization` is about `applications` (rbac.md §6.1). */
export function withoutSubtype(part: string): string {
  return part.split('.')[0] ?? part;
}

/**
 * Whether a grant below an entity includes a change (rbac.md §6.3). What `allProperties` and `allTasks` mean for deeper objects
 * and for verbs such as `enable` is not documented: here they include them.
 */
export function grants(granted: readonly string[], change: readonly string[]): boolean {
  const task = granted.at(-1);
  const isAnyTask = task === 'alltasks';
  const isAnyProperty = granted.at(-2) === 'allproperties';
  if (!isAnyTask && task !== change.at(-1)) {
    return false;
  }
  const path = granted.slice(0, isAnyProperty ? -2 : -1);
  const isWithin = path.every((part, index) => part === change[index]);
  return isWithin && (isAnyTask || isAnyProperty || path.length === change.length - 1);
}

/**
 * Azure's wildcard (rbac.md §2): crosses slashes, and between two slashes may stand for nothing. Azure takes one `*` at most;
 * of a pattern with more, only the ends count, so that it covers rather too much.
 */
export function isCovered(operation: string, pattern: string): boolean {
  const first = pattern.indexOf('*');
  if (first < 0) {
    return operation === pattern;
  }
  const head = pattern.slice(0, first);
  const tail = pattern.slice(pattern.lastIndexOf('*') + 1);
  const shared = head.endsWith('/') && tail.startsWith('/') ? 1 : 0;
  return (
    operation.length >= head.length + tail.length - shared && operation.startsWith(head) && operation.endsWith(tail)
  );
}

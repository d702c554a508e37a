import { mayReach, withoutSubtype } from '../domain/directory-actions.ts';
import { comparable, operationPattern } from '../domain/operation-pattern.ts';
import table from './access-changing.json' with { type: 'json' };

const READ_TASKS = lowered(table.readTasks);
const EVERY_CHANGE_OF = lowered(table.directory.everyChangeOf);
const CHANGES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(table.directory.changes).map(([entity, changes]) => [entity.toLowerCase(), [...lowered(changes)]]),
);
const NAMESPACES = new Set([...EVERY_CHANGE_OF, ...CHANGES.keys()].map((entity) => entity.split('/')[0]));
const AZURE_OPERATIONS = [...lowered(Object.values(table.azure).flat())];

/**
 * Says whether a role definition lets its holder change who has access: give or take roles, consent, memberships, credentials
 * and ways to sign in, or get at what others may do (rbac.md §8). Reading never counts.
 *
 * Takes `allowedResourceActions` of a directory role, or the control-plane `actions` of an Azure one. `notActions` are not
 * subtracted: what they leave of a wildcard is still more than the holder needs to get around them, as in Contributor.
 */
export function changesAccess(actions: readonly string[]): boolean {
  return actions.map(comparable).some((action) => isChange(action) && reachesAccess(action));
}

function reachesAccess(action: string): boolean {
  return reachesInDirectory(action) || AZURE_OPERATIONS.some(operationPattern(action).fits);
}

/**
 * Whether an operation of Azure or an action of the directory, as they are compared, does more than read. `allTasks`, `*` and every
 * word that is not one of reading: unknown words count as changes.
 */
export function isChange(action: string): boolean {
  return !READ_TASKS.has(action.slice(action.lastIndexOf('/') + 1));
}

/**
 * `{namespace}/{entity}[.subtype]/[{property set}/...]{task}` (rbac.md §6.1). A subtype narrows and is still access, unless the
 * table has a row of its own for it.
 */
function reachesInDirectory(action: string): boolean {
  const [namespace = '', entity = ''] = action.split('/');
  if (!NAMESPACES.has(namespace)) {
    return false;
  }
  const name = `${namespace}/${withoutSubtype(entity)}`;
  // Directory roles know no `*`: whatever it should mean one day, it is not little.
  if (action.includes('*') || entity === 'allentities' || EVERY_CHANGE_OF.has(name)) {
    return true;
  }
  const changes = CHANGES.get(`${namespace}/${entity}`) ?? CHANGES.get(name) ?? [];
  return changes.some((change) => mayReach(action, `${name}/${change}`));
}

function lowered(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

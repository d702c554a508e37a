import { typoDistance } from '../../src/domain/distance.ts';
import { isGuid } from '../../src/domain/ids.ts';
import type { RoleDefinition, ScopeHierarchy } from '../../src/domain/role-definition.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { type RoleData, readDataFolder } from './data-folder.ts';
import { kindOf, readRoleFiles, takeRoles } from './role-files.ts';
import { readKnowledge } from './tenant-knowledge.ts';

/** How many letters of a name may be wrong for it to be asked back. */
const MOST_TYPOS = 4;
const MOST_TOLD = 5;

export interface KnownRoles extends RoleData {
  /** Empty for a folder, which has none. */
  readonly hierarchy: ScopeHierarchy;
  /** What could not be read of the tenant, in words. */
  readonly notes: readonly string[];
}

const NO_HIERARCHY: ScopeHierarchy = { parentOfGroup: new Map(), groupOfSubscription: new Map() };

/** For files, which say by themselves what they have. */
export const NOTHING_KNOWN: KnownRoles = {
  roles: [],
  operations: [],
  directoryActions: [],
  hierarchy: NO_HIERARCHY,
  notes: ['operations are not counted: say --data DIR or --tenant'],
};

/** Whether words are about a file or standard input. */
export function isFile(words: string): boolean {
  return words === '-' || kindOf(words) === 'file';
}

/** Roles and operations of a folder, or of the tenant that is told as for the bot, as the reader sees it. */
export async function knownRoles(folder: string | undefined, context: CommandContext): Promise<KnownRoles> {
  if (folder !== undefined) {
    return { ...readDataFolder(folder), hierarchy: NO_HIERARCHY, notes: [] };
  }
  const { roles, operations, directoryActions, hierarchy, unread } = await readKnowledge(context);
  const notes = unread.map(({ part, code }) => `${part} could not be read, or not all of it (${code})`);
  return { roles, operations, directoryActions, hierarchy, notes };
}

/**
 * The one role that words are about: a file with one role, a name in any case, or an id.
 * @throws {UsageError} when there is none, or several
 */
export async function findRole(words: string, known: KnownRoles, context: CommandContext): Promise<RoleDefinition> {
  if (isFile(words)) {
    const roles = takeRoles(await readRoleFiles([words], context));
    const [role] = roles;
    if (role === undefined || roles.length > 1) {
      throw new UsageError(`${words}: one role is wanted, and the file has ${roles.length}`);
    }
    return role;
  }
  const wanted = words.trim().toLowerCase();
  const found = known.roles.filter(({ id, name }) => (isGuid(wanted) ? id === wanted : name.toLowerCase() === wanted));
  const [role, other] = found;
  if (role !== undefined && other === undefined) {
    return role;
  }
  if (other !== undefined) {
    const lines = found.map(({ kind, id }) => `  ${id} (${kind === 'azure' ? 'Azure' : 'Entra'})`);
    throw new UsageError([`several roles are called “${words}”; say the id:`, ...lines].join('\n'));
  }
  throw new UsageError(
    [`there is no role “${words}”, and no such file${nearest(wanted, known.roles)}`, ...known.notes].join('\n'),
  );
}

function nearest(wanted: string, roles: readonly RoleDefinition[]): string {
  const near = roles
    .map(({ name }) => ({ name, distance: typoDistance(wanted, name.toLowerCase(), MOST_TYPOS) }))
    .filter(({ name, distance }) => distance <= MOST_TYPOS || name.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, MOST_TOLD);
  return near.length === 0 ? '' : `; did you mean ${near.map(({ name }) => `“${name}”`).join(', ')}?`;
}

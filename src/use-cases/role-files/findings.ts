import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleFinding } from '../../domain/role-files-notice.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { lintRoleFiles } from '../../roles/lint/lint-roles.ts';
import { spotOf } from '../../roles/role-file/role-file.ts';
import type { Services } from '../services.ts';
import { type FolderRole, placeIn } from './read-folder.ts';

interface Circumstances {
  readonly knowledge: RoleKnowledge;
  /** Roles of the tenant that the files are about: their names are not taken. */
  readonly held: readonly RoleDefinition[];
}

/** What linting finds in the roles of the folder, judged together and each told apart; errors first. */
export function lintFolder(
  { roleFiles }: Pick<Services, 'roleFiles'>,
  roles: readonly FolderRole[],
  { knowledge, held }: Circumstances,
): ReadonlyMap<FolderRole, readonly RoleFinding[]> {
  const own = new Set(held.map(({ id }) => id));
  const others = knowledge.roles.filter(({ id }) => !own.has(id));
  // Each role as a file of its own, named by its number: a file with several of one name would mix them up.
  const found = lintRoleFiles(
    roles.map(({ role }, index) => ({ file: String(index), reading: { roles: [role], problems: [] } })),
    {
      roles: others,
      operations: knowledge.operations,
      directoryActions: knowledge.directoryActions,
      isDirectoryComplete: knowledge.unread.every(({ part }) => part !== 'directory-actions'),
      privilegedActions: [],
    },
    { namePattern: roleFiles?.namePattern ?? null, target: null },
  );
  return new Map(
    roles.map((role, index) => {
      const linted = found
        .filter(({ file }) => file === String(index))
        .map(({ level, rule, text, spot }): RoleFinding => ({ level, rule, text, where: placeIn(role.file, spot) }));
      return [role, [...builtIn(role, knowledge), ...linted].toSorted((a, b) => ORDER[a.level] - ORDER[b.level])];
    }),
  );
}

const ORDER: Readonly<Record<RoleFinding['level'], number>> = { error: 0, warning: 1, info: 2 };

/** Nobody can change one, whatever a file says. */
function builtIn({ file, role }: FolderRole, { roles }: RoleKnowledge): readonly RoleFinding[] {
  const { kind, id, isCustom, name } = role.definition;
  const found = roles.find((one) => !one.isCustom && one.kind === kind && id !== null && one.id === id);
  if (found === undefined && isCustom) {
    return [];
  }
  const text = `this is the built-in role “${found?.name ?? name}”, which nobody can change: clone it under a name and an id of its own`;
  return [{ level: 'error', rule: 'built-in', text, where: placeIn(file, spotOf(role, 'id')) }];
}

/** What keeps a role from being written. */
export function hasErrors(findings: readonly RoleFinding[]): boolean {
  return findings.some(({ level }) => level === 'error');
}

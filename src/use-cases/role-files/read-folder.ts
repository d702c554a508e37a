import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleFinding } from '../../domain/role-files-notice.ts';
import { AccessError } from '../../errors.ts';
import type { RoleFileContent, RoleFiles } from '../../ports/role-files.ts';
import { type FiledRole, isSameName } from '../../roles/role-drift.ts';
import { readRoleFile } from '../../roles/role-file/read-role-file.ts';
import { obstacles, type RoleFileProblem, type RoleInFile } from '../../roles/role-file/role-file.ts';
import type { Services } from '../services.ts';

/** A role of the folder, with where its parts stand. */
export interface FolderRole extends FiledRole {
  readonly role: RoleInFile;
}

export interface ReadFolder {
  readonly roles: readonly FolderRole[];
  /** What keeps the folder from being taken at its word: nothing of it is written while there is any. */
  readonly problems: readonly RoleFinding[];
}

/** @throws {AccessError} role_files.none */
export function configuredFiles({ roleFiles }: Pick<Services, 'roleFiles'>): RoleFiles {
  if (roleFiles === null) {
    throw new AccessError('role_files.none', 'PIMLICO_ROLE_FILES is not set');
  }
  return roleFiles;
}

/** Reads every role of the folder. @throws {AccessError} role_files.none, role_files.unreadable */
export async function readFolder(services: Pick<Services, 'roleFiles'>): Promise<ReadFolder> {
  const { files, problems } = await configuredFiles(services).read();
  const read = files.map(readOne);
  const roles = read.flatMap((one) => one.roles);
  const unread = problems.map((problem) => finding(problem.path, { ...problem, spot: null, rule: 'file' }));
  return { roles, problems: [...unread, ...read.flatMap((one) => one.problems), ...doubles(roles)] };
}

function readOne({ path, bytes }: RoleFileContent): ReadFolder {
  const reading = readRoleFile(bytes);
  return {
    roles: reading.roles.map((role) => ({ file: path, definition: role.definition, role })),
    problems: obstacles(reading).map((problem) => finding(path, problem)),
  };
}

function finding(
  path: string,
  { rule, text, spot }: Pick<RoleFileProblem, 'text' | 'spot'> & { readonly rule: string },
): RoleFinding {
  return { level: 'error', rule, text, where: placeIn(path, spot) };
}

/** `azure/vm-operator.json:12:7` */
export function placeIn(path: string, spot: RoleFileProblem['spot']): string {
  return spot === null ? path : `${path}:${spot.line}:${spot.column}`;
}

/** Which of the two counts would be a guess. */
function doubles(roles: readonly FolderRole[]): readonly RoleFinding[] {
  return roles.flatMap((later, index) => {
    const earlier = roles.slice(0, index).find((one) => isDouble(one.definition, later.definition));
    if (earlier === undefined) {
      return [];
    }
    const text = `The role “${later.definition.name}” is in ${earlier.file} already.`;
    return [{ level: 'error', rule: 'double', text, where: placeIn(later.file, later.role.spots.get('') ?? null) }];
  });
}

function isDouble(one: RoleDefinition, other: RoleDefinition): boolean {
  const isSameId = one.id !== null && one.id.toLowerCase() === other.id?.toLowerCase();
  return one.kind === other.kind && (isSameId || isSameName(one, other));
}

import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { openRoleFolder } from '../../src/adapters/role-files/role-folder.ts';
import type { RoleDefinition } from '../../src/domain/role-definition.ts';
import { readRoleFile } from '../../src/roles/role-file/read-role-file.ts';
import { obstacles, type RoleFileProblem, type RoleFileReading } from '../../src/roles/role-file/role-file.ts';
import { LARGEST_ROLE_FILE } from '../../src/roles/role-file/role-file-text.ts';
import { type CommandContext, UsageError } from '../command.ts';

/** A file as it is told, and what is in it. */
export interface ReadFile {
  readonly file: string;
  readonly reading: RoleFileReading;
}

/** How standard input is told. */
const STANDARD_INPUT = 'standard input';

/**
 * Reads files, the `*.json` files of folders, and `-` for standard input, in the order in which they are named.
 * @throws {UsageError} when one cannot be read at all
 */
export async function readRoleFiles(paths: readonly string[], context: CommandContext): Promise<readonly ReadFile[]> {
  const files: ReadFile[] = [];
  for (const each of paths) {
    if (each === '-') {
      files.push({ file: STANDARD_INPUT, reading: readRoleFile(await collect(context.input())) });
    } else if (kindOf(each) === 'folder') {
      files.push(...(await readFolder(each)));
    } else {
      files.push({ file: each, reading: readRoleFile(await readOne(each)) });
    }
  }
  return files;
}

/** Whether a word names a file or a folder; null when there is nothing of that name. */
export function kindOf(word: string): 'file' | 'folder' | null {
  const stat = statSync(word, { throwIfNoEntry: false });
  return stat === undefined ? null : stat.isDirectory() ? 'folder' : 'file';
}

/**
 * The definitions of files that are understood to the last key.
 * @throws {UsageError} with every line that is not
 */
export function takeRoles(files: readonly ReadFile[]): readonly RoleDefinition[] {
  const problems = files.flatMap(({ file, reading }) => obstacles(reading).map((one) => printProblem(file, one)));
  if (problems.length > 0) {
    throw new UsageError(problems.join('\n'));
  }
  return files.flatMap(({ reading }) => reading.roles.map(({ definition }) => definition));
}

/** A place as editors and terminals link it. */
export function printPlace(file: string, spot: { readonly line: number; readonly column: number } | null): string {
  return spot === null ? file : `${file}:${spot.line}:${spot.column}`;
}

function printProblem(file: string, { text, spot }: RoleFileProblem): string {
  return `${printPlace(file, spot)}: ${text}`;
}

async function readFolder(folder: string): Promise<readonly ReadFile[]> {
  const found = await openRoleFolder({ roleFiles: folder, roleNamePattern: null })?.read();
  const told = (inner: string): string => path.join(folder, inner);
  const readings = (found?.files ?? []).map(({ path: inner, bytes }) => ({
    file: told(inner),
    reading: readRoleFile(bytes),
  }));
  const unread = (found?.problems ?? []).map(({ path: inner, text }): ReadFile => {
    const problem = { rule: 'unreadable', text, spot: null, isUnderstood: false } as const;
    return { file: told(inner), reading: { roles: [], problems: [problem] } };
  });
  return [...readings, ...unread].toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

async function readOne(file: string): Promise<Uint8Array> {
  try {
    return await collect(createReadStream(file));
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

/** Takes no more than shows that it is too much. */
async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    taken.push(piece);
    size += piece.length;
    if (size > LARGEST_ROLE_FILE) {
      break;
    }
  }
  return Buffer.concat(taken);
}

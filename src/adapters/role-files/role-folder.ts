import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AccessError } from '../../errors.ts';
import type { NamePattern, RoleFileContent, RoleFileProblem, RoleFiles, RoleFolder } from '../../ports/role-files.ts';

/** More than any role needs: ten times 2,000 scopes. */
const LARGEST_FILE = 2_000_000;
const LARGEST_FOLDER = 20_000_000;
const MOST_FILES = 1_000;
const DEEPEST = 8;
const AT_A_TIME = 16;

export interface RoleFolderSettings {
  /** Null when there is none. */
  readonly roleFiles: string | null;
  readonly roleNamePattern: NamePattern | null;
}

/**
 * Reads the `*.json` files of a folder and of the folders in it. Names that begin with a dot are left alone: editors and mounted
 * volumes keep their own there. A link counts as what it leads to, which must be in the folder as well.
 */
export function openRoleFolder({ roleFiles: folder, roleNamePattern }: RoleFolderSettings): RoleFiles | null {
  if (folder === null) {
    return null;
  }
  return {
    namePattern: roleNamePattern,
    async read() {
      const root = await rootOf(folder);
      const found = await list(root, '', DEEPEST);
      if (found.length > MOST_FILES) {
        throw unreadable(`it holds ${found.length} role files, and ${MOST_FILES} are the most`);
      }
      return await readAll(root, found);
    },
  };
}

function unreadable(reason: string, cause?: unknown): AccessError {
  return new AccessError('role_files.unreadable', `the folder of role files: ${reason}`, { cause, facts: { reason } });
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? 'unreadable';
}

async function rootOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (thrown) {
    throw unreadable(codeOf(thrown), thrown);
  }
}

/** Paths of role files from the root on, in an order that does not depend on the machine. */
async function list(root: string, inside: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, inside), { withFileTypes: true }).catch((thrown: unknown) => {
    throw unreadable(inside === '' ? codeOf(thrown) : `${inside}: ${codeOf(thrown)}`, thrown);
  });
  const names = entries.filter(({ name }) => !name.startsWith('.'));
  const found: string[] = [];
  for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = path.posix.join(inside, entry.name);
    if (entry.isDirectory()) {
      if (depth === 0) {
        throw unreadable(`${inner}: folders in folders, more than ${DEEPEST} deep`);
      }
      found.push(...(await list(root, inner, depth - 1)));
    } else if (entry.name.toLowerCase().endsWith('.json')) {
      found.push(inner);
    }
  }
  return found;
}

async function readAll(root: string, found: readonly string[]): Promise<RoleFolder> {
  const files: RoleFileContent[] = [];
  const problems: RoleFileProblem[] = [];
  let size = 0;
  for (let from = 0; from < found.length; from += AT_A_TIME) {
    const batch = found.slice(from, from + AT_A_TIME);
    for (const read of await Promise.all(batch.map((inner) => readOne(root, inner)))) {
      if ('text' in read) {
        problems.push(read);
        continue;
      }
      size += read.bytes.byteLength;
      if (size > LARGEST_FOLDER) {
        throw unreadable(`its role files have more than ${LARGEST_FOLDER / 1_000_000} MB together`);
      }
      files.push(read);
    }
  }
  return { files, problems };
}

async function readOne(root: string, inner: string): Promise<RoleFileContent | RoleFileProblem> {
  const problem = (text: string): RoleFileProblem => ({ path: inner, line: null, column: null, text });
  try {
    const real = await realpath(path.join(root, inner));
    if (!real.startsWith(root + path.sep)) {
      return problem('It is a link that leads out of the folder.');
    }
    // What is no plain file could keep the reader waiting for ever, and what became a link meanwhile could lead anywhere.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const seen = await file.stat();
      if (!seen.isFile()) {
        return problem('It is not a file.');
      }
      if (seen.size > LARGEST_FILE) {
        return problem(`It has ${seen.size} bytes, and ${LARGEST_FILE} are the most.`);
      }
      return { path: inner, bytes: await file.readFile() };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    return problem(`It cannot be read (${codeOf(thrown)}).`);
  }
}

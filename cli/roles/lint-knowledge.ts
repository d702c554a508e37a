import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { LintKnowledge } from '../../src/roles/lint/finding.ts';
import type { CommandContext } from '../command.ts';
import { readDataFolder, readJsonFile } from './data-folder.ts';
import { readKnowledge } from './tenant-knowledge.ts';

export interface Learned {
  readonly knowledge: LintKnowledge;
  /** What could not be read, and so is not judged. */
  readonly notes: readonly string[];
}

/** What linting knows without being told. */
export const NO_KNOWLEDGE: LintKnowledge = {
  roles: [],
  operations: [],
  directoryActions: [],
  isDirectoryComplete: false,
  privilegedActions: [],
};

const permissions = z.object({ permissions: z.array(z.object({ name: z.string() })) });

/** What linting knows by the lists of the documentation, where a folder has them. */
export function learnFromFolder(folder: string): Learned {
  const { roles, operations } = readDataFolder(folder);
  const list = (name: string): readonly string[] => {
    const file = path.join(folder, name);
    return existsSync(file) ? readJsonFile(file, permissions).permissions.map((each) => each.name) : [];
  };
  const knowledge = {
    roles,
    operations,
    directoryActions: list('entra-custom-role-permissions.json').map((name) => ({ name, description: '' })),
    isDirectoryComplete: false,
    privilegedActions: list('entra-privileged-permissions.json'),
  };
  return { knowledge, notes: [] };
}

/** What linting knows by the tenant, as the reader sees it. */
export async function learnFromTenant(context: CommandContext): Promise<Learned> {
  const { roles, operations, directoryActions, unread } = await readKnowledge(context);
  const notes = unread.map(({ part, code }) => `not all was judged: ${part} could not be read (${code})`);
  const isDirectoryComplete = unread.every(({ part }) => part !== 'directory-actions');
  return { knowledge: { ...NO_KNOWLEDGE, roles, operations, directoryActions, isDirectoryComplete }, notes };
}

import type { Log } from '../../ports/log.ts';
import type { Task } from '../../roles/tasks/task.ts';
import { openRulebook, type RulebookFile } from '../rulebook/rulebook-file.ts';
import { openRunbooks, type RunbooksFile } from '../runbooks/runbooks-file.ts';
import { openTaskTable } from './task-table-file.ts';

/** Paths of what an organisation has written down for its bot; null where there is none. */
export interface DocumentPaths {
  readonly rulebook: string | null;
  readonly runbooks: string | null;
  readonly taskTable: string | null;
}

/** All of it, kept in force. */
export interface OpenDocuments {
  readonly rules: RulebookFile;
  readonly runbooks: RunbooksFile;
  readonly tasks: readonly Task[];
  close(): Promise<void>;
}

/** Opens them all. @throws {AccessError} config.invalid, with everything that is wrong with the first wrong one */
export async function openDocuments(paths: DocumentPaths, log: Log): Promise<OpenDocuments> {
  const tasks = await openTaskTable(paths.taskTable);
  const rules = await openRulebook({ path: paths.rulebook, log });
  try {
    const runbooks = await openRunbooks({ path: paths.runbooks, log });
    const close = async (): Promise<void> => {
      await Promise.all([rules.close(), runbooks.close()]);
    };
    return { rules, runbooks, tasks, close };
  } catch (error) {
    await rules.close();
    throw error;
  }
}

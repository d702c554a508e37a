import { readFile } from 'node:fs/promises';
import { AccessError } from '../../errors.ts';
import { EVERYDAY_TASKS, type Task } from '../../roles/tasks/task.ts';
import { readTaskTable } from '../../roles/tasks/task-table.ts';

/**
 * The tasks that words can mean: those of the file first, which say more, then those that come with Pimlico. Read once.
 *
 * @throws {AccessError} config.invalid, with everything that is wrong with the file
 */
export async function openTaskTable(path: string | null): Promise<readonly Task[]> {
  if (path === null) {
    return EVERYDAY_TASKS;
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AccessError('config.invalid', `the task table ${path} cannot be read`, {
      cause,
      facts: { reason: path },
    });
  }
  return [...readTaskTable(text), ...EVERYDAY_TASKS];
}

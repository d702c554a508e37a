import { z } from 'zod';
import { printProblem, readYaml } from '../../documents/yaml-document.ts';
import { AccessError } from '../../errors.ts';
import type { Task, TaskRole } from './task.ts';

/** Microsoft's page has about 73,000 characters in this form. */
const LONGEST_TABLE = 2_000_000;
const MOST_PROBLEMS = 10;

const KINDS = {
  entraRole: 'directory',
  azureRole: 'azure',
  objectOwner: 'other',
  everyMember: 'other',
  other: 'other',
} as const satisfies Record<string, TaskRole['kind']>;

const taskRole = z.object({
  kind: z.enum(Object.keys(KINDS) as (keyof typeof KINDS)[]),
  name: z.string().min(1).max(200),
  id: z.guid().optional(),
});

const taskTable = z.object({
  tasks: z
    .array(
      z.object({
        area: z.string().max(200),
        task: z.string().min(1).max(500),
        leastPrivileged: z.array(taskRole).min(1).max(20),
        mode: z.enum(['any', 'all']),
        additional: z.array(taskRole).max(50),
      }),
    )
    .min(1)
    .max(5_000),
});

/**
 * Reads a table of tasks and their least privileged roles, as JSON or YAML: `tasks` with `area`, `task`, `leastPrivileged`, `mode`
 * (`any` or `all` of them) and `additional`. Other keys are passed over.
 *
 * @throws {AccessError} config.invalid, fact `reason` with a line for each problem
 */
export function readTaskTable(text: string): readonly Task[] {
  const reading = readYaml(text, { schema: taskTable, longest: LONGEST_TABLE });
  if (!reading.isValid) {
    const shown = reading.problems.slice(0, MOST_PROBLEMS).map(printProblem);
    const more = reading.problems.length - shown.length;
    const reason = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
    throw new AccessError('config.invalid', `the task table: ${reason}`, { facts: { reason } });
  }
  return reading.content.tasks.map(({ area, task, leastPrivileged, mode, additional }) => ({
    task,
    area,
    also: [],
    roles: leastPrivileged.map(roleOf),
    needsAll: mode === 'all',
    widerRoles: additional.map(roleOf),
    actions: [],
  }));
}

function roleOf({ kind, name, id }: z.infer<typeof taskRole>): TaskRole {
  return { kind: KINDS[kind], name, id: id?.toLowerCase() ?? null };
}

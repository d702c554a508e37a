import { AccessError } from '../../errors.ts';
import everyday from './everyday-tasks.json' with { type: 'json' };

/** A role that a task needs; `other` is what PIM does not give: ownership of an object, or what every user may do. */
export interface TaskRole {
  readonly kind: 'directory' | 'azure' | 'other';
  /** A GUID in small letters; null where the table has none. */
  readonly id: string | null;
  readonly name: string;
}

/** Something that people do in the directory, and the least privileged roles for it. */
export interface Task {
  readonly task: string;
  /** What it belongs to; empty where the words say it. */
  readonly area: string;
  /** The same in other words. */
  readonly also: readonly string[];
  readonly roles: readonly TaskRole[];
  /** All of the roles together, rather than one of them. */
  readonly needsAll: boolean;
  /** Roles that have more than is needed, and do it too. */
  readonly widerRoles: readonly TaskRole[];
  /** What a role must allow to do it; empty where that does not decide it, as for tasks on administrators. */
  readonly actions: readonly string[];
}

/** The tasks that come with Pimlico, in its own words. */
export const EVERYDAY_TASKS: readonly Task[] = everyday.tasks.map(({ task, also = [], roles, actions }) => ({
  task,
  area: '',
  also,
  roles: roles.map((name) => everydayRole(name)),
  needsAll: false,
  widerRoles: [],
  actions,
}));

function everydayRole(name: string): TaskRole {
  const id = (everyday.roleIds as Readonly<Record<string, string>>)[name];
  if (id === undefined) {
    throw new AccessError('internal.unexpected', `no template id of ${name}`);
  }
  return { kind: 'directory', id, name };
}

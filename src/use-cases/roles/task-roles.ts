import type { IndexedRole } from '../../roles/azure-index.ts';
import type { FittingRole } from '../../roles/rank.ts';
import type { RoleIndex } from '../../roles/role-index.ts';
import type { Task, TaskRole } from '../../roles/tasks/task.ts';

/**
 * The roles of the tenant that do a task: those that the table names, and those that allow all that the task needs. Of roles that
 * are needed together each does it only beside the others.
 */
export function taskRoles(index: RoleIndex, task: Task): readonly FittingRole[] {
  const named = [...task.roles, ...task.widerRoles].flatMap((role) => indexed(index, role));
  const together = task.needsAll ? [`together with all of: ${task.roles.map(({ name }) => name).join(', ')}`] : [];
  const byTable = named.map((role): [IndexedRole, FittingRole] => [
    role,
    { ...fitting(role), answer: task.needsAll ? 'conditional' : 'exact', by: [], conditions: together },
  ]);
  const byActions = allowingAll(index, task.actions).map((one): [IndexedRole, FittingRole] => [one.role, one]);
  return [...new Map([...byActions, ...byTable]).values()];
}

function fitting(role: IndexedRole): Pick<FittingRole, 'role' | 'excess'> {
  return { role, excess: Math.max(role.operations - 1, 0) };
}

function indexed(index: RoleIndex, { kind, id, name }: TaskRole): readonly IndexedRole[] {
  if (kind === 'other') {
    return [];
  }
  const known = id === null ? undefined : index.find(kind, id);
  if (known !== undefined || id !== null) {
    return known === undefined ? [] : [known];
  }
  return index.byName(name).filter(({ definition }) => definition.kind === kind);
}

/** Roles that allow every one of the actions; of which one is not known, of which it is not known. */
function allowingAll(index: RoleIndex, actions: readonly string[]): readonly FittingRole[] {
  const [first = [], ...rest] = actions.map((action) => index.allowingInDirectory(action));
  return first.flatMap(({ role, decision }): readonly FittingRole[] => {
    const all = [decision, ...rest.map((list) => list.find((one) => one.role === role)?.decision)];
    if (all.includes(undefined)) {
      return [];
    }
    const isUnknown = all.some((one) => one?.answer === 'unknown');
    const answer = isUnknown ? 'unknown' : decision.answer === 'exact' ? 'exact' : 'implied';
    return [{ ...fitting(role), answer, by: decision.by, conditions: [] }];
  });
}

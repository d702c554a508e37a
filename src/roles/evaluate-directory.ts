import { type DirectoryReach, directoryReach } from '../domain/directory-actions.ts';
import { comparable } from '../domain/operation-pattern.ts';
import type { DirectoryRoleDefinition } from '../domain/role-definition.ts';

/** `unknown`: likely, and not documented. Never to be taken for a yes. */
export type DirectoryAnswer = DirectoryReach;

export interface DirectoryDecision {
  readonly answer: DirectoryAnswer;
  /** The granted actions that say so, as written, those of inherited roles included; empty for `no`. */
  readonly by: readonly string[];
  /**
   * Under which conditions it could be more: `$ResourceIsSelf`, `$SubjectIsOwner`. They hold for one's own objects only, so that
   * the answer leaves them out.
   */
  readonly onlyIf: readonly { readonly action: string; readonly condition: string }[];
}

/** From the best answer to the worst. */
export const DIRECTORY_ANSWERS = ['exact', 'implied', 'unknown', 'no'] as const satisfies readonly DirectoryAnswer[];

type RoleById = (id: string) => DirectoryRoleDefinition | undefined;

/** Decides whether a role of the directory lets do an action, by its own actions and those of the roles it inherits from. */
export function decideInDirectory(
  role: DirectoryRoleDefinition,
  action: string,
  roleById: RoleById,
): DirectoryDecision {
  return decideAmong(effectiveActions(role, roleById), action);
}

/** The same by what is granted: what cannot reach the action may be left out. */
export function decideAmong(granted: readonly EffectiveAction[], action: string): DirectoryDecision {
  const wanted = comparable(action);
  const reached = granted.map((one) => ({ ...one, reach: directoryReach(comparable(one.action), wanted) }));
  const plain = reached.filter(({ condition }) => condition === null);
  const answer = DIRECTORY_ANSWERS.find((one) => plain.some(({ reach }) => reach === one)) ?? 'no';
  const by = answer === 'no' ? [] : plain.filter(({ reach }) => reach === answer).map((one) => one.action);
  const rank = DIRECTORY_ANSWERS.indexOf(answer);
  const onlyIf = reached.flatMap((one) =>
    one.condition !== null && DIRECTORY_ANSWERS.indexOf(one.reach) < rank
      ? [{ action: one.action, condition: one.condition }]
      : [],
  );
  return { answer, by: [...new Set(by)], onlyIf };
}

export interface EffectiveAction {
  readonly action: string;
  readonly condition: string | null;
  /** The role that lists it: another one where it is inherited. */
  readonly from: DirectoryRoleDefinition;
}

/** What a role has by itself and from the roles it inherits from, and they from theirs. A circle ends where it began. */
export function effectiveActions(role: DirectoryRoleDefinition, roleById: RoleById): readonly EffectiveAction[] {
  const roles = new Set([role]);
  for (const one of roles) {
    for (const id of one.inheritsFrom) {
      const parent = roleById(id);
      if (parent !== undefined) {
        roles.add(parent);
      }
    }
  }
  return [...roles].flatMap((from) =>
    from.permissions.flatMap(({ actions, condition }) => actions.map((action) => ({ action, condition, from }))),
  );
}

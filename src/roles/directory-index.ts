import { directoryReach, withoutSubtype } from '../domain/directory-actions.ts';
import { comparable } from '../domain/operation-pattern.ts';
import type { DirectoryAction, DirectoryRoleDefinition } from '../domain/role-definition.ts';
import { isChange } from './changes-access.ts';
import { type DirectoryDecision, decideAmong, effectiveActions } from './evaluate-directory.ts';

/** The roles of the directory, ready to be asked. */
export interface DirectoryIndex {
  /** The actions of the tenant's list, and what roles have besides. */
  readonly actions: readonly DirectoryAction[];
  /** How many of these a role reaches, documented, inherited ones included, and how many of them do more than read. */
  count(role: DirectoryRoleDefinition): { readonly operations: number; readonly changes: number };
  decide(role: DirectoryRoleDefinition, action: string): DirectoryDecision;
  /** Those that let do it, and those of which it is not known. */
  allowing(action: string): readonly { readonly role: DirectoryRoleDefinition; readonly decision: DirectoryDecision }[];
}

export function directoryIndex(
  roles: readonly DirectoryRoleDefinition[],
  known: readonly DirectoryAction[],
): DirectoryIndex {
  const byId = new Map(roles.map((role) => [role.id ?? '', role]));
  const roleById = (id: string): DirectoryRoleDefinition | undefined => byId.get(id.toLowerCase());
  const actions = withOwn(known, roles);
  const names = [...actions.keys()];
  const byPlace = Map.groupBy(names, placeOf);
  const bySpace = Map.groupBy(names, spaceOf);
  const reached = new Map<string, readonly string[]>();

  const reachedBy = (granted: string): readonly string[] => {
    let all = reached.get(granted);
    if (all === undefined) {
      const near = byPlace.get(reachOf(granted)) ?? bySpace.get(reachOf(granted));
      all = (near ?? []).filter((name) => ['exact', 'implied'].includes(directoryReach(granted, name)));
      reached.set(granted, all);
    }
    return all;
  };

  /** Of each role what is granted, by where it may reach. */
  const effective = new Map(
    roles.map((role) => [
      role,
      Map.groupBy(effectiveActions(role, roleById), ({ action }) => reachOf(comparable(action))),
    ]),
  );
  const decide = (role: DirectoryRoleDefinition, action: string): DirectoryDecision => {
    const wanted = comparable(action);
    const granted = effective.get(role) ?? Map.groupBy(effectiveActions(role, roleById), () => placeOf(wanted));
    return decideAmong([...(granted.get(placeOf(wanted)) ?? []), ...(granted.get(spaceOf(wanted)) ?? [])], wanted);
  };

  return {
    actions: [...actions.values()],
    count(role) {
      const plain = effectiveActions(role, roleById).filter(({ condition }) => condition === null);
      const all = new Set(plain.flatMap(({ action }) => reachedBy(comparable(action))));
      return { operations: all.size, changes: [...all].filter(isChange).length };
    },
    decide,
    allowing: (action) =>
      roles.flatMap((role) => {
        const decision = decide(role, action);
        return decision.answer === 'no' ? [] : [{ role, decision }];
      }),
  };
}

function withOwn(
  known: readonly DirectoryAction[],
  roles: readonly DirectoryRoleDefinition[],
): Map<string, DirectoryAction> {
  const own = roles.flatMap(({ permissions }) => permissions.flatMap(({ actions }) => actions));
  const all = [...own.map((name) => ({ name, description: '' })), ...known];
  return new Map(all.map((action) => [comparable(action.name), action]));
}

function spaceOf(action: string): string {
  return action.slice(0, Math.max(action.indexOf('/'), 0));
}

/** Namespace and entity, without what narrows it. */
function placeOf(action: string): string {
  const [space = '', entity = ''] = action.split('/');
  return `${space}/${withoutSubtype(entity)}`;
}

/** Where a granted action may reach: what is of its entity, or of the whole namespace. */
function reachOf(granted: string): string {
  const place = placeOf(granted);
  return place === `${spaceOf(granted)}/allentities` ? spaceOf(granted) : place;
}

import { scopeKey } from '../domain/assignment.ts';
import { comparable, operationPattern } from '../domain/operation-pattern.ts';
import {
  type AzureOperation,
  type AzureRoleDefinition,
  type DirectoryRoleDefinition,
  type PermissionBlock,
  PLANES,
  type Plane,
  type RoleDefinition,
} from '../domain/role-definition.ts';
import type { NameList, OperationsBeside, RoleDifference } from '../domain/role-files-notice.ts';
import { changesAccess } from './changes-access.ts';
import { type Answer, decide, listsOf } from './evaluate.ts';
import { decideInDirectory } from './evaluate-directory.ts';

/** A role as a file has it. */
export interface FiledRole {
  /** The file's path within its folder. */
  readonly file: string;
  readonly definition: RoleDefinition;
}

/** The same role in a file and in the tenant; one of the two may be missing. */
export interface RolePair<Filed extends FiledRole> {
  readonly filed: Filed | null;
  readonly held: RoleDefinition | null;
}

/**
 * Finds which role of the tenant each file is about: by its id, where the file has one, else by its name in any case. What is
 * left of the tenant's custom roles has no file. In the order of the files, then of the tenant's names.
 */
export function pairRoles<Filed extends FiledRole>(
  files: readonly Filed[],
  held: readonly RoleDefinition[],
): readonly RolePair<Filed>[] {
  const left = new Set(held);
  const take = (filed: Filed): RoleDefinition | null => {
    const found = [...left].find((role) => isSameRole(filed.definition, role)) ?? null;
    if (found !== null) {
      left.delete(found);
    }
    return found;
  };
  // A name is only looked for among what no file has the id of.
  const byId = new Map(files.filter(({ definition }) => definition.id !== null).map((filed) => [filed, take(filed)]));
  const pairs = files.map((filed) => ({ filed, held: byId.get(filed) ?? (byId.has(filed) ? null : take(filed)) }));
  const others = [...left].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  return [...pairs, ...others.map((role) => ({ filed: null, held: role }))];
}

function isSameRole(filed: RoleDefinition, held: RoleDefinition): boolean {
  if (filed.kind !== held.kind) {
    return false;
  }
  return filed.id === null ? isSameName(filed, held) : filed.id.toLowerCase() === held.id?.toLowerCase();
}

/** Names of roles are unique in a tenant, in any case (rbac.md §4.3). */
export function isSameName(a: Pick<RoleDefinition, 'name'>, b: Pick<RoleDefinition, 'name'>): boolean {
  return a.name.trim().toLowerCase() === b.name.trim().toLowerCase();
}

/** What is known of operations, and of the roles that others inherit from. */
export interface ComparisonGround {
  readonly operations: readonly AzureOperation[];
  readonly roles: readonly RoleDefinition[];
}

/** Tells what the tenant would get and lose if the file counted. Without a role in the tenant everything is a gain. */
export function differenceOf(
  wanted: RoleDefinition,
  held: RoleDefinition | null,
  ground: ComparisonGround,
): RoleDifference {
  const { gains, losses, isConditionSwapped } = beside(wanted, held, ground);
  const scopes = scopesOf(wanted);
  const heldScopes = held === null ? [] : scopesOf(held);
  const isOtherwise = held !== null && spellingOf(wanted) !== spellingOf(held);
  return {
    nameInTenant: held === null || held.name === wanted.name ? null : held.name,
    isDescriptionOther: held !== null && held.description !== wanted.description,
    isConditionOther: held !== null && (isConditionSwapped || conditionsOf(wanted) !== conditionsOf(held)),
    isEnabledByFile: enabledByFile(wanted, held),
    gains,
    losses,
    isSpeltOtherwise: isOtherwise && gains.total + losses.total === 0,
    patterns: listed(patternsBeside(wanted, held)),
    scopesAdded: listed(without(scopes, heldScopes)),
    scopesRemoved: listed(without(heldScopes, scopes)),
  };
}

/** Says whether anything at all differs. */
export function isDifferent(difference: RoleDifference): boolean {
  const { nameInTenant, isEnabledByFile, gains, losses, scopesAdded, scopesRemoved } = difference;
  return (
    nameInTenant !== null ||
    difference.isDescriptionOther ||
    difference.isConditionOther ||
    isEnabledByFile !== null ||
    difference.isSpeltOtherwise ||
    gains.total + losses.total + scopesAdded.total + scopesRemoved.total > 0
  );
}

function enabledByFile(wanted: RoleDefinition, held: RoleDefinition | null): boolean | null {
  return wanted.kind === 'directory' && held?.kind === 'directory' && wanted.isEnabled !== held.isEnabled
    ? wanted.isEnabled
    : null;
}

function scopesOf(role: RoleDefinition): readonly string[] {
  return role.kind === 'azure' ? role.assignableScopes : [];
}

function without(scopes: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others.map(scopeKey));
  return scopes.filter((scope) => !known.has(scopeKey(scope)));
}

function listed(names: readonly string[]): NameList {
  return { total: names.length, names };
}

/**
 * Strings with a wildcard, where nobody can prove that what they take was the role's already: no block of the tenant's holds all
 * of it, without taking more away from it or under another condition.
 */
function patternsBeside(wanted: RoleDefinition, held: RoleDefinition | null): readonly string[] {
  if (wanted.kind !== 'azure') {
    return [];
  }
  const heldBlocks = held?.kind === 'azure' ? held.permissions : [];
  const patterns = wanted.permissions.flatMap((block) =>
    PLANES.flatMap((plane) =>
      listsOf(block, plane)
        .allow.filter((text) => text.includes('*'))
        .filter((text) => !heldBlocks.some((other) => holdsAll(other, block, { text, plane }))),
    ),
  );
  return [...new Set(patterns)];
}

/** Whether one block takes all that another one takes by a pattern. */
function holdsAll(
  holder: PermissionBlock,
  block: PermissionBlock,
  { text, plane }: { readonly text: string; readonly plane: Plane },
): boolean {
  const [reason] = decide({ permissions: [holder] }, { operation: text, plane }).why;
  const leftOut = listsOf(block, plane).not.map((one) => operationPattern(one));
  return (
    reason !== undefined &&
    (holder.condition === null || holder.condition === block.condition) &&
    reason.subtractedBy.every((taken) => leftOut.some(({ fits }) => fits(operationPattern(taken).text)))
  );
}

interface Beside {
  readonly gains: OperationsBeside;
  readonly losses: OperationsBeside;
  /** An operation stands under a condition on both sides, and not under the same. */
  readonly isConditionSwapped: boolean;
}

function beside(wanted: RoleDefinition, held: RoleDefinition | null, ground: ComparisonGround): Beside {
  if (held !== null && spellingOf(wanted) === spellingOf(held)) {
    return { gains: gathered([]), losses: gathered([]), isConditionSwapped: false };
  }
  if (wanted.kind === 'azure') {
    const other = held?.kind === 'azure' ? held : null;
    const answers = comparedOperations(wanted, other, ground.operations).map((operation) => {
      const then = answerOf(wanted, operation);
      return { operation, then, now: other === null ? DENIED : answerOf(other, operation) };
    });
    const isMore = (a: Guarded, b: Guarded): boolean => WEIGHT[a.answer] > WEIGHT[b.answer];
    return {
      gains: gathered(answers.filter(({ then, now }) => isMore(then, now)).map(({ operation }) => operation.name)),
      losses: gathered(answers.filter(({ then, now }) => isMore(now, then)).map(({ operation }) => operation.name)),
      isConditionSwapped: answers.some(
        ({ then, now }) => then.answer === 'conditional' && now.answer === 'conditional' && then.under !== now.under,
      ),
    };
  }
  const other = held?.kind === 'directory' ? held : null;
  return {
    gains: gathered(actionsBeside(wanted, other, ground.roles)),
    losses: gathered(other === null ? [] : actionsBeside(other, wanted, ground.roles)),
    isConditionSwapped: other !== null && isSwappedInDirectory(wanted, other),
  };
}

/** Whether an action of the directory stands under conditions on both sides, and not under the same. */
function isSwappedInDirectory(wanted: DirectoryRoleDefinition, held: DirectoryRoleDefinition): boolean {
  const under = ({ permissions }: DirectoryRoleDefinition, action: string): string =>
    underOf(permissions.filter(({ actions }) => actions.some((one) => comparable(one) === comparable(action))));
  const guarded = wanted.permissions.flatMap(({ actions, condition }) => (condition === null ? [] : actions));
  const none = underOf([]);
  return guarded.some((action) => ![none, under(wanted, action)].includes(under(held, action)));
}

interface Guarded {
  readonly answer: Answer;
  /** The conditions of the blocks that grant it, as one text. */
  readonly under: string;
}

const DENIED: Guarded = { answer: 'denied', under: '' };

/** A pattern that a role lists itself it has, whatever single operations are taken away from it: those are asked for by themselves. */
function answerOf(role: AzureRoleDefinition, { name, plane }: Pick<AzureOperation, 'name' | 'plane'>): Guarded {
  const wanted = comparable(name);
  const listing = wanted.includes('*')
    ? role.permissions.filter((block) => listsOf(block, plane).allow.some((text) => comparable(text) === wanted))
    : [];
  if (listing.length > 0) {
    const isFree = listing.some(({ condition }) => condition === null);
    return { answer: isFree ? 'allowed' : 'conditional', under: underOf(listing) };
  }
  const { answer, why } = decide(role, { operation: name, plane });
  return {
    answer,
    under: answer === 'conditional' ? underOf(why.filter(({ subtractedBy }) => subtractedBy.length === 0)) : '',
  };
}

function underOf(granting: readonly { readonly condition: string | null }[]): string {
  return JSON.stringify([...new Set(granting.map(({ condition }) => condition))].sort());
}

/** What a condition filters is less than what is free. */
const WEIGHT: Readonly<Record<Answer, number>> = { denied: 0, conditional: 1, allowed: 2 };

/**
 * All operations that are known, and what the roles name by themselves where the list lacks it: a single operation, or a pattern that
 * fits nothing known, which may fit something tomorrow, or now where nobody could read the list.
 */
function comparedOperations(
  wanted: AzureRoleDefinition,
  held: AzureRoleDefinition | null,
  known: readonly AzureOperation[],
): readonly Pick<AzureOperation, 'name' | 'plane'>[] {
  const keys = new Set(known.map(keyOf));
  const compared = known.map(({ name, plane }) => ({ name: comparable(name), plane }));
  const ofProvider = Map.groupBy(compared, ({ name }) => name.slice(0, name.indexOf('/') + 1));
  const isKnown = (operation: Pick<AzureOperation, 'name' | 'plane'>): boolean => {
    const { hasWildcard, head, fits } = operationPattern(operation.name);
    // Thousands of patterns and of operations are too many to try each with each: most name their provider.
    const provider = head.slice(0, head.indexOf('/') + 1);
    const near = provider === '' ? compared : (ofProvider.get(provider) ?? []);
    return hasWildcard
      ? near.some(({ name, plane }) => plane === operation.plane && fits(name))
      : keys.has(keyOf(operation));
  };
  const named = new Map(
    [wanted, ...(held === null ? [] : [held])].flatMap(({ permissions }) =>
      permissions.flatMap((block) =>
        PLANES.flatMap((plane) =>
          stringsOf(block, plane).map((text) => {
            const operation = { name: text.trim(), plane };
            return [keyOf(operation), operation] as const;
          }),
        ),
      ),
    ),
  );
  return [...known, ...[...named.values()].filter((operation) => !isKnown(operation))];
}

/** What is taken away counts as well: where that goes, its operations are a gain. */
function stringsOf(block: PermissionBlock, plane: Plane): readonly string[] {
  const { allow, not } = listsOf(block, plane);
  return [...allow, ...not];
}

function keyOf({ name, plane }: Pick<AzureOperation, 'name' | 'plane'>): string {
  return `${plane} ${name.toLowerCase()}`;
}

/** Strings of one directory role that another one is not known to allow. */
function actionsBeside(
  role: DirectoryRoleDefinition,
  other: DirectoryRoleDefinition | null,
  roles: readonly RoleDefinition[],
): readonly string[] {
  const byId = (id: string) =>
    roles.find((one): one is DirectoryRoleDefinition => one.kind === 'directory' && one.id === id.toLowerCase());
  const isAllowed = (action: string): boolean => {
    const answer = other === null ? 'no' : decideInDirectory(other, action, byId).answer;
    return answer === 'exact' || answer === 'implied';
  };
  const actions = role.permissions.flatMap((permission) => permission.actions);
  return [...new Map(actions.map((action) => [action.toLowerCase(), action])).values()].filter(
    (action) => !isAllowed(action),
  );
}

function gathered(names: readonly string[]): OperationsBeside {
  const isEscalating = (name: string): boolean => changesAccess([name]);
  return {
    total: names.length,
    escalating: names.filter(isEscalating),
    others: names.filter((name) => !isEscalating(name)),
  };
}

/** All conditions, wherever they stand. */
function conditionsOf({ permissions }: RoleDefinition): string {
  return JSON.stringify(permissions.map(({ condition }) => condition ?? '').sort());
}

/** All that the permissions say, without regard to order, case and doubles. */
function spellingOf(role: RoleDefinition): string {
  const list = (texts: readonly string[]) => [...new Set(texts.map((text) => text.toLowerCase()))].sort();
  const blocks: readonly unknown[] =
    role.kind === 'azure'
      ? role.permissions.map((block) => [
          list(block.actions),
          list(block.notActions),
          list(block.dataActions),
          list(block.notDataActions),
          block.condition,
          block.conditionVersion,
        ])
      : role.permissions.map(({ actions, condition }) => [list(actions), condition]);
  const inherited = role.kind === 'directory' ? list(role.inheritsFrom) : [];
  return JSON.stringify([blocks.map((block) => JSON.stringify(block)).sort(), inherited]);
}

/** All that makes a definition what it is, but its id: equal texts mean that nothing differs. */
export function canonicalRole(role: RoleDefinition): string {
  const scopes = scopesOf(role).map(scopeKey).sort();
  const isEnabled = role.kind === 'azure' || role.isEnabled;
  return JSON.stringify([role.kind, role.name, role.description, isEnabled, scopes, spellingOf(role)]);
}

import { comparable } from '../../domain/operation-pattern.ts';
import type {
  AzureRoleDefinition,
  DirectoryRoleDefinition,
  Plane,
  RoleDefinition,
} from '../../domain/role-definition.ts';
import type {
  BlockFacts,
  ConditionFacts,
  DefinitionFacts,
  OperationCounts,
  ProviderCounts,
  RiskClass,
  StringList,
} from '../../domain/role-notice.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { isChange } from '../../roles/changes-access.ts';
import { conditionFacts } from '../../roles/condition-facts.ts';
import { effectiveActions } from '../../roles/evaluate-directory.ts';
import { type GrantedOperation, grantedInAzure, grantedInDirectory, providerOf } from '../../roles/granted.ts';
import { type PowerfulParts, powerfulInAzure, powerfulInDirectory } from '../../roles/powerful.ts';
import { notFound } from '../administration/name-role.ts';
import type { KnownDefinition } from './name-subject.ts';
import { roleIndexOf } from './role-knowledge.ts';

/** What there is to say of a definition, all of it: cards take the first of each list. */
export interface WholeDefinition {
  readonly facts: DefinitionFacts;
  readonly risk: RiskClass;
  /** Null when the list of operations could not be read. */
  readonly granted: readonly GrantedOperation[] | null;
  readonly counts: OperationCounts | null;
  readonly powerful: PowerfulParts;
  readonly conditions: readonly ConditionFacts[];
  readonly inherited: { readonly roles: readonly string[]; readonly operations: number } | null;
}

/** @throws {AccessError} role.not_found when the knowledge has no such definition */
export function wholeDefinition(role: KnownDefinition, knowledge: RoleKnowledge): WholeDefinition {
  const indexed = roleIndexOf(knowledge).find(role.kind, role.id);
  if (indexed === undefined) {
    throw notFound(role.name, null, false);
  }
  const granted = grantedBy(role, knowledge);
  const powerful = role.kind === 'azure' ? powerfulInAzure(role, granted ?? []) : powerfulInDirectory(role);
  return {
    facts: definitionFacts(role),
    risk: indexed.risk,
    granted,
    counts: granted === null ? null : countsOf(granted),
    powerful,
    conditions: conditionsOf(role, knowledge),
    inherited: role.kind === 'directory' ? inheritedBy(role, knowledge) : null,
  };
}

export function definitionFacts({ kind, id, name, isCustom }: KnownDefinition): DefinitionFacts {
  return { kind, id, roleName: name, isCustom };
}

/** Null when the tenant's list of operations is not known: nothing to count by. */
export function grantedBy(role: RoleDefinition, knowledge: RoleKnowledge): readonly GrantedOperation[] | null {
  if (role.kind === 'directory') {
    return grantedInDirectory(role, wordsFor(knowledge));
  }
  return knowledge.operations.length === 0 ? null : grantedInAzure(role, roleIndexOf(knowledge));
}

function wordsFor({ directoryActions }: RoleKnowledge): (action: string) => string {
  const known = new Map(directoryActions.map(({ name, description }) => [name.toLowerCase(), description]));
  return (action) => known.get(action.toLowerCase()) ?? '';
}

function countsOf(granted: readonly GrantedOperation[]): OperationCounts {
  const [control, data] = [granted.filter(({ plane }) => plane !== 'data'), granted.filter(isOnData)];
  return {
    control: control.length,
    controlChanges: control.filter(doesChange).length,
    data: data.length,
    dataChanges: data.filter(doesChange).length,
  };
}

/** Whether it does more than read. */
export function doesChange({ name }: Pick<GrantedOperation, 'name'>): boolean {
  return isChange(comparable(name));
}

export function isOnData({ plane }: Pick<GrantedOperation, 'plane'>): boolean {
  return plane === 'data';
}

/** Those with most operations come first. */
export function countByProvider(granted: readonly GrantedOperation[]): readonly ProviderCounts[] {
  const groups = Map.groupBy(granted, (one) => providerOf(one).toLowerCase());
  return [...groups.values()]
    .map((rows) => ({
      provider: providerOf(rows[0] as GrantedOperation),
      operations: rows.length,
      changes: rows.filter(doesChange).length,
    }))
    .sort((a, b) => b.operations - a.operations || byName.compare(a.provider, b.provider));
}

const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

function conditionsOf(role: RoleDefinition, knowledge: RoleKnowledge): readonly ConditionFacts[] {
  const texts = new Set(role.permissions.flatMap(({ condition }) => condition ?? []));
  return [...texts].map((text) => conditionFacts(text, roleNames(knowledge)));
}

export function roleNames({ roles }: RoleKnowledge): (id: string) => string | null {
  return (id) => roles.find((role) => role.kind === 'azure' && role.id === id)?.name ?? null;
}

export function directoryRoleById({ roles }: RoleKnowledge): (id: string) => DirectoryRoleDefinition | undefined {
  return (id) =>
    roles.find((role): role is DirectoryRoleDefinition => role.kind === 'directory' && role.id === id.toLowerCase());
}

function inheritedBy(role: DirectoryRoleDefinition, knowledge: RoleKnowledge): WholeDefinition['inherited'] {
  const others = effectiveActions(role, directoryRoleById(knowledge)).filter(({ from }) => from !== role);
  const roles = [...new Set(others.map(({ from }) => from.name))];
  const operations = new Set(others.map(({ action }) => action.toLowerCase())).size;
  return roles.length === 0 ? null : { roles, operations };
}

/** A definition block by block, each string with what Microsoft calls it. */
export function blocksOf(role: RoleDefinition, knowledge: RoleKnowledge): readonly BlockFacts[] {
  return role.kind === 'azure' ? azureBlocks(role, knowledge) : directoryBlocks(role, knowledge);
}

// No card has room for more.
const MOST_STRINGS = 150;

function azureBlocks({ permissions }: AzureRoleDefinition, knowledge: RoleKnowledge): readonly BlockFacts[] {
  const names = new Map(
    knowledge.operations.map(({ name, plane, displayName }) => [`${plane} ${name.toLowerCase()}`, displayName]),
  );
  const named = (plane: Plane, strings: readonly string[]): StringList =>
    firstOf(strings, (operation) => names.get(`${plane} ${operation.trim().toLowerCase()}`) ?? '');
  return permissions.map(({ actions, notActions, dataActions, notDataActions, condition }) => ({
    actions: named('control', actions),
    notActions: named('control', notActions),
    dataActions: named('data', dataActions),
    notDataActions: named('data', notDataActions),
    condition: condition === null ? null : conditionFacts(condition, roleNames(knowledge)),
  }));
}

function directoryBlocks({ permissions }: DirectoryRoleDefinition, knowledge: RoleKnowledge): readonly BlockFacts[] {
  const words = wordsFor(knowledge);
  const none = firstOf([], words);
  return permissions.map(({ actions, condition }) => ({
    actions: firstOf(actions, words),
    notActions: none,
    dataActions: none,
    notDataActions: none,
    condition: condition === null ? null : conditionFacts(condition, roleNames(knowledge)),
  }));
}

function firstOf(strings: readonly string[], says: (operation: string) => string): StringList {
  const shown = strings.slice(0, MOST_STRINGS).map((operation) => ({ operation, says: says(operation) }));
  return { strings: shown, total: strings.length };
}

import { comparable } from '../../domain/operation-pattern.ts';
import type { AzureRoleDefinition } from '../../domain/role-definition.ts';
import type { ComparedRole, CompareNotice, PowerfulOperation, Relation } from '../../domain/role-notice.ts';
import { AccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { compareRoles } from '../../roles/compare-roles.ts';
import { effectiveActions } from '../../roles/evaluate-directory.ts';
import { type GrantedOperation, providerOf } from '../../roles/granted.ts';
import { directoryRoleById, type WholeDefinition, wholeDefinition } from './definition-facts.ts';
import type { KnownDefinition, Subject } from './name-subject.ts';
import { roleIndexOf } from './role-knowledge.ts';

type Definition = Extract<Subject, { readonly kind: 'definition' }>;

const MOST_POWERFUL = 60;
const MOST_PROVIDERS = 12;
const MOST_CONDITIONS = 3;
const MOST_SCOPES = 5;

/** Says how two role definitions differ, how that is known, and what of it reaches further. */
export function compareDefinitions(one: Definition, other: Definition, knowledge: RoleKnowledge): CompareNotice {
  const [first, second] = [wholeDefinition(one.role, knowledge), wholeDefinition(other.role, knowledge)];
  const differences =
    first.granted === null || second.granted === null ? null : differencesOf(first.granted, second.granted);
  const powerful = powerfulDifferences(first, second);
  const providers = differences === null ? [] : countProviders(differences);
  return {
    card: 'compare',
    first: comparedRole(one.role, first),
    second: comparedRole(other.role, second),
    ...relationOf(one.role, other.role, { differences, knowledge }),
    both: differences?.both.length ?? 0,
    powerful: powerful.slice(0, MOST_POWERFUL),
    powerfulTotal: powerful.length,
    providers: providers.slice(0, MOST_PROVIDERS),
    providersTotal: providers.length,
    areConditionsEqual: conditionKey(first) === conditionKey(second),
  };
}

export interface Differences {
  readonly first: readonly GrantedOperation[];
  readonly second: readonly GrantedOperation[];
  readonly both: readonly GrantedOperation[];
}

/** What only one of two allows, and what both do; a name in two planes is two operations. */
export function differencesOf(first: readonly GrantedOperation[], second: readonly GrantedOperation[]): Differences {
  const [inFirst, inSecond] = [new Set(first.map(keyOf)), new Set(second.map(keyOf))];
  return {
    first: first.filter((one) => !inSecond.has(keyOf(one))),
    second: second.filter((one) => !inFirst.has(keyOf(one))),
    both: first.filter((one) => inSecond.has(keyOf(one))),
  };
}

function keyOf({ name, plane }: GrantedOperation): string {
  return `${plane} ${comparable(name)}`;
}

type Related = Pick<CompareNotice, 'relation' | 'proof' | 'onList' | 'onlyFirst' | 'onlySecond'>;

interface Known {
  readonly differences: Differences | null;
  readonly knowledge: RoleKnowledge;
}

const APART: Related = { relation: 'disjoint', proof: 'other-kind', onList: null, onlyFirst: null, onlySecond: null };

function relationOf(first: KnownDefinition, second: KnownDefinition, { differences, knowledge }: Known): Related {
  if (first.kind === 'directory' && second.kind === 'directory') {
    return directoryRelation(first, second, knowledge);
  }
  if (first.kind === 'directory' || second.kind === 'directory') {
    return APART;
  }
  return azureRelation(first, second, { differences, knowledge });
}

/** Two sets of names, those that are inherited included. */
function directoryRelation(first: DirectoryDefinition, second: DirectoryDefinition, knowledge: RoleKnowledge): Related {
  const byId = directoryRoleById(knowledge);
  const actions = (role: DirectoryDefinition): ReadonlyMap<string, string> =>
    new Map(effectiveActions(role, byId).map(({ action }) => [comparable(action), action]));
  const [inFirst, inSecond] = [actions(first), actions(second)];
  const onlyFirst = [...inFirst.keys()].filter((action) => !inSecond.has(action));
  const onlySecond = [...inSecond.keys()].filter((action) => !inFirst.has(action));
  const both = inFirst.size - onlyFirst.length;
  return {
    relation: relationBy({ first: onlyFirst.length, second: onlySecond.length, both }),
    proof: 'strings',
    onList: null,
    onlyFirst: inFirst.get(onlyFirst[0] ?? '') ?? null,
    onlySecond: inSecond.get(onlySecond[0] ?? '') ?? null,
  };
}

type DirectoryDefinition = Extract<KnownDefinition, { readonly kind: 'directory' }>;

function relationBy({ first, second, both }: Readonly<Record<keyof Differences, number>>): Relation {
  if (first === 0) {
    return second === 0 ? 'equal' : 'subset';
  }
  if (second === 0) {
    return 'superset';
  }
  return both === 0 ? 'disjoint' : 'overlap';
}

function powerfulDifferences(first: WholeDefinition, second: WholeDefinition): CompareNotice['powerful'] {
  const only = (own: WholeDefinition, other: WholeDefinition): readonly PowerfulOperation[] => {
    const others = new Set(other.powerful.has.map(powerfulKey));
    return own.powerful.has.filter((one) => !others.has(powerfulKey(one)));
  };
  return [
    ...only(first, second).map((one) => ({ ...one, side: 'first' as const })),
    ...only(second, first).map((one) => ({ ...one, side: 'second' as const })),
  ];
}

/** With a condition is something else than without. */
function powerfulKey({ operation, isConditional }: PowerfulOperation): string {
  return `${isConditional} ${comparable(operation)}`;
}

/** Those that differ most come first. */
function countProviders({ first, second }: Differences): CompareNotice['providers'] {
  const counts = new Map<string, { provider: string; first: number; second: number }>();
  for (const [side, rows] of [['first', first] as const, ['second', second] as const]) {
    for (const row of rows) {
      const provider = providerOf(row);
      const count = counts.get(provider.toLowerCase()) ?? { provider, first: 0, second: 0 };
      count[side] += 1;
      counts.set(provider.toLowerCase(), count);
    }
  }
  return [...counts.values()].sort((a, b) => b.first + b.second - (a.first + a.second));
}

function comparedRole(role: KnownDefinition, whole: WholeDefinition): ComparedRole {
  const scopes = role.kind === 'azure' ? role.assignableScopes : [];
  return {
    ...whole.facts,
    risk: whole.risk,
    counts: whole.counts,
    conditions: whole.conditions.slice(0, MOST_CONDITIONS),
    assignableScopes: scopes.slice(0, MOST_SCOPES),
    assignableTotal: scopes.length,
  };
}

/** Texts are compared without regard to blanks: what differs in words may still mean the same, which is not claimed. */
function conditionKey({ conditions }: WholeDefinition): string {
  return conditions
    .map(({ text }) => text.replace(/\s+/g, ' ').trim())
    .sort()
    .join('\n');
}

/** By their patterns, which holds for all time, and beside it by the tenant's list. Examples are of the list where it has some. */
function azureRelation(
  first: AzureRoleDefinition,
  second: AzureRoleDefinition,
  { differences, knowledge }: Known,
): Related {
  const index = knowledge.operations.length === 0 ? null : roleIndexOf(knowledge);
  const { isNormalFormEqual, symbolic, onlyA, onlyB, onList } = compareRoles(first, second, { index });
  const relation = symbolic ?? onList?.relation;
  if (relation === undefined) {
    throw new AccessError('role.definitions_unread', 'the list of operations was not read', {
      facts: { part: 'Azure' },
    });
  }
  return {
    relation,
    proof: isNormalFormEqual ? 'normal-form' : symbolic === null ? 'list' : 'patterns',
    onList: onList === null ? null : { relation: onList.relation, operations: knowledge.operations.length },
    onlyFirst: shortestOf(differences?.first ?? []) ?? onlyA,
    onlySecond: shortestOf(differences?.second ?? []) ?? onlyB,
  };
}

function shortestOf(operations: readonly GrantedOperation[]): string | null {
  return operations.map(({ name }) => name).toSorted((a, b) => a.length - b.length)[0] ?? null;
}

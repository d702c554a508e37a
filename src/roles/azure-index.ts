import { comparable, haveCommon, type Reading } from '../domain/operation-pattern.ts';
import type { AzureOperation, AzureRoleDefinition, Plane, RoleDefinition } from '../domain/role-definition.ts';
import type { RiskClass } from '../domain/role-notice.ts';
import { isChange } from './changes-access.ts';
import { answerOf, concerns, type Decision, decide, listsOf, type OperationQuestion } from './evaluate.ts';
import { grantingStrings } from './granting-strings.ts';
import { countCommon, type OperationList, type OperationSet, operationList, placesOf } from './operation-list.ts';
import { azureRisk, GIVING_ACCESS, REACHING_DATA } from './risk.ts';

/** A role definition with what is counted of it, on the tenant's list. What a condition guards counts in full. */
export interface IndexedRole {
  readonly definition: RoleDefinition;
  readonly risk: RiskClass;
  /** How many concrete operations it allows, of both planes. */
  readonly operations: number;
  /** How many of them do more than read. */
  readonly changes: number;
}

/** A role that allows what was asked, and by what. */
export interface AllowingRole {
  readonly role: IndexedRole;
  readonly decision: Decision;
}

/** A role that allows some of the known operations that fit a pattern. */
export interface PartlyAllowingRole {
  readonly role: IndexedRole;
  readonly allowed: number;
}

/** The roles of Azure, ready to be asked. */
export interface AzureIndex {
  readonly roles: readonly IndexedRole[];
  /** The operations of this name: none, one, or one for each plane. */
  operationsNamed(name: string): readonly AzureOperation[];
  /** The operations of a plane that fit a pattern, by name. */
  fitting(question: OperationQuestion): readonly AzureOperation[];
  /**
   * The roles that allow an operation, or every known operation that fits a pattern: under a condition, too. Those with the fewest
   * operations come first, then by name.
   */
  allowing(question: OperationQuestion): readonly AllowingRole[];
  /** The roles that allow some of a pattern and not all, those with the most of it first. */
  partlyAllowing(question: OperationQuestion): readonly PartlyAllowingRole[];
  /** The operations of a plane that a role allows, by name. */
  granted(role: AzureRoleDefinition, plane: Plane): readonly AzureOperation[];
}

type Sets = Readonly<Record<Plane, OperationSet>>;
type Lists = Readonly<Record<Plane, OperationList>>;

export function azureIndex(
  knowledge: { readonly roles: readonly RoleDefinition[]; readonly operations: readonly AzureOperation[] },
  reading: Reading,
): AzureIndex {
  const definitions = knowledge.roles.filter((role): role is AzureRoleDefinition => role.kind === 'azure');
  const byPlane = (plane: Plane): OperationList =>
    operationList(
      knowledge.operations.filter((operation) => operation.plane === plane),
      reading,
    );
  const lists: Lists = { control: byPlane('control'), data: byPlane('data') };
  const sets = new Map(definitions.map((role) => [role, setsOf(role, lists)]));
  const measure = measuring(lists, reading);
  const roles = definitions.map((definition) => ({ definition, ...measure(definition, sets.get(definition) as Sets) }));
  const strings = grantingStrings(definitions, reading);
  const named = (plane: Plane, places: readonly number[]): readonly AzureOperation[] =>
    places.map((place) => lists[plane].operations[place] as AzureOperation);

  function allowingOne({ operation, plane }: OperationQuestion): AllowingRole[] {
    return [...strings.reasons(operation, plane)].flatMap(([place, why]) => {
      const answer = answerOf(why);
      return answer === 'denied' ? [] : [{ role: roles[place] as IndexedRole, decision: { answer, why } }];
    });
  }

  /** How many of the operations that fit a pattern each role allows. */
  function shares({ operation, plane }: OperationQuestion): readonly number[] {
    const { places } = lists[plane].fitting(operation);
    const asked = lists[plane].emptySet();
    lists[plane].add(asked, operation);
    const words = { from: (places[0] ?? 0) >>> 5, to: ((places.at(-1) ?? -1) >>> 5) + 1 };
    return definitions.map((role) => countCommon((sets.get(role) as Sets)[plane], asked, words));
  }

  function allowingAll(question: OperationQuestion): AllowingRole[] {
    const total = lists[question.plane].fitting(question.operation).places.length;
    const allowed = total === 0 ? [] : shares(question);
    return definitions.flatMap((definition, place) => {
      if (total > 0 && allowed[place] !== total) {
        return [];
      }
      const decision = decide(definition, question, reading);
      if (decision.answer === 'denied' && total === 0) {
        return [];
      }
      const told = decision.answer === 'denied' ? decideByParts(definition, question, reading) : decision;
      return [{ role: roles[place] as IndexedRole, decision: told }];
    });
  }

  return {
    roles,
    operationsNamed: (name) =>
      (['control', 'data'] as const).flatMap((plane) =>
        name.includes('*') ? [] : named(plane, lists[plane].fitting(name).places),
      ),
    fitting: ({ operation, plane }) => named(plane, lists[plane].fitting(operation).places),
    allowing: (question) =>
      (question.operation.includes('*') ? allowingAll(question) : allowingOne(question)).sort((one, other) =>
        leastFirst(one.role, other.role),
      ),
    partlyAllowing(question) {
      const total = lists[question.plane].fitting(question.operation).places.length;
      return shares(question)
        .flatMap((allowed, place) =>
          allowed > 0 && allowed < total ? [{ role: roles[place] as IndexedRole, allowed }] : [],
        )
        .sort((one, other) => other.allowed - one.allowed || leastFirst(one.role, other.role));
    },
    granted: (role, plane) => named(plane, placesOf((sets.get(role) ?? setsOf(role, lists))[plane])),
  };
}

/** All known operations of a pattern are allowed, though no single string shows it: by all that reach a part of it. */
function decideByParts(role: AzureRoleDefinition, { operation, plane }: OperationQuestion, reading: Reading): Decision {
  const why = role.permissions.flatMap((permission, block) => {
    const matchedBy = listsOf(permission, plane).allow.filter((written) => haveCommon(written, operation, reading));
    const { condition } = permission;
    const isConcerned = condition !== null && concerns(condition, operation, reading);
    return matchedBy.length === 0
      ? []
      : [{ block, matchedBy, subtractedBy: [], condition: isConcerned ? condition : null }];
  });
  return { answer: why.some(({ condition }) => condition !== null) ? 'conditional' : 'allowed', why };
}

/** What a role allows on lists of operations. Blocks add up, and subtract from themselves only. */
function setsOf({ permissions }: Pick<AzureRoleDefinition, 'permissions'>, lists: Lists): Sets {
  const ofPlane = (plane: Plane): OperationSet => {
    const all = lists[plane].emptySet();
    for (const permission of permissions) {
      const { allow, not } = listsOf(permission, plane);
      const own = permissions.length === 1 ? all : lists[plane].emptySet();
      for (const written of allow) {
        lists[plane].add(own, written);
      }
      for (const written of not) {
        lists[plane].remove(own, written);
      }
      if (own !== all) {
        own.forEach((word, at) => {
          all[at] = (all[at] ?? 0) | word;
        });
      }
    }
    return all;
  };
  return { control: ofPlane('control'), data: ofPlane('data') };
}

type Measure = Pick<IndexedRole, 'risk' | 'operations' | 'changes'>;

function measuring(lists: Lists, reading: Reading): (role: AzureRoleDefinition, sets: Sets) => Measure {
  const changing = { control: changesOf(lists.control), data: changesOf(lists.data) };
  const marks = marksOf(lists.control, reading);
  return (role, sets) => {
    const changes = countCommon(sets.control, changing.control) + countCommon(sets.data, changing.data);
    const marked = setsOf(role, { control: marks.list, data: marks.list }).control;
    const strings = role.permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]);
    const operations = countCommon(sets.control, sets.control) + countCommon(sets.data, sets.data);
    const risk = azureRisk({
      giveAccess: countCommon(marked, marks.givingAccess) > 0,
      reachData:
        countCommon(marked, marks.reachingData) > 0 ||
        role.permissions.some(({ dataActions }) => dataActions.length > 0),
      // What is not on the list is judged by its last word.
      change: changes > 0 || (operations === 0 && strings.map(comparable).some(isChange)),
    });
    return { risk, operations, changes };
  };
}

function changesOf(list: OperationList): OperationSet {
  const set = list.emptySet();
  list.names.forEach((name, place) => {
    if (isChange(name)) {
      set[place >>> 5] = (set[place >>> 5] ?? 0) | (1 << (place & 31));
    }
  });
  return set;
}

/** A list of its own of the operations that make a role risky: the tenant's list need not have them all. */
function marksOf(control: OperationList, reading: Reading) {
  const known = REACHING_DATA.flatMap((pattern) => control.fitting(pattern).places).map(
    (place) => control.names[place],
  );
  const fixed = [...GIVING_ACCESS, ...REACHING_DATA].filter((name) => !name.includes('*'));
  const names = [...known.filter((name) => name !== undefined), ...fixed];
  const list = operationList(
    names.map((name) => ({ name, plane: 'control', displayName: '', description: '' })),
    reading,
  );
  const setOf = (patterns: readonly string[]): OperationSet => {
    const set = list.emptySet();
    for (const pattern of patterns) {
      list.add(set, pattern);
    }
    return set;
  };
  return { list, givingAccess: setOf(GIVING_ACCESS), reachingData: setOf(REACHING_DATA) };
}

/** Fewest operations first, then by name, then by id: the same order each time. */
export function leastFirst(one: IndexedRole, other: IndexedRole): number {
  return (
    one.operations - other.operations ||
    compareTexts(one.definition.name.toLowerCase(), other.definition.name.toLowerCase()) ||
    compareTexts(one.definition.id ?? '', other.definition.id ?? '')
  );
}

export function compareTexts(one: string, other: string): number {
  if (one === other) {
    return 0;
  }
  return one < other ? -1 : 1;
}

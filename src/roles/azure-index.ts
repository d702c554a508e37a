import { comparable, haveCommon, type Reading } from '../domain/operation-pattern.ts';
import type { AzureOperation, AzureRoleDefinition, Plane, RoleDefinition } from '../domain/role-definition.ts';
import type { RiskClass } from '../domain/role-notice.ts';
import { isChange } from './changes-access.ts';
import { type Answer, answerOf, concerns, type Decision, decide, listsOf, type OperationQuestion } from './evaluate.ts';
import { grantingStrings } from './granting-strings.ts';
import {
  countCommon,
  hasAll,
  type OperationList,
  type OperationSet,
  operationList,
  placesOf,
} from './operation-list.ts';
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
  readonly answer: Exclude<Answer, 'denied'>;
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
  /** How many of the known operations that fit a pattern each of some roles allows. */
  sharesOf(roles: readonly IndexedRole[], question: OperationQuestion): readonly number[];
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
  const sets = definitions.map((role) => setsOf(role, lists));
  const placeOf = new Map(definitions.map((role, place) => [role, place]));
  const measure = measuring(lists, reading);
  const roles = definitions.map((definition, place) => ({ definition, ...measure(definition, sets[place] as Sets) }));
  const order = new Uint32Array(roles.length);
  const least = [...roles.keys()].sort((one, other) =>
    leastFirst(roles[one] as IndexedRole, roles[other] as IndexedRole),
  );
  least.forEach((place, at) => {
    order[place] = at;
  });
  const strings = grantingStrings(definitions, reading);
  const named = (plane: Plane, places: readonly number[]): readonly AzureOperation[] =>
    places.map((place) => lists[plane].operations[place] as AzureOperation);

  function allowingOne({ operation, plane }: OperationQuestion): readonly AllowingRole[] {
    const reasons = strings.reasons(operation, plane);
    return inOrder([...reasons.keys()]).flatMap((place) => {
      const why = reasons.get(place) ?? [];
      const answer = answerOf(why);
      return answer === 'denied' ? [] : [{ role: roles[place] as IndexedRole, answer, decision: { answer, why } }];
    });
  }

  /** The operations that fit a pattern, and between which words of a set they are. */
  function fittingSet({ operation, plane }: OperationQuestion) {
    const { places } = lists[plane].fitting(operation);
    const set = lists[plane].emptySet();
    lists[plane].add(set, operation);
    const words = { from: (places[0] ?? 0) >>> 5, to: ((places.at(-1) ?? -1) >>> 5) + 1 };
    return { total: places.length, set, words };
  }

  function allowingAll(question: OperationQuestion): readonly AllowingRole[] {
    const { total, set, words } = fittingSet(question);
    if (total > 0) {
      const isWhole = (place: number): boolean => hasAll((sets[place] as Sets)[question.plane], set, words);
      const whole = inOrder([...definitions.keys()].filter(isWhole));
      return whole.map((place) => new WhollyAllowing(roles[place] as IndexedRole, question, reading));
    }
    return inOrder([...definitions.keys()]).flatMap((place) => {
      const decision = decide(definitions[place] as AzureRoleDefinition, question, reading);
      const { answer } = decision;
      return answer === 'denied' ? [] : [{ role: roles[place] as IndexedRole, answer, decision }];
    });
  }

  function inOrder(places: number[]): readonly number[] {
    return places.sort((one, other) => (order[one] ?? 0) - (order[other] ?? 0));
  }

  return {
    roles,
    operationsNamed: (name) =>
      (['control', 'data'] as const).flatMap((plane) =>
        name.includes('*') ? [] : named(plane, lists[plane].fitting(name).places),
      ),
    fitting: ({ operation, plane }) => named(plane, lists[plane].fitting(operation).places),
    allowing: (question) => (question.operation.includes('*') ? allowingAll(question) : allowingOne(question)),
    partlyAllowing(question) {
      const { total, set, words } = fittingSet(question);
      const allowed = sets.map((own) => countCommon(own[question.plane], set, words));
      const isPart = (place: number): boolean => (allowed[place] ?? 0) > 0 && (allowed[place] ?? 0) < total;
      return inOrder([...definitions.keys()].filter(isPart))
        .map((place) => ({ role: roles[place] as IndexedRole, allowed: allowed[place] ?? 0 }))
        .sort((one, other) => other.allowed - one.allowed);
    },
    sharesOf(some, question) {
      const { set, words } = fittingSet(question);
      return some.map(({ definition }) => {
        const own = definition.kind === 'azure' ? sets[placeOf.get(definition) ?? -1] : undefined;
        return own === undefined ? 0 : countCommon(own[question.plane], set, words);
      });
    },
    granted: (role, plane) => named(plane, placesOf((sets[placeOf.get(role) ?? -1] ?? setsOf(role, lists))[plane])),
  };
}

/** A role that allows all known operations of a pattern. By which strings is looked up only when it is asked for. */
class WhollyAllowing implements AllowingRole {
  readonly role: IndexedRole;
  readonly #question: OperationQuestion;
  readonly #reading: Reading;

  constructor(role: IndexedRole, question: OperationQuestion, reading: Reading) {
    this.role = role;
    this.#question = question;
    this.#reading = reading;
  }

  get answer(): AllowingRole['answer'] {
    const isGuarded = this.role.definition.permissions.some(({ condition }) => condition !== null);
    return isGuarded && this.decision.answer === 'conditional' ? 'conditional' : 'allowed';
  }

  get decision(): Decision {
    const definition = this.role.definition as AzureRoleDefinition;
    const decision = decide(definition, this.#question, this.#reading);
    return decision.answer === 'denied' ? decideByParts(definition, this.#question, this.#reading) : decision;
  }
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

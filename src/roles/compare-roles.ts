import { comparable, type Reading, USUAL_READING } from '../domain/operation-pattern.ts';
import {
  type AzureRoleDefinition,
  type DirectoryRoleDefinition,
  PLANES,
  type Plane,
} from '../domain/role-definition.ts';
import type { Relation } from '../domain/role-notice.ts';
import type { AzureIndex } from './azure-index.ts';
import { comparableCondition, normalForm } from './normal-form.ts';
import { compareLanguages } from './role-languages.ts';

/** How the first of two roles is related to the second: `subset` says that the first lies inside. */
export interface RoleComparison {
  /** They say the same in other words: proven for all time. */
  readonly isNormalFormEqual: boolean;
  /**
   * What they allow of all names that there could be, operations that come later included. Conditions do not count. Null when there
   * was too much to compare, as only strings with several wildcards can bring about.
   */
  readonly symbolic: Relation | null;
  /** A shortest name that only one of them allows, such as `control:microsoft.web/read`; `~` stands for any other character. */
  readonly onlyA: string | null;
  readonly onlyB: string | null;
  /** What they allow of the operations of today; null without a list. Conditions do not count. */
  readonly onList: ListComparison | null;
  /** Whether their conditions are the same by text. Different texts may mean the same. */
  readonly areConditionsEqual: boolean;
}

export interface ListComparison {
  readonly relation: Relation;
  /** How many operations each allows, and both. */
  readonly a: number;
  readonly b: number;
  readonly common: number;
}

/** Compares two roles of Azure. The index tells the operations of today. */
export function compareRoles(
  a: AzureRoleDefinition,
  b: AzureRoleDefinition,
  {
    index = null,
    reading = USUAL_READING,
  }: { readonly index?: Pick<AzureIndex, 'granted'> | null; readonly reading?: Reading } = {},
): RoleComparison {
  const differences = PLANES.map((plane) => ({ plane, found: compareLanguages([a, b], plane, reading) }));
  const first = (which: 'onlyA' | 'onlyB' | 'common'): string | null => {
    const at = differences.find(({ found }) => found !== null && found[which] !== null);
    return at?.found?.[which] == null ? null : `${at.plane}:${at.found[which]}`;
  };
  const isWhole = differences.every(({ found }) => found !== null);
  const [onlyA, onlyB] = [first('onlyA'), first('onlyB')];
  return {
    isNormalFormEqual: normalForm(a, reading) === normalForm(b, reading),
    symbolic: isWhole
      ? relationOf({ onlyA: onlyA !== null, onlyB: onlyB !== null, common: first('common') !== null })
      : null,
    onlyA,
    onlyB,
    onList: index === null ? null : compareOnList(a, b, index),
    areConditionsEqual: conditionsOf(a) === conditionsOf(b),
  };
}

/** Compares what two roles of Azure allow of the operations of today. Conditions do not count. */
export function compareOnList(
  a: AzureRoleDefinition,
  b: AzureRoleDefinition,
  index: Pick<AzureIndex, 'granted'>,
): ListComparison {
  return compareSets(grantedBy(a, index), grantedBy(b, index));
}

/** Compares what two roles of the directory list, without what they inherit. */
export function compareDirectoryRoles(a: DirectoryRoleDefinition, b: DirectoryRoleDefinition): ListComparison {
  const listed = ({ permissions }: DirectoryRoleDefinition): ReadonlySet<string> =>
    new Set(
      permissions.flatMap(({ actions, condition }) =>
        actions.map((action) => `${comparable(action)} ${condition ?? ''}`),
      ),
    );
  return compareSets(listed(a), listed(b));
}

function compareSets(a: ReadonlySet<string>, b: ReadonlySet<string>): ListComparison {
  const common = a.intersection(b).size;
  const relation = relationOf({ onlyA: common < a.size, onlyB: common < b.size, common: common > 0 });
  return { relation, a: a.size, b: b.size, common };
}

function relationOf({ onlyA, onlyB, common }: Readonly<Record<'onlyA' | 'onlyB' | 'common', boolean>>): Relation {
  if (!onlyA || !onlyB) {
    return onlyA ? 'superset' : onlyB ? 'subset' : 'equal';
  }
  return common ? 'overlap' : 'disjoint';
}

function grantedBy(role: AzureRoleDefinition, index: Pick<AzureIndex, 'granted'>): ReadonlySet<string> {
  const named = (plane: Plane): readonly string[] =>
    index.granted(role, plane).map(({ name }) => `${plane}:${comparable(name)}`);
  return new Set(PLANES.flatMap(named));
}

function conditionsOf({ permissions }: AzureRoleDefinition): string {
  return JSON.stringify([...new Set(permissions.map(({ condition }) => comparableCondition(condition)))].sort());
}

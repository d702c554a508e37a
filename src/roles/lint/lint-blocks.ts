import { type OperationPattern, operationPattern } from '../../domain/operation-pattern.ts';
import type { AzureRoleDefinition, PermissionBlock } from '../../domain/role-definition.ts';
import table from '../access-changing.json' with { type: 'json' };
import type { Remark } from './finding.ts';
import type { KnownNames } from './known-names.ts';
import { BLOCK_LISTS, type BlockListKey, quote } from './lint-strings.ts';

const CONDITION_VERSIONS = ['1.0', '2.0'];
const MOST_TOLD = 3;

/** Operations that approvals watch, in small letters, with how they are written. */
const ESCALATING: ReadonlyMap<string, string> = new Map(
  Object.values(table.azure)
    .flat()
    .map((name) => [name.toLowerCase(), name]),
);

/** A string of a list as it is written, and as it is compared. */
interface Ready {
  readonly written: string;
  readonly pattern: OperationPattern;
}

/** A block whose strings are made ready once. */
interface ReadyBlock {
  readonly way: string;
  readonly lists: Readonly<Record<BlockListKey, readonly Ready[]>>;
  readonly condition: string | null;
  readonly conditionVersion: string | null;
}

/** What is wrong with strings of a role of Azure beside each other (rbac.md §3, §7, §8). */
export function lintBlocks(role: AzureRoleDefinition, names: KnownNames): readonly Remark[] {
  const blocks = role.permissions.map((block, index) => makeReady(block, `permissions.${index}`));
  return [
    ...blocks.flatMap(lintBlock),
    ...lintNots(blocks),
    ...lintKeys(blocks, names),
    ...(blocks.every(grantsNothing)
      ? [{ rule: 'empty', part: 'permissions', text: 'the role grants nothing' } as const]
      : []),
  ];
}

function makeReady(block: PermissionBlock, way: string): ReadyBlock {
  const ready = (strings: readonly string[]): readonly Ready[] =>
    strings.map((written) => ({ written, pattern: operationPattern(written) }));
  const lists = {
    actions: ready(block.actions),
    notActions: ready(block.notActions),
    dataActions: ready(block.dataActions),
    notDataActions: ready(block.notDataActions),
  };
  return { way, lists, condition: block.condition, conditionVersion: block.conditionVersion };
}

function lintBlock(block: ReadyBlock): readonly Remark[] {
  const { lists, way } = block;
  return [
    ...BLOCK_LISTS.flatMap(({ key }) => lintList(lists[key], `${way}.${key}`)),
    ...lintDead(lists.notActions, lists.actions, `${way}.notActions`),
    ...lintDead(lists.notDataActions, lists.dataActions, `${way}.notDataActions`),
    ...lintEscalation(block),
    ...lintCondition(block),
  ];
}

/** Strings that stand twice, and such that another one of the list covers. */
function lintList(strings: readonly Ready[], way: string): readonly Remark[] {
  const seen = new Set<string>();
  const wildcards = strings.filter(({ pattern }) => pattern.hasWildcard);
  return strings.flatMap(({ written, pattern }, index): readonly Remark[] => {
    const part = `${way}.${index}`;
    if (seen.has(pattern.text)) {
      return [{ rule: 'duplicate', part, text: `${quote(written)} stands here twice` }];
    }
    seen.add(pattern.text);
    const cover = wildcards.find((other) => other.pattern.text !== pattern.text && other.pattern.fits(pattern.text));
    return cover === undefined
      ? []
      : [{ rule: 'redundant', part, text: `${quote(written)} is in ${quote(cover.written)} already` }];
  });
}

function lintDead(nots: readonly Ready[], grants: readonly Ready[], way: string): readonly Remark[] {
  return nots.flatMap(({ written, pattern }, index): readonly Remark[] => {
    const text = `${quote(written)} takes nothing away: no string of its block grants it`;
    return grants.some((grant) => meet(grant.pattern, pattern))
      ? []
      : [{ rule: 'dead-not', part: `${way}.${index}`, text }];
  });
}

/**
 * Whether something fits both. Of two that have wildcards only the ends can contradict each other: whatever stands between them fits
 * into one wildcard after the other. Thousands are compared with thousands, so that a walk through both would take minutes.
 */
function meet(one: OperationPattern, other: OperationPattern): boolean {
  if (!one.hasWildcard) {
    return other.fits(one.text);
  }
  if (!other.hasWildcard) {
    return one.fits(other.text);
  }
  return (
    (one.head.startsWith(other.head) || other.head.startsWith(one.head)) &&
    (one.tail.endsWith(other.tail) || other.tail.endsWith(one.tail))
  );
}

function isTaken(operation: string, nots: readonly Ready[]): boolean {
  return nots.some(({ pattern }) => pattern.fits(operation));
}

/** Each operation is told once, with the first string that grants it. */
function lintEscalation({ lists: { actions, notActions }, condition, way }: ReadyBlock): readonly Remark[] {
  const left = [...ESCALATING].filter(([name]) => !isTaken(name, notActions));
  const told = new Set<string>();
  return actions.flatMap(({ written, pattern }, index): readonly Remark[] => {
    const granted = left.filter(([name]) => !told.has(name) && pattern.fits(name));
    for (const [name] of granted) {
      told.add(name);
    }
    if (granted.length === 0) {
      return [];
    }
    const shown = granted.slice(0, MOST_TOLD).map(([, name]) => name);
    const more = granted.length > MOST_TOLD ? ` and ${granted.length - MOST_TOLD} more` : '';
    const when = condition === null ? '' : ', within the condition of the block';
    const text = `${quote(written)} reaches past the role${when}: ${shown.join(', ')}${more}`;
    return [{ rule: 'escalation', part: `${way}.actions.${index}`, text }];
  });
}

function lintCondition({ condition, conditionVersion, way }: ReadyBlock): readonly Remark[] {
  if (condition !== null && conditionVersion === null) {
    const text = 'the condition has no ConditionVersion: say "2.0"';
    return [{ rule: 'condition-version', part: `${way}.condition`, text }];
  }
  if (conditionVersion === null) {
    return [];
  }
  const part = `${way}.conditionVersion`;
  if (!CONDITION_VERSIONS.includes(conditionVersion)) {
    return [{ rule: 'condition-version', part, text: `there is no version ${quote(conditionVersion)}: say "2.0"` }];
  }
  return condition === null
    ? [{ rule: 'condition-version', level: 'warning', part, text: 'there is a ConditionVersion without a condition' }]
    : [];
}

function lintNots(blocks: readonly ReadyBlock[]): readonly Remark[] {
  return blocks.flatMap(({ lists, way }): readonly Remark[] => {
    const list = BLOCK_LISTS.find(({ key, isGranting }) => !isGranting && lists[key].length > 0);
    if (list === undefined) {
      return [];
    }
    const others = `another role${blocks.length > 1 ? ' or block' : ''}`;
    const text = `${list.name} deny nothing: ${others} may grant what they take away`;
    return [{ rule: 'not-is-no-deny', part: `${way}.${list.key}`, text }];
  });
}

function lintKeys(blocks: readonly ReadyBlock[], names: KnownNames): readonly Remark[] {
  if (blocks.some(({ lists }) => lists.dataActions.length > 0)) {
    return [];
  }
  return blocks.flatMap(({ lists: { actions, notActions }, way }) =>
    actions.flatMap(({ written, pattern }, at): readonly Remark[] => {
      const operations = pattern.hasWildcard ? names.handingOutKeys.filter(pattern.fits) : [pattern.text];
      const key = operations.find((name) => names.isHandingOutKeys(name) && !isTaken(name, notActions));
      const text = `${quote(written)} hands out keys or secrets (${key}): with them the data is reached, DataActions or not`;
      return key === undefined ? [] : [{ rule: 'keys-are-data', part: `${way}.actions.${at}`, text }];
    }),
  );
}

/** A block of which every string is taken away by one other; what several take away together is not looked at. */
function grantsNothing({ lists }: ReadyBlock): boolean {
  const isNothing = (grants: readonly Ready[], nots: readonly Ready[]): boolean =>
    grants.every(({ pattern }) => pattern.text === '' || isTaken(pattern.text, nots));
  return isNothing(lists.actions, lists.notActions) && isNothing(lists.dataActions, lists.notDataActions);
}

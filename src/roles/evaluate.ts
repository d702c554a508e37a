import {
  comparable,
  haveCommon,
  type OperationPattern,
  operationPattern,
  type Reading,
  USUAL_READING,
} from '../domain/operation-pattern.ts';
import type { AzureRoleDefinition, PermissionBlock, Plane } from '../domain/role-definition.ts';

/** `conditional`: only where a condition is met, which nobody but Azure can say. Never to be taken for `allowed`. */
export type Answer = 'allowed' | 'denied' | 'conditional';

/** An operation, or a pattern of operations; the same name in the other plane is another operation. */
export interface OperationQuestion {
  readonly operation: string;
  readonly plane: Plane;
}

/** What one block of a role says to an operation. Blocks of which no string fits say nothing and are left out. */
export interface BlockReason {
  /** Its place in the role, from 0. */
  readonly block: number;
  /** The strings that grant, as written. */
  readonly matchedBy: readonly string[];
  /** The strings of the same block that take it away again. */
  readonly subtractedBy: readonly string[];
  /** The block's condition, if it has one that concerns the operation. */
  readonly condition: string | null;
}

export interface Decision {
  readonly answer: Answer;
  readonly why: readonly BlockReason[];
}

/**
 * Decides whether a role lets do an operation, and by which strings (rbac.md §3). Blocks add up; what `not…` lists subtract they
 * subtract from their own block. A question with a wildcard is allowed when all of it is, as far as single strings can show it.
 */
export function decide(
  role: Pick<AzureRoleDefinition, 'permissions'>,
  { operation, plane }: OperationQuestion,
  reading: Reading = USUAL_READING,
): Decision {
  const wanted = comparable(operation);
  const why = role.permissions.flatMap((permission, block) => reasonOf(permission, { block, wanted, plane, reading }));
  return { answer: answerOf(why), why };
}

/** What the reasons of all blocks come to. */
export function answerOf(why: readonly BlockReason[]): Answer {
  const granting = why.filter(({ subtractedBy }) => subtractedBy.length === 0);
  if (granting.some(({ condition }) => condition === null)) {
    return 'allowed';
  }
  return granting.length > 0 ? 'conditional' : 'denied';
}

/** The lists of a block that speak of a plane. */
export function listsOf(
  block: PermissionBlock,
  plane: Plane,
): { readonly allow: readonly string[]; readonly not: readonly string[] } {
  return plane === 'control'
    ? { allow: block.actions, not: block.notActions }
    : { allow: block.dataActions, not: block.notDataActions };
}

/**
 * Whether a condition says anything about an operation. The usual form is `!(ActionMatches{'A'}) OR …`, which is met by any other
 * operation than A (rbac.md §3); a condition that names no operation concerns all.
 */
export function concerns(condition: string, operation: string, reading: Reading = USUAL_READING): boolean {
  const named = [...condition.matchAll(/ActionMatches\s*\{\s*'([^']*)'\s*\}/gi)].map(([, pattern = '']) => pattern);
  return named.length === 0 || named.some((pattern) => haveCommon(pattern, operation, reading));
}

interface Asked {
  readonly block: number;
  readonly wanted: string;
  readonly plane: Plane;
  readonly reading: Reading;
}

function reasonOf(permission: PermissionBlock, { block, wanted, plane, reading }: Asked): readonly BlockReason[] {
  const { allow, not } = readyLists(permission, plane, reading);
  const matchedBy = allow.filter(({ pattern }) => pattern.fits(wanted)).map(({ written }) => written);
  if (matchedBy.length === 0) {
    return [];
  }
  const takes = wanted.includes('*')
    ? ({ pattern }: Ready): boolean => haveCommon(pattern.text, wanted, reading)
    : ({ pattern }: Ready): boolean => pattern.fits(wanted);
  const subtractedBy = not.filter(takes).map(({ written }) => written);
  const { condition } = permission;
  return [
    {
      block,
      matchedBy,
      subtractedBy,
      condition: condition !== null && concerns(condition, wanted, reading) ? condition : null,
    },
  ];
}

interface Ready {
  readonly written: string;
  readonly pattern: OperationPattern;
}

type ReadyLists = { readonly allow: readonly Ready[]; readonly not: readonly Ready[] };

/** Patterns are made ready once for each block; a block that nobody holds any more takes them along. */
const ready = new WeakMap<PermissionBlock, Map<string, ReadyLists>>();

function readyLists(permission: PermissionBlock, plane: Plane, reading: Reading): ReadyLists {
  const known = ready.get(permission) ?? new Map<string, ReadyLists>();
  ready.set(permission, known);
  const key = `${plane} ${reading.zeroSegments}`;
  let lists = known.get(key);
  if (lists === undefined) {
    const { allow, not } = listsOf(permission, plane);
    const prepare = (written: string): Ready => ({ written, pattern: operationPattern(written, reading) });
    lists = { allow: allow.map(prepare), not: not.map(prepare) };
    known.set(key, lists);
  }
  return lists;
}

import { comparable, type OperationPattern, operationPattern, type Reading } from '../domain/operation-pattern.ts';
import type { AzureRoleDefinition, Plane } from '../domain/role-definition.ts';
import { type BlockReason, concerns, listsOf } from './evaluate.ts';

/** Says of many roles at once which of their strings speak of an operation: what `decide` says of each, found the other way. */
export interface GrantingStrings {
  /** By the place of a role in the list that was given. Roles of which no string grants the operation are left out. */
  reasons(operation: string, plane: Plane): ReadonlyMap<number, readonly BlockReason[]>;
}

/** Where a string stands. */
interface Occurrence {
  readonly role: number;
  readonly block: number;
  /** Its place in the list. */
  readonly at: number;
  readonly written: string;
}

interface PatternOccurrences {
  readonly pattern: OperationPattern;
  readonly occurrences: Occurrence[];
}

/** All strings of one kind of list, each once. */
interface Strings {
  readonly exact: Map<string, Occurrence[]>;
  /** By the provider that the pattern begins with, empty where that is open; then by the pattern. */
  readonly patterns: Map<string, Map<string, PatternOccurrences>>;
}

type Way = 'allow' | 'not';

/** Gathers the strings of roles, once. */
export function grantingStrings(roles: readonly AzureRoleDefinition[], reading: Reading): GrantingStrings {
  const gathered = (plane: Plane): Record<Way, Strings> => ({
    allow: gather(roles, { plane, way: 'allow', reading }),
    not: gather(roles, { plane, way: 'not', reading }),
  });
  const lists = { control: gathered('control'), data: gathered('data') };
  const mostBlocks = roles.reduce((most, { permissions }) => Math.max(most, permissions.length), 1);
  return {
    reasons(operation, plane) {
      const wanted = comparable(operation);
      const conditionOf = ({ role, block }: Occurrence): string | null => {
        const condition = roles[role]?.permissions[block]?.condition ?? null;
        return condition !== null && concerns(condition, wanted, reading) ? condition : null;
      };
      const subtracting = byBlock(speaking(lists[plane].not, wanted), mostBlocks);
      const reasons = new Map<number, BlockReason[]>();
      for (const [key, [first, ...more]] of byBlock(speaking(lists[plane].allow, wanted), mostBlocks)) {
        const reason: BlockReason = {
          block: first.block,
          matchedBy: asWritten([first, ...more]),
          subtractedBy: asWritten(subtracting.get(key) ?? []),
          condition: conditionOf(first),
        };
        const known = reasons.get(first.role);
        if (known === undefined) {
          reasons.set(first.role, [reason]);
        } else {
          known.push(reason);
          known.sort((one, other) => one.block - other.block);
        }
      }
      return reasons;
    },
  };
}

function asWritten(occurrences: Occurrence[]): readonly string[] {
  return occurrences.sort((one, other) => one.at - other.at).map(({ written }) => written);
}

function gather(
  roles: readonly AzureRoleDefinition[],
  { plane, way, reading }: { readonly plane: Plane; readonly way: Way; readonly reading: Reading },
): Strings {
  const strings: Strings = { exact: new Map(), patterns: new Map() };
  roles.forEach(({ permissions }, role) => {
    permissions.forEach((permission, block) => {
      listsOf(permission, plane)[way].forEach((written, at) => {
        placeOf(strings, written, reading).push({ role, block, at, written });
      });
    });
  });
  return strings;
}

/** The list into which an occurrence of a string goes. */
function placeOf({ exact, patterns }: Strings, written: string, reading: Reading): Occurrence[] {
  const text = comparable(written);
  if (!text.includes('*')) {
    return getOrAdd(exact, text, () => []);
  }
  const slash = text.indexOf('/');
  const provider = slash >= 0 && slash < text.indexOf('*') ? text.slice(0, slash) : '';
  const ofProvider = getOrAdd(patterns, provider, () => new Map<string, PatternOccurrences>());
  return getOrAdd(ofProvider, text, () => ({ pattern: operationPattern(text, reading), occurrences: [] })).occurrences;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = make();
  map.set(key, made);
  return made;
}

function speaking({ exact, patterns }: Strings, wanted: string): Occurrence[][] {
  const found = [exact.get(wanted) ?? []];
  const provider = wanted.slice(0, Math.max(wanted.indexOf('/'), 0));
  for (const bucket of provider === '' ? [''] : ['', provider]) {
    for (const { pattern, occurrences } of patterns.get(bucket)?.values() ?? []) {
      if (pattern.fits(wanted)) {
        found.push(occurrences);
      }
    }
  }
  return found;
}

function byBlock(
  found: readonly (readonly Occurrence[])[],
  mostBlocks: number,
): Map<number, [Occurrence, ...Occurrence[]]> {
  const blocks = new Map<number, [Occurrence, ...Occurrence[]]>();
  for (const occurrences of found) {
    for (const occurrence of occurrences) {
      const key = occurrence.role * mostBlocks + occurrence.block;
      const known = blocks.get(key);
      if (known === undefined) {
        blocks.set(key, [occurrence]);
      } else {
        known.push(occurrence);
      }
    }
  }
  return blocks;
}

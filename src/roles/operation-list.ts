import { comparable, type OperationPattern, operationPattern, type Reading } from '../domain/operation-pattern.ts';
import type { AzureOperation } from '../domain/role-definition.ts';

/** A set of operations of one list, a bit for each. */
export type OperationSet = Uint32Array<ArrayBuffer>;

/** The operations of one plane, in the order of their names as they are compared. */
export interface OperationList {
  readonly operations: readonly AzureOperation[];
  /** As they are compared, beside each. */
  readonly names: readonly string[];
  emptySet(): OperationSet;
  /** Those that fit a pattern. Asked for the same one again it answers the same object. */
  fitting(written: string): Fitting;
  /** Adds to a set, or takes away from it, what fits a pattern. */
  add(to: OperationSet, written: string): void;
  remove(from: OperationSet, written: string): void;
}

/** What fits, as places in the list; as a set as well where there are more places than the set has words. */
interface Fitting {
  readonly places: readonly number[];
  readonly set: OperationSet | null;
}

/** Puts the operations of a plane in order. The same name twice is one operation. */
export function operationList(all: readonly AzureOperation[], reading: Reading): OperationList {
  const byName = new Map(all.map((operation) => [comparable(operation.name), operation]));
  const names = [...byName.keys()].sort();
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const words = Math.ceil(names.length / 32);
  const known = new Map<string, Fitting>();

  function find(pattern: OperationPattern): readonly number[] {
    if (!pattern.hasWildcard) {
      const place = placeOf.get(pattern.text);
      return place === undefined ? [] : [place];
    }
    const places: number[] = [];
    for (let place = firstFrom(names, pattern.head); names[place]?.startsWith(pattern.head); place += 1) {
      if (pattern.fits(names[place] as string)) {
        places.push(place);
      }
    }
    return places;
  }

  function fitting(written: string): Fitting {
    let found = known.get(written);
    if (found === undefined) {
      const places = find(operationPattern(written, reading));
      found = { places, set: places.length > words ? setOf(places, words) : null };
      known.set(written, found);
    }
    return found;
  }

  return {
    operations: names.map((name) => byName.get(name) as AzureOperation),
    names,
    emptySet: () => new Uint32Array(words),
    fitting,
    add: (to, written) => join(to, fitting(written)),
    remove: (from, written) => subtract(from, fitting(written)),
  };
}

function setOf(places: readonly number[], words: number): OperationSet {
  const set = new Uint32Array(words);
  join(set, { places, set: null });
  return set;
}

function join(to: OperationSet, { places, set }: Fitting): void {
  if (set === null) {
    for (const place of places) {
      to[place >>> 5] = (to[place >>> 5] ?? 0) | (1 << (place & 31));
    }
    return;
  }
  for (let word = 0; word < to.length; word += 1) {
    to[word] = (to[word] ?? 0) | (set[word] ?? 0);
  }
}

function subtract(from: OperationSet, { places }: Fitting): void {
  for (const place of places) {
    from[place >>> 5] = (from[place >>> 5] ?? 0) & ~(1 << (place & 31));
  }
}

/** How many operations two sets share, among some of their words or all; of one with itself, how many it has. */
export function countCommon(one: OperationSet, other: OperationSet, words = { from: 0, to: one.length }): number {
  let count = 0;
  for (let word = words.from; word < words.to; word += 1) {
    count += bitsOf((one[word] ?? 0) & (other[word] ?? 0));
  }
  return count;
}

/** Whether a set has all of another one, which has something among some words only. */
export function hasAll(
  set: OperationSet,
  all: OperationSet,
  words: { readonly from: number; readonly to: number },
): boolean {
  for (let word = words.from; word < words.to; word += 1) {
    if (((all[word] ?? 0) & ~(set[word] ?? 0)) !== 0) {
      return false;
    }
  }
  return true;
}

/** The operations of a set, as places in the list. */
export function placesOf(set: OperationSet): readonly number[] {
  const places: number[] = [];
  set.forEach((word, at) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      places.push(at * 32 + 31 - Math.clz32(rest & -rest));
    }
  });
  return places;
}

function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The first place in sorted names that is not before a text. */
function firstFrom(names: readonly string[], text: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] as string) < text) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

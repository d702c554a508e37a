/*
 * Azure's wildcard (rbac.md §2): case does not matter, blanks at the ends do not count, `*` stands for any run of characters,
 * slashes and none at all included.
 */

/** How patterns are read. */
export interface Reading {
  /**
   * Whether a wildcard between two slashes may stand for nothing, one slash serving as both ends: `A`, any run, `B` fits `A/B`.
   * Microsoft does not say; built-in roles make sense only so (rbac.md §2.3).
   */
  readonly zeroSegments: boolean;
}

export const USUAL_READING: Reading = { zeroSegments: true };

/** A pattern made ready to be asked often. */
export interface OperationPattern {
  /** As operations are compared: in small letters, without blanks at the ends. */
  readonly text: string;
  readonly hasWildcard: boolean;
  /** What every operation that fits begins with: all before the first `*`. */
  readonly head: string;
  /** What every operation that fits ends with. */
  readonly tail: string;
  /**
   * Whether an operation fits, which must be comparable already. A `*` in it is a letter that only a `*` fits: so a yes means that
   * whatever it stands for fits as well.
   */
  fits(operation: string): boolean;
}

/** An operation or a pattern as they are compared. */
export function comparable(text: string): string {
  return text.trim().toLowerCase();
}

export function operationPattern(written: string, { zeroSegments }: Reading = USUAL_READING): OperationPattern {
  const text = comparable(written).replace(/\*{2,}/g, '*');
  const first = text.indexOf('*');
  if (first < 0) {
    return { text, hasWildcard: false, head: text, tail: text, fits: (operation) => operation === text };
  }
  const last = text.lastIndexOf('*');
  const head = text.slice(0, first);
  const tail = text.slice(last + 1);
  const isSingle = first === last;
  const shared = zeroSegments && head.endsWith('/') && tail.startsWith('/') ? 1 : 0;
  const shortest = isSingle ? head.length + tail.length - shared : Math.max(head.length, tail.length);
  const fitsEnds = (operation: string): boolean =>
    operation.length >= shortest && operation.startsWith(head) && operation.endsWith(tail);
  const common = { text, hasWildcard: true, head, tail };
  if (isSingle) {
    return { ...common, fits: fitsEnds };
  }
  const graph = patternGraph(text, { zeroSegments });
  return { ...common, fits: (operation) => fitsEnds(operation) && walks(graph, operation) };
}

/** Whether some operation fits both patterns. */
export function haveCommon(one: string, other: string, reading: Reading = USUAL_READING): boolean {
  const [first, second] = [operationPattern(one, reading), operationPattern(other, reading)];
  if (!second.hasWildcard) {
    return first.fits(second.text);
  }
  if (!first.hasWildcard) {
    return second.fits(first.text);
  }
  return meet(patternGraph(first.text, reading), patternGraph(second.text, reading));
}

/**
 * A pattern as a machine that reads letters, whose places are those between its characters. At a `*` any letter may be read
 * without going on.
 */
export interface PatternGraph {
  readonly text: string;
  /** Where one is when one comes to a place: a `*` may stand for nothing, and the slash after it may be the one before. */
  readonly arriving: readonly (readonly number[])[];
  /** Where one is after having read a letter at a `*`. */
  readonly staying: readonly (readonly number[])[];
  readonly end: number;
}

/** The machine of a pattern in the form of `OperationPattern.text`. */
export function patternGraph(text: string, { zeroSegments }: Reading): PatternGraph {
  const arriving: number[][] = [];
  const staying: number[][] = [];
  for (let place = text.length; place >= 0; place -= 1) {
    const isWildcard = text[place] === '*';
    const isBetweenSlashes = isWildcard && text[place - 1] === '/' && text[place + 1] === '/';
    const onward = isWildcard ? (arriving[place + 1] ?? []) : [];
    const shared = zeroSegments && isBetweenSlashes ? (arriving[place + 2] ?? []) : [];
    staying[place] = [place, ...onward];
    arriving[place] = [...new Set([place, ...onward, ...shared])];
  }
  return { text, arriving, staying, end: text.length };
}

/** Where one is after reading a letter at a place, which must be the letter there or a `*`. */
export function afterReading({ text, arriving, staying }: PatternGraph, place: number): readonly number[] {
  return (text[place] === '*' ? staying[place] : arriving[place + 1]) ?? [];
}

function walks(graph: PatternGraph, operation: string): boolean {
  let places = new Set(graph.arriving[0]);
  for (const letter of operation) {
    const next = new Set<number>();
    for (const place of places) {
      if (graph.text[place] === '*' || graph.text[place] === letter) {
        for (const after of afterReading(graph, place)) {
          next.add(after);
        }
      }
    }
    if (next.size === 0) {
      return false;
    }
    places = next;
  }
  return places.has(graph.end);
}

/** Walks two machines in step, over every letter that both can read. */
function meet(one: PatternGraph, other: PatternGraph): boolean {
  const width = other.end + 1;
  const seen = new Set<number>();
  const arrive = (places: readonly number[] = [], otherPlaces: readonly number[] = []): void => {
    for (const place of places) {
      for (const otherPlace of otherPlaces) {
        seen.add(place * width + otherPlace);
      }
    }
  };
  arrive(one.arriving[0], other.arriving[0]);
  for (const pair of seen) {
    const [place, otherPlace] = [Math.floor(pair / width), pair % width];
    const [letter, otherLetter] = [one.text[place], other.text[otherPlace]];
    const canStep = letter !== undefined && otherLetter !== undefined;
    if (canStep && (letter === otherLetter || letter === '*' || otherLetter === '*')) {
      arrive(afterReading(one, place), afterReading(other, otherPlace));
    }
  }
  return seen.has(one.end * width + other.end);
}

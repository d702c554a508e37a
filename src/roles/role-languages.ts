import {
  afterReading,
  comparable,
  type PatternGraph,
  patternGraph,
  type Reading,
} from '../domain/operation-pattern.ts';
import type { AzureRoleDefinition, Plane } from '../domain/role-definition.ts';
import { listsOf } from './evaluate.ts';

/** What two roles allow of all names that there could be, also of operations that are added later. */
export interface LanguageDifference {
  /** The shortest names that only the one or the other allows, or both do; null where there is none. */
  readonly onlyA: string | null;
  readonly onlyB: string | null;
  readonly common: string | null;
}

/** Stands in a name for any character that no pattern of the two roles has. */
const ANY_OTHER = '~';

/** In places read. Two roles of one wildcard a string come to some ten thousands; with many wildcards a string there is no end. */
const MOST_STEPS = 4_000_000;

/**
 * Compares what two roles allow on one plane, conditions apart, by walking the machines of all their patterns in step. Only names of
 * at least two segments count, none of them empty, as operations are.
 *
 * Null when there would be too much to walk, as only strings with several wildcards can bring about: then nothing is known.
 */
export function compareLanguages(
  [a, b]: readonly [Permissions, Permissions],
  plane: Plane,
  reading: Reading,
): LanguageDifference | null {
  const machines = machinesOf([a, b], plane, reading);
  const found: { onlyA: string | null; onlyB: string | null; common: string | null } = {
    onlyA: null,
    onlyB: null,
    common: null,
  };
  const start: State = { places: machines.start, segment: 'first', name: '' };
  const seen = new Set([keyOf(start)]);
  const queue = [start];
  let steps = 0;
  for (const state of queue) {
    const [inA, inB] = state.segment === 'complete' ? machines.allow(state.places) : [false, false];
    if (inA || inB) {
      const which = inA ? (inB ? 'common' : 'onlyA') : 'onlyB';
      found[which] ??= state.name;
      if (found.onlyA !== null && found.onlyB !== null && found.common !== null) {
        return found;
      }
    }
    const letters = machines.letters(state.places);
    steps += letters.length * state.places.length;
    if (steps > MOST_STEPS) {
      return null;
    }
    for (const letter of letters) {
      const next = step(machines, state, letter);
      const key = next === null ? null : keyOf(next);
      if (next !== null && key !== null && !seen.has(key)) {
        seen.add(key);
        queue.push(next);
      }
    }
  }
  return found;
}

type Permissions = Pick<AzureRoleDefinition, 'permissions'>;

/** Where one is in the segments of a name: what comes must not leave one empty. */
type Segment = 'first' | 'within-first' | 'begins' | 'complete';

interface State {
  readonly places: readonly number[];
  readonly segment: Segment;
  /** One of the shortest ways to get here, the first of them by letters. */
  readonly name: string;
}

function keyOf({ places, segment }: State): string {
  return `${segment} ${places.join(' ')}`;
}

function step(machines: Machines, { places, segment, name }: State, letter: string): State | null {
  const isInside = segment === 'within-first' || segment === 'complete';
  if (letter === '/' && !isInside) {
    return null;
  }
  const next = machines.read(places, letter);
  if (next.length === 0) {
    return null;
  }
  const isFirst = segment === 'first' || segment === 'within-first';
  const within: Segment = isFirst ? 'within-first' : 'complete';
  return { places: next, segment: letter === '/' ? 'begins' : within, name: name + letter };
}

/** The machines of all patterns as one: a place of it is a place of one of them. */
interface Machines {
  readonly start: readonly number[];
  read(places: readonly number[], letter: string): readonly number[];
  /** Letters that make a difference from here, and one for all others, in their order. */
  letters(places: readonly number[]): readonly string[];
  /** Whether each of the two roles allows what was read on the way here. */
  allow(places: readonly number[]): readonly [boolean, boolean];
}

function machinesOf(roles: readonly [Permissions, Permissions], plane: Plane, reading: Reading): Machines {
  const graphs: PatternGraph[] = [];
  const firstPlace: number[] = [];
  const known = new Map<string, number>();
  let size = 0;
  const add = (written: string): number => {
    const text = comparable(written).replace(/\*{2,}/g, '*');
    let at = known.get(text);
    if (at === undefined) {
      at = graphs.length;
      known.set(text, at);
      graphs.push(patternGraph(text, reading));
      firstPlace.push(size);
      size += text.length + 1;
    }
    return at;
  };
  const blocks = roles.map(({ permissions }) =>
    permissions.map((permission) => {
      const { allow, not } = listsOf(permission, plane);
      return { allow: allow.map(add), not: not.map(add) };
    }),
  );
  const owner = new Int32Array(size);
  graphs.forEach(({ end }, at) => {
    owner.fill(at, firstPlace[at], (firstPlace[at] ?? 0) + end + 1);
  });
  const graphAt = (place: number): readonly [PatternGraph, number, number] => {
    const at = owner[place] ?? 0;
    const offset = firstPlace[at] ?? 0;
    return [graphs[at] as PatternGraph, place - offset, offset];
  };
  const alphabet = [...new Set([...known.keys()].join(''))].filter((letter) => letter !== '*' && letter !== '/').sort();
  const ends = graphs.map(({ end }, at) => (firstPlace[at] ?? 0) + end);

  return {
    start: sorted(
      graphs.flatMap(({ arriving }, at) => (arriving[0] ?? []).map((place) => place + (firstPlace[at] ?? 0))),
    ),
    read(places, letter) {
      const next = new Set<number>();
      for (const place of places) {
        const [graph, own, offset] = graphAt(place);
        const expected = graph.text[own];
        if (expected === '*' || expected === letter) {
          for (const after of afterReading(graph, own)) {
            next.add(after + offset);
          }
        }
      }
      return sorted([...next]);
    },
    letters(places) {
      const telling = new Set(['/']);
      for (const place of places) {
        const [graph, own] = graphAt(place);
        const expected = graph.text[own];
        if (expected !== undefined && expected !== '*') {
          telling.add(expected);
        }
      }
      telling.add(alphabet.find((letter) => !telling.has(letter)) ?? ANY_OTHER);
      return [...telling].sort();
    },
    allow(places) {
      const at = new Set(places);
      const fits = (pattern: number): boolean => at.has(ends[pattern] ?? -1);
      const [a, b] = blocks.map((all) => all.some(({ allow, not }) => allow.some(fits) && !not.some(fits)));
      return [a ?? false, b ?? false];
    },
  };
}

function sorted(places: number[]): readonly number[] {
  return places.sort((one, other) => one - other);
}

import type { Route } from './types.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface Router {
  /** The path is as it was sent, still encoded, without its query; parameters come out decoded. */
  find(method: string, path: string): RouteMatch | null;
}

export interface RouterOptions {
  /** ARM compares paths without regard to case. */
  readonly ignoreCase?: boolean;
}

interface Segment {
  readonly literal: string | null;
  readonly name: string;
}

interface Compiled {
  readonly route: Route;
  readonly order: number;
  readonly segments: readonly Segment[];
  readonly rest: string | null;
}

/** Routes of one method: those of a fixed length by their length, those with a rest apart. */
interface Shelf {
  readonly fixed: Map<number, Compiled[]>;
  readonly open: Compiled[];
}

const NOTHING: readonly Compiled[] = [];

/** Compiles routes once, so that finding one costs a few comparisons of strings. First match wins, in order of registration. */
export function createRouter(routes: readonly Route[], options: RouterOptions = {}): Router {
  const fold = options.ignoreCase ? (text: string): string => text.toLowerCase() : (text: string): string => text;
  const shelves = new Map<string, Shelf>();
  for (const [order, route] of routes.entries()) shelve(shelves, compile(route, order, fold));
  return {
    find(method, path) {
      const shelf = shelves.get(method);
      if (!shelf) return null;
      const sent = split(path);
      const parts = path.includes('%') ? sent.map(decodeURIComponent) : sent;
      const folded = options.ignoreCase ? parts.map(fold) : parts;
      const fixed = firstMatch(shelf.fixed.get(parts.length) ?? NOTHING, folded);
      const open = firstMatch(shelf.open, folded);
      const found = fixed && open ? (fixed.order < open.order ? fixed : open) : (fixed ?? open);
      return found ? { route: found.route, params: readParams(found, parts) } : null;
    },
  };
}

function split(path: string): string[] {
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(1, -1) : path.slice(1);
  return trimmed === '' ? [] : trimmed.split('/');
}

function compile(route: Route, order: number, fold: (text: string) => string): Compiled {
  const parts = split(route.pattern);
  const last = parts.at(-1);
  const rest = last?.startsWith('*') ? last.slice(1) : null;
  const fixed = rest === null ? parts : parts.slice(0, -1);
  const segments = fixed.map((part) =>
    part.startsWith(':') ? { literal: null, name: part.slice(1) } : { literal: fold(part), name: '' },
  );
  return { route, order, segments, rest };
}

function shelve(shelves: Map<string, Shelf>, compiled: Compiled): void {
  const method = compiled.route.method;
  const shelf: Shelf = shelves.get(method) ?? { fixed: new Map(), open: [] };
  shelves.set(method, shelf);
  if (compiled.rest !== null) {
    shelf.open.push(compiled);
    return;
  }
  const length = compiled.segments.length;
  const same = shelf.fixed.get(length) ?? [];
  shelf.fixed.set(length, same);
  same.push(compiled);
}

function firstMatch(candidates: readonly Compiled[], parts: readonly string[]): Compiled | undefined {
  return candidates.find(
    ({ segments }) =>
      parts.length >= segments.length &&
      segments.every(({ literal }, index) => literal === null || literal === parts[index]),
  );
}

function readParams(compiled: Compiled, parts: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, { literal, name }] of compiled.segments.entries()) {
    if (literal === null) params[name] = parts[index] ?? '';
  }
  if (compiled.rest) params[compiled.rest] = parts.slice(compiled.segments.length).join('/');
  return params;
}

import { typoDistance } from '../domain/distance.ts';

/** A role at a scope that the words of a person may mean. */
export type RoleCandidate = {
  readonly id: string;
  readonly name: string;
  readonly scopeName: string;
  readonly scopeId: string;
};

/** Which candidate is meant; `several` has to be asked about, also when there is one that only resembles the words. */
export type RoleMatch<T extends RoleCandidate = RoleCandidate> =
  | { readonly kind: 'one'; readonly match: T }
  | { readonly kind: 'several'; readonly matches: readonly T[] }
  | { readonly kind: 'none'; readonly nearest: readonly T[] };

const LONGEST_WORDS = 200;
const MOST_NEAREST = 3;

/** Case, dashes, dots, underscores and white space do not tell two names apart. */
export function normalized(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’']/g, '')
    .replace(/[\s\-‐‑–—_.,:"“”]+/g, ' ')
    .trim();
}

/** Articles and the word "role" are how people speak of a role, unless the role is so called. */
function spoken(words: string): string {
  return normalized(words)
    .replace(/^(?:the|my) /, '')
    .replace(/ roles?$/, '');
}

export const compact = (name: string): string => name.replaceAll(' ', '');
const digits = (name: string): string => name.replace(/\D+/g, ' ').trim();

/** How many typos a name of this length may have. */
function typosAllowed(length: number): number {
  if (length < 5) return 0;
  if (length < 10) return 1;
  return length < 20 ? 2 : 3;
}

function pathOf(id: string): string {
  return id
    .toLowerCase()
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '');
}

function isScope(candidate: RoleCandidate, words: string): boolean {
  const path = pathOf(candidate.scopeId);
  if (words.includes('/')) return path === pathOf(words.trim());
  const wanted = normalized(words);
  const last = normalized(path.slice(path.lastIndexOf('/') + 1));
  return (
    wanted !== '' && (normalized(candidate.scopeName) === wanted || last === wanted || normalized(path) === wanted)
  );
}

/** "rg-web in Contoso Production": the first part is the scope, the second tells apart scopes of that name. */
function atScope<T extends RoleCandidate>(candidates: readonly T[], scope: string): readonly T[] {
  const direct = candidates.filter((candidate) => isScope(candidate, scope));
  if (direct.length > 0) return direct;
  const parts = scope.split(/ (?:in|on) /i, 2);
  const [inner, outer] = parts;
  if (inner === undefined || outer === undefined) return [];
  const named = candidates.filter((candidate) => isScope(candidate, inner));
  const wanted = normalized(outer);
  const within = named.filter(
    ({ scopeName, scopeId }) =>
      normalized(scopeName).includes(wanted) || pathOf(scopeId).split('/').map(normalized).includes(wanted),
  );
  return within.length > 0 ? within : named;
}

function withoutDoubles<T extends RoleCandidate>(candidates: readonly T[]): readonly T[] {
  const seen = new Map<string, T>();
  for (const candidate of candidates) {
    const key = JSON.stringify([candidate.id, candidate.name, pathOf(candidate.scopeId)]);
    if (!seen.has(key)) seen.set(key, candidate);
  }
  return [...seen.values()];
}

function settle<T extends RoleCandidate>(matches: readonly T[]): RoleMatch<T> | undefined {
  const [match] = matches;
  if (match === undefined) return undefined;
  return matches.length === 1 ? { kind: 'one', match } : { kind: 'several', matches };
}

/**
 * A typo counts only when it is in letters: `tier0` and `tier1` are two names. A second name that is almost as near
 * as the first makes it a question.
 */
function byTypo<T extends RoleCandidate>(wanted: string, candidates: readonly T[]): RoleMatch<T> | undefined {
  const allowed = typosAllowed(compact(wanted).length);
  if (allowed === 0) return undefined;
  const near = candidates
    .map((candidate) => {
      const name = normalized(candidate.name);
      const isOtherNumber = digits(name) !== digits(wanted);
      const typos = isOtherNumber ? allowed + 2 : typoDistance(compact(wanted), compact(name), allowed + 1);
      return { candidate, name, typos };
    })
    .filter(({ typos }) => typos <= allowed + 1);
  const best = Math.min(...near.map(({ typos }) => typos));
  if (near.length === 0 || best > allowed) return undefined;
  return settle(near.filter(({ typos }) => typos <= best + 1).map(({ candidate }) => candidate));
}

/** Whether every word that was said begins a word of the name: "assignment operator", "vm oper". */
export function isPartOf(wanted: string, name: string): boolean {
  const words = name.split(/[ ()]+/);
  return wanted.split(' ').every((part) => words.some((word) => word.startsWith(part)));
}

function nearest<T extends RoleCandidate>(wanted: string, candidates: readonly T[]): readonly T[] {
  const said = wanted.split(' ');
  return candidates
    .map((candidate) => {
      const name = normalized(candidate.name);
      const shared = name.split(' ').filter((word) => said.includes(word)).length;
      const longest = Math.max(name.length, wanted.length);
      const distance = typoDistance(compact(wanted), compact(name), longest);
      return { candidate, score: distance / longest - shared / Math.max(said.length, 1) };
    })
    .sort((left, right) => left.score - right.score)
    .slice(0, MOST_NEAREST)
    .map(({ candidate }) => candidate);
}

/**
 * Finds the role that the words mean among the candidates: as written, then without regard to case, dashes and
 * spaces, then with small typos. A scope in words or as a path narrows the candidates first.
 *
 * Never guesses who gets what: two candidates, or one role at two scopes, are `several`, and so is a name of which
 * only a part was said, even when there is one such role.
 */
export function matchRoles<T extends RoleCandidate>(
  words: string,
  candidates: readonly T[],
  scope: string | null,
): RoleMatch<T> {
  const all = withoutDoubles(candidates);
  const here = scope === null ? all : atScope(all, scope);
  const typed = words.trim();
  if (typed === '' || typed.length > LONGEST_WORDS) return { kind: 'none', nearest: [] };
  const wanted = spoken(typed);
  const plain = normalized(typed);
  const found =
    settle(here.filter(({ name }) => name === typed)) ??
    settle(here.filter(({ id }) => id.toLowerCase() === typed.toLowerCase())) ??
    settle(here.filter(({ name }) => compact(normalized(name)) === compact(plain))) ??
    settle(here.filter(({ name }) => compact(normalized(name)) === compact(wanted))) ??
    byTypo(wanted, here);
  if (found !== undefined) return found;
  const partly = wanted === '' ? [] : here.filter(({ name }) => isPartOf(wanted, normalized(name)));
  if (partly.length > 0) return { kind: 'several', matches: partly };
  return { kind: 'none', nearest: nearest(wanted, here.length > 0 ? here : all) };
}

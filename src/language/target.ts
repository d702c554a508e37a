import { joinWords } from './names.ts';
import type { Token } from './tokens.ts';

const BEFORE_ID = new Set(['request', 'requests', 'the', 'id', 'number', 'activation', 'my', 'no', 'nr', '#']);
const NOT_IDS = new Set([
  'it',
  'this',
  'that',
  'them',
  'all',
  'him',
  'her',
  'request',
  'requests',
  'these',
  'those',
  'me',
]);
const BEFORE_NAME = new Set(['to', 'is', 'as', '=', 'the', 'for']);

/** What stands where every request is meant. */
export const EVERYTHING_ASKED = 'everything';
const ALL = new Set(['everything', 'all']);

export type TargetReading = { readonly target: string | null; readonly rest: readonly Token[] };

function isRequestId(token: Token, isAlone: boolean, mayBeRole: boolean): boolean {
  const text = token.text.replace(/^[#([]+|[)\]]+$/g, '');
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{1,40}$/.test(text) || NOT_IDS.has(token.key)) return false;
  if (token.text.startsWith('#')) return true;
  if (/\d/.test(text)) return /^[A-Za-z0-9]+$/.test(text) || /^[0-9a-f-]{36}$/i.test(text);
  if (!isAlone || text.includes('-')) return false;
  return mayBeRole ? text.length <= 5 : text.length <= 12;
}

/**
 * Reads the request that `approve`, `deny` or `cancel` is about; ids come out in capitals and without `#`.
 * What is not an id is left in `rest` (`cancel Security Reader` names a role).
 */
export function readRequestTarget(tokens: readonly Token[], mayBeRole: boolean): TargetReading {
  let at = 0;
  while (at < tokens.length && tokens[at]?.quoted === false && BEFORE_ID.has(tokens[at]?.key ?? '')) at++;
  const token = tokens[at];
  if (token === undefined) return { target: null, rest: [] };
  const isAll = !token.quoted && (mayBeRole ? token.key === EVERYTHING_ASKED : ALL.has(token.key));
  if (isAll) return { target: EVERYTHING_ASKED, rest: tokens.slice(at + 1) };
  if (token.quoted || !isRequestId(token, at + 1 === tokens.length, mayBeRole)) return { target: null, rest: tokens };
  return { target: idOf(token), rest: tokens.slice(at + 1) };
}

function idOf(token: Token): string {
  return token.text.replace(/^[#([]+|[)\]]+$/g, '').toUpperCase();
}

/**
 * Reads more requests behind the first: words that are nothing but ids, each with a digit or a `#`, or a lone one in capitals. Null
 * when there is anything else among them: what to do with that is not guessed.
 */
export function readMoreTargets(tokens: readonly Token[]): readonly string[] | null {
  const named = tokens.filter((token) => token.quoted || !BEFORE_ID.has(token.key));
  const isAlone = named.length === 1;
  const areIds = named.every(
    (token) =>
      !token.quoted && isRequestId(token, isAlone, true) && (/[\d#]/.test(token.text) || /^[A-Z]{4}$/.test(token.text)),
  );
  return areIds && named.length > 0 ? named.map(idOf) : null;
}

/** The requests that a target names, each once. */
export function targetsOf(target: string): readonly string[] {
  return [...new Set(target.split(BETWEEN_TARGETS))];
}

export function joinTargets(targets: readonly string[]): string {
  return [...new Set(targets)].join(BETWEEN_TARGETS);
}

const BETWEEN_TARGETS = ',';

const BEFORE_PERSON = new Set(['of', 'from', 'for', 'the', 'user', 'person', 'account', 'colleague', 'my', '=']);
const ONESELF = new Set([
  ...[
    'me',
    'myself',
    'everything',
    'everywhere',
    'all',
    'devices',
    'sessions',
    'session',
    'here',
    'there',
    'it',
    'this',
  ],
  ...['bot', 'pimlico', 'teams', 'now', 'again', 'completely', 'today'],
]);

/** Reads the person whom `sign out` names, as typed; null for oneself ("sign out of everything"). Quotes protect a name. */
export function readPersonTarget(tokens: readonly Token[]): string | null {
  let at = 0;
  while (at < tokens.length && BEFORE_PERSON.has(tokens[at]?.key ?? '')) at++;
  const named = tokens.slice(at);
  const isOneself = named.every((token) => ONESELF.has(token.key) || BEFORE_PERSON.has(token.key));
  return isOneself ? null : joinWords(named).replace(/['’]s account$/i, '');
}

/** Reads the pack, bundle or time zone that the words name, as typed. */
export function readNamedTarget(tokens: readonly Token[]): string | null {
  let at = 0;
  while (at < tokens.length - 1 && BEFORE_NAME.has(tokens[at]?.key ?? '')) at++;
  const name = joinWords(tokens.slice(at));
  return name === '' ? null : name;
}

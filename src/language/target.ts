import { joinWords } from './names.ts';
import type { Token } from './tokens.ts';

const BEFORE_ID = new Set(['request', 'the', 'id', 'number', 'activation', 'my', 'no', 'nr', '#']);
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
  if (token.key === 'everything') return { target: 'everything', rest: tokens.slice(at + 1) };
  if (token.quoted || !isRequestId(token, at + 1 === tokens.length, mayBeRole)) return { target: null, rest: tokens };
  const id = token.text.replace(/^[#([]+|[)\]]+$/g, '').toUpperCase();
  return { target: id, rest: tokens.slice(at + 1) };
}

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

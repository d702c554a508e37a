import type { Token } from './tokens.ts';
import fillers from './words/fillers.json' with { type: 'json' };

const NOISE = new Set(fillers.noise);
const LEADING = new Set([
  'the',
  'my',
  'our',
  'me',
  'us',
  'myself',
  'to',
  'of',
  'for',
  'about',
  'with',
  'as',
  '-',
  '–',
  '—',
]);
const DASHES = new Set(['-', '–', '—']);
const ROLE_WORDS = new Set(['role', 'roles']);

/** The words as one name, single spaces between them. */
export function joinWords(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join(' ');
}

/** Whether the words say nothing beyond the command, as "requests" in "my pending requests". */
export function isNoise(tokens: readonly Token[]): boolean {
  return tokens.every((token) => !token.quoted && NOISE.has(token.key));
}

/**
 * The role that some words name: articles, small words in front ("access to", "of") and the "role" of "the … role"
 * are not part of it. Two quoted names side by side are two roles.
 */
export function roleNames(tokens: readonly Token[]): string[] {
  const quoted = tokens.filter((token) => token.quoted);
  const bare = tokens.filter((token) => !token.quoted && !LEADING.has(token.key) && !ROLE_WORDS.has(token.key));
  if (quoted.length > 0 && bare.length === 0) return quoted.map((token) => token.text).filter((text) => text !== '');
  let from = 0;
  let hasArticle = false;
  for (;;) {
    const key = tokens[from]?.key ?? '';
    const isAccess =
      ['access', 'activation'].includes(tokens[from]?.text ?? '') &&
      ['to', 'of', 'as'].includes(tokens[from + 1]?.key ?? '');
    if (!LEADING.has(key) && !isAccess) break;
    hasArticle ||= key === 'the' || key === 'my';
    from += isAccess ? 2 : 1;
  }
  let to = tokens.length;
  while (to > from && DASHES.has(tokens[to - 1]?.key ?? '')) to--;
  if (hasArticle && to - from > 1 && ROLE_WORDS.has(tokens[to - 1]?.key ?? '')) to--;
  const name = joinWords(tokens.slice(from, to));
  if (name === '') return [];
  return [name.toLowerCase() === 'everything' ? 'everything' : name];
}

/** A scope as said, without the "scope" or dashes that may stand behind its name. */
export function scopeName(tokens: readonly Token[]): string | null {
  let to = tokens.length;
  while (to > 0 && DASHES.has(tokens[to - 1]?.key ?? '')) to--;
  const name = joinWords(tokens.slice(0, to));
  return name === '' ? null : name;
}

/** Whether one word is how Azure names things (`rg-web`, `vm-pay-01`): such a name has no spaces. */
export function isResourceName(token: Token | undefined): boolean {
  return token !== undefined && (token.quoted || /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(token.text));
}

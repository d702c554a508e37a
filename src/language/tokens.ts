import { MENTION_CLOSE, MENTION_OPEN } from './flatten.ts';

/** A word of the sentence. */
export type Token = {
  /** As typed, without the quotes around it and without sentence punctuation behind it. */
  readonly text: string;
  /** For comparing with the words of the language: lower case, straight apostrophes, no brackets; empty when quoted. */
  readonly key: string;
  readonly quoted: boolean;
  /** A colon follows, as in `reason:`. */
  readonly colon: boolean;
  /** Where it begins and ends in the flat text, punctuation included. */
  readonly start: number;
  readonly end: number;
};

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"“”„‟«»',
  '“': '"“”„‟',
  '”': '"“”„‟',
  '„': '"“”„‟',
  '«': '»',
  "'": "'’‘",
  '‘': "'’‘",
  '`': '`',
};
const STOPS = '.?!;:…';
const BRACKETS = '()[]{}';
const KEYWORDS_BEFORE_COLON = new Set(['because', 'reason', 'justification', 'ticket']);
const DECIDE = new Set(['approve', 'deny', 'cancel', 'request']);
/** Most words need nothing but lower case. */
const PLAIN = /^[A-Za-z0-9,-]+$/;
const JOINERS = new Set([',', '+', '&', 'and']);

const isSpace = (char: string | undefined): boolean => char === ' ';
const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';
const isLetter = (char: string | undefined): boolean => char !== undefined && /\p{L}/u.test(char);

/** Tells whether a token joins two names: `and`, a comma, `+` or `&`. */
export function isJoiner(token: Token | undefined): boolean {
  return token !== undefined && !token.quoted && JOINERS.has(token.key);
}

function trimEnds(text: string, front: string, back: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && front.includes(text.charAt(from))) from++;
  while (to > from && back.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function keyOf(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const lower = text.toLowerCase().replace(/[‘’ʼ]/g, "'").replace(/[‐‑−]/g, '-');
  const key = trimEnds(lower, `${BRACKETS}@'"“”`, `${BRACKETS}${STOPS}'"“”`);
  return key === '' ? lower : key;
}

/** Where the last possible closing quote of each kind is, so that an unclosed quote never makes us search twice. */
class QuoteFinder {
  readonly #text: string;
  readonly #hopeless = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The position of the quote that closes the one at `open`, or -1. */
  closing(open: number): number {
    const closers = QUOTES[this.#text.charAt(open)];
    if (closers === undefined || open >= (this.#hopeless.get(closers) ?? Number.POSITIVE_INFINITY)) return -1;
    for (let at = open + 1; at < this.#text.length; at++) {
      if (!closers.includes(this.#text.charAt(at))) continue;
      const next = this.#text.charAt(at + 1);
      if (next === '' || ` ,;:.!?)+&${MENTION_OPEN}`.includes(next)) return at;
    }
    this.#hopeless.set(closers, open);
    return -1;
  }
}

/** Where the word that begins at `from` ends, seen from the word before it. */
function endOfWord(text: string, from: number, previousKey: string): number {
  let colonTried = false;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (isSpace(char) || char === MENTION_OPEN) return at;
    const next = text.charAt(at + 1);
    const before = text.charAt(at - 1);
    if (char === ',' && !(at > from && isDigit(before) && isDigit(next))) return at === from ? at + 1 : at;
    if (char === '+' && at > from && isLetter(next) && !isDigit(before)) return at;
    if (char === '+' && at === from && (isLetter(next) || next in QUOTES)) return at + 1;
    if (char === ':' && !colonTried && at > from && next !== '' && !isSpace(next)) {
      colonTried = true;
      const word = keyOf(text.slice(from, at));
      if (KEYWORDS_BEFORE_COLON.has(word) || DECIDE.has(word) || DECIDE.has(previousKey)) return at + 1;
    }
  }
  return text.length;
}

/**
 * Splits flat text into words: quotes protect what is between them, joiners stand alone, mentions of the bot vanish.
 * Takes time in proportion to the length of the text, whatever is in it.
 */
export function tokenize(flat: string): readonly Token[] {
  const tokens: Token[] = [];
  const quotes = new QuoteFinder(flat);
  let at = 0;
  while (at < flat.length) {
    const char = flat.charAt(at);
    if (isSpace(char)) {
      at++;
      continue;
    }
    if (char === MENTION_OPEN) {
      const close = flat.indexOf(MENTION_CLOSE, at);
      at = close < 0 ? at + 1 : close + 1;
      continue;
    }
    const close = char in QUOTES ? quotes.closing(at) : -1;
    if (close > at + 1) {
      tokens.push(quotedToken(flat, at, close));
      at = close + 1;
      continue;
    }
    const end = Math.max(endOfWord(flat, at, tokens.at(-1)?.key ?? ''), at + 1);
    pushWord(tokens, flat, at, end);
    at = end;
  }
  return tokens;
}

function quotedToken(flat: string, open: number, close: number): Token {
  const text = flat
    .slice(open + 1, close)
    .replace(/[\uE000\uE001]/g, '')
    .trim();
  return { text, key: '', quoted: true, colon: flat.charAt(close + 1) === ':', start: open, end: close + 1 };
}

function pushWord(tokens: Token[], flat: string, start: number, end: number): void {
  const whole = flat.slice(start, end);
  const text = trimEnds(whole, '', STOPS);
  const colon = whole.endsWith(':');
  if (text !== '') {
    tokens.push({ text, key: keyOf(text), quoted: false, colon, start, end });
    return;
  }
  const last = tokens.at(-1);
  if (last !== undefined && colon) tokens[tokens.length - 1] = { ...last, colon: true, end };
}

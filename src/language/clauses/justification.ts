import { isJoiner, type Token } from '../tokens.ts';
import verbs from '../words/to-verbs.json' with { type: 'json' };
import { readTicketClause, ticketOf } from './ticket.ts';

const TO_VERBS = new Set(verbs);
const KEYWORDS = new Set(['because', 'reason', 'justification']);
const DETERMINERS = new Set([
  ...[
    'the',
    'a',
    'an',
    'my',
    'our',
    'your',
    'his',
    'her',
    'their',
    'this',
    'that',
    'these',
    'those',
    'some',
    'all',
    'it',
  ],
  ...[
    'them',
    'him',
    'us',
    'up',
    'out',
    'down',
    'into',
    'with',
    'whether',
    'if',
    'why',
    'how',
    'what',
    'any',
    'every',
    'me',
    'you',
  ],
]);
const BEFORE_KEYWORD = new Set(['with', 'and', 'the', 'my', 'a', 'for', 'as']);

/** How much of the sentence before `to` has been settled; a settled clause cannot be a name that goes on. */
export type BeforeTo = 'words' | 'settled';

function isVerb(tokens: readonly Token[], at: number, before: BeforeTo): boolean {
  const token = tokens[at];
  if (token === undefined || token.quoted) return false;
  if (TO_VERBS.has(token.key)) return true;
  const isWord = /^(?:re-)?\p{Ll}+$/u.test(token.text);
  if (!isWord) return false;
  if (before === 'settled') return !DETERMINERS.has(token.key);
  return DETERMINERS.has(tokens[at + 1]?.key ?? '') && !DETERMINERS.has(token.key);
}

/** Whether `to` (or `in order to`) at `at` begins a justification; gives the index of its verb. */
export function readToVerb(tokens: readonly Token[], at: number, before: BeforeTo): number | undefined {
  const isInOrder = tokens[at]?.key === 'in' && tokens[at + 1]?.key === 'order' && tokens[at + 2]?.key === 'to';
  const from = isInOrder ? at + 3 : at + 1;
  if (!isInOrder && tokens[at]?.key !== 'to') return undefined;
  return isVerb(tokens, from, isInOrder ? 'settled' : before) ? from : undefined;
}

/** Finds `because`, `reason:`, `with justification` at `at`; gives the index of the first word behind it. */
export function readBecause(tokens: readonly Token[], at: number): number | undefined {
  let from = at;
  while (from < at + 2 && BEFORE_KEYWORD.has(tokens[from]?.key ?? '')) from++;
  return KEYWORDS.has(tokens[from]?.key ?? '') ? from + 1 : undefined;
}

export type JustificationReading = { readonly text: string | null; readonly ticket: string | null };

/** Where the clause `ticket X` that closes the sentence begins, or the number of tokens. */
function trailingTicket(tokens: readonly Token[], from: number): { at: number; ticket: string | null } {
  for (let back = 2; back <= 5; back++) {
    const at = tokens.length - back;
    if (at < from) break;
    if (!['ticket', 'with', 'under', 'and', 'see'].includes(tokens[at]?.key ?? '')) continue;
    const reading = readTicketClause(tokens, at);
    if (reading?.next === tokens.length) {
      const earlier = at > from && ['with', 'under', 'and', 'see'].includes(tokens[at - 1]?.key ?? '') ? at - 1 : at;
      return { at: earlier, ticket: reading.ticket };
    }
  }
  return { at: tokens.length, ticket: null };
}

/**
 * Reads the rest of the sentence from token `from` as a justification, as typed, less a trailing `ticket X`.
 * A ticket that is named inside is found and stays inside.
 */
export function readJustification(flat: string, tokens: readonly Token[], from: number): JustificationReading {
  const closing = trailingTicket(tokens, from);
  const start = (from > 0 ? tokens[from - 1]?.end : 0) ?? 0;
  let end = closing.at < tokens.length ? (tokens[closing.at]?.start ?? flat.length) : flat.length;
  let text = flat.slice(start, end).replace(/^[\s:=]{1,9}/, '');
  if (closing.ticket !== null) {
    end = text.length;
    while (end > 0 && ' ,;-–—(['.includes(text.charAt(end - 1))) end--;
    text = text.slice(0, end);
  }
  const inside = tokens.slice(from, closing.at);
  const ticket = closing.ticket ?? insideTicket(inside);
  return { text: text.trim() === '' ? null : text.trim(), ticket };
}

function insideTicket(tokens: readonly Token[]): string | null {
  for (const [at, token] of tokens.entries()) {
    if (isJoiner(token)) continue;
    const named = token.key === 'ticket' ? readTicketClause(tokens, at)?.ticket : undefined;
    const found = named ?? ticketOf(token) ?? insideQuotes(token);
    if (found !== null) return found;
  }
  return null;
}

/** Quotes inside a justification protect nothing: "ticket" words in them count. */
function insideQuotes(token: Token): string | null {
  if (!token.quoted) return null;
  for (const word of token.text.split(' ')) {
    const found = ticketOf({ ...token, quoted: false, text: word });
    if (found !== null) return found;
  }
  return null;
}

import type { Token } from '../tokens.ts';

const KNOWN = /^(?:INC|CHG|REQ|RITM|TASK|PRB)-?\d+$/;
const PROJECT = /^[A-Z]{2,20}-\d+$/;
const NUMBER = /^#\d+$/;
const SEVERITY = /^(?:SEV|PRIO|PRIORITY)-\d$/;

function bare(text: string): string {
  return text.replace(/^[([{'"“‘#]{0,3}(?=[A-Z])/, '').replace(/(?:['’]s)?[)\]}'"”’.,;:!?]{0,4}$/, '');
}

/**
 * The ticket that a word looks like: capitals-hyphen-digits, INC/CHG/REQ/RITM/TASK/PRB and digits, `#` and digits.
 * A severity (SEV1, SEV-1, P1) is never a ticket.
 */
export function ticketOf(token: Token | undefined): string | null {
  if (token === undefined || token.quoted || token.text.length > 60) return null;
  const text = bare(token.text);
  if (SEVERITY.test(text)) return null;
  if (KNOWN.test(text) || PROJECT.test(text)) return text;
  const number = text.replace(/^[([{]/, '');
  return NUMBER.test(number) ? number : null;
}

/** Words between `ticket` and its number: `ticket number 4521`, `ticket: INC-42`, `ticket no. 12`. */
const BETWEEN = new Set(['number', 'no', 'nr', 'id', 'is', '=', '-', ':']);
const BEFORE = new Set(['with', 'under', 'per', 're', 'see', 'ref', 'for', 'and', 'my', 'the', 'using', 'in']);

export type TicketReading = { readonly ticket: string; readonly next: number };

/** Reads `ticket X` at `at`, also `with ticket X`; X has a digit, so that "ticket queue" is not one. */
export function readTicketClause(tokens: readonly Token[], at: number): TicketReading | undefined {
  let from = at;
  while (from < at + 2 && BEFORE.has(tokens[from]?.key ?? '')) from++;
  if (tokens[from]?.key !== 'ticket') return undefined;
  let value = from + 1;
  while (value < from + 3 && BETWEEN.has(tokens[value]?.key ?? '')) value++;
  const token = tokens[value];
  if (token === undefined || !/\d/.test(token.text) || token.text.length > 60) return undefined;
  const text = token.quoted ? token.text : token.text.replace(/^[([{]+|[)\]}]+$/g, '');
  return text === '' ? undefined : { ticket: text, next: value + 1 };
}

/** Reads a bare ticket behind a small word: `for INC-42`, `under CHG77`, `re #4521`. */
export function readPrefixedTicket(tokens: readonly Token[], at: number): TicketReading | undefined {
  if (!['for', 'with', 'under', 'per', 're', 'see', 'ref'].includes(tokens[at]?.key ?? '')) return undefined;
  const ticket = ticketOf(tokens[at + 1]);
  return ticket === null ? undefined : { ticket, next: at + 2 };
}

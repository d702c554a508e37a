import type { CommandName } from '../command.ts';
import type { ClauseReading, Piece } from '../piece.ts';
import { isJoiner, type Token } from '../tokens.ts';
import { type Named, NOTHING_NAMED, readAdministration } from './administration.ts';
import { type Clock, readDayPart } from './clock.ts';
import { readDuration } from './duration.ts';
import { type BeforeTo, readBecause, readToVerb } from './justification.ts';
import { readPrefixedTicket, readTicketClause } from './ticket.ts';
import { readClockRange, readOnDay, readPlainDay, readTime, type TimeReading } from './time.ts';

/** What has been understood so far, as far as it decides how the next words are read. */
export type View = { readonly command: CommandName | null; readonly before: BeforeTo; readonly named: Named };

/** How an action is read on: only its scope ends it. */
export const ACTION_VIEW: View = { command: 'which-role', before: 'words', named: NOTHING_NAMED };

type Reader = (tokens: readonly Token[], at: number, view: View) => ClauseReading | undefined;

/** Behind these, `to` and a time is an end. */
const MOVE_AN_END = new Set<CommandName | null>([
  'continue',
  'extend-assignment',
  'renew-assignment',
  'update-assignment',
]);
const RANGE = new Set(['to', 'until', 'till', 'til', '-', '–', '—']);
/** Words that announce something; a name ends before them when they do. */
const ANNOUNCES = new Set([
  ...[
    'for',
    'by',
    'until',
    'till',
    'til',
    'at',
    'from',
    'in',
    'on',
    'to',
    'because',
    'reason',
    'justification',
    'ticket',
  ],
  ...['starting', 'with', 'tomorrow', 'today', 'tonight', 'please', 'thanks', 'now', 'pls', 'ending'],
]);

/** Whether the word at `at` may be part of a name, rather than the beginning of something else. */
export function isPlainWord(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return token !== undefined && !isJoiner(token) && !ANNOUNCES.has(token.key) && !token.key.startsWith('/');
}

function closed(pieces: readonly Piece[], next: number): ClauseReading {
  return { kind: 'pieces', pieces, next, isOpen: false };
}

function said(tokens: readonly Token[], from: number, next: number): string {
  return tokens
    .slice(from, next)
    .map((token) => token.text)
    .join(' ');
}

const readLength: Reader = (tokens, at) => {
  const length = readDuration(tokens, at + 1);
  if (length === undefined) return undefined;
  if (length.problem === 'vague')
    return closed([{ kind: 'unread', tokens: tokens.slice(at, length.next) }], length.next);
  return closed([{ kind: 'duration', seconds: length.seconds, said: said(tokens, at, length.next) }], length.next);
};

/** `for 2h`, but also `for INC-42`, `for ticket 4521`, `for the reason that …`. */
const readFor: Reader = (tokens, at, view) => {
  const prefixed = readPrefixedTicket(tokens, at);
  if (prefixed !== undefined) return closed([{ kind: 'ticket', ticket: prefixed.ticket }], prefixed.next);
  return readLength(tokens, at, view);
};

const readUntil: Reader = (tokens, at) => {
  let from = at + 1;
  while (from < at + 3 && ['at', 'on', 'until', 'till', '@'].includes(tokens[from]?.key ?? '')) from++;
  const reading = readTime(tokens, from);
  if (reading === undefined) return openUnread(tokens, at);
  const piece: Piece = { kind: 'until', time: reading.time, rangeFrom: null, said: said(tokens, at, reading.next) };
  return closed([piece], reading.next);
};

/** What follows was announced as a time and is none: it is said to be left over, not made part of a name. */
function openUnread(tokens: readonly Token[], at: number): ClauseReading {
  return { kind: 'pieces', pieces: [{ kind: 'unread', tokens: tokens.slice(at, at + 1) }], next: at + 1, isOpen: true };
}

/** `25:00`, `13pm`: looks like a time of day and cannot be one. */
function isNoTime(token: Token | undefined): boolean {
  return token !== undefined && !token.quoted && /^\d{1,2}(?:[:.]\d{2}|(?:[:.]\d{2})?[ap]m)$/.test(token.key);
}

function clockOf(reading: TimeReading): Clock | null {
  return reading.time.kind === 'wall' ? reading.time.clock : null;
}

/** A start, and the end behind it in `from 9am to 5pm`. */
function startFrom(tokens: readonly Token[], at: number, reading: TimeReading): ClauseReading {
  const end = RANGE.has(tokens[reading.next]?.key ?? '') ? readTime(tokens, reading.next + 1) : undefined;
  const start: Piece = { kind: 'start', time: reading.time, said: said(tokens, at, reading.next) };
  const begins = reading.time.kind === 'now' ? [] : [start];
  if (end === undefined) return closed(begins, reading.next);
  const words = said(tokens, reading.next, end.next);
  const until: Piece = { kind: 'until', time: end.time, rangeFrom: clockOf(reading), said: words };
  return closed([...begins, until], end.next);
}

function oneWordRange(tokens: readonly Token[], at: number, from: number): ClauseReading | undefined {
  const range = readClockRange(tokens, from);
  if (range === undefined) return undefined;
  const words = said(tokens, at, from + 1);
  const start: Piece = {
    kind: 'start',
    time: { kind: 'wall', day: null, clock: range.from, zone: null },
    said: words,
  };
  const time = { kind: 'wall', day: null, clock: range.to, zone: null } as const;
  return closed([start, { kind: 'until', time, rangeFrom: range.from, said: words }], from + 1);
}

/** `at 14:30`, `from 9am to 5pm`, `starting monday 8am`, `between 9 and 17`. */
const readStart: Reader = (tokens, at) => {
  let from = at + 1;
  while (from < at + 3 && ['at', 'on', 'from', '@', 'of'].includes(tokens[from]?.key ?? '')) from++;
  const range = oneWordRange(tokens, at, from);
  if (range !== undefined) return range;
  const reading = readTime(tokens, from);
  if (reading === undefined) return isNoTime(tokens[from]) ? openUnread(tokens, at) : undefined;
  if (tokens[at]?.key !== 'between') return startFrom(tokens, at, reading);
  const end = tokens[reading.next]?.key === 'and' ? readTime(tokens, reading.next + 1) : undefined;
  if (end === undefined) return undefined;
  const until: Piece = {
    kind: 'until',
    time: end.time,
    rangeFrom: clockOf(reading),
    said: said(tokens, reading.next, end.next),
  };
  return closed([{ kind: 'start', time: reading.time, said: said(tokens, at, reading.next) }, until], end.next);
};

/** `as of monday`; a plain "as" is a word. */
const readAsOf: Reader = (tokens, at, view) => (tokens[at + 1]?.key === 'of' ? readStart(tokens, at, view) : undefined);

function openScope(tokens: readonly Token[], at: number): ClauseReading | undefined {
  const next = tokens[at + 1];
  if (next === undefined || isJoiner(next)) return undefined;
  const from = ['the', 'scope'].includes(next.key) && tokens[at + 2] !== undefined ? at + 2 : at + 1;
  return { kind: 'pieces', pieces: [{ kind: 'scope', tokens: [] }], next: from, isOpen: true };
}

const readOn: Reader = (tokens, at) => {
  const day = readOnDay(tokens, at + 1);
  if (day !== undefined) return startFrom(tokens, at, day);
  return openScope(tokens, at);
};

const readIn: Reader = (tokens, at, view) => {
  const verb = readToVerb(tokens, at, view.before);
  if (verb !== undefined) return { kind: 'justification', from: verb };
  const length = readDuration(tokens, at + 1);
  if (length?.problem === 'no_unit')
    return closed([{ kind: 'duration', seconds: null, said: said(tokens, at, length.next) }], length.next);
  if (length?.problem === 'vague')
    return closed([{ kind: 'unread', tokens: tokens.slice(at, length.next) }], length.next);
  if (length !== undefined || readDayPart(tokens, at) !== undefined) {
    const reading = readTime(tokens, at);
    if (reading !== undefined) return startFrom(tokens, at, reading);
  }
  return openScope(tokens, at);
};

/** `to fix …` is a justification; behind `extend … to 18:00` it is an end. */
const readTo: Reader = (tokens, at, view) => {
  if (MOVE_AN_END.has(view.command)) {
    const reading = readTime(tokens, at + 1);
    if (reading !== undefined) return readUntil(tokens, at, view);
  }
  const verb = readToVerb(tokens, at, view.before);
  return verb === undefined ? undefined : { kind: 'justification', from: verb };
};

const READERS: Readonly<Record<string, Reader>> = {
  ...{ for: readFor, by: readLength, to: readTo, on: readOn, in: readIn, as: readAsOf },
  ...{ until: readUntil, till: readUntil, til: readUntil, untill: readUntil, ending: readUntil, ends: readUntil },
  ...{ at: readStart, '@': readStart, from: readStart, starting: readStart, starts: readStart, start: readStart },
  ...{ beginning: readStart, between: readStart, after: readStart },
};

/** In "which role lets me ACTION on SCOPE" everything but the scope belongs to the action, in "runbook NAME" to the name. */
function readActionClause(tokens: readonly Token[], at: number, settled: boolean): ClauseReading | undefined {
  const key = tokens[at]?.key ?? '';
  const before = tokens[at - 1]?.key ?? '';
  if (key === 'because') return { kind: 'justification', from: at + 1 };
  if (!settled || (key !== 'on' && key !== 'in')) return undefined;
  // "turn on MFA", "sign in": the small word belongs to the verb before it.
  if (['turn', 'switch', 'log', 'sign', 'power', 'check', 'opt'].includes(before)) return undefined;
  return openScope(tokens, at);
}

function readPath(tokens: readonly Token[], at: number): ClauseReading | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted || !token.key.startsWith('/')) return undefined;
  return closed([{ kind: 'scope', tokens: [token] }], at + 1);
}

/** Reads the clause that begins at `at`, if one does; looks only a few words ahead. */
export function readClause(tokens: readonly Token[], at: number, view: View): ClauseReading | undefined {
  const token = tokens[at];
  if (token === undefined || token.quoted) return undefined;
  const path = readPath(tokens, at);
  if (path !== undefined) return path;
  if (view.command === 'which-role' || view.command === 'runbook') return readActionClause(tokens, at, true);
  const because = readBecause(tokens, at);
  if (because !== undefined) return { kind: 'justification', from: because };
  const ticket = readTicketClause(tokens, at);
  if (ticket !== undefined) return closed([{ kind: 'ticket', ticket: ticket.ticket }], ticket.next);
  const prefixed = readPrefixedTicket(tokens, at);
  if (prefixed !== undefined) return closed([{ kind: 'ticket', ticket: prefixed.ticket }], prefixed.next);
  const ofAssignment = readAdministration(tokens, at, view.command, view.named);
  if (ofAssignment !== undefined) return ofAssignment;
  const reader = Object.hasOwn(READERS, token.key) ? READERS[token.key] : undefined;
  if (reader !== undefined) return reader(tokens, at, view);
  const range = /^\d/.test(token.key) ? oneWordRange(tokens, at, at) : undefined;
  if (range !== undefined && /m|:/.test(token.key)) return range;
  const day = readPlainDay(tokens, at);
  return day === undefined ? undefined : startFrom(tokens, at, day);
}

import type { CommandName } from '../command.ts';
import type { ClauseReading, Piece } from '../piece.ts';
import type { Token } from '../tokens.ts';
import { readCalendarLength } from './calendar.ts';
import { readDayPart } from './clock.ts';
import { readDuration } from './duration.ts';
import { readTime } from './time.ts';

/** What has been named so far of an assignment. */
export type Named = {
  /** The verb said "my". */
  readonly isOwn: boolean;
  readonly hasPerson: boolean;
  readonly hasRole: boolean;
  /** Words stand behind the verb that no clause announced. */
  readonly hasWords: boolean;
};

export const NOTHING_NAMED: Named = { isOwn: false, hasPerson: false, hasRole: false, hasWords: false };

const ASSIGNMENTS = new Set<CommandName | null>([
  'assign',
  'update-assignment',
  'remove-assignment',
  'extend-assignment',
  'renew-assignment',
]);
const WITHOUT_END: readonly (readonly string[])[] = [
  ...[['permanently'], ['forever'], ['indefinitely'], ['for', 'ever'], ['without', 'end'], ['without', 'an', 'end']],
  ...[
    ['without', 'expiry'],
    ['without', 'expiration'],
    ['with', 'no', 'end'],
    ['with', 'no', 'expiry'],
  ],
];
const KINDS = new Set(['eligible', 'active']);
const AROUND_KIND = new Set(['a', 'an', 'the', 'permanent', 'permanently', 'assignment', 'assignments']);
const FORMATS: Readonly<Record<string, string>> = { csv: 'csv', ndjson: 'ndjson', json: 'ndjson' };

function closed(pieces: readonly Piece[], next: number): ClauseReading {
  return { kind: 'pieces', pieces, next, isOpen: false };
}

function open(kind: 'person' | 'role', at: number): ClauseReading {
  return { kind: 'pieces', pieces: [{ kind, tokens: [] }], next: at + 1, isOpen: true };
}

function keyAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.key ?? '';
}

/** `permanently`, `without an end`. */
function readWithoutEnd(tokens: readonly Token[], at: number): ClauseReading | undefined {
  for (const words of WITHOUT_END) {
    if (words.every((word, step) => keyAt(tokens, at + step) === word)) {
      return closed([{ kind: 'permanent' }], at + words.length);
    }
  }
  return undefined;
}

/** `as eligible`, `as an active assignment`, `as permanent eligible`. */
function readKind(tokens: readonly Token[], at: number): ClauseReading | undefined {
  if (keyAt(tokens, at) !== 'as') return undefined;
  const pieces: Piece[] = [];
  let next = at + 1;
  for (; next < at + 6; next++) {
    const key = keyAt(tokens, next);
    if (KINDS.has(key)) pieces.push({ kind: 'mode', mode: key });
    else if (!AROUND_KIND.has(key)) break;
    else if (key.startsWith('permanent')) pieces.push({ kind: 'permanent' });
  }
  return pieces.length === 0 ? undefined : closed(pieces, next);
}

/** `as code`, `as a yaml document`. */
function readAsCode(tokens: readonly Token[], at: number): ClauseReading | undefined {
  if (keyAt(tokens, at) !== 'as') return undefined;
  const from = keyAt(tokens, at + 1) === 'a' ? at + 2 : at + 1;
  if (!['code', 'yaml', 'document'].includes(keyAt(tokens, from))) return undefined;
  const isLonger = keyAt(tokens, from) !== 'document' && keyAt(tokens, from + 1) === 'document';
  return closed([{ kind: 'mode', mode: 'code' }], from + (isLonger ? 2 : 1));
}

/** `as csv`, `to ndjson`. */
function readFormat(tokens: readonly Token[], at: number): ClauseReading | undefined {
  const format = FORMATS[keyAt(tokens, at + 1)];
  if (format === undefined || !['as', 'to', 'in'].includes(keyAt(tokens, at))) return undefined;
  return closed([{ kind: 'mode', mode: format }], at + 2);
}

function isTime(tokens: readonly Token[], at: number): boolean {
  const isLength = readDuration(tokens, at + 1) !== undefined;
  return isLength || readTime(tokens, at + 1) !== undefined || readDayPart(tokens, at) !== undefined;
}

/** Who holds it and which role it is, behind the small word that announces them. */
function readParty(
  tokens: readonly Token[],
  at: number,
  command: CommandName,
  named: Named,
): ClauseReading | undefined {
  const key = keyAt(tokens, at);
  if (command === 'assign') return key === 'to' && !named.hasPerson ? open('person', at) : undefined;
  if (key === 'of') return named.isOwn || named.hasPerson || named.hasWords ? undefined : open('person', at);
  if (named.hasRole) return undefined;
  if (command === 'remove-assignment' && key === 'from') return open('role', at);
  if (!named.hasPerson || !['in', 'for', 'as', 'from'].includes(key)) return undefined;
  return isTime(tokens, at) ? undefined : open('role', at);
}

/** Reads the clauses that only commands about assignments, settings and exports have. */
export function readAdministration(
  tokens: readonly Token[],
  at: number,
  command: CommandName | null,
  named: Named,
): ClauseReading | undefined {
  if (command === 'settings') return readAsCode(tokens, at);
  if (command === 'export') return readFormat(tokens, at);
  if (command === null || !ASSIGNMENTS.has(command)) return undefined;
  const special = readWithoutEnd(tokens, at) ?? readKind(tokens, at);
  if (special !== undefined) return special;
  if (['for', 'by'].includes(keyAt(tokens, at))) {
    const reading = readCalendarLength(tokens, at + 1);
    if (reading !== undefined) {
      const said = tokens.slice(at, reading.next).map((token) => token.text);
      return closed([{ kind: 'calendar', length: reading.length, said: said.join(' ') }], reading.next);
    }
  }
  return readParty(tokens, at, command, named);
}

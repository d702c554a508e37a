import type { CommandName } from './command.ts';
import { joinWords, roleNames } from './names.ts';
import type { Piece } from './piece.ts';
import type { Token } from './tokens.ts';
import { isOrder, matchVerb } from './verbs.ts';

/** Who or what a sentence is about; `pieces` are those that were not used. */
export type Parties = {
  readonly roles: string[];
  readonly target: string | null;
  readonly leftOver: string[];
  readonly pieces: Piece[];
};

type Meaning = 'person' | 'role' | 'left';

const MAY_BE_OWN = new Set<CommandName>(['extend-assignment', 'renew-assignment']);
const BEFORE_PRINCIPAL = new Set(['the', 'user', 'person', 'account', 'colleague', 'group', 'member', '=']);
const ONESELF = new Set(['me', 'myself']);

/** Whether joined words are another command: "… and deactivate Contributor". */
export function startsAnOrder(tokens: readonly Token[]): boolean {
  const verb = matchVerb(tokens, 0);
  return verb !== undefined && isOrder(verb.command) && tokens.length > verb.next;
}

/** Whose assignment it is, as typed; `me` for oneself, null when nobody is named. Quotes protect a name. */
function principalName(tokens: readonly Token[]): string | null {
  let at = 0;
  while (at < tokens.length - 1 && BEFORE_PRINCIPAL.has(tokens[at]?.key ?? '')) at++;
  const named = tokens.slice(at);
  const name = joinWords(named);
  if (name === '') return null;
  return named.length === 1 && ONESELF.has(named[0]?.key ?? '') ? 'me' : name;
}

/** A name in quotes and a sign-in name end by themselves: what follows is something else. */
function splitName(tokens: readonly Token[]): readonly [name: readonly Token[], rest: readonly Token[]] {
  const [first, second] = tokens;
  const isWhole = first !== undefined && (first.quoted || /^[^@]+@[^@]+$/.test(first.text));
  return isWhole && second?.quoted === false ? [tokens.slice(0, 1), tokens.slice(1)] : [tokens, []];
}

function meaningOf(command: CommandName, known: { hasPerson: boolean; hasRole: boolean }): Meaning {
  if (command === 'remove-assignment') return known.hasPerson ? 'left' : 'person';
  return known.hasRole ? 'left' : 'role';
}

/**
 * Reads who holds an assignment and of which role. Never guesses: a second person, and words joined to a person, which could
 * be a person or a role, are left over.
 */
export function readAssignment(all: readonly Piece[], command: CommandName): Parties {
  const roles: string[] = [];
  const leftOver: string[] = [];
  const pieces: Piece[] = [];
  let person: readonly Token[] | null = null;
  let last: Meaning | null = null;
  const hasPersonPiece = all.some((piece) => piece.kind === 'person');
  const take = (tokens: readonly Token[], meaning: Meaning): void => {
    const isSecond = meaning === 'person' && person !== null;
    last = isSecond ? 'left' : meaning;
    if (last === 'left') leftOver.push(joinWords(tokens));
    else if (last === 'role') roles.push(...roleNames(tokens));
    else person = tokens;
  };
  for (const piece of all) {
    if (piece.kind === 'person' || piece.kind === 'role') {
      const [name, rest] = splitName(piece.tokens);
      take(name, piece.kind);
      const isOther = piece.kind === 'person' ? roles.length === 0 : !hasPersonPiece && person === null;
      if (rest.length > 0) take(rest, isOther ? otherThan(piece.kind) : 'left');
    } else if (piece.kind === 'words') {
      const isJoined = piece.isJoined && last !== null;
      const known = { hasPerson: hasPersonPiece || person !== null, hasRole: roles.length > 0 };
      const mayJoin = last === 'role' && !startsAnOrder(piece.tokens);
      take(piece.tokens, isJoined ? (mayJoin ? 'role' : 'left') : meaningOf(command, known));
    } else pieces.push(piece);
  }
  if (MAY_BE_OWN.has(command) && roles.length === 0 && person !== null) {
    // "extend assignment of Security Reader": with one name only it is the asker's own role.
    return { roles: roleNames(person), target: null, leftOver, pieces };
  }
  return { roles, target: person === null ? null : principalName(person), leftOver, pieces };
}

function otherThan(kind: 'person' | 'role'): Meaning {
  return kind === 'person' ? 'role' : 'person';
}

/** Reads the name of a bundle and, where one is saved, the roles behind it. */
export function readBundle(
  all: readonly Piece[],
  nameOf: (tokens: readonly Token[]) => string | null,
  isSaved: boolean,
) {
  const roles: string[] = [];
  const leftOver: string[] = [];
  const pieces: Piece[] = [];
  let target: string | null = null;
  for (const piece of all) {
    if (piece.kind !== 'words') pieces.push(piece);
    else if (target === null) target = nameOf(piece.tokens);
    else if (isSaved && (roles.length === 0 ? !piece.isJoined : piece.isJoined) && !startsAnOrder(piece.tokens))
      roles.push(...roleNames(piece.tokens));
    else leftOver.push(joinWords(piece.tokens));
  }
  return { roles, target, leftOver, pieces } satisfies Parties;
}

import { readJustification } from './clauses/justification.ts';
import {
  type Command,
  type CommandName,
  PROBLEM_CODES,
  PROBLEM_TEXTS,
  type Problem,
  type ProblemCode,
} from './command.ts';
import { resolveMentions } from './flatten.ts';
import type { Context } from './moment.ts';
import { isNoise, isResourceName, joinWords, roleNames, scopeName } from './names.ts';
import { readAssignment, readBundle, startsAnOrder } from './parties.ts';
import type { Piece } from './piece.ts';
import { readReminder } from './reminder.ts';
import { type Scan, splitBareLength } from './scan.ts';
import {
  EVERYTHING_ASKED,
  joinTargets,
  readMoreTargets,
  readNamedTarget,
  readPersonTarget,
  readRequestTarget,
} from './target.ts';
import type { Token } from './tokens.ts';
import { saysLastTime } from './verbs.ts';
import { readWhen } from './when.ts';

const NEED_ROLES = new Set<CommandName>([
  ...(['activate', 'deactivate', 'continue', 'who-has', 'who-approves', 'role', 'settings', 'can'] as const),
  ...(['compare', 'roles-delete'] as const),
  ...(['extend-assignment', 'renew-assignment', 'assign', 'update-assignment', 'remove-assignment'] as const),
]);
const ASSIGNMENTS = new Set<CommandName>([
  ...(['extend-assignment', 'renew-assignment', 'assign', 'update-assignment', 'remove-assignment'] as const),
]);
/** With a scope these words mean every role there. */
const EVERYTHING = new Set([
  ...['everything', 'anything', 'access', 'any access', 'all access', 'any role', 'all roles', 'roles', 'all'],
  ...['assignments', 'all assignments', 'it', 'this', 'that', 'them', 'my access', 'my roles'],
]);
/** Without a role these are about each there is. */
const OF_ANY = new Set<CommandName>(['check', 'roles-drift', 'roles-apply']);
const OF_EVERYTHING = new Set<CommandName>(['who-has', 'export']);
const MAY_HAVE_ROLES = new Set<CommandName>([
  ...NEED_ROLES,
  'history',
  'active',
  'pending',
  'cancel',
  'approve',
  'deny',
  'export',
  'check',
  'roles-drift',
  'roles-apply',
]);
const LISTS = new Set<CommandName>([
  ...(['my-roles', 'active', 'pending', 'approvals', 'approvals-channel', 'history', 'report', 'help'] as const),
]);
const REQUESTS = new Set<CommandName>(['cancel', 'approve', 'deny']);
const DECIDE = new Set<CommandName>(['approve', 'deny']);
const NAMED = new Set<CommandName>(['breakglass', 'standdown', 'timezone', 'language', 'sign-out', 'runbook']);
/** Spellings of what is reported about: uses of break-glass packs. */
const BREAK_GLASS = new Set(['breakglass', 'break-glass', 'break glass']);
const AT_ONCE = new Set<CommandName>(['sign-out', 'remove-assignment', 'pause', 'resume']);
/** What has no end makes no sense with a length. */
const ENDLESS = new Set<CommandName>(['remove-assignment', 'pause', 'resume']);
const TAKE_BARE_LENGTH = new Set<CommandName>(['activate', 'continue', 'bundle']);
const QUESTION_WORDS = new Set([
  ...['what', 'how', 'why', 'when', 'where', 'who', 'which', 'is', 'was', 'were', 'are', 'should', 'did', 'does', 'do'],
  ...[
    'can',
    'could',
    'will',
    'would',
    'i',
    'we',
    'he',
    'she',
    'they',
    'you',
    'someone',
    'somebody',
    'must',
    'may',
    'if',
  ],
]);
const LONGEST_QUOTE = 80;

/** A command that says nothing but its name. */
export function emptyCommand(command: CommandName): Command {
  return {
    command,
    roles: [],
    scope: null,
    duration: null,
    until: null,
    start: null,
    justification: null,
    ticket: null,
    action: null,
    target: null,
    isPermanent: false,
    problems: [],
  };
}

/** The sentence while it is being put together. */
type Draft = { roles: string[]; scope: string | null; target: string | null; leftOver: string[]; pieces: Piece[] };

function sayProblems(codes: readonly ProblemCode[], leftOver: readonly string[]): Problem[] {
  const quoted = leftOver.join(' … ');
  const short = quoted.length > LONGEST_QUOTE ? `${quoted.slice(0, LONGEST_QUOTE)}…` : quoted;
  return PROBLEM_CODES.filter((code) => codes.includes(code)).map((code) =>
    code === 'text.left_over' ? { code, text: `Not understood: "${short}".` } : { code, text: PROBLEM_TEXTS[code] },
  );
}

/** Takes a length such as the 2h of "activate Security Reader 2h" off the last name, when no end was said. */
function promoteBareLength(pieces: readonly Piece[], command: CommandName): Piece[] {
  const hasEnd = pieces.some((piece) => piece.kind === 'duration' || piece.kind === 'until');
  if (hasEnd || !TAKE_BARE_LENGTH.has(command)) return [...pieces];
  const last = pieces.findLastIndex((piece) => piece.kind === 'words' || piece.kind === 'scope');
  const piece = pieces[last];
  if (piece === undefined || (piece.kind !== 'words' && piece.kind !== 'scope')) return [...pieces];
  const split = splitBareLength(piece.tokens);
  if (split === null) return [...pieces];
  const named: Piece = { ...piece, tokens: split.name };
  return [
    ...pieces.slice(0, last),
    named,
    { kind: 'duration', seconds: split.seconds, said: split.said },
    ...pieces.slice(last + 1),
  ];
}

function readScopes(draft: Draft, command: CommandName): void {
  for (const piece of draft.pieces) {
    if (piece.kind === 'unread') draft.leftOver.push(joinWords(piece.tokens));
    if (piece.kind !== 'scope') continue;
    const mayHoldRole = draft.scope === null && draft.roles.length === 0 && NEED_ROLES.has(command);
    // "activate on rg-web Contributor": a resource name has no spaces, so the role begins behind it.
    const isMixed = mayHoldRole && piece.tokens.length > 1 && isResourceName(piece.tokens[0]);
    const named = isMixed ? piece.tokens.slice(0, 1) : piece.tokens;
    const name = scopeName(named);
    if (isMixed) draft.roles.push(...roleNames(piece.tokens.slice(1)));
    if (draft.scope === null) draft.scope = name;
    else if (name !== null) draft.leftOver.push(name);
  }
}

function readRoles(draft: Draft, command: CommandName): void {
  for (const piece of draft.pieces) {
    if (piece.kind !== 'words') continue;
    if (LISTS.has(command) && isNoise(piece.tokens)) continue;
    const isFirst = draft.roles.length === 0 || piece.isJoined;
    const isOther = piece.isJoined && startsAnOrder(piece.tokens);
    if (MAY_HAVE_ROLES.has(command) && draft.target === null && isFirst && !isOther)
      draft.roles.push(...roleNames(piece.tokens));
    else draft.leftOver.push(joinWords(piece.tokens));
  }
}

/** The words behind `approve`, `cancel`, `bundle` … name a target; what is not one stays in the pieces. */
function readTarget(draft: Draft, command: CommandName): void {
  const at = draft.pieces.findIndex((piece) => piece.kind === 'words');
  const words = draft.pieces[at];
  if (words?.kind !== 'words') return;
  if (NAMED.has(command)) {
    draft.target = command === 'sign-out' ? readPersonTarget(words.tokens) : readNamedTarget(words.tokens);
    draft.pieces.splice(at, 1);
    return;
  }
  if (command === 'report' && BREAK_GLASS.has(words.tokens.map(({ key }) => key).join(' '))) {
    draft.target = 'breakglass';
    draft.pieces.splice(at, 1);
    return;
  }
  if (!REQUESTS.has(command)) return;
  const reading = readRequestTarget(words.tokens, command === 'cancel');
  draft.target = reading.target;
  draft.pieces.splice(at, 1);
  if (DECIDE.has(command) && reading.target !== null) {
    readMore(draft, reading.target, reading.rest);
    return;
  }
  if (reading.target === null && reading.rest.length > 0) {
    const isRole = command === 'cancel' && !isNoise(reading.rest) && reading.rest[0]?.key !== 'it';
    if (isRole) draft.roles.push(...roleNames(reading.rest));
    else if (!isNoise(reading.rest)) draft.leftOver.push(joinWords(reading.rest));
  } else if (reading.rest.length > 0) draft.leftOver.push(joinWords(reading.rest));
}

/** Several may be decided together: `approve 7F3K, 9Q2M and 4HJK`. All of them are read, or what is not an id is left over. */
function readMore(draft: Draft, first: string, rest: readonly Token[]): void {
  const targets = [first];
  const isOne = first === EVERYTHING_ASKED;
  const take = (tokens: readonly Token[]): void => {
    const more = isOne ? null : readMoreTargets(tokens);
    if (more !== null) targets.push(...more);
    else if (!isNoise(tokens)) draft.leftOver.push(joinWords(tokens));
  };
  if (rest.length > 0) take(rest);
  for (const piece of draft.pieces) if (piece.kind === 'words') take(piece.tokens);
  draft.pieces = draft.pieces.filter(({ kind }) => kind !== 'words');
  draft.target = joinTargets(targets);
}

/** What is done at once: another time, or a length, is not passed over in silence. */
function refuseTimes(draft: Draft): void {
  const pieces: Piece[] = [];
  for (const piece of draft.pieces) {
    if (piece.kind === 'start' || piece.kind === 'until') draft.leftOver.push(piece.said);
    else pieces.push(piece);
  }
  draft.pieces = pieces;
}

/** "Permanently" adds nothing to what has no end. */
function refuseLengths(draft: Draft): void {
  const pieces: Piece[] = [];
  for (const piece of draft.pieces) {
    if (piece.kind === 'duration' || piece.kind === 'calendar') draft.leftOver.push(piece.said);
    else if (piece.kind !== 'permanent') pieces.push(piece);
  }
  draft.pieces = pieces;
}

/** Takes out of the pieces what says whose assignment it is, which bundle, or that the last time is meant. */
function readParties(draft: Draft, command: CommandName, action: string | null): void {
  if (command === 'activate') {
    const at = draft.pieces.findIndex((piece) => piece.kind === 'words');
    const words = draft.pieces[at];
    if (words?.kind !== 'words' || draft.roles.length > 0 || !saysLastTime(words.tokens)) return;
    draft.target = 'last-time';
    draft.pieces.splice(at, 1);
    return;
  }
  if (command !== 'bundle' && !ASSIGNMENTS.has(command)) return;
  const parties =
    command === 'bundle'
      ? readBundle(draft.pieces, readNamedTarget, action === 'save')
      : readAssignment(draft.pieces, command);
  draft.roles.push(...parties.roles);
  draft.target = parties.target;
  draft.leftOver.push(...parties.leftOver);
  draft.pieces = parties.pieces;
}

/** What the verb said beyond its command, or a clause such as `as code`; two different ones are not both meant. */
function readMode(draft: Draft, command: CommandName, fromVerb: string | null): string | null {
  let mode = fromVerb;
  for (const piece of draft.pieces) {
    if (piece.kind !== 'mode' || piece.mode === mode) continue;
    if (mode === null) mode = piece.mode;
    else draft.leftOver.push(`as ${piece.mode}`);
  }
  if (command !== 'bundle' || (mode !== null && mode !== 'run')) return mode;
  // Without a name there is nothing to run: the list says what there is.
  return draft.target === null ? null : 'run';
}

/** How many roles a command is about at least. */
function rolesNeeded(draft: Draft, command: CommandName): number {
  if (command === 'compare') return 2;
  if (command === 'export') return 1;
  // "can I restart vm-pay-01" is about the person who asks.
  const isAboutSelf = command === 'can' && readAction(draft.pieces) !== null;
  return NEED_ROLES.has(command) && draft.target !== 'last-time' && !isAboutSelf ? 1 : 0;
}

/** Whether every role at the scope is meant, or nothing names one that had to be named. */
function readExtent(draft: Draft, command: CommandName) {
  const isAll = draft.roles.every((role) => EVERYTHING.has(role.toLowerCase()));
  if (OF_EVERYTHING.has(command) && draft.scope !== null && isAll && (draft.roles.length > 0 || command === 'export')) {
    return { roles: [], isMissing: false };
  }
  // "does it work", "check everything": whatever is active.
  const roles = OF_ANY.has(command) && isAll ? [] : draft.roles;
  if (command === 'compare') draft.leftOver.push(...roles.splice(2));
  return { roles, isMissing: roles.length < rolesNeeded(draft, command) };
}

function readTicket(draft: Draft): string | null {
  const tickets = draft.pieces.filter((piece) => piece.kind === 'ticket').map((piece) => piece.ticket);
  const [ticket, ...others] = tickets;
  draft.leftOver.push(...others.filter((other) => other !== ticket));
  return ticket ?? null;
}

function readAction(pieces: readonly Piece[]): string | null {
  const action = pieces.find((piece) => piece.kind === 'action');
  if (action === undefined) return null;
  const tokens = [...action.tokens];
  while (['me', 'to', 'do'].includes(tokens[0]?.key ?? '')) tokens.shift();
  return tokens.length === 0 ? null : joinWords(tokens);
}

/** Whether words before the verb can only be its roles: "Security Reader activate for 2h". */
function areRolesBefore(scan: Scan): boolean {
  const first = scan.before[0]?.key ?? '';
  return !QUESTION_WORDS.has(first) && !scan.pieces.some((piece) => piece.kind === 'words');
}

/** Puts the pieces of a sentence together as a command; the first place where the clock and the time zone matter. */
export function assemble(scan: Scan, tokens: readonly Token[], flat: string, context: Context): Command {
  if (scan.isEmpty) return emptyCommand('help');
  const { command } = scan;
  if (command === null || scan.isNegated) return emptyCommand('unknown');
  if (scan.before.length > 0 && !areRolesBefore(scan)) return emptyCommand('unknown');
  if (command === 'reminder') return readReminder(tokens, emptyCommand);
  const draft: Draft = {
    roles: [],
    scope: null,
    target: null,
    leftOver: [],
    pieces: promoteBareLength(scan.pieces, command),
  };
  if (scan.before.length > 0) draft.roles.push(...roleNames(scan.before));
  if (AT_ONCE.has(command)) refuseTimes(draft);
  if (ENDLESS.has(command)) refuseLengths(draft);
  readParties(draft, command, scan.action);
  readTarget(draft, command);
  readRoles(draft, command);
  readScopes(draft, command);
  const { roles, isMissing } = readExtent(draft, command);
  const mode = readMode(draft, command, scan.action);
  const when = readWhen(draft.pieces, context);
  const ticket = readTicket(draft);
  const from = scan.justificationFrom;
  const justified = from === null ? { text: null, ticket: null } : readJustification(flat, tokens, from);
  const leftOver = [...draft.leftOver, ...when.leftOver].filter((text) => text !== '');
  const codes: ProblemCode[] = [...when.problems];
  if (isMissing) codes.push('role.missing');
  if (leftOver.length > 0) codes.push('text.left_over');
  return {
    command,
    roles,
    scope: draft.scope,
    duration: when.duration,
    until: when.until,
    start: when.start,
    justification: justified.text === null ? null : resolveMentions(justified.text, 'name') || null,
    ticket: ticket ?? justified.ticket,
    action: mode ?? readAction(draft.pieces),
    target: draft.target,
    isPermanent: when.isPermanent,
    problems: sayProblems(codes, leftOver),
  };
}

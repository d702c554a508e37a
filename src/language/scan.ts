import { NOTHING_NAMED } from './clauses/administration.ts';
import { readDuration } from './clauses/duration.ts';
import { ACTION_VIEW, isPlainWord, readClause, type View } from './clauses/read-clause.ts';
import { ticketOf } from './clauses/ticket.ts';
import type { CommandName } from './command.ts';
import { joinWords } from './names.ts';
import type { OpenPiece, Piece } from './piece.ts';
import { isCheck, isPoliteCan, matchSplitVerb, matchTrial, matchWhatCan } from './questions.ts';
import { isJoiner, type Token } from './tokens.ts';
import { fillerLength, isNegation, isOrder, matchVerb, matchWish, skipGreeting, type VerbMatch } from './verbs.ts';
import fillers from './words/fillers.json' with { type: 'json' };
import actionVerbs from './words/to-verbs.json' with { type: 'json' };

/** The sentence in pieces, before anything is placed in a calendar. */
export type Scan = {
  readonly command: CommandName | null;
  /** What the verb says beyond its command. */
  readonly action: string | null;
  readonly pieces: readonly Piece[];
  /** Words that stood before the verb and belong to no clause. */
  readonly before: readonly Token[];
  /** Index of the first token of the justification, or null. */
  readonly justificationFrom: number | null;
  readonly isNegated: boolean;
  /** Nothing but a greeting, politeness or nothing at all. */
  readonly isEmpty: boolean;
};

const ANYWHERE = new Set(fillers.anywhere);
const ACTION_VERBS = new Set(actionVerbs);
const DECIDE = new Set<CommandName | null>(['approve', 'deny', 'cancel']);
const MAY_FOLLOW_ROLES = new Set(['activate', 'deactivate', 'extend', 'continue', 'prolong']);
/** "can I approve 7F3K?" asks whether one may. */
const NOT_ASKED = new Set<CommandName>([
  ...(['approve', 'deny', 'breakglass', 'assign', 'update-assignment', 'remove-assignment'] as const),
  ...(['check', 'compare', 'roles-apply', 'roles-delete'] as const),
]);
const NAMES_BEGIN_WITH = new Set(['assign', 'remove', 'export']);
const LONGEST_NAME = 10;
const ASKING = new Set(['can', 'could', 'may', 'might']);
const SURE_TICKET = /^(?:#\d|(?:INC|CHG|REQ|RITM|TASK|PRB)-?\d)/;
const DASH = /^[-–—]+$/;
const MOST_FILLERS = 10;
/** What follows is a text of its own, which only a scope or a reason ends. */
const TAKES_TEXT = new Set<CommandName | null>(['which-role', 'runbook']);
/** In "compare X with Y" these part the names; `and` does everywhere. */
const COMPARES = new Set(['with', 'to', 'against', 'vs', 'versus', 'from']);

/** Whether a verb that stands behind a name follows: in "Export Operator activate for 2h" the first word is a name's. */
function isNameBeforeVerb(tokens: readonly Token[], at: number): boolean {
  for (let next = at + 1; next < at + LONGEST_NAME && isPlainWord(tokens, next); next++) {
    if (MAY_FOLLOW_ROLES.has(tokens[next]?.key ?? '') && !isPlainWord(tokens, next + 1)) return true;
  }
  return false;
}

/** Reads one sentence from left to right; every token is looked at a bounded number of times. */
class Scanner {
  readonly #tokens: readonly Token[];
  readonly #pieces: Piece[] = [];
  readonly #before: Token[] = [];
  #command: CommandName | null = null;
  #action: string | null = null;
  #named = NOTHING_NAMED;
  #open: OpenPiece | null = null;
  #at = 0;
  #skip: readonly number[] = [];
  #isJoined = false;
  #isNegated = false;
  #justificationFrom: number | null = null;
  /** Where "what can X do" and "can X do" have their last `do`; -1 when there is none. */
  readonly #lastDo: number;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#lastDo = tokens.findLastIndex((token) => token.key === 'do');
  }

  scan(): Scan {
    this.#at = skipGreeting(this.#tokens, 0);
    while (this.#at < this.#tokens.length && this.#justificationFrom === null) {
      if (this.#command === null) this.#stepBeforeVerb();
      else this.#stepAfterVerb();
    }
    const isEmpty = this.#command === null && this.#pieces.length === 0 && this.#before.length === 0;
    return {
      command: this.#command,
      action: this.#action,
      pieces: this.#pieces,
      before: this.#before,
      justificationFrom: this.#justificationFrom,
      isNegated: this.#isNegated,
      isEmpty: isEmpty && this.#justificationFrom === null,
    };
  }

  #view(): View {
    return { command: this.#command, before: this.#isSettled() ? 'settled' : 'words', named: this.#named };
  }

  /** Whether what was read last cannot be a name that goes on. */
  #isSettled(): boolean {
    if (this.#open === null) return this.#pieces.length > 0;
    const last = this.#open.tokens.at(-1);
    if (last?.quoted === true) return true;
    return this.#open.kind === 'scope' && this.#open.tokens.length === 1 && /[-\d]/.test(last?.text ?? '');
  }

  #stepBeforeVerb(): void {
    const token = this.#tokens[this.#at];
    if (isNegation(token)) this.#isNegated = true;
    const verb = this.#findVerb();
    if (verb !== undefined) {
      this.#command = verb.command;
      this.#action = verb.action;
      this.#named = { ...NOTHING_NAMED, isOwn: verb.isOwn };
      this.#at = verb.next;
      this.#open = null;
      // "can I …" and "am I allowed to …" name no role: all that follows is what one wants to do.
      if (verb.command === 'can' && this.#tokens[verb.next - 1]?.key !== 'can') this.#startAction(verb.next);
      return;
    }
    const filler = this.#before.length > 0 || this.#open !== null ? 0 : fillerLength(this.#tokens, this.#at);
    if (filler > 0) {
      this.#at += filler;
      return;
    }
    if (this.#readClause() || this.#skipJoiner() || this.#readTicket()) return;
    if (token === undefined) return;
    if (this.#open !== null) this.#open.tokens.push(token);
    else this.#before.push(token);
    this.#at++;
  }

  /** The verb at the present place, or behind the fillers there. */
  #findVerb(): VerbMatch | undefined {
    const tokens = this.#tokens;
    if (this.#before.length > 0) {
      return MAY_FOLLOW_ROLES.has(tokens[this.#at]?.key ?? '') ? matchVerb(tokens, this.#at) : undefined;
    }
    if (this.#open !== null && this.#open.tokens.length === 0) return undefined;
    const from = this.#skipFillers(this.#at);
    return this.#verbAt(from) ?? (from > this.#at ? this.#verbAt(this.#at) : undefined);
  }

  /** Looks a few fillers ahead; a bounded number, so that a text of nothing else stays linear. */
  #skipFillers(at: number): number {
    let from = at;
    for (let count = 0; count < MOST_FILLERS; count++) {
      const length = fillerLength(this.#tokens, from);
      const isVerb = matchWish(this.#tokens, from) !== undefined || isCheck(this.#tokens, from);
      if (length === 0 || isVerb) break;
      from += length;
      if (this.#tokens[from]?.key === ',') from++;
    }
    return from;
  }

  #verbAt(at: number): VerbMatch | undefined {
    const wish = this.#wishAt(at);
    if (wish !== undefined) return wish;
    const tokens = this.#tokens;
    const whatCan = matchWhatCan(tokens, at, this.#lastDo);
    if (whatCan !== undefined) return whatCan;
    const split = matchSplitVerb(tokens, at) ?? matchTrial(tokens, at);
    const verb = split?.match ?? matchVerb(tokens, at);
    if (verb === undefined || isPoliteCan(tokens, at)) return undefined;
    this.#skip = split?.skip ?? [];
    const asked = tokens.slice(this.#at, at);
    const isQuestion = asked.some((token, step) => ASKING.has(token.key) && asked[step + 1]?.key === 'i');
    if (isQuestion && NOT_ASKED.has(verb.command)) return undefined;
    return NAMES_BEGIN_WITH.has(tokens[at]?.key ?? '') && isNameBeforeVerb(tokens, at) ? undefined : verb;
  }

  /** `I need …`, unless what is needed is another command: "I need to extend …", "give me my roles". */
  #wishAt(at: number): VerbMatch | undefined {
    const wish = matchWish(this.#tokens, at);
    if (wish === undefined) return undefined;
    const from = this.#skipFillers(wish.next);
    const verb = matchVerb(this.#tokens, from);
    if (verb === undefined) return wish;
    const isWhole =
      verb.next >= this.#tokens.length || ['of', 'for', 'on'].includes(this.#tokens[verb.next]?.key ?? '');
    // "I need to sign out Diego"; "I need Sign Out Operator" names a role.
    const isSignOut = verb.command === 'sign-out' && this.#tokens[from - 1]?.key === 'to';
    return isOrder(verb.command) || verb.command === 'my-roles' || isWhole || isSignOut ? verb : wish;
  }

  #stepAfterVerb(): void {
    const token = this.#tokens[this.#at];
    if (token === undefined) return;
    if (this.#skip.includes(this.#at) || this.#skipFiller(token)) {
      this.#at++;
      return;
    }
    if (this.#readDo(token) || this.#skipComparer(token)) return;
    const isAction = this.#open?.kind === 'action';
    if (!isAction && this.#readClause()) return;
    if (isAction && this.#readActionScope()) return;
    if (!TAKES_TEXT.has(this.#command) && !isAction && (this.#skipJoiner() || this.#readTicket())) return;
    if (isNegation(token)) this.#isNegated = true;
    this.#addWord(token);
  }

  #skipFiller(token: Token): boolean {
    if (token.quoted) return false;
    if (ANYWHERE.has(token.key)) return true;
    const next = this.#tokens[this.#at + 1];
    if (token.key === 'thank' && next?.key === 'you') return true;
    if (token.key === 'you' && this.#tokens[this.#at - 1]?.key === 'thank') return true;
    if (token.key === 'right' && next?.key === 'now') return true;
    return token.key === 'now' && !isPlainWord(this.#tokens, this.#at + 1);
  }

  /** `do` parts the role from the action in "can X do ACTION" and closes "what can X do". */
  #readDo(token: Token): boolean {
    if (this.#open?.kind === 'action') return false;
    if (this.#command === 'role' && token.key === 'do' && this.#at === this.#lastDo) {
      this.#open = null;
      this.#at++;
      return true;
    }
    if (this.#command !== 'can') return false;
    if (token.key === 'do') {
      this.#startAction(this.#at + 1);
      return true;
    }
    const isOperation = !token.quoted && token.text.includes('/') && !token.text.startsWith('/');
    const isVerb = this.#lastDo < this.#at && ACTION_VERBS.has(token.key) && /^\p{Ll}/u.test(token.text);
    if (this.#open === null || !(isOperation || isVerb)) return false;
    this.#startAction(this.#at);
    return true;
  }

  #startAction(at: number): void {
    this.#open = { kind: 'action', tokens: [] };
    this.#pieces.push(this.#open);
    this.#at = at;
  }

  #readActionScope(): boolean {
    const reading = readClause(this.#tokens, this.#at, ACTION_VIEW);
    return this.#take(reading);
  }

  #readClause(): boolean {
    const isFresh = TAKES_TEXT.has(this.#command) && this.#open === null && this.#pieces.length === 0;
    return isFresh ? false : this.#take(readClause(this.#tokens, this.#at, this.#view()));
  }

  #take(reading: ReturnType<typeof readClause>): boolean {
    if (reading === undefined) return false;
    if (reading.kind === 'justification') {
      this.#justificationFrom = reading.from;
      return true;
    }
    const first = reading.pieces[0];
    const word = this.#tokens[this.#at];
    if (first?.kind === 'scope' && reading.isOpen && this.#open?.kind === 'scope' && word !== undefined) {
      // "on rg-web in Contoso Production" names one scope inside another.
      this.#open.tokens.push(word);
      this.#at++;
      return true;
    }
    this.#pieces.push(...reading.pieces);
    if (first?.kind === 'person') this.#named = { ...this.#named, hasPerson: true };
    if (first?.kind === 'role') this.#named = { ...this.#named, hasRole: true };
    this.#at = reading.next;
    this.#open = reading.isOpen && first !== undefined && 'tokens' in first ? first : null;
    return true;
  }

  #skipComparer(token: Token): boolean {
    if (this.#command !== 'compare' || this.#pieces.length === 0 || !COMPARES.has(token.key)) return false;
    this.#isJoined = true;
    this.#open = null;
    this.#at++;
    return true;
  }

  #skipJoiner(): boolean {
    if (!isJoiner(this.#tokens[this.#at])) return false;
    this.#isJoined = true;
    this.#open = null;
    this.#at++;
    return true;
  }

  /** A word that looks like a ticket, where it cannot be part of a name. */
  #readTicket(): boolean {
    const token = this.#tokens[this.#at];
    if (DECIDE.has(this.#command) && this.#pieces.length === 0) return false;
    const ticket = ticketOf(token);
    if (ticket === null) return false;
    if (this.#open?.kind === 'scope' && this.#open.tokens.length === 0) return false;
    const isAfterWords = this.#open !== null || this.#pieces.length > 0 || this.#command === null;
    const isLast = isAfterWords && (this.#command === null || !isPlainWord(this.#tokens, this.#at + 1));
    const isSettled = this.#open === null && this.#pieces.length > 0;
    if (!SURE_TICKET.test(ticket) && !isLast && !isSettled) return false;
    this.#pieces.push({ kind: 'ticket', ticket });
    this.#open = null;
    this.#at++;
    return true;
  }

  #addWord(token: Token): void {
    if (this.#open === null && DASH.test(token.text)) {
      this.#at++;
      return;
    }
    if (this.#open === null) {
      const kind = this.#command === 'which-role' ? 'action' : 'words';
      this.#open = kind === 'action' ? { kind, tokens: [] } : { kind, tokens: [], isJoined: this.#isJoined };
      this.#pieces.push(this.#open);
      this.#isJoined = false;
      this.#named = { ...this.#named, hasWords: true };
    }
    this.#open.tokens.push(token);
    this.#at++;
    // "bundle save payments: …": the colon ends the name.
    if (this.#action === 'save' && token.colon) this.#open = null;
    if (DECIDE.has(this.#command) && token.colon) this.#justificationFrom = this.#at;
  }
}

/** Splits a sentence into its verb and its clauses. */
export function scan(tokens: readonly Token[]): Scan {
  return new Scanner(tokens).scan();
}

/** Takes a length of time off the end of a name, for "activate Security Reader 2h" where no other end was said. */
export function splitBareLength(tokens: readonly Token[]): { name: Token[]; seconds: number; said: string } | null {
  for (let at = Math.max(1, tokens.length - 5); at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || token.quoted || !/^(?:\d|pt\d)/.test(token.key)) continue;
    const reading = readDuration(tokens, at);
    if (reading?.seconds != null && reading.next === tokens.length) {
      return { name: tokens.slice(0, at), seconds: reading.seconds, said: joinWords(tokens.slice(at)) };
    }
  }
  return null;
}

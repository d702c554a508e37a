import { isPlainWord } from './clauses/read-clause.ts';
import type { CommandName } from './command.ts';
import type { Token } from './tokens.ts';
import { fillerLength, matchVerb, type VerbMatch } from './verbs.ts';

/** A verb in two halves; `skip` are the places of the words of its second half. */
export type SplitVerb = { readonly match: VerbMatch; readonly skip: readonly number[] };

const WINDOW = 16;
const MOST_FILLERS = 10;
const CLOSES_TRIAL = new Set(['work', 'works', 'working', 'usable']);
const OPENS_TRIAL = new Set(['does', 'do', 'is', 'are']);
/** Behind `check` these begin a question of its own, which is answered as that. */
const ASKS = new Set(['what', 'who', 'which', 'when', 'why', 'how', 'can']);
/** `can X do` never begins with these: `can you` is politeness. */
const NOT_SUBJECTS = new Set(['you', 'u', 'we']);

/** Verbs in two halves, with what stands between them. */
const SPLIT_VERBS: ReadonlyMap<string, { readonly half: string; readonly command: CommandName }> = new Map([
  ['turn', { half: 'on', command: 'activate' }],
  ['switch', { half: 'on', command: 'activate' }],
  ['give', { half: 'back', command: 'deactivate' }],
  ['sign', { half: 'out', command: 'sign-out' }],
  ['log', { half: 'out', command: 'sign-out' }],
]);

const keyAt = (tokens: readonly Token[], at: number): string => tokens[at]?.key ?? '';
const verb = (command: CommandName, next: number): VerbMatch => ({ command, action: null, isOwn: false, next });

/** `turn Security Reader on`, `sign Diego out`: the second half of the verb stands behind the names. */
export function matchSplitVerb(tokens: readonly Token[], at: number): SplitVerb | undefined {
  const split = SPLIT_VERBS.get(keyAt(tokens, at));
  if (split === undefined) return undefined;
  for (let skip = at + 2; skip < Math.min(tokens.length, at + WINDOW); skip++) {
    if (keyAt(tokens, skip) !== split.half || isPlainWord(tokens, skip + 1)) continue;
    return { match: verb(split.command, at + 1), skip: [skip] };
  }
  return undefined;
}

/** `what can X do`; `lastDo` is the place of the last `do` of the sentence. */
export function matchWhatCan(tokens: readonly Token[], at: number, lastDo: number): VerbMatch | undefined {
  if (keyAt(tokens, at) !== 'what' || keyAt(tokens, at + 1) !== 'can' || lastDo <= at + 2) return undefined;
  const subject = keyAt(tokens, at + 2);
  if (subject === 'you') return verb('help', lastDo + 1);
  return subject === 'i' || subject === 'we' ? undefined : verb('role', at + 2);
}

/** Whether `can` at `at` asks about a role or about oneself; `can you` and `can we` are politeness. */
export function isPoliteCan(tokens: readonly Token[], at: number): boolean {
  return keyAt(tokens, at) === 'can' && NOT_SUBJECTS.has(keyAt(tokens, at + 1));
}

function closingOfTrial(tokens: readonly Token[], from: number): readonly number[] {
  for (let at = from; at < Math.min(tokens.length, from + WINDOW); at++) {
    if (!CLOSES_TRIAL.has(keyAt(tokens, at)) || isPlainWord(tokens, at + 1)) continue;
    return OPENS_TRIAL.has(keyAt(tokens, at - 1)) ? [at - 1, at] : [at];
  }
  return [];
}

/** `check Security Reader`, `does Security Reader work`, `check whether Reader works on rg-web`. */
export function matchTrial(tokens: readonly Token[], at: number): SplitVerb | undefined {
  if (OPENS_TRIAL.has(keyAt(tokens, at))) {
    const skip = closingOfTrial(tokens, at + 2);
    return skip.length === 0 ? undefined : { match: verb('check', at + 1), skip };
  }
  const match = matchVerb(tokens, at);
  if (match?.command !== 'check') return undefined;
  // "check Role Based Access Control Administrator": the word belongs to the name.
  const isName = match.next > at + 1 && isCapital(tokens[match.next - 1]) && isCapital(tokens[match.next]);
  const next = isName ? match.next - 1 : match.next;
  return { match: { ...match, next }, skip: closingOfTrial(tokens, next) };
}

/**
 * Whether `check` at `at` is the command, rather than a way to say "show me": in "check my roles" and "check who has Reader"
 * another command follows, while "check Reports Reader" names a role.
 */
export function isCheck(tokens: readonly Token[], at: number): boolean {
  const match = matchVerb(tokens, at);
  if (match?.command !== 'check') return false;
  if (match.next > at + 1) return true;
  let from = at + 1;
  for (let count = 0; count < MOST_FILLERS; count++) from += fillerLength(tokens, from);
  if (ASKS.has(keyAt(tokens, from))) return false;
  const isName = isCapital(tokens[from]) && isCapital(tokens[from + 1]);
  return isName || matchVerb(tokens, from) === undefined;
}

function isCapital(token: Token | undefined): boolean {
  return token !== undefined && /^\p{Lu}/u.test(token.text);
}

import type { CommandName } from './command.ts';
import type { Token } from './tokens.ts';
import fillers from './words/fillers.json' with { type: 'json' };
import phrases from './words/verbs.json' with { type: 'json' };

export type VerbMatch = {
  readonly command: CommandName;
  /** What the verb itself says beyond its command: `eligible` in "extend eligible assignment". */
  readonly action: string | null;
  /** The verb says whose it is: "extend my assignment". */
  readonly isOwn: boolean;
  readonly next: number;
};

type Phrase<T> = { readonly words: readonly string[]; readonly value: T };

/** Finds the longest of many phrases at a place in the sentence, looking only at those with the right first word. */
class PhraseBook<T> {
  readonly #byFirst = new Map<string, Phrase<T>[]>();

  constructor(entries: readonly (readonly [string, T])[]) {
    for (const [text, value] of entries) {
      const words = text.split(' ');
      const first = words[0] ?? '';
      this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), { words, value }]);
    }
    for (const list of this.#byFirst.values()) list.sort((left, right) => right.words.length - left.words.length);
  }

  find(tokens: readonly Token[], at: number): Phrase<T> | undefined {
    const candidates = this.#byFirst.get(tokens[at]?.key ?? '');
    return candidates?.find(({ words }) => words.every((word, step) => tokens[at + step]?.key === word));
  }
}

const VERBS = new PhraseBook(
  Object.entries(phrases).flatMap(([key, list]) => {
    const [command, action = null] = key.split(':');
    const value = { command: command as CommandName, action };
    return list.map((text) => [text, value] as const);
  }),
);
const GREETINGS = new PhraseBook(fillers.greetings.map((text) => [text, text] as const));
const NAMES = new PhraseBook(fillers.names.map((text) => [text, text] as const));
const POLITE = new PhraseBook(fillers.polite.map((text) => [text, text] as const));
const NEGATIONS = new Set(fillers.negations);
const ORDERS = new Set<CommandName>([
  ...(['activate', 'deactivate', 'continue', 'cancel', 'approve', 'deny', 'breakglass'] as const),
  ...(['roles-apply', 'roles-delete', 'pause', 'resume'] as const),
]);

/** Words which say that somebody wants something, and are the verb `activate` when no other verb follows. */
const WISHES = new PhraseBook(
  ['i need', 'we need', 'need', 'i want', "i'd like", 'i would like', 'give me', 'get me'].map((t) => [t, t] as const),
);

/** Finds the verb that stands at `at`. */
export function matchVerb(tokens: readonly Token[], at: number): VerbMatch | undefined {
  const found = VERBS.find(tokens, at);
  if (found === undefined) return isLastTime(tokens, at) ? { ...verb('activate'), next: at } : undefined;
  return { ...found.value, isOwn: found.words.includes('my'), next: at + found.words.length };
}

const verb = (command: CommandName) => ({ command, action: null, isOwn: false });

const LAST_TIME = new PhraseBook(fillers.lastTime.map((text) => [text, text] as const));

function isLastTime(tokens: readonly Token[], at: number): boolean {
  return LAST_TIME.find(tokens, at) !== undefined;
}

/** Whether all the words say "the same as last time". */
export function saysLastTime(tokens: readonly Token[]): boolean {
  const from = tokens[0]?.key === 'the' ? 1 : 0;
  const to = tokens.at(-1)?.key === 'but' ? tokens.length - 1 : tokens.length;
  return LAST_TIME.find(tokens, from)?.words.length === to - from;
}

/** Skips greetings, the bot's name and commas in front. */
export function skipGreeting(tokens: readonly Token[], at: number): number {
  let next = at;
  for (;;) {
    const found = GREETINGS.find(tokens, next) ?? NAMES.find(tokens, next);
    if (found !== undefined) next += found.words.length;
    else if (tokens[next]?.key === ',') next++;
    else return next;
  }
}

/** The number of tokens that the filler at `at` has, 0 when there is none. */
export function fillerLength(tokens: readonly Token[], at: number): number {
  return POLITE.find(tokens, at)?.words.length ?? 0;
}

/** Finds "I need", "give me", "I'd like to have" and the like at `at`. */
export function matchWish(tokens: readonly Token[], at: number): VerbMatch | undefined {
  const found = WISHES.find(tokens, at);
  if (found === undefined) return undefined;
  const next = at + found.words.length;
  const isToHave = tokens[next]?.key === 'to' && ['have', 'get', 'obtain'].includes(tokens[next + 1]?.key ?? '');
  return { ...verb('activate'), next: isToHave ? next + 2 : next };
}

/** Whether a command tells the bot to do something, rather than to show something. */
export function isOrder(command: CommandName): boolean {
  return ORDERS.has(command);
}

/** `not`, `never`, `don't` and all other words in n't. */
export function isNegation(token: Token | undefined): boolean {
  return token !== undefined && !token.quoted && (NEGATIONS.has(token.key) || token.key.endsWith("n't"));
}

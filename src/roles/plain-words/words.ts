import nicknames from './nicknames.json' with { type: 'json' };
import vocabulary from './vocabulary.json' with { type: 'json' };

/** Something that the words speak of: a kind of resource with a name of its own, or plain words. */
export interface Concept {
  readonly said: string;
  /** Stems that say it; of each way all are needed. */
  readonly ways: readonly (readonly string[])[];
  /** The resource type of Azure that is called so, in small letters. */
  readonly type: string | null;
  /** Stems of the parts of that type. */
  readonly typeTerms: readonly string[];
}

/** Words as they were taken apart: what is to be done, to what, and names such as `vm-pay-01`. */
export interface ReadWords {
  readonly verbs: readonly string[];
  readonly concepts: readonly Concept[];
  readonly names: readonly string[];
  /** All of it, in small letters with single spaces. */
  readonly text: string;
}

interface Nickname {
  readonly words: readonly string[];
  readonly ways: readonly (readonly string[])[];
  readonly type: string | null;
  readonly typeTerms: readonly string[];
}

const DROPPED = new Set(vocabulary.dropped.flatMap((line) => line.split(' ')));
const VERBS = verbForms();
const BROADER: Readonly<Record<string, readonly string[]>> = vocabulary.broader;
const PHRASES = Object.entries(vocabulary.phrases).map(([said, verb]) => ({ words: said.split(' '), verb }));
const NICKNAMES = readNicknames();
const LONGEST = 5;
const MOST_WORDS = 40;

/** Every form of every verb that a sentence may use, to the one that stands for it. */
function verbForms(): ReadonlyMap<string, string> {
  const forms = new Map<string, string>();
  for (const [verb, said] of Object.entries(vocabulary.verbs)) {
    for (const word of said.split(' ')) {
      for (const form of formsOf(word)) {
        forms.set(form, verb);
      }
    }
  }
  return forms;
}

function formsOf(word: string): readonly string[] {
  const stem = word.endsWith('e') ? word.slice(0, -1) : word;
  const last = word.at(-1) ?? '';
  const third = /(?:s|x|ch|sh|o)$/.test(word)
    ? `${word}es`
    : word.endsWith('y')
      ? `${word.slice(0, -1)}ies`
      : `${word}s`;
  return [word, third, `${stem}ing`, `${stem}ed`, `${word}${last}ing`, `${word}${last}ed`];
}

function readNicknames(): ReadonlyMap<string, readonly Nickname[]> {
  const byFirst = new Map<string, Nickname[]>();
  for (const { say, type, noun } of nicknames as readonly { say: string; type?: string; noun?: string }[]) {
    for (const phrase of say.split('|')) {
      const words = phrase.split(' ').map(stem);
      const entry = {
        words,
        ways: waysOf(words, noun ?? phrase, type ?? null),
        type: type?.toLowerCase() ?? null,
        typeTerms: type?.split('/').slice(1).flatMap(splitName) ?? [],
      };
      byFirst.set(words[0] ?? '', [...(byFirst.get(words[0] ?? '') ?? []), entry]);
    }
  }
  for (const list of byFirst.values()) {
    list.sort((a, b) => b.words.length - a.words.length);
  }
  return byFirst;
}

/** What says it: the noun that stands for it, the words as they are, and the name of the type. */
function waysOf(words: readonly string[], noun: string, type: string | null): readonly (readonly string[])[] {
  const ways = [noun.split(' ').map(stem), words, ...(type === null ? [] : [splitName(type.split('/').at(-1) ?? '')])];
  return [...new Map(ways.map((way) => [way.join(' '), way])).values()];
}

/** The singular, for what English makes regularly. */
export function stem(word: string): string {
  if (word.length < 3 || /(?:ss|us|is)$/.test(word)) {
    return word;
  }
  if (word.endsWith('ies')) {
    return `${word.slice(0, -3)}y`;
  }
  if (/(?:ch|sh|x|ss)es$/.test(word)) {
    return word.slice(0, -2);
  }
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/** The verb that a word is a form of. */
export function verbOf(word: string): string | undefined {
  return VERBS.get(word);
}

/** All the words that are understood whatever they stand beside. */
export function knownWords(): ReadonlySet<string> {
  return new Set([...VERBS.keys(), ...[...NICKNAMES.values()].flatMap((list) => list.flatMap(({ words }) => words))]);
}

/** Verbs of operations that do what `verb` asks for, though called otherwise. */
export function broaderThan(verb: string): readonly string[] {
  return BROADER[verb] ?? [];
}

/** The stems of a text that say something. */
export function stemsOf(text: string): readonly string[] {
  const words = text.toLowerCase().split(/[^\p{L}\d]+/u, MOST_WORDS);
  return [...new Set(words.filter((word) => word !== '' && !DROPPED.has(word)).map(stem))];
}

/** `virtualMachines` in words: small letters, singular. */
export function splitName(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
    .map(stem);
}

/** Azure names things with dashes and digits; people's words have neither, but for `sign-in` and its like. */
function isName(word: string): boolean {
  return (
    /^[a-z][a-z\d]*(?:-[a-z\d]+)*-[a-z]*\d+[a-z\d]*$/i.test(word) ||
    /^(?:rg|vm|kv|st|aks|sql|app|func|vnet|nsg|sub|mg)-[a-z\d-]+$/i.test(word)
  );
}

/**
 * Takes words apart that say what somebody wants to do. Takes time in proportion to their length; more than forty are not read.
 */
export function readWords(text: string): ReadWords {
  const raw = text
    .normalize('NFKC')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  const names = raw.map((word) => word.replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, '')).filter(isName);
  const words = raw.filter((word) => !names.some((name) => word.includes(name))).flatMap(wordsOf);
  return { ...splitWords(words), names, text: raw.join(' ').toLowerCase() };
}

interface Word {
  readonly text: string;
  /** A comma stands behind it. */
  readonly endsPart: boolean;
}

function wordsOf(raw: string): readonly Word[] {
  const parts = raw
    .toLowerCase()
    .replace(/['’]s\b/g, '')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
  return parts.map((text, at) => ({ text, endsPart: at === parts.length - 1 && raw.endsWith(',') }));
}

function splitWords(words: readonly Word[]): Pick<ReadWords, 'verbs' | 'concepts'> {
  const said = words.map(({ text }) => text);
  const leading: string[] = [];
  const concepts: Concept[] = [];
  let trailing: { readonly verb: string; readonly at: number } | null = null;
  let isJoined = true;
  for (let at = 0; at < words.length; ) {
    const word = said[at] ?? '';
    const phrase = PHRASES.find((one) => one.words.every((part, step) => said[at + step] === part));
    const nickname = nicknameAt(said, at);
    const verb = phrase?.verb ?? VERBS.get(word);
    const length = phrase?.words.length ?? 1;
    // "create, change or delete": verbs follow each other in a list only, so that a "deleted user" stays a thing.
    if (verb !== undefined && isJoined && (nickname?.words.length ?? 0) <= length) {
      leading.push(verb);
      at += length;
    } else if (nickname !== undefined) {
      const { words: named, ...meant } = nickname;
      concepts.push({ said: said.slice(at, at + named.length).join(' '), ...meant });
      at += named.length;
    } else {
      trailing ??= verb === undefined || DROPPED.has(word) ? null : { verb, at: concepts.length };
      if (!DROPPED.has(word)) {
        concepts.push({ said: word, ways: [[stem(word)]], type: null, typeTerms: [] });
      }
      at += 1;
    }
    const last = words[at - 1];
    const isStart = leading.length === 0 && concepts.length === 0;
    isJoined =
      isStart || (concepts.length === 0 && last?.endsPart === true) || last?.text === 'and' || last?.text === 'or';
  }
  // "password reset": without a verb in front the one behind is meant.
  const behind = leading.length === 0 ? trailing : null;
  return {
    verbs: behind === null ? [...new Set(leading)] : [behind.verb],
    concepts: concepts.filter((_, at) => at !== behind?.at),
  };
}

function nicknameAt(words: readonly string[], at: number): Nickname | undefined {
  const said = words.slice(at, at + LONGEST).map(stem);
  return NICKNAMES.get(said[0] ?? '')?.find((nickname) => nickname.words.every((word, step) => said[step] === word));
}

/** A resource type as if somebody had said it. */
export function hintOf(type: string): Concept {
  const [, ...parts] = type.split('/');
  const words = splitName(parts.at(-1) ?? '');
  return { said: type, ways: [words], type: type.toLowerCase(), typeTerms: parts.flatMap(splitName) };
}

/** What `vm-pay-01` is called after; null where its first part says nothing. */
export function hintOfName(name: string): Concept | null {
  const first = name.toLowerCase().split('-')[0] ?? '';
  const nickname = nicknameAt([first], 0);
  return nickname === undefined || nickname.type === null ? null : { said: first, ...nickname };
}

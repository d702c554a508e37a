import { broaderThan, type Concept, type ReadWords } from './words.ts';

/** Something that can be done, as words find it. */
export interface Entry<T> {
  readonly value: T;
  readonly verbs: readonly string[];
  /** Stems that say what it is about. */
  readonly own: readonly string[];
  /** Stems of what holds it: they tell twins apart, and nobody has to say them. */
  readonly above: readonly string[];
  /** Stems of the service it belongs to: they are no matter unless they are said. */
  readonly service: readonly string[];
  /** Stems of what is written about it; no matter either. */
  readonly around: readonly string[];
  /** The resource type of Azure, in small letters. */
  readonly type: string | null;
  /** Who says just this means just this. */
  readonly text: string | null;
}

export interface Hit<T> {
  readonly value: T;
  /** 1 when every word fits and nothing else belongs to it, more when it was said word for word; 0 when nothing fits. */
  readonly score: number;
}

/** A kind of resource that is called so by everybody fits better than one whose name has the same words. */
const BY_NAME = 0.9;
/** Who speaks of a vault does not speak of the keys in it. */
const BELOW = 0.85;
const PARTLY = 0.5;
const UNKNOWN_WORD = 0.4;
const ABOVE = 0.35;
const NO_VERB_SAID = 0.85;
const BROADER_VERB = 0.93;
const OTHER_VERB = 0.3;
const NO_VERB = 0.85;
const NOT_ALL_VERBS = 0.97;
/** What belongs to a service that nobody named, and has no nickname. */
const NOT_EVERYDAY = 0.85;
/** Azure has one word for creating and for changing. */
const SAME_AS_WRITE = new Set(['create', 'update']);
const WORD_FOR_WORD = 1.1;

/** Finds what words mean among many entries by the stems they share. */
export class WordIndex<T> {
  readonly #entries: readonly Entry<T>[];
  readonly #terms = new Map<Entry<T>, ReadonlySet<string>>();
  readonly #byTerm = new Map<string, number[]>();
  readonly #byType = new Map<string, number[]>();

  constructor(entries: readonly Entry<T>[]) {
    this.#entries = entries;
    for (const [at, { own, above, service, around, type }] of entries.entries()) {
      for (const term of new Set([...own, ...above, ...service, ...around])) {
        append(this.#byTerm, term, at);
      }
      if (type !== null) {
        append(this.#byType, type, at);
      }
    }
  }

  /** Every stem that an entry has. */
  get terms(): Iterable<string> {
    return this.#byTerm.keys();
  }

  has(term: string): boolean {
    return this.#byTerm.has(term);
  }

  /** The best first, at most `limit`; those with nothing in common are not among them. */
  find(words: ReadWords, limit: number): readonly Hit<T>[] {
    return [...this.#candidates(words.concepts)]
      .map((at) => this.#entries[at] as Entry<T>)
      .map((entry) => ({ value: entry.value, score: this.#score(entry, words) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
  }

  #candidates(concepts: readonly Concept[]): ReadonlySet<number> {
    const found = new Set<number>();
    for (const { ways, type } of concepts) {
      const rarest = ways.map((terms) => this.#rarest(terms));
      for (const list of [...rarest, type === null ? [] : (this.#byType.get(type) ?? [])]) {
        for (const at of list) {
          found.add(at);
        }
      }
    }
    return found;
  }

  #rarest(terms: readonly string[]): readonly number[] {
    const lists = terms.map((term) => this.#byTerm.get(term) ?? []);
    return lists.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }

  #score(entry: Entry<T>, { concepts, verbs, text }: ReadWords): number {
    if (entry.text !== null && entry.text === text) {
      return WORD_FOR_WORD;
    }
    const terms = this.#termsOf(entry);
    const matched = new Set<string>();
    let [covered, all] = [0, 0];
    for (const concept of concepts) {
      const weight = this.#isKnown(concept) ? 1 : UNKNOWN_WORD;
      all += weight;
      covered += weight * coverOf(concept, entry, terms, matched);
    }
    if (all === 0) {
      return 0;
    }
    const isSaid = (term: string): boolean => matched.has(term);
    const missed = entry.own.filter((term) => !isSaid(term)).length;
    const needless = entry.above.filter((term) => !isSaid(term)).length * ABOVE;
    const size = Math.max(entry.own.length, 1);
    const focus = size / (size + missed + needless);
    const below = missed > 0 && isBelow(entry, concepts) ? BELOW : 1;
    const known = isEveryday(entry, concepts, isSaid) ? 1 : NOT_EVERYDAY;
    return (covered / all) ** 1.5 * (0.5 + 0.5 * focus) * verbFactor(entry.verbs, verbs) * known * below;
  }

  #termsOf(entry: Entry<T>): ReadonlySet<string> {
    const kept = this.#terms.get(entry) ?? new Set([...entry.own, ...entry.above, ...entry.service, ...entry.around]);
    this.#terms.set(entry, kept);
    return kept;
  }

  #isKnown({ ways, type }: Concept): boolean {
    return type !== null || ways.flat().some((term) => this.#byTerm.has(term));
  }
}

/** How much of a concept an entry has; notes in `matched` which of the entry's stems it accounts for. */
function coverOf(
  concept: Concept,
  entry: Pick<Entry<unknown>, 'type'>,
  terms: ReadonlySet<string>,
  matched: Set<string>,
): number {
  if (concept.type !== null && entry.type !== null && isAtOrBelow(entry.type, concept.type)) {
    for (const term of concept.typeTerms) {
      matched.add(term);
    }
    return 1;
  }
  const shares = concept.ways.map((way) => {
    const here = way.filter((term) => terms.has(term));
    for (const term of here) {
      matched.add(term);
    }
    return here.length / way.length;
  });
  const share = Math.max(...shares);
  return share === 1 ? (concept.type === null || entry.type === null ? 1 : BY_NAME) : share * PARTLY;
}

function isEveryday(entry: Entry<unknown>, concepts: readonly Concept[], isSaid: (term: string) => boolean): boolean {
  const { type } = entry;
  return (
    type === null ||
    concepts.some((one) => one.type !== null && isAtOrBelow(type, one.type)) ||
    entry.service.some(isSaid)
  );
}

function isBelow({ type }: Entry<unknown>, concepts: readonly Concept[]): boolean {
  const isExact = concepts.some((one) => one.type === type);
  return type !== null && !isExact && concepts.some((one) => one.type !== null && isAtOrBelow(type, one.type));
}

function isAtOrBelow(type: string, wanted: string): boolean {
  return type === wanted || type.startsWith(`${wanted}/`);
}

function verbFactor(has: readonly string[], said: readonly string[]): number {
  if (said.length === 0) {
    return NO_VERB_SAID;
  }
  if (has.length === 0) {
    return NO_VERB;
  }
  const each = said.map((verb) => {
    if (has.includes(verb)) {
      return 1;
    }
    if (SAME_AS_WRITE.has(verb) && has.includes('write')) {
      return 1;
    }
    return broaderThan(verb).some((other) => has.includes(other)) ? BROADER_VERB : OTHER_VERB;
  });
  return Math.max(...each) * (each.every((factor) => factor >= BROADER_VERB) ? 1 : NOT_ALL_VERBS);
}

function append(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}

import { typoDistance } from '../../domain/distance.ts';
import type { AzureOperation, DirectoryAction } from '../../domain/role-definition.ts';
import type { Task } from '../tasks/task.ts';
import { directoryEntry, NameSplitter, operationEntry } from './operation-entry.ts';
import { taskEntries } from './task-entry.ts';
import { type Hit, WordIndex } from './word-index.ts';
import { hintOf, hintOfName, knownWords, type ReadWords, readWords, stem } from './words.ts';

/** What words can mean: something that Azure's roles allow, something that Entra's do, or a task with the roles it needs. */
export type Meaning =
  | { readonly kind: 'operation'; readonly operation: AzureOperation }
  | { readonly kind: 'directory-action'; readonly action: DirectoryAction }
  | { readonly kind: 'task'; readonly task: Task };

export interface Understanding {
  /** Those that fit about equally well, the best first; empty when nothing fits. More than one is a question. */
  readonly meanings: readonly Meaning[];
  /** What fits less well, the best first: other readings, or the nearest known when nothing fits. */
  readonly nearest: readonly Meaning[];
  /** Words such as `vm-pay-01` that name one thing rather than a kind of things. */
  readonly names: readonly string[];
}

/** What is known of, that words can mean. */
export interface Vocabulary {
  readonly operations: readonly AzureOperation[];
  readonly directoryActions: readonly DirectoryAction[];
  /** Those that are told before others of the same words come first. */
  readonly tasks: readonly Task[];
}

const FITS = 0.62;
const WORTH_NAMING = 0.28;
/** Beside a clear answer, what is worth being told. */
const NEARLY = 0.8;
const ABOUT_EQUAL = 0.93;
const MOST_MEANINGS = 8;
const MOST_NEAREST = 4;
const LOOKED_AT = 24;

/**
 * Understands what somebody wants to do, in plain words: by the words of operations and tasks, synonyms and nicknames. The same
 * words mean the same, always; two meanings that fit about equally well are both answered, never one of them.
 */
export class PlainWords {
  readonly #operations: WordIndex<AzureOperation>;
  readonly #actions: WordIndex<DirectoryAction>;
  readonly #tasks: WordIndex<Task>;

  /** Takes some tenths of a second for all of Azure: to be kept. */
  constructor({ operations, directoryActions, tasks }: Vocabulary) {
    const splitter = new NameSplitter(operations.map(({ name }) => name));
    this.#operations = new WordIndex(operations.map((operation) => operationEntry(operation, splitter)));
    this.#actions = new WordIndex(directoryActions.map(directoryEntry));
    this.#tasks = new WordIndex(tasks.flatMap(taskEntries));
  }

  /** `resourceType` is that of the scope, such as `Microsoft.Compute/virtualMachines`: "restart" on a machine restarts it. */
  understand(text: string, resourceType: string | null = null): Understanding {
    const words = hinted(readWords(text), resourceType);
    const found = this.#find(words);
    const best = found[0]?.score ?? 0;
    const fitting = found.filter(({ score }) => score >= FITS && score >= best * ABOUT_EQUAL).slice(0, MOST_MEANINGS);
    const worth = fitting.length > 0 ? best * NEARLY : WORTH_NAMING;
    const others = found.filter((one) => !fitting.includes(one) && one.score >= worth);
    // A typo is put right as an offer only: what was meant is for its writer to say.
    const respelt = fitting.length > 0 ? null : this.#respell(words);
    const offered = respelt === null ? [] : this.#find(hinted(readWords(respelt), resourceType)).filter(fits);
    const nearest = [...offered, ...others].map(({ value }) => value);
    return {
      meanings: fitting.map(({ value }) => value),
      nearest: [...new Map(nearest.map((one) => [thingOf(one), one])).values()].slice(0, MOST_NEAREST),
      names: words.names,
    };
  }

  #find(words: ReadWords): readonly Hit<Meaning>[] {
    return eachOnce([
      ...this.#tasks.find(words, LOOKED_AT).map(({ value: task, score }) => hit({ kind: 'task', task }, score)),
      ...this.#operations
        .find(words, LOOKED_AT)
        .map(({ value: operation, score }) => hit({ kind: 'operation', operation }, score)),
      ...this.#actions
        .find(words, LOOKED_AT)
        .map(({ value: action, score }) => hit({ kind: 'directory-action', action }, score)),
    ]);
  }

  /** The text with each word that nobody knows replaced by one that differs by a typo; null when there is none. */
  #respell({ concepts, text }: ReadWords): string | null {
    let respelt = text;
    for (const { said, type } of concepts) {
      const isKnown = type !== null || said.includes(' ') || this.#isKnown(said);
      const near = isKnown ? null : this.#nearTo(said);
      if (near !== null) {
        respelt = respelt.replace(said, near);
      }
    }
    return respelt === text ? null : respelt;
  }

  #isKnown(word: string): boolean {
    const term = stem(word);
    return KNOWN.has(word) || [this.#operations, this.#actions, this.#tasks].some((index) => index.has(term));
  }

  #nearTo(word: string): string | null {
    const allowed = word.length < SHORT ? 0 : word.length < LONG ? 1 : 2;
    let best: { readonly word: string; readonly typos: number } | null = null;
    for (const known of [...KNOWN, ...this.#tasks.terms, ...this.#actions.terms, ...this.#operations.terms]) {
      const typos = Math.abs(known.length - word.length) > allowed ? LONG : typoDistance(word, known, allowed + 1);
      if (typos <= allowed && typos < (best?.typos ?? LONG)) {
        best = { word: known, typos };
      }
    }
    return best?.word ?? null;
  }
}

const SHORT = 5;
const LONG = 9;
const KNOWN = knownWords();

function fits({ score }: Hit<Meaning>): boolean {
  return score >= FITS;
}

function thingOf(meaning: Meaning): Task | AzureOperation | DirectoryAction {
  switch (meaning.kind) {
    case 'task':
      return meaning.task;
    case 'operation':
      return meaning.operation;
    case 'directory-action':
      return meaning.action;
  }
}

function hit(value: Meaning, score: number): Hit<Meaning> {
  return { value, score };
}

/** What the name of a thing, or its type, says about what it is counts as said. */
function hinted(words: ReadWords, resourceType: string | null): ReadWords {
  const hints = resourceType === null ? words.names.flatMap((name) => hintOfName(name) ?? []) : [hintOf(resourceType)];
  return hints.length === 0 || words.concepts.some(({ type }) => type !== null)
    ? words
    : { ...words, concepts: [...words.concepts, ...hints] };
}

/**
 * The best first. A task in several words comes once; what roles of Entra allow one by one steps back behind a task that fits as
 * well, since that names the role that Microsoft means.
 */
function eachOnce(hits: readonly Hit<Meaning>[]): readonly Hit<Meaning>[] {
  const sorted = hits.toSorted((a, b) => b.score - a.score);
  const bestTask = sorted.find(({ value }) => value.kind === 'task')?.score ?? 0;
  const seen = new Set<unknown>();
  return sorted.filter(({ value, score }) => {
    const thing = thingOf(value);
    const isBehind = value.kind === 'directory-action' && score * ABOUT_EQUAL <= bestTask;
    if (seen.has(thing) || isBehind) {
      return false;
    }
    seen.add(thing);
    return true;
  });
}

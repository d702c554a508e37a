import { z } from 'zod';
import type { LeftOut } from '../src/domain/approver.ts';
import { WHOLE_TENANT } from '../src/domain/assignment.ts';
import type { Language } from '../src/domain/languages.ts';
import type { ErrorCode } from '../src/errors.ts';
import texts from './error-texts.json' with { type: 'json' };
import english from './messages/en/errors.json' with { type: 'json' };
import spanish from './messages/es/errors.json' with { type: 'json' };
import { CATALOGUES, endedOnce, type Listener, languageOf, type MessageKey, retold, say } from './messages.ts';
import { wordsText } from './plain-text.ts';
import { scopeText } from './scope-text.ts';
import { reasonsWords } from './views/approver-words.ts';
import { durationWords, instantWords, namesWords, type Reader } from './words.ts';

/** What goes with one code in every language, and what operators read about it. */
interface ErrorText {
  /** How each fact is written: text, duration, instant, policy rules, what a request came to, parts of PIM, or a scope. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Verbs of the buttons that get the person on. */
  readonly actions?: readonly string[];
  /** Address of a page of Microsoft's where the person can go on by themselves. */
  readonly link?: string;
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * What people read about one code, in one language. `body` and `onForm` hold sentences from the most to the least telling; the
 * first one whose `{facts}` are all known is shown, so the last one has none.
 */
export interface ErrorWording {
  readonly title: string;
  readonly body: readonly string[];
  readonly onForm?: readonly string[];
  /** What the card says once it is over, where the present tense would not stay true. */
  readonly over?: { readonly title: string; readonly body: readonly string[] };
  /** Title of the button to the page of Microsoft's. */
  readonly link?: string;
}

export const ERROR_TEXTS: Readonly<Record<ErrorCode, ErrorText>> = texts satisfies Record<ErrorCode, ErrorText>;

export const ERROR_WORDINGS: Readonly<Record<Language, Readonly<Record<ErrorCode, ErrorWording>>>> = {
  en: english satisfies Record<ErrorCode, ErrorWording>,
  es: spanish satisfies Record<ErrorCode, ErrorWording>,
};

type Facts = Readonly<Record<string, string>>;

/** Names what happened, in a few words without facts. */
export function errorTitle(code: ErrorCode, reader: Reader): string {
  return wordingOf(code, reader).title;
}

/** Tells what happened, with the facts filled in. User text stays plain: show it in a TextRun. */
export function errorSentence(code: ErrorCode, facts: Facts, reader: Reader): string {
  return fill(wordingOf(code, reader).body, ERROR_TEXTS[code].facts ?? {}, { facts, reader });
}

/** Tells on the form what to correct there. */
export function problemSentence(code: ErrorCode, facts: Facts, reader: Reader): string {
  const { onForm, body } = ERROR_WORDINGS[languageOf(reader)][code];
  return fill(onForm ?? body, ERROR_TEXTS[code].facts ?? {}, { facts, reader });
}

/** A page of Microsoft's where the person can go on by themselves; null where the code has none. */
export function errorLink(code: ErrorCode, reader: Listener): { readonly title: string; readonly url: string } | null {
  const { link } = ERROR_TEXTS[code];
  return link === undefined ? null : { title: ERROR_WORDINGS[languageOf(reader)][code].link ?? '', url: link };
}

function wordingOf(code: ErrorCode, reader: Reader): Pick<ErrorWording, 'title' | 'body'> {
  const wording = ERROR_WORDINGS[languageOf(reader)][code];
  return reader.isRetired === true ? (wording.over ?? wording) : wording;
}

const PLACEHOLDER = /\{(\w+)\}/g;

function fill(variants: readonly string[], kinds: Facts, given: { facts: Facts; reader: Reader }): string {
  const isKnown = (name: string) => {
    const words = wordsText(given.facts[name] ?? '');
    // "Security Reader on Whole tenant" is nothing that people say: the sentence without the scope is chosen.
    return words !== '' && !(name === 'scopeName' && words === WHOLE_TENANT);
  };
  const chosen = variants.find((variant) =>
    [...variant.matchAll(PLACEHOLDER)].every(([, name]) => isKnown(name ?? '')),
  );
  return endedOnce(
    (chosen ?? '').replace(PLACEHOLDER, (_, name: string) =>
      factWords(kinds[name], given.facts[name] ?? '', given.reader),
    ),
  );
}

function factWords(kind: string | undefined, value: string, reader: Reader): string {
  switch (kind) {
    case 'duration':
      return durationWords(value, reader);
    case 'instant':
      return instantWords(value, reader);
    case 'rules':
      return namesWords([...new Set(value.split(/[\s,]+/).map((rule) => coded('rule', rule, reader)))], reader);
    case 'outcome':
      return wordsText(coded('outcome', value, reader));
    case 'parts':
      return namesWords(value.split(', '), reader);
    case 'scope':
      return scopeText(value, reader);
    case 'left-out':
      return reasonsWords(leftOutOf(value), reader);
    default:
      return wordsText(
        value
          .split('\n')
          .map((line) => retold(reader, 'sentences', line))
          .join(' '),
      );
  }
}

/** Why names of the approval rule count for nothing, kept as JSON: a fact is a text, and names may hold any sign. */
const storedLeftOut = z.array(
  z.object({ name: z.string(), why: z.enum(['requester', 'disabled', 'gone', 'empty', 'hidden']) }),
);

function leftOutOf(value: string): readonly LeftOut[] {
  const { data } = z.preprocess(jsonOf, storedLeftOut).safeParse(value);
  return data ?? [];
}

function jsonOf(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}

/** Rules are PIM's names of what it may find unmet (reference: `RoleAssignmentRequestPolicyValidationFailed`). */
const CODED = new Set<string>(Object.keys(CATALOGUES.en.error).map((name) => `error.${name}`));

/** A code in words; one that we have no words for stays as it is. */
function coded(area: 'rule' | 'outcome', code: string, reader: Listener): string {
  const key = `error.${area}.${code}`;
  return CODED.has(key) ? say(reader, key as MessageKey) : code;
}

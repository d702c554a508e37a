import { WHOLE_TENANT } from '../src/domain/assignment.ts';
import type { ErrorCode } from '../src/errors.ts';
import texts from './error-texts.json' with { type: 'json' };
import { wordsText } from './plain-text.ts';
import { durationWords, instantWords, namesWords, type Reader } from './words.ts';

/**
 * What people and operators read about one code. `body` and `onForm` hold sentences from the most to the least telling; the
 * first one whose `{facts}` are all known is shown, so the last one has none.
 */
interface ErrorText {
  readonly title: string;
  readonly body: readonly string[];
  readonly onForm?: readonly string[];
  /** What the card says once it is over, where the present tense would not stay true. */
  readonly over?: { readonly title: string; readonly body: readonly string[] };
  /** How each fact is written: text, duration, instant or policy rules. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Verbs of the buttons that get the person on. */
  readonly actions?: readonly string[];
  /** A page of Microsoft's where the person can go on by themselves. */
  readonly link?: { readonly title: string; readonly url: string };
  readonly meaning: string;
  readonly remedy: string;
}

export const ERROR_TEXTS: Readonly<Record<ErrorCode, ErrorText>> = texts satisfies Record<ErrorCode, ErrorText>;

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
  const text = ERROR_TEXTS[code];
  return fill(text.onForm ?? text.body, text.facts ?? {}, { facts, reader });
}

function wordingOf(code: ErrorCode, reader: Reader): Pick<ErrorText, 'title' | 'body'> {
  const text = ERROR_TEXTS[code];
  return reader.isRetired === true ? (text.over ?? text) : text;
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
  return (chosen ?? '').replace(PLACEHOLDER, (_, name: string) =>
    factWords(kinds[name], given.facts[name] ?? '', given.reader),
  );
}

function factWords(kind: string | undefined, value: string, reader: Reader): string {
  if (kind === 'duration') {
    return durationWords(value);
  }
  if (kind === 'rules') {
    return namesWords([...new Set(value.split(/[\s,]+/).map((rule) => RULE_WORDS.get(rule) ?? rule))]);
  }
  return kind === 'instant' ? instantWords(value, reader) : wordsText(value);
}

/** PIM's names of the rules that it may find unmet (reference: `RoleAssignmentRequestPolicyValidationFailed`), in words. */
const RULE_WORDS: ReadonlyMap<string, string> = new Map([
  ['EligibilityRule', 'your eligibility'],
  ['ExpirationRule', 'the duration'],
  ['JustificationRule', 'the justification'],
  ['TicketingRule', 'the ticket'],
  ['MfaRule', 'multi-factor authentication'],
]);

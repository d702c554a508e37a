import type { ErrorCode } from '../src/errors.ts';
import texts from './error-texts.json' with { type: 'json' };
import { wordsText } from './plain-text.ts';
import { durationWords, instantWords, type Reader } from './words.ts';

/**
 * What people and operators read about one code. `body` and `onForm` hold sentences from the most to the least telling; the
 * first one whose `{facts}` are all known is shown, so the last one has none.
 */
interface ErrorText {
  readonly title: string;
  readonly body: readonly string[];
  readonly onForm?: readonly string[];
  /** How each fact is written: text, duration or instant. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Verbs of the buttons that get the person on. */
  readonly actions?: readonly string[];
  readonly meaning: string;
  readonly remedy: string;
}

export const ERROR_TEXTS: Readonly<Record<ErrorCode, ErrorText>> = texts satisfies Record<ErrorCode, ErrorText>;

type Facts = Readonly<Record<string, string>>;

/** Tells what happened, with the facts filled in. User text stays plain: show it in a TextRun. */
export function errorSentence(code: ErrorCode, facts: Facts, reader: Reader): string {
  return fill(ERROR_TEXTS[code].body, ERROR_TEXTS[code].facts ?? {}, { facts, reader });
}

/** Tells on the form what to correct there. */
export function problemSentence(code: ErrorCode, facts: Facts, reader: Reader): string {
  const text = ERROR_TEXTS[code];
  return fill(text.onForm ?? text.body, text.facts ?? {}, { facts, reader });
}

const PLACEHOLDER = /\{(\w+)\}/g;

function fill(variants: readonly string[], kinds: Facts, given: { facts: Facts; reader: Reader }): string {
  const isKnown = (name: string) => wordsText(given.facts[name] ?? '') !== '';
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
  return kind === 'instant' ? instantWords(value, reader) : wordsText(value);
}

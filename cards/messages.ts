import { IntlMessageFormat } from 'intl-messageformat';
import { type Language, languageOf as languageOfLocale } from '../src/domain/languages.ts';
import { AccessError } from '../src/errors.ts';
import { type Catalogue, EN } from './messages/en.ts';
import { ES } from './messages/es.ts';

/** `area.name`, such as `shared.activate`. */
export type MessageKey = {
  [Area in keyof Catalogue]: `${Area}.${Extract<keyof Catalogue[Area], string>}`;
}[keyof Catalogue];

/** Whoever reads: their BCP 47 locale says in which language. */
export interface Listener {
  readonly locale: string;
}

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: EN, es: ES };

/** The language of whoever reads. */
export function languageOf({ locale }: Listener): Language {
  return languageOfLocale(locale);
}

type Values = Readonly<Record<string, string | number>>;
const NOTHING: Values = {};

const formats: Record<Language, Map<string, IntlMessageFormat | string>> = { en: new Map(), es: new Map() };

/**
 * Says a text in the reader's language. Messages are ICU MessageFormat: `{name}`, and `{count, plural, one {# row} other {# rows}}`.
 * Values stay as they are: make foreign text plain first. A value that the message wants and does not get is an error of ours.
 */
export function say(reader: Listener, key: MessageKey, values: Values = NOTHING): string {
  const language = languageOf(reader);
  const known = formats[language].get(key);
  const format = known ?? compile(language, key);
  if (known === undefined) {
    formats[language].set(key, format);
  }
  return typeof format === 'string' ? format : endedOnce(format.format(values) as string);
}

/** A sentence that ends with "p. m." needs no full stop of its own. */
export function endedOnce(text: string): string {
  return text.replaceAll(' m..', ' m.');
}

function compile(language: Language, key: MessageKey): IntlMessageFormat | string {
  const text = messageOf(language, key);
  // Most texts take nothing: no need to parse them.
  return text.includes('{') ? new IntlMessageFormat(text, language, undefined, { ignoreTag: true }) : text;
}

/** The message as it is written. @throws {AccessError} internal.unexpected for a key that there is not */
export function messageOf(language: Language, key: string): string {
  const dot = key.indexOf('.');
  const area: Readonly<Record<string, string>> | undefined = CATALOGUES[language][key.slice(0, dot) as keyof Catalogue];
  const text = area?.[key.slice(dot + 1)];
  if (text === undefined) {
    throw new AccessError('internal.unexpected', `no text of the name ${key}`);
  }
  return text;
}

const listFormats: Readonly<Record<Language, Intl.ListFormat>> = {
  en: new Intl.ListFormat('en-GB', { type: 'conjunction' }),
  es: new Intl.ListFormat('es-ES', { type: 'conjunction' }),
};

/** Joins what is said already: "A", "A and B", "A, B and C". */
export function joined(reader: Listener, parts: readonly string[]): string {
  return listFormats[languageOf(reader)].format(parts);
}

/** Areas of whole sentences and names that come from elsewhere in the product, in English: in notices, and in facts of errors. */
type ToldArea = 'settings-labels' | 'sentences';

/** English sentences of an area by their text, and those with values in them by what they look like. */
interface Told {
  readonly byText: ReadonlyMap<string, string>;
  readonly byForm: readonly (readonly [form: RegExp, name: string])[];
}
const toldByArea: Partial<Record<ToldArea, Told>> = {};

/** Longer texts are nobody's sentence of ours. */
const LONGEST_TOLD = 1_000;

/** Says in the reader's language what was told in English; a text that is none of ours stays as it is. */
export function retold(reader: Listener, area: ToldArea, text: string): string {
  const language = languageOf(reader);
  if (language === 'en' || text.length > LONGEST_TOLD) {
    return text;
  }
  toldByArea[area] ??= readTold(area);
  const { byText, byForm } = toldByArea[area];
  const same = byText.get(text);
  if (same !== undefined) {
    return messageOf(language, `${area}.${same}`);
  }
  for (const [form, name] of byForm) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) {
      const values = Object.entries(groups).map(([value, told]) => [value, retold(reader, area, told)] as const);
      return say(reader, `${area}.${name}` as MessageKey, Object.fromEntries(values));
    }
  }
  return text;
}

function readTold(area: ToldArea): Told {
  const named = Object.entries(EN[area]).map(([name, english]) => ({ name, english }));
  const forms = named.filter(({ english }) => english.includes('{'));
  return {
    byText: new Map(named.map(({ name, english }) => [english, name])),
    byForm: forms.map(({ name, english }) => [formOf(english), name]),
  };
}

/** What a message looks like with values in it; a value that stands there twice is the same both times. */
function formOf(english: string): RegExp {
  const seen = new Set<string>();
  const parts = english.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) {
      return RegExp.escape(part);
    }
    const isSeen = seen.has(part);
    seen.add(part);
    return isSeen ? `\\k<${part}>` : `(?<${part}>.+)`;
  });
  return new RegExp(`^${parts.join('')}$`, 'su');
}

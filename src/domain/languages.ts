/** Languages that the bot speaks, as ISO 639-1 names them. */
export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What people call them, in small letters and without accents. */
const NAMES: Readonly<Record<Language, readonly string[]>> = {
  en: ['en', 'english', 'ingles'],
  es: ['es', 'spanish', 'espanol', 'castellano'],
};

/** The language for a BCP 47 locale: Spanish for `es` and `es-MX`, English for whatever we have no texts in. */
export function languageOf(locale: string): Language {
  return /^es(?![a-z])/i.test(locale) ? 'es' : 'en';
}

/** The language that a person named, in any case and with or without accents; null for none of ours. */
export function namedLanguage(words: string): Language | null {
  const name = words.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
  return LANGUAGES.find((language) => NAMES[language].includes(name)) ?? null;
}

/** The same habits of region in another language: `es-GB` writes dates and clocks as `en-GB` does. */
export function localeIn(language: Language, locale: string): string {
  const [, region] = /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2}|\d{3})(?![a-z\d])/i.exec(locale) ?? [];
  return region === undefined ? language : `${language}-${region.toUpperCase()}`;
}

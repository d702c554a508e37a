import type { Language } from '../src/domain/languages.ts';
import { messageOf } from './messages.ts';

/** A whole text of a template that names a message. */
const NAMED = /^%([\w.-]+)%$/;
const ARGUMENT = /\{(\w+)\}/g;

/**
 * A template with the texts of one language for the `%area.name%` in it. `{argument}` of such a message becomes the template's
 * own `${argument}`; what depends on a number is said in a view.
 *
 * @throws {AccessError} internal.unexpected for a name that there is not
 */
export function inLanguage(template: object, language: Language): object {
  const localized = localize(template, language) as object;
  return 'lang' in localized ? { ...localized, lang: language } : localized;
}

function localize(part: unknown, language: Language): unknown {
  if (typeof part === 'string') {
    const [, key] = NAMED.exec(part) ?? [];
    return key === undefined ? part : messageOf(language, key).replace(ARGUMENT, '$${$1}');
  }
  if (Array.isArray(part)) {
    return part.map((one) => localize(one, language));
  }
  if (part !== null && typeof part === 'object') {
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, localize(one, language)]));
  }
  return part;
}

import type { Listener } from '../../cards/messages.ts';
import { LANGUAGES, type Language } from '../../src/domain/languages.ts';

/** Longest header looked at, and most of its parts: browsers send far less. */
const MOST_CHARACTERS = 500;
const MOST_RANGES = 20;

/** One part of the header (RFC 9110, 12.5.4): a language range and its weight. */
const RANGE = /^\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;

/**
 * Reads from `Accept-Language` in which of our languages to speak to a browser that we know nobody behind: the one that it
 * likes best, the first of those it likes alike. English where it names none of ours, and for what cannot be read.
 */
export function browserReader(header: string | undefined): Listener {
  const wishes = (header ?? '')
    .slice(0, MOST_CHARACTERS)
    .split(',')
    .slice(0, MOST_RANGES)
    .flatMap((part) => {
      const [, range = '', weight = '1'] = RANGE.exec(part) ?? [];
      const language = ourOwn(range);
      return language === null || Number(weight) === 0 ? [] : [{ language, weight: Number(weight) }];
    });
  // Sorting keeps the order of those that weigh the same.
  const [best] = wishes.sort((one, other) => other.weight - one.weight);
  return { locale: best?.language ?? 'en' };
}

function ourOwn(range: string): Language | null {
  const [primary = ''] = range.toLowerCase().split('-', 1);
  return LANGUAGES.find((language) => language === primary) ?? null;
}

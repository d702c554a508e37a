/** A mention as the Teams edge knows it from the activity's entities. */
export type Mention = {
  /** The markup as it stands in the text, such as `<at>Pimlico</at>`. */
  readonly text: string;
  readonly name: string;
  readonly isBot: boolean;
};

/** Private-use characters that stand around the name of the mentioned bot until its place in the sentence is known. */
export const MENTION_OPEN = '\uE000';
export const MENTION_CLOSE = '\uE001';

const MARKS = /[\uE000\uE001]/g;
const ZERO_WIDTH = /[\u00AD\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(nbsp|amp|lt|gt|quot|apos));/g;
const NAMED: Readonly<Record<string, string>> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const AT_TAG = /<at(?:\s[^<>]{0,200})?>([^<>]{0,200})<\/at>/gi;
const MAX_PASSES = 8;

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return ' ';
    return code < 0x20 ? ' ' : String.fromCodePoint(code);
  });
}

function oneSpace(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function bareName(markup: string): string {
  return oneSpace(markup.replace(/<[^<>]*>/g, '')).toLowerCase();
}

/** Without entities nobody says who is mentioned: the one in front is the bot, and so is everybody of its name. */
function botsByGuess(text: string): ReadonlySet<string> {
  const names = new Set(['pimlico', 'pimlico bot']);
  const leading = /^[\s,]*<at(?:\s[^<>]{0,200})?>([^<>]{0,200})<\/at>/i.exec(text);
  if (leading?.[1] !== undefined) names.add(bareName(leading[1]));
  return names;
}

function botsOf(mentions: readonly Mention[]): { bots: Set<string>; people: Set<string> } {
  const bots = new Set<string>();
  const people = new Set<string>();
  for (const mention of mentions) {
    const known = mention.isBot ? bots : people;
    known.add(bareName(mention.text));
    known.add(oneSpace(mention.name).toLowerCase());
  }
  return { bots, people };
}

function markMentions(text: string, mentions: readonly Mention[] | undefined): string {
  const guessed = botsByGuess(text);
  const { bots, people } = botsOf(mentions ?? []);
  return text.replace(AT_TAG, (_whole, inner: string) => {
    const name = oneSpace(inner);
    const key = name.toLowerCase();
    const isBot = bots.has(key) || (!people.has(key) && guessed.has(key));
    return isBot ? `${MENTION_OPEN}${name}${MENTION_CLOSE}` : name;
  });
}

/**
 * Makes one plain line of a message: entities decoded, zero-width characters gone, any white space one space, people's
 * mentions turned into names, and the bot's own mentions kept between `MENTION_OPEN` and `MENTION_CLOSE`.
 */
export function flatten(text: string, mentions?: readonly Mention[]): string {
  let flat = text.replace(MARKS, '');
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = flat;
    flat = decodeEntities(flat.replace(ZERO_WIDTH, '')).replace(MARKS, '');
    if (flat === before) break;
  }
  return oneSpace(markMentions(flat.replace(ZERO_WIDTH, ''), mentions));
}

/** Turns marked mentions into the bot's name (`name`) or drops them (`drop`). */
export function resolveMentions(flat: string, how: 'name' | 'drop'): string {
  if (how === 'name') return oneSpace(flat.replace(MARKS, ''));
  return oneSpace(flat.replace(/\uE000[^\uE001]*\uE001/g, ' '));
}

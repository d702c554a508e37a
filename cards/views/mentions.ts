import type { Mention } from '../../src/domain/card-facts.ts';
import type { Notice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';

/** More than these would not be read. */
const MOST = 20;

interface MentionEntity {
  readonly type: 'mention';
  /** Exactly as it stands on the card. */
  readonly text: string;
  readonly mentioned: Mention;
}

/**
 * The mentions of a card, for `msteams.entities`; none where one person reads it alone. Teams shows them in a TextBlock only,
 * which reads Markdown, so that a name loses every mark on its way there.
 */
export function mentionEntities(notice: Notice, context: CardContext): readonly MentionEntity[] {
  const mentions = context.isShared && 'mentions' in notice ? notice.mentions.slice(0, MOST) : [];
  const used = new Set<string>();
  return mentions.map(({ id, name }) => {
    const words = unused(harmless(name, context), used);
    used.add(words);
    return { type: 'mention', text: `<at>${words}</at>`, mentioned: { id, name: words } };
  });
}

/** The line that calls them; empty when there is nobody to call. */
export function mentionWords(notice: Notice, context: CardContext): string {
  return mentionEntities(notice, context)
    .map(({ text }) => text)
    .join(', ');
}

/** Letters, digits and what names are written with; a dot only where it makes no address. */
function harmless(name: string, reader: Listener): string {
  const words = nameText(name)
    .replace(/[^\p{L}\p{M}\p{N} .,'’-]|\.(?=\S)/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return /[\p{L}\p{N}]/u.test(words) ? words : say(reader, 'alarm.somebody');
}

/** Two people of one name are told apart: Teams finds a mention by its text. */
function unused(words: string, used: ReadonlySet<string>): string {
  let free = words;
  for (let number = 2; used.has(free); number += 1) {
    free = `${words} ${number}`;
  }
  return free;
}

/** Longest texts on a card, in UTF-16 units as Teams counts them. */
export const NAME_LENGTH = 100;
export const WORDS_LENGTH = 200;
export const JUSTIFICATION_LENGTH = 1000;
const TICKET_LENGTH = 100;

// Format characters hold the bidi controls, the zero-width ones, soft hyphens and tag characters; the rest looks like nothing.
const INVISIBLE = /\p{Cf}|\u034f|[\u115f\u1160\u180e\u2800\u3164\uffa0]/gu;
const SPACES = /[\s\p{Cc}\p{Zl}\p{Zp}]+/gu;
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * Makes foreign text fit to be shown: one line, nothing invisible, nothing that turns the direction of writing, at most
 * `maximum` UTF-16 units with an ellipsis. Marks of Markdown and HTML stay as they are: the text belongs in a TextRun or a
 * choice title, which show them as typed.
 */
export function plainText(text: string | null, maximum: number): string {
  if (text === null) {
    return '';
  }
  const clean = text
    .toWellFormed()
    .replace(SPACES, ' ')
    .replace(INVISIBLE, '')
    .replace(PILED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return clean.length <= maximum ? clean : `${cutBefore(clean, maximum - 1).trimEnd()}…`;
}

export const nameText = (text: string | null): string => plainText(text, NAME_LENGTH);
export const wordsText = (text: string | null): string => plainText(text, WORDS_LENGTH);
export const justificationText = (text: string | null): string => plainText(text, JUSTIFICATION_LENGTH);
export const ticketText = (text: string | null): string => plainText(text, TICKET_LENGTH);

/** Cuts without leaving half of a surrogate pair. */
function cutBefore(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? length - 1 : length);
}

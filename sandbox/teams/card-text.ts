/** Who looks at a card: Teams renders dates in the viewer's own zone and locale. */
export interface Viewer {
  readonly locale: string;
  readonly timeZone: string;
}

const DATE = /\{\{DATE\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[-+]\d{2}:\d{2}))(?:, ?(COMPACT|LONG|SHORT))?\)\}\}/g;
const TIME = /\{\{TIME\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[-+]\d{2}:\d{2}))\)\}\}/g;

function zoned(iso: string, viewer: Viewer): Temporal.ZonedDateTime | null {
  try {
    return Temporal.Instant.from(iso).toZonedDateTimeISO(viewer.timeZone);
  } catch {
    return null;
  }
}

/** Chromium, inside Teams, writes an ordinary space before AM and PM where ICU has a narrow one. */
function plainSpaces(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

/**
 * Renders `{{DATE(…)}}` and `{{TIME(…)}}` as Teams does: the expressions are those of the adaptivecards
 * package, so an instant with milliseconds stays as it is.
 */
export function renderDates(text: string, viewer: Viewer): string {
  if (!text.includes('{{')) return text;
  const dates = text.replace(DATE, (raw: string, iso: string, format: string | undefined) => {
    const moment = zoned(iso, viewer);
    if (moment === null) return raw;
    if (format !== 'LONG' && format !== 'SHORT') return plainSpaces(moment.toPlainDate().toLocaleString(viewer.locale));
    const width = format === 'LONG' ? 'long' : 'short';
    return plainSpaces(
      moment
        .toPlainDate()
        .toLocaleString(viewer.locale, { day: 'numeric', weekday: width, month: width, year: 'numeric' }),
    );
  });
  return dates.replace(TIME, (raw: string, iso: string) => {
    const moment = zoned(iso, viewer);
    if (moment === null) return raw;
    return plainSpaces(moment.toPlainTime().toLocaleString(viewer.locale, { hour: 'numeric', minute: '2-digit' }));
  });
}

/**
 * Takes the Markdown that Teams renders out of a text: links become their words, bold and italic lose their
 * marks, escapes become the character. A text that injects Markdown therefore reads differently from what was sent.
 */
export function renderMarkdown(text: string): string {
  if (!/[\\*_[]/.test(text)) return text;
  const kept: string[] = [];
  const safe = text.replace(/\\([\\`*_{}[\]()#+\-.!<>~|])/g, (_, character: string) => {
    kept.push(character);
    return `\u0000${kept.length - 1}\u0000`;
  });
  const plain = safe
    .replace(/\[([^\]\n]+)\]\([^()\s]+\)/g, '$1')
    .replace(/\*\*(?=\S)([^\n]+?)(?<=\S)\*\*/g, '$1')
    .replace(/(?<![\w_])__(?=\S)([^\n]+?)(?<=\S)__(?![\w_])/g, '$1')
    .replace(/\*(?=[^\s*])([^\n*]+?)(?<=\S)\*/g, '$1')
    .replace(/(?<![\w_])_(?=[^\s_])([^\n]+?)(?<=\S)_(?![\w_])/g, '$1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the mark put in above, which no JSON text of a card carries.
  return plain.replace(/\u0000(\d+)\u0000/g, (_, index: string) => kept[Number(index)] ?? '');
}

/** Shows mentions as names; a mention without its entity stays as raw `<at>` text, as in Teams. */
export function renderMentions(text: string, mentions: ReadonlySet<string>): string {
  if (mentions.size === 0 || !text.includes('<at')) return text;
  return text.replace(/<at[^>]*>([^<]*)<\/at>/g, (raw: string, name: string) => (mentions.has(raw) ? name : raw));
}

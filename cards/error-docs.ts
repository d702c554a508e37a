import { ERROR_CODES } from '../src/errors.ts';
import { ERROR_TEXTS, ERROR_WORDINGS } from './error-texts.ts';

/** The table of `docs/errors.md`: one row per code, in the order of the catalogue. */
export function errorTable(): string {
  const rows = ERROR_CODES.map((code) => {
    const { meaning, remedy } = ERROR_TEXTS[code];
    const { title, body } = ERROR_WORDINGS.en[code];
    return row([`\`${code}\``, meaning, `**${title}.** ${body[0] ?? ''}`, remedy]);
  });
  return [
    row(['Code', 'Meaning', 'What the person reads', 'What to do']),
    row(['---', '---', '---', '---']),
    ...rows,
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

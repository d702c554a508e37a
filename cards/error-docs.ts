import { ERROR_CODES } from '../src/errors.ts';
import { ERROR_TEXTS } from './error-texts.ts';

/** The table of `docs/errors.md`: one row per code, in the order of the catalogue. */
export function errorTable(): string {
  const rows = ERROR_CODES.map((code) => {
    const text = ERROR_TEXTS[code];
    return row([`\`${code}\``, text.meaning, `**${text.title}.** ${text.body[0] ?? ''}`, text.remedy]);
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

import { stringify } from 'csv-stringify/sync';

/** One line: its cells by the names of the columns. */
type CsvRow = Readonly<Record<string, string | null>>;

/** Where in the file the rows stand: a file that is made piece by piece has one header. */
type Piece = 'beginning' | 'continuation';

/**
 * RFC 4180 with a header and a byte-order mark. A text that a spreadsheet would take for a formula gets an apostrophe in front
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function toCsv(columns: readonly string[], rows: readonly CsvRow[], piece: Piece = 'beginning'): string {
  return stringify(rows.map(cells), {
    // Without it Excel reads UTF-8 as the code page of the machine.
    bom: piece === 'beginning',
    header: piece === 'beginning',
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: 'windows',
    // Any line break inside a cell, whatever ends the records.
    quoted_match: /[\r\n\t]/,
  });
}

/** Neither spreadsheets nor the database take NUL or half of a character; and Excel looks behind blanks for a formula. */
function cells(row: CsvRow): CsvRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value === null ? null : cell(value)]),
  );
}

function cell(value: string): string {
  const text = value.replaceAll('\0', '').toWellFormed();
  return HIDDEN_FORMULA.test(text) ? `'${text}` : text;
}

/** Those at the very beginning are the library's to find, but for a line feed. */
const HIDDEN_FORMULA = /^(?:\n|[\s\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20])/u;

/**
 * SQL that names the columns which a row is read from: never `*`. A prepared statement that would give another type of row once
 * a migration added a column fails on every connection of a running replica ("cached plan must not change result type").
 */
export function selected<Row>(columns: Readonly<Record<keyof Row & string, true>>): string {
  return Object.keys(columns).join(', ');
}

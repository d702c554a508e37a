/** The caller's own part of a collection. */
export function ownPart(collection: string, as: 'principal' | 'approver'): string {
  return `${collection}/filterByCurrentUser(on='${as}')`;
}

/** Adds OData options, encoded. */
export function withQuery(path: string, options: Readonly<Record<string, string>>): string {
  const query = Object.entries(options).map(([name, value]) => `$${name}=${encodeURIComponent(value)}`);
  return `${path}?${query.join('&')}`;
}

/** A text as OData writes it in a filter. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

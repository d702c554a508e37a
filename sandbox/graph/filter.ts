import { invalidFilter } from './problem.ts';

export type FilterOperator = 'eq' | 'ne' | 'ge' | 'le' | 'startswith' | 'any';

/** What may be filtered on, and how; everything else is refused. A path may step into an object with `/`. */
export type Filterable = Readonly<Record<string, readonly FilterOperator[]>>;

export type Json = Readonly<Record<string, unknown>>;
type Predicate = (row: Json) => boolean;
type Value = string | boolean | null;

const TOKEN = /\s*(?:('(?:[^']|'')*')|([()])|,|([A-Za-z_][\w/.]*|\d[\w.:+-]*)(?=[\s(),:]|$)|(:))/y;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads a `$filter` of the grammar that Graph documents for these resources: comparisons joined by `and`, `or` and
 * parentheses, `startswith` and `any` where allowed. Throws `InvalidFilter` for all else.
 */
export function parseFilter(text: string, filterable: Filterable): Predicate {
  const tokens = tokenize(text);
  const parser = new Parser(text, tokens, filterable);
  const predicate = parser.either();
  parser.expectEnd();
  return predicate;
}

function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) {
      throw invalidFilter(text);
    }
    tokens.push(match[0].trim());
  }
  return tokens;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  readonly #filterable: Filterable;
  #at = 0;

  constructor(text: string, tokens: readonly string[], filterable: Filterable) {
    this.#text = text;
    this.#tokens = tokens;
    this.#filterable = filterable;
  }

  either(): Predicate {
    let left = this.#both();
    while (this.#accept('or')) {
      const [first, second] = [left, this.#both()];
      left = (row) => first(row) || second(row);
    }
    return left;
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) {
      throw invalidFilter(this.#text);
    }
  }

  #both(): Predicate {
    let left = this.#single();
    while (this.#accept('and')) {
      const [first, second] = [left, this.#single()];
      left = (row) => first(row) && second(row);
    }
    return left;
  }

  #single(): Predicate {
    if (this.#accept('(')) {
      const inner = this.either();
      this.#expect(')');
      return inner;
    }
    const name = this.#next();
    if (name === 'startswith') {
      return this.#startsWith();
    }
    return name.endsWith('/any') ? this.#any(name.slice(0, -'/any'.length)) : this.#comparison(name);
  }

  #startsWith(): Predicate {
    this.#expect('(');
    const path = this.#next();
    this.#allow(path, 'startswith');
    this.#expect(',');
    const value = this.#value();
    this.#expect(')');
    return (row) => String(at(row, path) ?? '').startsWith(String(value));
  }

  #any(path: string): Predicate {
    this.#allow(path, 'any');
    this.#expect('(');
    const variable = this.#next();
    this.#expect(':');
    const inner = this.#next();
    if (!inner.startsWith(`${variable}/`)) {
      throw invalidFilter(this.#text);
    }
    this.#expect('eq');
    const value = this.#value();
    this.#expect(')');
    const key = inner.slice(variable.length + 1);
    return (row) => {
      const items = at(row, path);
      return Array.isArray(items) && items.some((item: Json) => same(at(item, key), value));
    };
  }

  #comparison(path: string): Predicate {
    const operator = this.#next();
    if (operator !== 'eq' && operator !== 'ne' && operator !== 'ge' && operator !== 'le') {
      throw invalidFilter(this.#text);
    }
    this.#allow(path, operator);
    const value = this.#value();
    switch (operator) {
      case 'eq':
        return (row) => same(at(row, path), value);
      case 'ne':
        return (row) => !same(at(row, path), value);
      case 'ge':
        return (row) => this.#order(at(row, path), value) >= 0;
      case 'le':
        return (row) => this.#order(at(row, path), value) <= 0;
    }
  }

  #order(actual: unknown, value: Value): number {
    try {
      return Temporal.Instant.compare(String(actual), String(value));
    } catch {
      throw invalidFilter(this.#text);
    }
  }

  #allow(path: string, operator: FilterOperator): void {
    if (!this.#filterable[path]?.includes(operator)) {
      throw invalidFilter(this.#text);
    }
  }

  #value(): Value {
    const token = this.#next();
    if (token.startsWith("'")) {
      return token.slice(1, -1).replaceAll("''", "'");
    }
    if (token === 'null') {
      return null;
    }
    if (token === 'true' || token === 'false') {
      return token === 'true';
    }
    if (/^\d{4}-\d\d-\d\dT/.test(token)) {
      return token;
    }
    throw invalidFilter(this.#text);
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) {
      throw invalidFilter(this.#text);
    }
    return token;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) {
      return false;
    }
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) {
      throw invalidFilter(this.#text);
    }
  }
}

function at(row: Json, path: string): unknown {
  let value: unknown = row;
  for (const key of path.split('/')) {
    value = typeof value === 'object' && value !== null ? (value as Json)[key] : undefined;
  }
  // `createdBy` is an object of which Graph compares the person.
  if (path === 'createdBy') {
    return at(row, 'createdBy/user/id') ?? null;
  }
  return value;
}

function same(actual: unknown, value: Value): boolean {
  if (typeof actual === 'string' && typeof value === 'string' && GUID.test(value)) {
    return actual.toLowerCase() === value.toLowerCase();
  }
  return (actual ?? null) === value;
}

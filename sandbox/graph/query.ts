import { readSkipToken } from '../platform/skip-token.ts';
import { badRequest, notSimulated } from './problem.ts';

/** One `$expand` item with the options in its parentheses. */
export interface Expansion {
  readonly name: string;
  readonly select: readonly string[] | null;
  readonly expand: readonly Expansion[];
}

export interface Query {
  readonly filter: string | null;
  readonly select: readonly string[] | null;
  readonly expand: readonly Expansion[];
  readonly orderby: string | null;
  readonly top: number | null;
  readonly offset: number;
}

export type QueryOption = '$count' | '$expand' | '$filter' | '$orderby' | '$select' | '$top';

/** Reads the query options; one that this resource has not is answered 501 with its name, never ignored. */
export function readQuery(query: URLSearchParams, supported: readonly QueryOption[]): Query {
  for (const name of query.keys()) {
    if (name !== '$skiptoken' && !supported.some((option) => option === name)) {
      throw notSimulated(`the query option ${name} here`);
    }
  }
  const select = query.get('$select');
  const expand = query.get('$expand');
  return {
    filter: query.get('$filter'),
    select: select === null ? null : names(select),
    expand: expand === null ? [] : parseExpand(expand),
    orderby: query.get('$orderby'),
    top: readTop(query.get('$top')),
    offset: readOffset(query.get('$skiptoken')),
  };
}

function readOffset(token: string | null): number {
  const offset = readSkipToken(token);
  if (offset === null) {
    throw badRequest('The $skiptoken is not valid.');
  }
  return offset;
}

function readTop(text: string | null): number | null {
  if (text === null) {
    return null;
  }
  if (!/^[1-9]\d{0,2}$/.test(text)) {
    throw badRequest(`Invalid value '${text}' for $top query option.`);
  }
  return Number(text);
}

function parseExpand(text: string): readonly Expansion[] {
  return split(text, ',').map((item) => {
    const match = /^\s*([\w]+)\s*(?:\((.*)\))?\s*$/s.exec(item);
    if (match?.[1] === undefined) {
      throw badRequest(`The $expand '${text}' cannot be read.`);
    }
    return { name: match[1], ...nestedOptions(match[2]) };
  });
}

function nestedOptions(text: string | undefined): Omit<Expansion, 'name'> {
  let select: readonly string[] | null = null;
  let expand: readonly Expansion[] = [];
  for (const part of text === undefined ? [] : split(text, ';')) {
    const [key = '', ...rest] = part.split('=');
    const value = rest.join('=');
    if (key.trim() === '$select') {
      select = names(value);
    } else if (key.trim() === '$expand') {
      expand = parseExpand(value);
    } else {
      throw notSimulated(`the query option ${key.trim()} within $expand`);
    }
  }
  return { select, expand };
}

/** Splits at a separator that stands outside of parentheses. */
function split(text: string, separator: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === separator && depth === 0) {
      parts.push('');
    } else {
      parts[parts.length - 1] += character;
    }
  }
  return parts;
}

function names(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

import { createScanner, visit } from 'jsonc-parser';

/** Where something stands in a text: both from 1, columns in UTF-16 units, as editors and SARIF count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value of JSON that remembers where it stands. Members keep their order, and keys that come twice. */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

export interface JsonMember {
  readonly key: string;
  readonly at: Place;
  readonly value: JsonNode;
}

export interface JsonObject {
  readonly kind: 'object';
  readonly at: Place;
  readonly members: readonly JsonMember[];
}

export interface JsonArray {
  readonly kind: 'array';
  readonly at: Place;
  readonly items: readonly JsonNode[];
}

interface JsonScalar {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
}

export type JsonReading =
  | { readonly isValid: true; readonly root: JsonNode }
  | { readonly isValid: false; readonly why: 'json' | 'nesting'; readonly text: string; readonly at: Place };

/** A role definition needs six levels; a list of Graph's two more. */
const MOST_LEVELS = 32;

/** Of jsonc-parser's `ParseErrorCode`, whose names are not there at run time without its enum. */
const PARSE_ERRORS: Readonly<Record<number, string>> = {
  1: 'this is no JSON value',
  2: 'this is no number',
  3: 'a key in double quotes is expected',
  4: 'a value is expected',
  5: 'a colon is expected',
  6: 'a comma or the closing bracket is expected',
  7: 'a closing } is expected',
  8: 'a closing ] is expected',
  9: 'the file goes on after the end of the JSON',
  10: 'JSON has no comments',
  11: 'JSON has no comments, and this one does not end',
  12: 'the text in quotes does not end on its line',
  13: 'the number does not end',
  14: 'after \\u come four hexadecimal digits',
  15: 'there is no such escape after the backslash',
  16: 'text in quotes may not hold control characters; write tab and line break as \\t and \\n',
};

/**
 * Reads JSON strictly (no comments, no comma at the end), with the place of every value. Of what is wrong the first is told: what
 * follows mostly comes of it.
 */
export function readJson(text: string): JsonReading {
  const tooDeep = findTooDeep(text);
  if (tooDeep !== null) {
    return { isValid: false, why: 'nesting', text: `more than ${MOST_LEVELS} levels of { and [`, at: tooDeep };
  }
  const builder = createBuilder();
  visit(text, builder.visitor, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const { error, root } = builder.result();
  if (error !== null || root === null) {
    return { isValid: false, why: 'json', ...(error ?? { text: 'a value is expected', at: { line: 1, column: 1 } }) };
  }
  return { isValid: true, root };
}

const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, END] = [1, 2, 3, 4, 17];

/** The parser goes down by calling itself: what would take it too deep is found first, without going down. */
function findTooDeep(text: string): Place | null {
  const scanner = createScanner(text, true);
  let level = 0;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === OPEN_BRACE || token === OPEN_BRACKET) {
      level += 1;
    } else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) {
      level -= 1;
    }
    if (level > MOST_LEVELS) {
      return { line: scanner.getTokenStartLine() + 1, column: scanner.getTokenStartCharacter() + 1 };
    }
  }
  return null;
}

interface Open {
  readonly node: { kind: 'object'; at: Place; members: JsonMember[] } | { kind: 'array'; at: Place; items: JsonNode[] };
  key: { readonly text: string; readonly at: Place } | null;
}

function createBuilder() {
  const open: Open[] = [];
  let root: JsonNode | null = null;
  let error: { text: string; at: Place } | null = null;

  function put(node: JsonNode): void {
    const parent = open.at(-1);
    if (parent === undefined) {
      root ??= node;
    } else if (parent.node.kind === 'array') {
      parent.node.items.push(node);
    } else if (parent.key !== null) {
      parent.node.members.push({ key: parent.key.text, at: parent.key.at, value: node });
    }
  }

  function begin(node: Open['node']): void {
    put(node);
    open.push({ node, key: null });
  }

  const placeOf = (line: number, character: number): Place => ({ line: line + 1, column: character + 1 });
  return {
    visitor: {
      onObjectBegin: (_offset: number, _length: number, line: number, character: number): void =>
        begin({ kind: 'object', at: placeOf(line, character), members: [] }),
      onArrayBegin: (_offset: number, _length: number, line: number, character: number): void =>
        begin({ kind: 'array', at: placeOf(line, character), items: [] }),
      onObjectEnd: (): void => void open.pop(),
      onArrayEnd: (): void => void open.pop(),
      // The parser hands over places as positional arguments.
      // biome-ignore lint/complexity/useMaxParams: jsonc-parser's signature
      onObjectProperty: (key: string, _offset: number, _length: number, line: number, character: number): void => {
        const parent = open.at(-1);
        if (parent !== undefined) {
          parent.key = { text: key, at: placeOf(line, character) };
        }
      },
      // biome-ignore lint/complexity/useMaxParams: jsonc-parser's signature
      onLiteralValue: (value: unknown, _offset: number, _length: number, line: number, character: number): void =>
        put({ kind: 'scalar', at: placeOf(line, character), value: value as JsonScalar['value'] }),
      // biome-ignore lint/complexity/useMaxParams: jsonc-parser's signature
      onError: (code: number, _offset: number, _length: number, line: number, character: number): void => {
        error ??= { text: PARSE_ERRORS[code] ?? 'this is no JSON', at: placeOf(line, character) };
      },
    },
    result: () => ({ root, error }),
  };
}

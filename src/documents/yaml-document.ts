import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** Lines are looked up for so many problems: to find a line takes time. */
const MOST_LINES = 20;

/** One thing that is wrong with a document. */
export interface DocumentProblem {
  /** From 1; null where no line can be told. */
  readonly line: number | null;
  /** Keys joined by dots; empty for the document as a whole, or when it is no YAML. */
  readonly path: string;
  readonly text: string;
}

export type DocumentReading<T> =
  | { readonly isValid: true; readonly content: T }
  | { readonly isValid: false; readonly problems: readonly DocumentProblem[] };

export interface DocumentForm<T> {
  readonly schema: z.ZodType<T>;
  /** Characters at most. */
  readonly longest: number;
}

/**
 * Reads one YAML document strictly: no key too many, no key twice, no unknown tags, no anchors. All problems are told at once.
 */
export function readYaml<T>(text: string, { schema, longest }: DocumentForm<T>): DocumentReading<T> {
  if (text.length > longest) {
    return whole('the document is too long');
  }
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: '1.2' });
  // Warnings are tags nobody knows: a document of ours has none.
  const flaws = [...parsed.errors, ...parsed.warnings];
  if (flaws.length > 0) {
    const problems = flaws.map(({ pos: [at], message }) => ({
      line: lines.linePos(at).line,
      path: '',
      text: message,
    }));
    return { isValid: false, problems };
  }
  let content: unknown;
  try {
    content = parsed.toJS({ maxAliasCount: 0 });
  } catch {
    return whole('anchors and aliases are not allowed');
  }
  const checked = schema.safeParse(content);
  return checked.success
    ? { isValid: true, content: checked.data }
    : { isValid: false, problems: inWords(checked.error.issues, parsed, lines) };
}

/** A problem as people read it. */
export function printProblem({ line, path, text }: DocumentProblem): string {
  return `${line === null ? '' : `line ${line}: `}${path === '' ? '' : `${path}: `}${text}`;
}

function whole(text: string): DocumentReading<never> {
  return { isValid: false, problems: [{ line: null, path: '', text }] };
}

type Path = readonly PropertyKey[];

function inWords(
  issues: readonly z.core.$ZodIssue[],
  document: Document,
  lines: LineCounter,
): readonly DocumentProblem[] {
  const problems = issues.flatMap((issue): readonly (readonly [path: Path, text: string])[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [[...issue.path, key], 'there is no such key'])
      : [[issue.path, issue.message]],
  );
  const told = problems.map(([path, text], index): DocumentProblem => {
    const offset = index < MOST_LINES ? offsetOf(document, path) : null;
    const line = offset === null ? null : lines.linePos(offset).line;
    return { line, path: path.length === 0 ? 'document' : path.map(String).join('.'), text };
  });
  return told.toSorted((a, b) => (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY) || 0);
}

/** Where the key stands; for one that is missing, where the part stands that it is missing from. */
function offsetOf(document: Document, path: Path): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = keyOrItem(document, path.slice(0, length));
    if (node !== null) {
      return node;
    }
  }
  return null;
}

function keyOrItem(document: Document, path: Path): number | null {
  const parent = path.length === 0 ? null : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const root = path.length <= 1 ? document.contents : parent;
  if (path.length > 0 && isMap(root)) {
    const pair = root.items.find(({ key }) => isScalar(key) && key.value === last);
    return isNode(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  const node = path.length === 0 ? document.contents : document.getIn([...path], true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

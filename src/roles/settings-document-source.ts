import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AccessError } from '../errors.ts';
import { type DocumentContent, documentSchema } from './settings-document-schema.ts';

/** A document of all seventeen rules has about 4,000 characters. */
const LONGEST_DOCUMENT = 100_000;
const MOST_PROBLEMS = 20;

type Path = readonly PropertyKey[];

/**
 * Reads the text of a document into what it says, or says line by line why not.
 *
 * @throws {AccessError} settings.invalid
 */
export function readDocument(text: string): DocumentContent {
  if (text.length > LONGEST_DOCUMENT) {
    throw invalid(['the document is too long']);
  }
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: '1.2' });
  // Warnings are tags nobody knows: a document of ours has none.
  const flaws = [...parsed.errors, ...parsed.warnings];
  if (flaws.length > 0) {
    throw invalid(flaws.map(({ pos: [at], message }) => `line ${lines.linePos(at).line}: ${message}`));
  }
  let content: unknown;
  try {
    content = parsed.toJS({ maxAliasCount: 0 });
  } catch {
    throw invalid(['anchors and aliases are not allowed']);
  }
  const checked = documentSchema.safeParse(content);
  if (!checked.success) {
    throw invalid(inWords(checked.error.issues, parsed, lines));
  }
  return checked.data;
}

/** As many as are told, and one line for each of the others: to find a line takes time. */
function inWords(issues: readonly z.core.$ZodIssue[], document: Document, lines: LineCounter): readonly string[] {
  const problems = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key): Problem => [[...issue.path, key], 'there is no such key'])
      : [[issue.path, issue.code === 'invalid_union' ? NO_APPROVER : issue.message] satisfies Problem],
  );
  return problems.map(([path, problem], index) =>
    index < MOST_PROBLEMS ? at(path, problem, { document, lines }) : problem,
  );
}

type Problem = readonly [path: Path, problem: string];

const NO_APPROVER = 'must have “person” or “group” (a GUID) and “name”';

function at(
  path: Path,
  problem: string,
  { document, lines }: { readonly document: Document; readonly lines: LineCounter },
): string {
  const offset = offsetOf(document, path);
  const line = offset === null ? '' : `line ${lines.linePos(offset).line}: `;
  return `${line}${path.length === 0 ? 'document' : path.map(String).join('.')}: ${problem}`;
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

function invalid(problems: readonly string[]): AccessError {
  const shown = problems.slice(0, MOST_PROBLEMS);
  const more = problems.length - shown.length;
  const reason = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  return new AccessError('settings.invalid', reason, { facts: { kind: 'document', reason } });
}

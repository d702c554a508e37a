import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type JsonNode, readJson } from '../../../../src/roles/role-file/json-source.ts';

function plain(node: JsonNode): unknown {
  if (node.kind === 'scalar') {
    return node.value;
  }
  return node.kind === 'array'
    ? node.items.map(plain)
    : Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
}

/** What `JSON.parse` makes of a text; null in a list when it refuses. */
function parsed(text: string): readonly [unknown] | null {
  try {
    return [JSON.parse(text)];
  } catch {
    return null;
  }
}

const PIECES = ['', '{', '}', '[', ']', ',', ':', '"', '0', '-', '.', 'e', '\\', '\n', '\t', '/', '//', '/*', '\u0001'];
const ODD = ['\u00a0', '\ufeff', '\u2028', '01', '1.', '.5', '-', '+1', '\\x', '\\u12', 'nul', 'True', "'"];

describe('readJson', () => {
  it('takes and refuses exactly what JSON.parse takes and refuses, and reads the same', () => {
    const edit = fc.tuple(fc.nat(), fc.boolean(), fc.constantFrom(...PIECES, ...ODD));
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.array(edit, { maxLength: 3 }), (json, edits) => {
        let text = json;
        for (const [seed, isReplacing, piece] of edits) {
          const at = seed % (text.length + 1);
          text = `${text.slice(0, at)}${piece}${text.slice(at + (isReplacing ? 1 : 0))}`;
        }
        const [expected] = [parsed(text)];
        const reading = readJson(text);
        assert.equal(reading.isValid, expected !== null, text);
        if (reading.isValid && expected !== null && !text.includes('__proto__')) {
          assert.deepEqual(JSON.stringify(plain(reading.root)), JSON.stringify(expected[0]));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const flaws: readonly (readonly [text: string, line: number, column: number, says: string])[] = [
    ['{"Name": "x",\n  "Actions": ["a" "b"]}', 2, 19, 'a comma or the closing bracket is expected'],
    ['{"Name": "x",\n}', 2, 1, 'a key in double quotes is expected'],
    ["{\n  'Name': 1}", 2, 3, 'this is no JSON value'],
    ['{"Name": "x', 1, 10, 'the text in quotes does not end on its line'],
    ['// mine\n{}', 1, 1, 'JSON has no comments'],
    ['{}\n{}', 2, 1, 'the file goes on after the end of the JSON'],
    ['{"a": [1, 2}', 1, 12, 'a comma or the closing bracket is expected'],
    ['{"a": "C:\\x"}', 1, 7, 'there is no such escape after the backslash'],
    ['{"a": ', 1, 7, 'a value is expected'],
  ];
  for (const [text, line, column, says] of flaws) {
    it(`says of ${JSON.stringify(text)} that ${says}, and where`, () => {
      assert.deepEqual(readJson(text), { isValid: false, why: 'json', text: says, at: { line, column } });
    });
  }

  it('refuses a million brackets without going down into them', () => {
    const reading = readJson('['.repeat(1_000_000));
    assert.deepEqual(reading, {
      isValid: false,
      why: 'nesting',
      text: 'more than 32 levels of { and [',
      at: { line: 1, column: 33 },
    });
  });

  it('keeps a key that comes twice, each with its place', () => {
    const reading = readJson('{"a": 1,\n "a": 2}');
    assert.ok(reading.isValid && reading.root.kind === 'object');
    assert.deepEqual(
      reading.root.members.map(({ key, at, value }) => [key, at, plain(value)]),
      [
        ['a', { line: 1, column: 2 }, 1],
        ['a', { line: 2, column: 2 }, 2],
      ],
    );
  });
});

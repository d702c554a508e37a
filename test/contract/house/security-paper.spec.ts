import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');
const TESTS = path.join(ROOT, 'test');
const REFERENCE = path.join(ROOT, '../shared/reference');
const PAPER = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');

/** One row of a table whose last column names tests. */
interface Row {
  readonly line: number;
  readonly key: string;
  readonly proof: string;
}

/** One test that a row names. */
const PROOF = /^`(?<file>[\w/.-]+)`: "(?<title>[^"]+)"$/;
const NOT_DONE = /^not done: \S.{9,}$/;

function cellsOf(line: string): readonly string[] {
  const parts = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  return parts.slice(1, -1);
}

/** Rows of every table with a last column `test`. */
function rowsOf(paper: string): readonly Row[] {
  const rows: Row[] = [];
  let isProving = false;
  let before = '';
  for (const [index, line] of paper.split('\n').entries()) {
    if (!line.startsWith('|')) {
      isProving = false;
    } else if (/^\|(?: -+ \|)+$/.test(line)) {
      isProving = cellsOf(before).at(-1) === 'test';
    } else if (isProving) {
      const cells = cellsOf(line);
      rows.push({ line: index + 1, key: cells[0] ?? '', proof: cells.at(-1) ?? '' });
    }
    before = line;
  }
  return rows;
}

/**
 * Titles of the tests in a file, as its source has them: a title that is a template keeps its `${…}`. The scripts of
 * `e2e/scripts` have their name and first comment as title.
 */
function titlesIn(file: string): ReadonlySet<string> | null {
  const found = [`${file}.spec.ts`, `${file}.ts`]
    .map((name) => path.join(TESTS, name))
    .find((name) => existsSync(name));
  if (found === undefined) {
    return null;
  }
  const source = readFileSync(found, 'utf8');
  const titles = [...source.matchAll(/\bit\(\s*(['`])(.*?)(?<!\\)\1\s*,/gs)].map((match) => match[2] ?? '');
  const scripts = file === 'e2e/scripts' ? scriptTitles() : [];
  return new Set([...titles.map((title) => title.replaceAll(/\\(['`\\])/g, '$1')), ...scripts]);
}

function scriptTitles(): readonly string[] {
  const folder = path.join(TESTS, 'e2e/scripts');
  const names = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.chat'));
  return names.map((name) => {
    const words = /^# (.+)$/m.exec(readFileSync(path.join(folder, name), 'utf8'))?.[1];
    return `plays ${path.basename(name, '.chat')}${words === undefined ? '' : `: ${words}`}`;
  });
}

/** What a row's last cell names that is not there, or why it names nothing. */
function problemsOf({ line, proof }: Row): readonly string[] {
  if (NOT_DONE.test(proof)) {
    return [];
  }
  const proofs = proof.split(/; (?=`)/);
  return proofs.flatMap((text) => {
    const { file, title } = PROOF.exec(text)?.groups ?? {};
    if (file === undefined || title === undefined) {
      return [`line ${line}: neither a test nor "not done" with a reason: ${text}`];
    }
    const titles = titlesIn(file);
    if (titles === null) {
      return [`line ${line}: no file test/${file}.spec.ts`];
    }
    return titles.has(title) ? [] : [`line ${line}: no test "${title}" in test/${file}`];
  });
}

function checkTests(paper: string): readonly string[] {
  return rowsOf(paper).flatMap(problemsOf);
}

/** Files of ours that the paper names in code marks. */
function checkFiles(paper: string): readonly string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  );
  const named = [...paper.matchAll(/`([\w-]+\/[\w./-]+\.\w+)`/g)].map((match) => match[1] ?? '');
  return named.filter((name) => folders.includes(name.split('/')[0] ?? '') && !existsSync(path.join(ROOT, name)));
}

/** Compares the items that a reference has with those that the rows name, both ways. */
function checkItems(paper: string, items: readonly string[], isOne: (key: string) => boolean): readonly string[] {
  const keys = new Set(rowsOf(paper).map(({ key }) => key));
  return [
    ...items.filter((item) => !keys.has(item)).map((item) => `${item} is not in the paper`),
    ...[...keys].filter((key) => isOne(key) && !items.includes(key)).map((key) => `${key} is not in the reference`),
  ];
}

/** `8.2.3` for the third item of 8.2: a bullet, or a line with its number. */
function platformItems(reference: string): readonly string[] {
  const [, after = ''] = reference.split(/^## 8\. .*$/m);
  const [chapter = ''] = after.split(/^## /m);
  return chapter.split(/^### /m).flatMap((section) => {
    const number = /^8\.\d+/.exec(section)?.[0];
    const items = section.match(/^(?:- |\d+ )/gm) ?? [];
    return number === undefined ? [] : items.map((_item, index) => `${number}.${index + 1}`);
  });
}

function peerItems(reference: string): readonly string[] {
  const [, after = ''] = reference.split('Threat-model lessons with evidence:\n');
  const [list = ''] = after.split('\n\n');
  return [...list.matchAll(/^(\d+)\. /gm)].map((match) => `peers ${match[1]}`);
}

const isOfPlatform = (key: string): boolean => /^8\.\d/.test(key);
const isOfPeers = (key: string): boolean => key.startsWith('peers');

/** The reference is beside the checkout, not in it. */
function readReference(name: string): string | null {
  const file = path.join(REFERENCE, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

describe('docs/security.md', () => {
  it('names a test that exists, or says that something is not done and why, in every row', () => {
    assert.deepEqual(checkTests(PAPER), []);
    assert.ok(rowsOf(PAPER).length > 100);
  });

  it('names files that exist', () => {
    assert.deepEqual(checkFiles(PAPER), []);
  });

  it('numbers its threats without a gap', () => {
    const numbers = rowsOf(PAPER).flatMap(({ key }) => (/^\d+$/.test(key) ? Number(key) : []));
    assert.deepEqual(
      numbers,
      numbers.map((_number, index) => index + 1),
    );
  });

  for (const [name, itemsOf, isOne, count] of [
    ['teams-platform.md', platformItems, isOfPlatform, 26],
    ['peers.md', peerItems, isOfPeers, 9],
  ] as const) {
    const reference = readReference(name);
    const isThere = reference !== null;
    it(`covers every item of ${name}${isThere ? '' : ' (skipped: no ../shared/reference beside the checkout)'}`, function () {
      if (reference === null) {
        this.skip();
      }
      const items = itemsOf(reference);
      assert.equal(items.length, count);
      assert.deepEqual(checkItems(PAPER, items, isOne), []);
    });
  }

  describe('is refused by these checks', () => {
    const title = 'answers 200 to the same message again and acts once';
    const plants: readonly (readonly [what: string, from: string | RegExp, to: string, problem: RegExp])[] = [
      ['with a title that no test has', `"${title}"`, `"${title} or twice"`, /no test "answers 200 .* or twice"/],
      ['with a title of another file', '`contract/bot/inbound`: "a', '`contract/bot/invokes`: "a', /no test "answers/],
      ['with a file that is not there', '`contract/bot/inbound`', '`contract/bot/outbound`', /no file test.*outbound/],
      ['with an empty cell', /\| not done: [^|]*\|\n/, '| |\n', /neither a test nor/],
      ['with "not done" and no reason', /\| not done: [^|]*\|\n/, '| not done |\n', /neither a test nor/],
      ['with words instead of a test', `\`contract/bot/inbound\`: "${title}"`, 'of course', /neither a test nor/],
    ];
    for (const [what, from, to, problem] of plants) {
      it(what, () => {
        const planted = PAPER.replace(from, to);
        assert.notEqual(planted, PAPER);
        const before = checkTests(PAPER);
        const problems = checkTests(planted).filter((found) => !before.includes(found));
        assert.equal(problems.length, 1);
        assert.match(problems[0] ?? '', problem);
      });
    }

    it('without an item, or with one too many', () => {
      const items = ['8.2.1', '8.2.2', '8.2.3', '8.2.4', '8.2.5', '8.2.6'];
      const isOfThose = (key: string): boolean => key.startsWith('8.2.');
      assert.deepEqual(checkItems(PAPER, items, isOfThose), []);
      assert.deepEqual(checkItems(PAPER.replaceAll('| 8.2.5 |', '| 8.2.7 |'), items, isOfThose), [
        '8.2.5 is not in the paper',
        '8.2.7 is not in the reference',
      ]);
    });

    it('with a file of ours that is not there', () => {
      assert.deepEqual(checkFiles(PAPER.replace('`bot/guard.ts`', '`bot/watch.ts`')), ['bot/watch.ts']);
    });
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli/explain.ts', import.meta.url));
const SAID = ['--now', '2026-11-21T10:00:00Z', '--timezone', 'Europe/Madrid', '--locale', 'en-GB'];

function explain(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('npm run explain', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'explain-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function file(name: string, ...lines: string[]): string {
    const path = join(folder, name);
    writeFileSync(path, lines.join('\n'));
    return path;
  }

  it('prints one JSON line with the keys of the design, in their order', () => {
    const { status, stdout, stderr } = explain(...SAID, 'activate Contributor on rg-web until 6pm because INC-42 down');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.equal(
      stdout,
      '{"command":"activate","roles":["Contributor"],"scope":"rg-web","duration":null,"until":"2026-11-21T17:00:00Z",' +
        '"start":null,"justification":"INC-42 down","ticket":"INC-42","action":null,"target":null,"problems":[]}\n',
    );
  });

  it('prints a line for each line of a file, in order, also for an empty text', () => {
    const path = file(
      'two.jsonl',
      '{"text":"","now":"2026-11-21T10:00:00Z","timezone":"Europe/Madrid","locale":"en-GB","id":7}',
      '{"text":"activate Reader at 03/04 9am","now":"2026-11-21T10:00:00Z","timezone":"America/New_York","locale":"en-US"}',
      '',
    );
    const { status, stdout } = explain('--file', path);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(status, 0);
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^\{"command":"help",/);
    assert.match(lines[1] ?? '', /"start":"2027-03-04T14:00:00Z"/);
  });

  it('takes an empty sentence for help', () => {
    assert.match(explain('').stdout, /^\{"command":"help",/);
  });

  it('prints unknown for what PIM calls extend, which has no printed name', () => {
    const { stdout } = explain(...SAID, 'extend assignment Security Reader');
    assert.match(stdout, /^\{"command":"unknown","roles":\[\],/);
  });

  it('prints a sign-out with the name as typed', () => {
    const { stdout } = explain(...SAID, 'please sign out Diego Siciliani');
    assert.equal(
      stdout,
      '{"command":"sign-out","roles":[],"scope":null,"duration":null,"until":null,"start":null,"justification":null,' +
        '"ticket":null,"action":null,"target":"Diego Siciliani","problems":[]}\n',
    );
  });

  it("prints what administrators say by its name, and leaves out what is the product's own", () => {
    const assigned = explain(...SAID, 'assign Reader on rg-web to Diego Siciliani as eligible permanently');
    assert.equal(
      assigned.stdout,
      '{"command":"assign","roles":["Reader"],"scope":"rg-web","duration":null,"until":null,"start":null,' +
        '"justification":null,"ticket":null,"action":"eligible","target":"Diego Siciliani","problems":[]}\n',
    );
    const bundle = explain(...SAID, 'bundle payments');
    assert.match(bundle.stdout, /^\{"command":"bundle",.*"action":null,"target":"payments","problems":\[\]\}$/m);
  });

  it('explains itself', () => {
    const { status, stdout } = explain('--help');
    assert.equal(status, 0);
    assert.match(stdout, /--timezone ZONE/);
  });

  const WRONG: readonly (readonly [what: string, args: () => string[], message: RegExp])[] = [
    ['a time zone that does not exist', () => ['--timezone', 'Mars/Base', 'help'], /not a time zone: "Mars\/Base"/],
    ['an instant without a zone', () => ['--now', '2026-11-21T10:00', 'help'], /not an instant: "2026-11-21T10:00"/],
    ['a locale that is none', () => ['--locale', '!!', 'help'], /not a locale: "!!"/],
    ['an unknown option', () => ['--nope', 'help'], /--nope/],
    ['nothing at all', () => [], /give a sentence or --file/],
    ['a sentence and a file', () => ['--file', 'x', 'help'], /not both/],
    ['a file that cannot be read', () => ['--file', join(folder, 'absent')], /cannot read .*absent/],
    ['a line that is not JSON', () => ['--file', file('bad', '{"text":"help"}', 'oops')], /bad line 2: not JSON/],
    ['a line without a text', () => ['--file', file('empty', '{"now":"x"}')], /empty line 1: "text" must be a string/],
    [
      'a line with a bad zone',
      () => ['--file', file('zone', '{"text":"","timezone":"x"}')],
      /zone line 1: not a time zone/,
    ],
  ];
  for (const [what, args, message] of WRONG) {
    it(`exits 2 for ${what}`, () => {
      const { status, stdout, stderr } = explain(...args());
      assert.equal(status, 2);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    });
  }
});

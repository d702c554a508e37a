import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');

/** One breach of the house per row: where it is planted, what is written there, the rule that must catch it. */
const BREACHES: readonly (readonly [title: string, file: string, code: string, rule: string])[] = [
  [
    'the domain importing a package',
    'src/domain/planted.ts',
    "import { z } from 'zod';\nexport const a = z;\n",
    'noRestrictedImports',
  ],
  [
    'the domain importing a port',
    'src/domain/planted.ts',
    "import type { A } from '../ports/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a port importing an adapter',
    'src/ports/planted.ts',
    "import type { A } from '../adapters/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a port importing a wire type',
    'src/ports/planted.ts',
    "import type { A } from '@microsoft/microsoft-graph-types';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a use-case importing an adapter',
    'src/use-cases/planted.ts',
    "import type { A } from '../adapters/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a use-case importing a card',
    'src/use-cases/planted.ts',
    "import type { A } from '../../cards/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a use-case importing Bot Framework',
    'src/use-cases/planted.ts',
    "import { TurnContext } from 'botbuilder';\nexport const a = TurnContext;\n",
    'noRestrictedImports',
  ],
  [
    'the language importing a use-case',
    'src/language/planted.ts',
    "import type { A } from '../use-cases/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the language importing a port',
    'src/language/planted.ts',
    "import type { A } from '../ports/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'role definitions importing a use-case',
    'src/roles/planted.ts',
    "import type { A } from '../use-cases/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the rulebook importing a port',
    'src/rulebook/planted.ts',
    "import type { A } from '../ports/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the runbooks importing a use-case',
    'src/runbooks/planted.ts',
    "import type { A } from '../use-cases/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'an adapter importing a use-case',
    'src/adapters/planted/planted.ts',
    "import type { A } from '../../use-cases/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'an adapter importing the sandbox',
    'src/adapters/planted/planted.ts',
    "import type { A } from '../../../sandbox/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a card importing a use-case',
    'cards/planted.ts',
    "import type { A } from '../src/use-cases/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'a card importing a port',
    'cards/planted.ts',
    "import type { A } from '../src/ports/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the bot naming an adapter outside its root',
    'bot/planted.ts',
    "import type { A } from '../src/adapters/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the bot importing the sandbox',
    'bot/app.ts',
    "import type { A } from '../sandbox/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the sandbox importing the product',
    'sandbox/planted.ts',
    "import type { A } from '../src/domain/target.ts';\nexport type B = A;\n",
    'noRestrictedImports',
  ],
  [
    'the sandbox importing Bot Framework',
    'sandbox/planted.ts',
    "import { TurnContext } from 'botbuilder';\nexport const a = TurnContext;\n",
    'noRestrictedImports',
  ],
  [
    'the command line importing restify',
    'cli/planted.ts',
    "import restify from 'restify';\nexport const a = restify;\n",
    'noRestrictedImports',
  ],
  [
    'a cycle of types',
    'src/domain/planted.ts',
    "import type { A } from './target.ts';\nexport type B = A;\n",
    'noImportCycles',
  ],
  [
    'a bare Error in the product',
    'src/domain/planted.ts',
    "export function fail(): never {\n  throw new Error('no');\n}\n",
    'plugin',
  ],
  [
    'the environment read outside a root',
    'src/use-cases/planted.ts',
    'export const a = process.env;\n',
    'noProcessEnv',
  ],
  [
    'a file of more than 400 lines',
    'src/domain/planted.ts',
    `${'export const a = 1;\n'.repeat(1)}${Array.from({ length: 401 }, (_, i) => `export const a${i} = ${i};\n`).join('')}`,
    'noExcessiveLinesPerFile',
  ],
  [
    'a function of more than 80 lines',
    'src/domain/planted.ts',
    `export function long(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(82)}  return sum;\n}\n`,
    'noExcessiveLinesPerFunction',
  ],
  [
    'a floating promise',
    'src/use-cases/planted.ts',
    'async function later(): Promise<void> {}\nexport function now(): void {\n  later();\n}\n',
    'noFloatingPromises',
  ],
];

describe('the house', () => {
  let copy = '';

  before(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'pimlico-house-'));
    cpSync(path.join(ROOT, 'biome.json'), path.join(copy, 'biome.json'));
    cpSync(path.join(ROOT, 'package.json'), path.join(copy, 'package.json'));
    cpSync(path.join(ROOT, 'lint'), path.join(copy, 'lint'), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    for (const folder of ['src/domain', 'src/ports', 'src/adapters', 'src/use-cases', 'cards', 'sandbox']) {
      mkdirSync(path.join(copy, folder), { recursive: true });
      writeFileSync(path.join(copy, folder, 'target.ts'), 'export type A = string;\n');
    }
    const back = "import type { B } from './planted.ts';\n\nexport type A = string;\nexport type C = B;\n";
    writeFileSync(path.join(copy, 'src/domain/target.ts'), back);
  });

  after(() => rmSync(copy, { recursive: true, force: true }));

  function lint(file: string): { readonly code: number; readonly output: string } {
    const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=50', '--colors=off', file];
    const { status, stdout, stderr } = spawnSync(path.join(ROOT, 'node_modules/.bin/biome'), args, {
      cwd: copy,
      encoding: 'utf8',
    });
    return { code: status ?? 1, output: `${stdout}${stderr}` };
  }

  it('lets a file pass that breaks nothing', () => {
    const file = path.join(copy, 'src/use-cases/clean.ts');
    writeFileSync(file, "import type { A } from '../ports/target.ts';\n\nexport type B = A;\n");
    const { code, output } = lint('src/use-cases/clean.ts');
    assert.equal(code, 0, output);
  });

  for (const [title, file, code, rule] of BREACHES) {
    it(`refuses ${title}`, () => {
      const planted = path.join(copy, file);
      mkdirSync(path.dirname(planted), { recursive: true });
      writeFileSync(planted, code);
      const linted = lint(file);
      rmSync(planted);
      assert.notEqual(linted.code, 0, linted.output);
      assert.match(linted.output, new RegExp(rule, 'i'));
    });
  }
});

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm test [-- --only KIND] [-- FILES…]

Runs everything that must hold: types, lint, unused code, papers against code, then unit, contract and end-to-end tests.

  --only KIND   check, unit, contract or e2e
  FILES…        spec files to run instead of all (implies no checks)
  --help        this text

Exits 0 when everything holds. The last line gives mocha's own totals.`;

const RESULTS = '.test/mocha.json';

const CHECKS: readonly (readonly [name: string, file: string, args: readonly string[]])[] = [
  ['types', 'node_modules/.bin/tsc', ['--noEmit']],
  ['lint', 'node_modules/.bin/biome', ['check', '--error-on-warnings', '.']],
  ['unused code', 'node_modules/.bin/knip', []],
  ['papers', process.execPath, ['cli/docs-check.ts']],
];

const KINDS: Readonly<Record<string, string>> = {
  unit: 'test/unit/**/*.spec.ts',
  contract: 'test/contract/**/*.spec.ts',
  e2e: 'test/e2e/**/*.spec.ts',
};

/** Runs a program with our input and output; answers its exit code, 1 when a signal ended it. */
function run(file: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runChecks(): Promise<boolean> {
  let isGood = true;
  for (const [name, file, args] of CHECKS) {
    const code = await run(file, args);
    process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'}: ${name}\n`);
    isGood = isGood && code === 0;
  }
  return isGood;
}

async function runMocha(specs: readonly string[]): Promise<boolean> {
  mkdirSync('.test', { recursive: true });
  rmSync(RESULTS, { force: true });
  const reporter = ['--reporter', './test/support/reporter.ts', '--reporter-option', `output=${RESULTS}`];
  const code = await run(process.execPath, ['node_modules/mocha/bin/mocha.js', ...reporter, ...specs]);
  const { stats } = JSON.parse(readFileSync(RESULTS, 'utf8')) as {
    stats: { passes: number; failures: number; pending: number };
  };
  process.stdout.write(`${stats.passes} passed, ${stats.failures} failed, ${stats.pending} skipped\n`);
  return code === 0 && stats.failures === 0 && stats.passes > 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (positionals.length > 0) {
    return (await runMocha(positionals)) ? 0 : 1;
  }
  const { only } = values;
  if (only !== undefined && only !== 'check' && KINDS[only] === undefined) {
    process.stderr.write(`There is no kind of test called "${only}". See --help.\n`);
    return 2;
  }
  const areChecksGood = only === undefined || only === 'check' ? await runChecks() : true;
  if (only === 'check') {
    return areChecksGood ? 0 : 1;
  }
  const specs = only === undefined ? Object.values(KINDS) : [KINDS[only] ?? ''];
  const areTestsGood = await runMocha(specs);
  return areChecksGood && areTestsGood ? 0 : 1;
}

process.exitCode = await main();

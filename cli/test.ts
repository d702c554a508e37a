import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm test [-- --only KIND] [-- FILES…]

Runs everything that must hold: types, lint, unused code, papers against code, then unit, contract and end-to-end tests. The
end-to-end tests run beside the others; their report follows. What failed is said once more at the end.

  --only KIND   check, unit, contract or e2e
  FILES…        spec files to run instead of all (implies no checks)
  --help        this text

Exits 0 when everything holds. The last line gives mocha's own totals.`;

const RESULTS = '.test';

/** The tests start many processes of the same code: each is compiled once. */
const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: path.resolve(RESULTS, 'compiled') };

interface Command {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const BIN = 'node_modules/.bin';
const CHECKS: readonly Command[] = [
  { name: 'types', file: `${BIN}/tsc`, args: ['--noEmit'] },
  { name: 'lint', file: `${BIN}/biome`, args: ['check', '--error-on-warnings', '.'] },
  { name: 'unused code', file: `${BIN}/knip`, args: [] },
  { name: 'papers', file: process.execPath, args: ['cli/docs-check.ts'] },
];

const KINDS: Readonly<Record<string, string>> = {
  unit: 'test/unit/**/*.spec.ts',
  contract: 'test/contract/**/*.spec.ts',
  e2e: 'test/e2e/**/*.spec.ts',
};

/**
 * Most of them wait for processes to start, so that a run of their own costs the others little. The last makes all three runs
 * take about as long.
 */
const OF_PROCESSES: readonly string[] = [
  'test/e2e/crash.spec.ts',
  'test/e2e/crash-matrix.spec.ts',
  'test/e2e/emergency-crash.spec.ts',
  'test/e2e/replicas.spec.ts',
  'test/e2e/restored-backup.spec.ts',
  'test/e2e/database-away.spec.ts',
  'test/e2e/approver-step-up.spec.ts',
  'test/contract/playground/start.spec.ts',
  'test/contract/playground/window.spec.ts',
  'test/contract/bench/run.spec.ts',
  'test/contract/postgres/embedded.spec.ts',
  'test/e2e/hostile.spec.ts',
];

interface Ended {
  readonly isGood: boolean;
  readonly output: string;
}

/** Runs a program; `show` lets it write to our terminal at once, else what it wrote comes with the answer. */
function run({ file, args, env }: Command, show: boolean): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...ENVIRONMENT, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ isGood: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}

async function runChecks(): Promise<boolean> {
  const ended = await Promise.all(CHECKS.map(async (check) => ({ check, ...(await run(check, false)) })));
  for (const { check, isGood, output } of ended) {
    process.stdout.write(isGood ? `ok: ${check.name}\n` : `${output}\nFAILED: ${check.name}\n`);
  }
  return ended.every(({ isGood }) => isGood);
}

/**
 * Where many bots are started: their libraries in few files, made anew. Other runs do without, for it takes seconds. The folder
 * has that name because Node warns of what is outdated in code of any other.
 */
async function joinedLibraries(): Promise<NodeJS.ProcessEnv> {
  const { joinLibraries } = await import('./stage/libraries.ts');
  return { STAGE_LIBRARIES: await joinLibraries(path.resolve(RESULTS, 'node_modules')) };
}

function mocha(name: string, specs: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  const output = path.join(RESULTS, `${name}.json`);
  const reporter = ['--reporter', './test/support/reporter.ts', '--reporter-option', `output=${output}`];
  return { name, file: process.execPath, args: ['node_modules/mocha/bin/mocha.js', ...reporter, ...specs], env };
}

/** Runs each command beside the others: the first is shown as it goes, the rest when they have ended. */
async function runBeside(commands: readonly Command[]): Promise<boolean> {
  const ended = await Promise.all(commands.map((command, index) => run(command, index === 0)));
  for (const { output } of ended) {
    process.stdout.write(output);
  }
  return ended.every(({ isGood }) => isGood);
}

interface Stats {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
}

/** What we read of a report that mocha wrote. */
interface Report {
  readonly stats: Stats;
  readonly failures: readonly { fullTitle: string; file?: string; err: { message?: string; stack?: string } }[];
}

function readReports(): readonly Report[] {
  const files = readdirSync(RESULTS).filter((name) => name.endsWith('.json'));
  return files.map((name) => JSON.parse(readFileSync(path.join(RESULTS, name), 'utf8')) as Report);
}

/** Says once more what failed: of three long reports whoever reads the end of one would not find it. */
function repeatFailures(reports: readonly Report[]): void {
  for (const { fullTitle, file, err } of reports.flatMap(({ failures }) => failures)) {
    const where = file === undefined ? '' : ` (${path.relative('.', file)})`;
    process.stdout.write(`FAILED: ${fullTitle}${where}\n${err.stack ?? err.message ?? 'No reason was given.'}\n\n`);
  }
}

/** Adds up what mocha itself wrote. */
function addUp(reports: readonly Report[]): Stats {
  const sum = (key: keyof Stats): number => reports.reduce((total, { stats }) => total + stats[key], 0);
  return { passes: sum('passes'), failures: sum('failures'), pending: sum('pending') };
}

function clearResults(): void {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
}

async function runTests(commands: readonly Command[]): Promise<boolean> {
  const isGood = await runBeside(commands);
  const reports = readReports();
  repeatFailures(reports);
  if (reports.length !== commands.length) {
    process.stderr.write('A test run ended without a report.\n');
    return false;
  }
  const totals = addUp(reports);
  process.stdout.write(`${totals.passes} passed, ${totals.failures} failed, ${totals.pending} skipped\n`);
  return isGood && totals.failures === 0 && totals.passes > 0;
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
  const { only } = values;
  if (only === 'check') {
    return (await runChecks()) ? 0 : 1;
  }
  clearResults();
  if (positionals.length > 0) {
    return (await runTests([mocha('chosen', positionals)])) ? 0 : 1;
  }
  if (only !== undefined) {
    const specs = KINDS[only];
    if (specs === undefined) {
      process.stderr.write(`There is no kind of test called "${only}". See --help.\n`);
      return 2;
    }
    return (await runTests([mocha(only, [specs], only === 'e2e' ? await joinedLibraries() : {})])) ? 0 : 1;
  }
  const [areChecksGood, joined] = await Promise.all([runChecks(), joinedLibraries()]);
  const { unit = '', contract = '', e2e = '' } = KINDS;
  const without = (specs: readonly string[]): readonly string[] => specs.flatMap((spec) => ['--ignore', spec]);
  const areTestsGood = await runTests([
    mocha('unit-and-contract', [unit, contract, ...without(OF_PROCESSES)], joined),
    mocha('e2e', [e2e, ...without(OF_PROCESSES)], joined),
    mocha('processes', OF_PROCESSES, joined),
  ]);
  return areChecksGood && areTestsGood ? 0 : 1;
}

process.exitCode = await main();

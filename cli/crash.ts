import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FAULT_NAMES, type FaultName, readFaultNames } from './crash/faults.ts';
import { INVARIANTS_PER_RUN, playRun, type RunReport } from './crash/run.ts';
import { Theater } from './crash/theater.ts';
import { openTemporaryPostgres } from './stage/temporary-postgres.ts';

const HELP = `Usage: npm run test:crash -- [--runs N] [--seed S] [--point K] [--faults NAMES] [--keep]

Plays a mixed hour N times, kills the bot with SIGKILL at a point drawn from the seed, starts it again, and checks what must
hold: what the tenant holds, what the bot believes and what people see are one, nothing was done twice, and the audit trail
verifies. Needs no tenant and no network.

  --runs N        how many hours (default 20)
  --seed S        a whole number: the same seed is the same story and the same kills (default 1)
  --point K       only the K-th run of the seed, told line by line
  --faults NAMES  what goes wrong beside the crash: all, none (default), or some of
                  ${FAULT_NAMES.join(',')}
  --keep          keeps the database of the runs, and says where it is
  --help          this text

Exits 0 when everything held, 1 when something did not, 2 when it is called wrongly.`;

interface Settings {
  readonly runs: number;
  readonly seed: number;
  readonly point: number | null;
  readonly faults: readonly FaultName[];
  readonly keep: boolean;
}

/** The settings, or what is wrong with them. */
function readSettings(args: readonly string[]): Settings | 'help' | Error {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
        point: { type: 'string' },
        faults: { type: 'string', default: 'none' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      return 'help';
    }
    const faults = readFaultNames(values.faults);
    if (faults === null) {
      return new Error(`--faults: name some of ${FAULT_NAMES.join(', ')}, all, or none.`);
    }
    const point = values.point === undefined ? null : wholeNumber('--point', values.point);
    return {
      runs: wholeNumber('--runs', values.runs),
      seed: wholeNumber('--seed', values.seed),
      point,
      faults,
      keep: values.keep,
    };
  } catch (thrown) {
    return thrown as Error;
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) {
    throw new RangeError(`${name}: "${text}" is not a whole number.`);
  }
  return number;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(settings: Settings): Promise<number> {
  const database = await openTemporaryPostgres({ prefix: 'pimlico-crash-', durable: false });
  let theater: Theater | null = null;
  const close = async (): Promise<void> => {
    await theater?.close();
    await database.close({ isKept: settings.keep });
    if (settings.keep) {
      say(`The database is kept in ${database.folder}.`);
    }
  };
  const interrupted = (): void => {
    void close().finally(() => process.exit(1));
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    theater = await Theater.open(database.url);
    const reports = await playAll(theater, settings);
    say(summary(reports, settings));
    const { broken, linked, unlinked } = await theater.trail();
    say(`audit trail: ${broken ?? `intact, ${linked} records linked and ${unlinked} not yet`}`);
    return broken === null && reports.every(({ breaches }) => breaches.length === 0) ? 0 : 1;
  } finally {
    await close();
  }
}

async function playAll(theater: Theater, { runs, seed, point, faults }: Settings): Promise<readonly RunReport[]> {
  const points = point === null ? Array.from({ length: runs }, (_, index) => index + 1) : [point];
  const reports: RunReport[] = [];
  for (const one of points) {
    const begun = performance.now();
    const playing = playRun(theater, { seed, point: one, faults });
    const report = await Promise.race([playing, tooLate()]).catch((thrown: Error) => broken(one, thrown));
    reports.push(report);
    say(lineOf(report, (performance.now() - begun) / 1000));
    if (point !== null || report.breaches.length > 0) {
      say(report.story.map((line) => `    ${line}`).join('\n'));
    }
    if (report.breaches.length > 0) {
      say(
        [
          ...report.breaches.map((what) => `  ✗ ${what}`),
          ...report.log.slice(-8).map((line) => `    ${line.slice(0, 400)}`),
        ].join('\n'),
      );
    }
    if ('isBroken' in report) {
      say('The stage is not fit for further runs.');
      break;
    }
  }
  return reports;
}

/** No story takes as long, however busy the machine: the clock goes on and on, since something is due for ever. */
const LONGEST_RUN_MS = 240_000;

async function tooLate(): Promise<never> {
  await pause(LONGEST_RUN_MS, undefined, { ref: false });
  throw new Error(`it took longer than ${LONGEST_RUN_MS / 60_000} minutes`);
}

/** A run that could not be played: what was left of it is in the message. */
function broken(point: number, { message }: Error): RunReport & { readonly isBroken: true } {
  const nothing = { kills: [], faults: [], deeds: 0, operations: 0, oldPresses: 0, story: [], log: [] };
  return { point, ...nothing, breaches: [`the run did not come to its end: ${message}`], isBroken: true };
}

function lineOf({ point, kills, faults, deeds, operations, oldPresses, breaches }: RunReport, seconds: number): string {
  const how = breaches.length === 0 ? 'ok' : `${breaches.length} FAILED`;
  const parts = [
    `run ${point}: ${how}`,
    `killed ${kills.join('; ') || 'nowhere'}`,
    ...(faults.length > 0 ? [`faults ${faults.join(' ')}`] : []),
    `${deeds} deeds, ${operations} operations, ${oldPresses} old presses`,
    `${seconds.toFixed(1)} s`,
  ];
  return parts.join(' · ');
}

function summary(reports: readonly RunReport[], { seed, faults }: Settings): string {
  const sum = (count: (report: RunReport) => number): number => reports.reduce((all, one) => all + count(one), 0);
  const failed = reports.filter(({ breaches }) => breaches.length > 0);
  const again = failed.map(({ point }) => {
    const names = faults.length === FAULT_NAMES.length ? 'all' : faults.join(',');
    const beside = faults.length > 0 ? ` --faults ${names}` : '';
    return `  npm run test:crash -- --seed ${seed} --point ${point}${beside}`;
  });
  const totals = [
    `${reports.length} runs`,
    `${sum(({ kills }) => kills.length)} kills`,
    `${sum(({ operations }) => operations)} operations`,
    `${reports.length * INVARIANTS_PER_RUN} invariants checked`,
    `${sum(({ oldPresses }) => oldPresses)} old presses`,
    `${sum(({ breaches }) => breaches.length)} failures`,
  ];
  return [totals.join(', '), ...again].join('\n');
}

const settings = readSettings(process.argv.slice(2));
if (settings === 'help') {
  say(HELP);
} else if (settings instanceof Error) {
  process.stderr.write(`${settings.message}\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await main(settings);
  } catch (thrown) {
    process.stderr.write(`${(thrown as Error).stack}\n`);
    process.exitCode = 1;
  }
}

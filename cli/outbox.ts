import { parseArgs } from 'node:util';
import {
  type DeadLetter,
  type DeadLetters,
  postgresDeadLetters,
  type Verdict,
} from '../src/adapters/postgres/dead-letters.ts';
import { createPostgresPool } from '../src/adapters/postgres/pool.ts';
import { AccessError } from '../src/errors.ts';
import { databaseAddress } from './database-address.ts';

const HELP = `Shows the messages that were given up, and sends them again. Running bots need not be stopped.

usage: npm run -s outbox -- list
       npm run -s outbox -- show ID
       npm run -s outbox -- replay ID… | --all
       npm run -s outbox -- drop ID…

  list      when, which card, to whom, why, how many attempts; no texts and no names
  show      everything that is known of one
  replay    makes it due: a running bot sends it as it is now. Safe to repeat; refused for a card that is over
  drop      forgets that it was not sent; the card stays as it is

  --all     replay: every one that is not over
  --json    one JSON object a line
  --url     the database; defaults to PIMLICO_DATABASE_URL
  --help    this text

Exits 0 when everything that was asked for was done, 1 when it was not, 2 when it was asked wrongly.
`;

const WORDS: Readonly<Record<Verdict, string>> = {
  replayed: 'is due again',
  dropped: 'is dropped',
  waiting: 'is due by itself: nothing to do',
  over: 'is over: the card was retired or withdrawn meanwhile. It is not sent; drop it',
  unknown: 'is not in the outbox',
};
const DONE: ReadonlySet<Verdict> = new Set(['replayed', 'dropped', 'waiting']);

type Options = ReturnType<typeof readArguments>['values'];

process.exitCode = await main();

async function main(): Promise<number> {
  let given: ReturnType<typeof readArguments>;
  try {
    given = readArguments();
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { values, positionals } = given;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const problem = problemOf(positionals, values);
  const url = databaseAddress(values.url, process.env);
  if (problem !== null || url === null) {
    return refuse(problem ?? 'No database: give --url or set PIMLICO_DATABASE_URL.');
  }
  const warn = (event: string, fields: object = {}): void => console.error(event, fields);
  const log = { info: () => undefined, warn, error: warn };
  const pool = createPostgresPool({ url, log, max: 2, name: 'pimlico-outbox' });
  try {
    return await carryOut(postgresDeadLetters(pool), positionals, values);
  } catch (error) {
    process.stderr.write(`${error instanceof AccessError ? `${error.code}: ${error.message}` : String(error)}\n`);
    return 1;
  } finally {
    await pool.end();
  }
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      json: { type: 'boolean' },
      url: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
}

/** What is wrong with the question, or null. */
function problemOf([command, ...ids]: readonly string[], { all = false }: Options): string | null {
  if (all && command !== 'replay') {
    return '--all is for replay.';
  }
  switch (command) {
    case 'list':
      return ids.length === 0 ? null : 'list takes no ID.';
    case 'show':
      return ids.length === 1 ? null : 'show takes one ID.';
    case 'replay':
      return ids.length > 0 !== all ? null : 'replay takes IDs, or --all.';
    case 'drop':
      return ids.length > 0 ? null : 'drop takes at least one ID.';
    case undefined:
      return 'Say what to do.';
    default:
      return `There is no "${command}".`;
  }
}

function refuse(problem: string): number {
  process.stderr.write(`${problem}\n\n${HELP}`);
  return 2;
}

async function carryOut(letters: DeadLetters, [command, ...ids]: readonly string[], options: Options): Promise<number> {
  const { all = false, json = false } = options;
  const print = (value: object, words: string): void =>
    void process.stdout.write(`${json ? JSON.stringify(value) : words}\n`);
  if (command === 'list') {
    for (const letter of await letters.list()) {
      print(letter, lineOf(letter));
    }
    return 0;
  }
  if (command === 'show') {
    const letter = await letters.find(ids[0] ?? '');
    if (letter === null) {
      process.stderr.write(`${ids[0]} is not among the messages that were given up.\n`);
      return 1;
    }
    print(letter, factsOf(letter));
    return 0;
  }
  const now = Temporal.Now.instant();
  const named = all ? (await letters.list()).filter(({ isOver }) => !isOver).map(({ id }) => id) : [...new Set(ids)];
  const verdicts: Verdict[] = [];
  for (const id of named) {
    const verdict = await (command === 'replay' ? letters.replay(id, now) : letters.drop(id, now));
    verdicts.push(verdict);
    print({ id, verdict }, `${id} ${WORDS[verdict]}`);
  }
  return verdicts.every((verdict) => DONE.has(verdict)) ? 0 : 1;
}

function lineOf({ id, diedAt, card, recipient, reason, attempts, isOver }: DeadLetter): string {
  const when = diedAt.toString({ smallestUnit: 'second' });
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${when}  ${id}  ${card} to ${recipient}: ${reason}, ${tries}${isOver ? ', over' : ''}`;
}

function factsOf(letter: DeadLetter): string {
  const width = Math.max(...Object.keys(letter).map((name) => name.length));
  return Object.entries(letter)
    .map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`)
    .join('\n');
}

import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import burstBench from './burst.bench.ts';
import callsBench from './calls.bench.ts';
import fanoutBench from './fanout.bench.ts';
import type { Bench, Figure } from './figure.ts';
import leastBench from './least.bench.ts';
import overheadBench from './overhead.bench.ts';
import remindersBench from './reminders.bench.ts';
import startBench from './start.bench.ts';
import turnsBench from './turns.bench.ts';

const HELP = `Usage: npm run bench -- [NAME…] [options]

Measures bot, sandbox and PostgreSQL as processes on loopback and prints one JSON line per figure:
{"bench","value","unit","against","ratio","pass"}. Nothing is left running. Without a NAME all are run.

  calls      requests with the person's token from a sentence to PIM's answer, and how many one after another
  turns      messages per second of "activate" and "help", against a bare botbuilder echo bot
  start      time to ready and resident memory after 10,000 turns, against the echo bot
  overhead   first answer and final card with 200 ms in each answer of Graph, against the same without
  fanout     one request to 1,000 approvers under Teams' limits, sound and with a tenth of the sends failing
  burst      5,000 people activate within a minute while Graph throttles, against the least that Teams' limits allow
  reminders  how late reminders come with 1,000,000 timers pending, against 1,000
  least      which role lets me: over the roles of --data and 5,000 custom ones, and how long their index takes

  --data DIR      folder of role definitions (for "least")
  --profile DIR   writes CPU profiles of the bots there
  --quick         one tiny round: shows that a bench works, its figures mean nothing
  --help          this text

Exits 0 when everything was measured, whatever the figures; 1 when something failed; 2 when it was asked wrongly.`;

const BENCHES: Readonly<Record<string, Bench>> = {
  calls: callsBench,
  turns: turnsBench,
  overhead: overheadBench,
  fanout: fanoutBench,
  reminders: remindersBench,
  burst: burstBench,
  least: leastBench,
  start: startBench,
};

function print(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no bench "${unknown.join('", "')}". There are: ${Object.keys(BENCHES).join(', ')}.\n`,
    );
    return 2;
  }
  if (values.data !== undefined && !existsSync(values.data)) {
    process.stderr.write(`--data: there is no folder ${values.data}.\n`);
    return 2;
  }
  if (values.profile !== undefined) {
    mkdirSync(values.profile, { recursive: true });
  }
  const options = {
    isQuick: values.quick ?? false,
    dataDir: values.data ?? null,
    profileDir: values.profile === undefined ? null : path.resolve(values.profile),
  };
  const names = positionals.length > 0 ? [...new Set(positionals)] : Object.keys(BENCHES);
  for (const name of names) {
    await BENCHES[name]?.(options, print);
  }
  return 0;
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      profile: { type: 'string' },
      quick: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}

try {
  process.exitCode = await main();
} catch (thrown) {
  const isUsage = (thrown as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`bench: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}

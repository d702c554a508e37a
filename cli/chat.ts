import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { talk } from './conversation/interactive.ts';
import { Player, StepFailure } from './conversation/play.ts';
import { createPagePrinter, createPrinter } from './conversation/print.ts';
import { readScript, ScriptError } from './conversation/script.ts';
import { Stage } from './stage/stage.ts';

const HELP = `Usage: npm run -s chat -- [--script FILE] [--json] [--now INSTANT] [--replicas N]

Boots the bot, the sandbox and PostgreSQL as separate processes on free ports, and lets you talk to the bot as any of the
people of the sandbox. Needs no tenant and no network.

  --script FILE   plays a conversation script (*.chat) instead, and ends
  --json          prints one JSON line for each thing a person saw
  --now INSTANT   sandbox time at the start (default 2026-11-23T09:00:00Z)
  --replicas N    bots on the one database, which take turns (default 1, at most 8)
  --database URL  an empty PostgreSQL database to use instead of an embedded one
  --help          this text

Exits 0, or 1 with the line of the script that failed.`;

const MONDAY_MORNING = '2026-11-23T09:00:00Z';

interface Settings {
  readonly script?: string;
  readonly json?: boolean;
  readonly now: string;
  readonly database?: string;
  readonly replicas: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      script: { type: 'string' },
      json: { type: 'boolean' },
      now: { type: 'string', default: MONDAY_MORNING },
      database: { type: 'string' },
      replicas: { type: 'string', default: '1' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  return await run(values);
}

async function run(settings: Settings): Promise<number> {
  const lines = settings.script === undefined ? null : readScript(readFileSync(settings.script, 'utf8'));
  const say = (line: object): void => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  if (!/^[1-8]$/.test(settings.replicas)) {
    throw new Error('--replicas takes a number from 1 to 8');
  }
  const stage = await Stage.open({
    now: settings.now,
    replicas: Number(settings.replicas),
    ...(settings.database === undefined ? {} : { databaseUrl: settings.database }),
    onBoot: (boot) => {
      if (settings.json) {
        say(boot);
      }
    },
  });
  const close = async (): Promise<void> => {
    await stage.close();
    process.exit(130);
  };
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  try {
    const write = (text: string): boolean => process.stdout.write(text);
    const player = settings.json
      ? new Player(stage, say)
      : new Player(stage, createPrinter(write), createPagePrinter(write));
    await (lines === null ? talk(stage, player) : player.play(lines));
    return 0;
  } finally {
    await stage.close();
  }
}

try {
  process.exitCode = await main();
} catch (thrown) {
  const isExpected = thrown instanceof StepFailure || thrown instanceof ScriptError;
  process.stderr.write(`${isExpected ? thrown.message : (thrown as Error).message}\n`);
  process.exitCode = 1;
}

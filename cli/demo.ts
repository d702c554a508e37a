import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { Player } from './conversation/play.ts';
import { createPrinter } from './conversation/print.ts';
import { readScript, type ScriptLine } from './conversation/script.ts';
import { Stage } from './stage/stage.ts';

const HELP = `Usage: npm run demo

Plays the product's main story on the sandbox and prints it for people: request, approval, active, reminder, ask again, second
approval, active, given back. Takes less than a minute, needs no tenant and no network. Exits 0 when the story came out.`;

const STORY = path.join(import.meta.dirname, 'conversation/main-story.chat');
const MONDAY_MORNING = '2026-11-23T09:00:00Z';

/** What happens next, in front of what people see of it. */
function announce({ source, step }: ScriptLine): void {
  const words = step.kind === 'clock' ? `… ${source.replace('@clock +', '')} later` : source;
  process.stdout.write(`${styleText('yellow', `▸ ${words}`)}\n\n`);
}

async function tell(): Promise<void> {
  const started = performance.now();
  const lines = readScript(readFileSync(STORY, 'utf8'));
  process.stdout.write('Starting the sandbox, a database and the bot …\n\n');
  const stage = await Stage.open({ now: MONDAY_MORNING, onBoot: () => undefined });
  try {
    const player = new Player(
      stage,
      createPrinter((text) => process.stdout.write(text)),
    );
    for (const line of lines) {
      if (line.step.kind !== 'expect') {
        announce(line);
      }
      await player.playLine(line);
    }
  } finally {
    await stage.close();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`The story came out as told, in ${seconds} seconds.\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  await tell();
  return 0;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`The story did not come out: ${(thrown as Error).message}\n`);
  process.exitCode = 1;
}

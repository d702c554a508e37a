import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { createLog } from '../src/adapters/log/logger.ts';
import { AccessError } from '../src/errors.ts';

const HELP = `Usage: npm run serve [-- --help]

Runs the bot for a real tenant until it is told to stop (SIGTERM or SIGINT). Settings come from the environment, as
PIMLICO_… names; the README lists them. Prints one JSON line per event; the first with "event":"ready" has the address, and
"event":"start.failed" the reason why there is none.

  --help   this text

Exits 0 when it was told to stop, 1 when it could not start or stop in order, 2 when the settings are wrong.`;

/** A stop that takes longer than this ends the process as it stands. */
const STOP_WITHIN_MS = 10_000;

/** Compiled code lies beside the code itself: nobody else can write there. Where the bot cannot either, it does without. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/pimlico', import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  enableCompileCache(COMPILED);
  // Only what is imported from here on is compiled with the cache.
  const { createApp, loadAppConfig } = await import('../bot/app.ts');
  const config = loadAppConfig(process.env);
  const log = createLog({ level: config.logLevel, replica: config.replica });
  const app = await createApp(config, log);
  const stopped = signalled();
  const url = await app.listen().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  // Supervisors wait for this line whatever the level of the log.
  createLog({ replica: config.replica }).info('ready', { url, pid: process.pid, instance: app.replica });
  // Also for the next start after one that is killed.
  flushCompileCache();
  const signal = await stopped;
  log.info('stopping', { signal });
  setTimeout(() => {
    log.error('stop.overdue', { afterMs: STOP_WITHIN_MS });
    process.exit(1);
  }, STOP_WITHIN_MS).unref();
  await app.close();
  log.info('stopped');
  return 0;
}

/** The first of the two signals; from then on both end the process at once, as they do by default. */
function signalled(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const stop = (signal: NodeJS.Signals): void => {
    process.off('SIGTERM', stop).off('SIGINT', stop);
    resolve(signal);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  return promise;
}

/** Twice: as a text for whoever sits in front of it, and as a line of the log, since alerts read nothing else. */
function tellFailure(thrown: unknown, isSettings: boolean): void {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  process.stderr.write(isSettings ? `The bot cannot start:\n${message}\n` : `The bot cannot start: ${message}\n`);
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  createLog().error('start.failed', { code: typeof code === 'string' ? code : 'internal.unexpected', message });
}

try {
  // What was cut off, such as a call that nobody answers, must not keep the process.
  process.exit(await main());
} catch (thrown) {
  const isSettings = thrown instanceof AccessError && thrown.code === 'config.invalid';
  tellFailure(thrown, isSettings);
  process.exit(isSettings ? 2 : 1);
}

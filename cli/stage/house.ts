import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';

import { openWindow, type PersonWindow } from '../../sandbox/playground/window.ts';
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts';
import { botEnvironment } from './bot-environment.ts';
import { type ReadyChild, startChild, stopChild } from './child.ts';
import { Control, type SandboxInfo } from './control.ts';
import { findLastingPort } from './ports.ts';

export interface HouseOptions {
  /** 0 takes a free one. */
  readonly botPort: number;
  /** Handles, and the port of each one's Playground. */
  readonly windows: readonly { readonly person: string; readonly port: number }[];
  readonly dataDir: string;
  /** Where the sandbox's clock starts to run; the wall clock's time when not given. */
  readonly now?: string;
  /** A line for whoever waits. */
  say(line: string): void;
  /** A part ended by itself, or does its work no more. */
  onFailure(what: string): void;
}

/** Everything that `npm start` starts. */
export interface House {
  readonly sandbox: SandboxInfo;
  readonly botUrl: string;
  readonly botLog: string;
  readonly windows: readonly PersonWindow[];
  close(): Promise<void>;
}

/** The bot's memory of a simulated tenant. It has a name of its own, so that nothing of a real tenant is ever dropped. */
const DATABASE = 'pimlico_sandbox';
/** Ctrl+C reaches the parts too, perhaps before us: their ending is judged only then. */
const JUDGE_AFTER_MS = 300;

type Closers = (() => Promise<unknown>)[];

/**
 * Starts sandbox, database, bot and Playgrounds, each when what it needs is there. What was started before something fails is
 * ended again.
 */
export async function openHouse(options: HouseOptions): Promise<House> {
  const closers: Closers = [];
  const state = { isClosing: false };
  const close = async (): Promise<void> => {
    state.isClosing = true;
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: Error) => options.say(`While ending: ${error.message}`));
    }
  };
  const watch = (name: string, child: ChildProcess, lastLines: () => readonly string[]): void => {
    child.once('exit', (code, signal) => {
      setTimeout(() => {
        if (!state.isClosing) {
          options.onFailure([`The ${name} ended by itself (${code ?? signal}).`, ...lastLines()].join('\n'));
        }
      }, JUDGE_AFTER_MS);
    });
  };
  try {
    const [databaseUrl, sandbox] = await Promise.all([openDatabase(options, closers), openSandbox(options, closers)]);
    watch('sandbox', sandbox.process, sandbox.lastLines);
    const info = sandbox.ready as unknown as SandboxInfo;
    const bot = await openBot(options, { info, databaseUrl, closers });
    watch('bot', bot.process, bot.lastLines);
    const botUrl = String(bot.ready.url).replace(/\/$/, '');
    await new Control(info.control).send('PUT', '/bot', { endpoint: `${botUrl}/api/messages` });
    const windows = await openWindows(options, info.control, closers);
    for (const { process: child, name } of windows) {
      watch(`Playground of ${name}`, child, () => []);
    }
    return { sandbox: info, botUrl, botLog: path.join(options.dataDir, 'bot.log'), windows, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A new tenant each time, so an empty memory each time: what was asked of the former one cannot be found any more. */
async function openDatabase({ dataDir, say }: HouseOptions, closers: Closers): Promise<string> {
  const tell = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    if (event === 'postgres.moved_aside') {
      say(`The database is in ${String(fields.folder)}, as its user cannot reach ${dataDir}.`);
    }
  };
  const server = await startEmbeddedPostgres({ dataDir, log: { info: tell, warn: tell, error: tell } });
  closers.push(() => server.stop());
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(`drop database if exists ${DATABASE} with (force)`);
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
  const url = new URL(server.url);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

async function openSandbox({ now }: HouseOptions, closers: Closers): Promise<ReadyChild> {
  const child = await startChild({
    args: ['cli/sandbox.ts', '--running', ...(now === undefined ? [] : ['--now', now])],
    isReady: (line) => 'control' in line,
  });
  closers.push(() => stopChild(child.process));
  return child;
}

async function openBot(
  { botPort, dataDir, say }: HouseOptions,
  { info, databaseUrl, closers }: { info: SandboxInfo; databaseUrl: string; closers: Closers },
): Promise<ReadyChild> {
  // The database may be elsewhere.
  mkdirSync(dataDir, { recursive: true });
  const log = createWriteStream(path.join(dataDir, 'bot.log'));
  log.on('error', ({ message }) => say(`The bot's log is not kept: ${message}`));
  closers.push(() => new Promise((resolve) => log.end(() => resolve(null))));
  const port = botPort === 0 ? await findLastingPort() : botPort;
  const child = await startChild({
    args: ['cli/serve.ts'],
    env: {
      ...botEnvironment(info, databaseUrl, port),
      PIMLICO_REPLICA: 'start',
      // Ours, and unknown to the bot.
      PIMLICO_PLAYGROUND_PORT: undefined,
    },
    isReady: (line) => line.event === 'ready',
    onLine: (line) => log.write(`${line}\n`),
  });
  closers.push(() => stopChild(child.process));
  return child;
}

async function openWindows(
  { windows, onFailure }: HouseOptions,
  control: string,
  closers: Closers,
): Promise<readonly PersonWindow[]> {
  const opened = await Promise.allSettled(
    windows.map(({ person, port }) =>
      openWindow({
        control,
        person,
        port,
        onFailure: (error) => onFailure(`The Playground of ${person} failed: ${error.message}`),
      }),
    ),
  );
  closers.push(() =>
    Promise.all(opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined))),
  );
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
  return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

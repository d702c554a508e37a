import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Cast, Face } from './sandbox-client.ts';

interface PlaygroundOptions {
  readonly cast: Cast;
  /** Where it posts activities. */
  readonly endpoint: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A Microsoft 365 Agents Playground that answers. */
export interface Playground {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 2_000;
const LAST_LINES = 20;
const LOOPBACK = new URL('./bind-to-loopback.ts', import.meta.url);

/** Starts a Playground for one person, bound to loopback, without telemetry and without opening a browser. */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), 'pimlico-playground-'));
  const config = join(folder, 'playground.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify(toConfig(options.cast), null, 2));
  const child = spawn(process.execPath, toArguments(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of ours: a proxy or a setting of another Playground must not reach it.
    env: {
      TEAMSAPPTESTER_BROWSER: 'none',
      M365_AGENTS_PLAYGROUND_CONFIG_PATH: config,
      M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, 'playground.log'),
    },
  });
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await readPort(child);
    if (options.port !== 0 && port !== options.port) {
      throw new Error(`Port ${options.port} is busy: the Playground took ${port} instead.`);
    }
    return { url: `http://127.0.0.1:${port}`, process: child, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function toArguments({ endpoint, port }: PlaygroundOptions): string[] {
  const cli = createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/cli.js');
  const own = ['start', '-e', endpoint, '-c', 'msteams', '-p', String(port), '--disable-telemetry'];
  return ['--import', LOOPBACK.href, cli, ...own];
}

/** Its file: the person, exactly five others, one group chat and one team. */
function toConfig({ tenantId, bot, person, others, conversationId, team }: Cast): object {
  return {
    version: '0.1.1',
    tenantId,
    bot,
    currentUser: toUser(person),
    users: others.slice(0, 5).map(toUser),
    personalChat: { id: conversationId },
    groupChat: { id: '19:playground-group@thread.v2', name: 'Group chat' },
    team: {
      id: team.id,
      name: team.name,
      aadGroupId: team.aadGroupId,
      channels: [{ id: '19:playground-channel@thread.tacv2', name: 'Playground' }],
    },
  };
}

function toUser({ teamsId, id, name, upn, mail }: Face): object {
  const [givenName = name, ...rest] = name.split(' ');
  // `userPrincipleName` is the Playground's own spelling.
  return {
    id: teamsId,
    aadObjectId: id,
    name,
    userPrincipleName: upn,
    email: mail,
    givenName,
    surname: rest.join(' '),
  };
}

/** The port it says it listens on: it takes another one without an error when the wanted one is busy. */
async function readPort(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  const keep = (line: string): void => {
    said.push(line);
    said.splice(0, Math.max(0, said.length - LAST_LINES));
  };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = (why: string): void => reject(new Error(`The Playground ${why}.\n${said.join('\n')}`));
  const timer = setTimeout(() => fail('did not start in time'), START_WITHIN_MS);
  child.once('error', reject);
  child.once('exit', (code) => fail(`ended with ${code ?? 'a signal'}`));
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', keep);
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      const port = /^Listening on (\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  }
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(insist);
}

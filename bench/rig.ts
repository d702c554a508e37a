import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';

import { botEnvironment } from '../cli/stage/bot-environment.ts';
import { startChild, stopChild } from '../cli/stage/child.ts';
import { Control, type SandboxInfo } from '../cli/stage/control.ts';
import { openTemporaryPostgres } from '../cli/stage/temporary-postgres.ts';
import type { Call } from '../sandbox/platform/types.ts';
import { createPostgresPool } from '../src/adapters/postgres/pool.ts';
import { silentLog } from '../src/ports/log.ts';
import type { Load, LoadResult, Speaker } from './load.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SANDBOX = fileURLToPath(new URL('./bench-sandbox.ts', import.meta.url));
const ECHO_BOT = fileURLToPath(new URL('./echo-bot.ts', import.meta.url));
const LOAD_CLIENT = fileURLToPath(new URL('./load-client.ts', import.meta.url));
const BOT = path.join(ROOT, 'cli/serve.ts');

/** Giving a large crowd its roles takes a while. */
const SANDBOX_READY_MS = 120_000;
const POLL_MS = 20;
const PATIENCE_MS = 120_000;

const QUIET = `select not exists (select from pimlico.timers where kind in ('activation.see', 'turn.resume'))
  and not exists (select from pimlico.outbox where state = 'due')
  and not exists (select from graphile_worker.jobs where task_identifier <> 'outbox.deliver') as is_quiet`;

/** What Teams takes from one bot in one tenant, a second, messages and changes of them together (teams-platform §4.1). */
export const TEAMS_PER_SECOND = 50;

export interface RigOptions {
  /** How many people besides the seeded ones. */
  readonly crowd: number;
  /** How many of the crowd's roles each of them may activate; all when not given. */
  readonly rolesEach?: number;
  /** Eligible for roles (default), or members of the group that approves. */
  readonly crowdIs?: 'eligible' | 'approvers';
  readonly profileDir: string | null;
}

/** A bot under measurement. */
export interface BenchBot {
  readonly url: string;
  /** From its start as a process to its first answer that it is ready. */
  readonly readyAfterMs: number;
  /** Memory that its process holds now, in MiB. */
  residentMemory(): number;
  stop(): Promise<void>;
}

/**
 * Sandbox on the wall clock, durable PostgreSQL and a load client, each a process of its own on loopback; bots are started
 * and stopped as a bench needs them. `close` ends whatever was started, by its process.
 */
export class Rig {
  readonly control: Control;
  readonly sandbox: SandboxInfo;
  readonly crowd: readonly Speaker[];
  readonly #people: readonly Person[];
  /** The bot's own database, for what cannot be seen from outside. */
  readonly database: Pool;
  readonly #databaseUrl: string;
  readonly #profileDir: string | null;
  readonly #loadClient: ChildProcess;
  readonly #closers: (() => Promise<unknown>)[];
  #botId = '';
  #token: Promise<string> | null = null;

  private constructor(parts: {
    readonly sandbox: SandboxInfo;
    readonly people: readonly Person[];
    readonly botId: string;
    readonly databaseUrl: string;
    readonly profileDir: string | null;
    readonly loadClient: ChildProcess;
    readonly closers: (() => Promise<unknown>)[];
  }) {
    this.sandbox = parts.sandbox;
    this.control = new Control(parts.sandbox.control);
    this.#people = parts.people;
    this.crowd = parts.people.filter(({ handle }) => handle.startsWith('crowd-')).map(speakerOf);
    this.#botId = parts.botId;
    this.#databaseUrl = parts.databaseUrl;
    this.#profileDir = parts.profileDir;
    this.#loadClient = parts.loadClient;
    this.#closers = parts.closers;
    this.database = createPostgresPool({ url: parts.databaseUrl, log: silentLog, max: 2, name: 'bench' });
    this.#closers.push(() => this.database.end());
  }

  static async open({ crowd: size, crowdIs = 'eligible', rolesEach, profileDir }: RigOptions): Promise<Rig> {
    const closers: (() => Promise<unknown>)[] = [];
    try {
      const database = await openTemporaryPostgres({ prefix: 'pimlico-bench-', durable: true });
      closers.push(() => database.close());
      const child = await startChild({
        args: [
          SANDBOX,
          '--crowd',
          String(size),
          ...(rolesEach === undefined ? [] : ['--roles', String(rolesEach)]),
          ...(crowdIs === 'approvers' ? ['--approvers'] : []),
        ],
        isReady: (line) => 'control' in line,
        timeoutMs: SANDBOX_READY_MS,
      });
      closers.push(() => stopChild(child.process));
      const sandbox = child.ready as unknown as SandboxInfo;
      const { people, botId } = await readPeople(new Control(sandbox.control));
      const loadClient = fork(LOAD_CLIENT, { stdio: 'inherit' });
      closers.push(() => stopChild(loadClient));
      return new Rig({ sandbox, people, botId, databaseUrl: database.url, profileDir, loadClient, closers });
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /** Starts the product, which all that people say from now on reaches. It keeps Teams' limits only when asked to. */
  /** Approvers are all asked at once, unlike in production: how fast a wave is does not depend on how many wait for it. */
  startBot({ isPaced = false }: { readonly isPaced?: boolean } = {}): Promise<BenchBot> {
    return this.#start([BOT], { PIMLICO_PACING: isPaced ? 'on' : 'off', PIMLICO_APPROVER_WAVE: '0' });
  }

  startEchoBot(): Promise<BenchBot> {
    return this.#start([ECHO_BOT]);
  }

  /** Conversation ids of the crowd and of these people. */
  approverChats(handles: readonly string[]): readonly string[] {
    const isMeant = ({ handle }: Person): boolean => handle.startsWith('crowd-') || handles.includes(handle);
    return this.#people.filter(isMeant).map(({ conversationId }) => conversationId);
  }

  async #start(args: readonly string[], settings: NodeJS.ProcessEnv = {}): Promise<BenchBot> {
    const { PIMLICO_CLOCK_URL: _, ...env } = botEnvironment(this.sandbox, this.#databaseUrl);
    const profiling = this.#profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${this.#profileDir}`];
    const start = performance.now();
    const { process: child, ready } = await startChild({
      args: [...profiling, ...args],
      // A few people say in seconds what takes a day otherwise.
      env: { ...env, PIMLICO_LOG_LEVEL: 'warn', PIMLICO_TURNS_PER_MINUTE: '0', ...settings },
      isReady: (line) => line.event === 'ready',
    });
    this.#closers.push(() => stopChild(child));
    const url = String(ready.url).replace(/\/$/, '');
    await this.until(`${url} is ready`, async () => (await fetch(`${url}/readyz`)).status === 200);
    const readyAfterMs = performance.now() - start;
    await this.control.send('PUT', '/bot', { endpoint: `${url}/api/messages` });
    return { url, readyAfterMs, residentMemory: () => residentMemory(child), stop: () => stopChild(child) };
  }

  /** Lets a person say something as a Teams client would, silent sign-in included. */
  async say(person: string, text: string): Promise<void> {
    const { status } = await this.control.send('POST', '/teams/say', { person, text });
    if (status !== 200) {
      throw new Error(`"${text}" was answered ${String(status)}.`);
    }
  }

  /** Has the load client say all of it; answers messages per second. An answer other than 200 is an error. */
  async load(bot: BenchBot, said: Load['said'], how: number | Pick<Load, 'atATime' | 'overMs'>): Promise<number> {
    const serviceUrl = `${this.sandbox.connector.replace(/\/$/, '')}/`;
    this.#token ??= this.control
      .send('POST', '/tokens', { resource: 'bot', serviceUrl })
      .then(({ token }) => String(token));
    const load: Load = {
      endpoint: `${bot.url}/api/messages`,
      token: await this.#token,
      serviceUrl,
      tenantId: this.sandbox.tenantId,
      botId: this.#botId,
      ...(typeof how === 'number' ? { atATime: how } : how),
      said,
    };
    const answered = once(this.#loadClient, 'message');
    this.#loadClient.send(load);
    const [{ milliseconds, failures }] = (await answered) as [LoadResult];
    const wrong = Object.entries(failures).map(([status, count]) => `${count} with ${status}`);
    if (wrong.length > 0) {
      throw new Error(`Of ${said.length} messages these were not answered 200: ${wrong.join(', ')}.`);
    }
    return (said.length * 1_000) / milliseconds;
  }

  /** The number of the newest thing that anybody saw. */
  async lastSighting(): Promise<number> {
    const { last } = await this.control.send('GET', `/teams/seen?after=${Number.MAX_SAFE_INTEGER}`);
    return Number(last);
  }

  /** Asks again and again until it is so. */
  async until(
    what: string,
    isSo: () => Promise<boolean>,
    { patienceMs = PATIENCE_MS, pollMs = POLL_MS }: { readonly patienceMs?: number; readonly pollMs?: number } = {},
  ): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!(await isSo())) {
      if (performance.now() > deadline) {
        throw new Error(`It did not come about in time that ${what}.`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  /** Waits until the bot has done what it does behind its answers, such as the look whether access is listed. */
  async isQuiet(): Promise<void> {
    await this.until('the bot has nothing left to do', async () => {
      const { rows } = await this.database.query(QUIET);
      return rows[0].is_quiet === true;
    });
  }

  /** The number of the newest call that the sandbox logged. */
  async lastCall(): Promise<number> {
    const { lastSeq } = await this.control.send('GET', `/calls?since=${Number.MAX_SAFE_INTEGER}`);
    return Number(lastSeq);
  }

  async callsSince(seq: number): Promise<readonly Call[]> {
    const { calls } = await this.control.send('GET', `/calls?since=${seq}`);
    return calls as readonly Call[];
  }

  async close(): Promise<void> {
    await closeAll(this.#closers);
  }
}

async function closeAll(closers: (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
}

interface Person {
  readonly handle: string;
  readonly id: string;
  readonly teamsId: string;
  readonly conversationId: string;
}

function speakerOf({ id, teamsId, conversationId, handle }: Person): Speaker {
  return { id, teamsId, conversationId, name: handle };
}

async function readPeople(control: Control): Promise<{ people: readonly Person[]; botId: string }> {
  const { bot, people } = (await control.send('GET', '/teams/conversations')) as unknown as {
    readonly bot: { readonly id: string };
    readonly people: readonly Person[];
  };
  return { people, botId: bot.id };
}

/** Linux tells it without another process; its pages are counted in KiB. */
function residentMemory({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
}

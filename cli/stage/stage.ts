import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type Backlog, readBacklog } from '../../src/adapters/postgres/backlog.ts';
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts';
import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import { silentLog } from '../../src/ports/log.ts';
import { botEnvironment } from './bot-environment.ts';
import { startChild, stopChild } from './child.ts';
import { Control, type SandboxInfo } from './control.ts';
import { findLastingPort } from './ports.ts';

export interface StageOptions {
  /** Sandbox time at the start. */
  readonly now: string;
  /** A database to use instead of an embedded one of our own. */
  readonly databaseUrl?: string;
  /** Settings of the bot beside those of the stage, or instead of them. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called once, when the sandbox is up and the bot is not yet. */
  prepare?(control: Control): Promise<void>;
  /** Gets every line that the bot prints, on either stream. */
  onBotLine?(line: string): void;
  /** Called after each start of the bot. */
  onBoot(boot: Boot): void;
}

/** The first line of a script's output, printed again after each start. */
export interface Boot {
  readonly event: 'boot';
  readonly pids: { readonly bot: number; readonly sandbox: number; readonly postgres: number };
  readonly urls: Readonly<Record<string, string>>;
}

/** Nothing is due within this time: then a step of a script is over. */
const HORIZON = Temporal.Duration.from({ seconds: 60 });
/** Real time after which a step that does not come to rest is an error. */
const PATIENCE_MS = 30_000;
const POLL_MS = 4;
/** How often the bot reads PIM's log unless it is told otherwise. */
const LOOK_EVERY_S = 60;

function earlier(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  return a === null || (b !== null && Temporal.Instant.compare(b, a) < 0) ? b : a;
}

/**
 * Bot, sandbox and PostgreSQL as processes of their own, and the clock that moves them together. What is due is read from the
 * bot's database, so that the clock can jump from one due instant to the next and nothing has to sleep.
 */
export class Stage {
  readonly control: Control;
  readonly sandbox: SandboxInfo;
  readonly #options: StageOptions;
  readonly #database: Database;
  readonly #pool: Pool;
  readonly #sandboxProcess: ChildProcess;
  /** The bot's for as long as the stage stands: links on cards lead to it after a restart, too. */
  readonly #botPort: number;
  #bot: ChildProcess | null = null;
  #botUrl = '';
  /** How the running bot signs its claims in the database. */
  #instance = '';
  #lastLines: () => readonly string[] = () => [];
  #lastSeen = 0;

  private constructor(options: StageOptions, { database, sandbox, botPort }: Parts) {
    this.#options = options;
    this.#database = database;
    this.#botPort = botPort;
    this.#pool = createPostgresPool({ url: database.url, log: silentLog, max: 2, name: 'stage' });
    this.#sandboxProcess = sandbox.child;
    this.sandbox = sandbox.info;
    this.control = new Control(sandbox.info.control);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const [database, sandbox, botPort] = await Promise.all([
      openDatabase(options),
      openSandbox(options),
      findLastingPort(),
    ]);
    const stage = new Stage(options, { database, sandbox, botPort });
    try {
      await options.prepare?.(stage.control);
      await stage.startBot();
    } catch (thrown) {
      await stage.close();
      throw thrown;
    }
    return stage;
  }

  get botUrl(): string {
    return this.#botUrl;
  }

  get isBotAlive(): boolean {
    return this.#bot !== null && this.#bot.exitCode === null && this.#bot.signalCode === null;
  }

  async startBot(): Promise<void> {
    const {
      process: child,
      ready,
      lastLines,
    } = await startChild({
      args: ['cli/serve.ts'],
      env: { ...botEnvironment(this.sandbox, this.#database.url, this.#botPort), ...this.#options.env },
      isReady: (line) => line.event === 'ready',
      onLine: (line) => this.#options.onBotLine?.(line),
    });
    this.#bot = child;
    this.#lastLines = lastLines;
    this.#instance = String(ready.instance);
    this.#botUrl = String(ready.url).replace(/\/$/, '');
    await this.control.send('PUT', '/bot', { endpoint: `${this.#botUrl}/api/messages` });
    const { connector, graph, login, control } = this.sandbox;
    this.#options.onBoot({
      event: 'boot',
      pids: { bot: child.pid ?? 0, sandbox: this.#sandboxProcess.pid ?? 0, postgres: this.#database.pid },
      urls: { bot: this.#botUrl, connector, graph, login, control, database: this.#database.url },
    });
  }

  /** Ends the bot at once, as a crash would. */
  async killBot(): Promise<void> {
    if (this.#bot !== null) {
      await stopChild(this.#bot, 'SIGKILL');
    }
  }

  /** Resolves when the bot has ended by itself or was killed. */
  async botExit(): Promise<void> {
    if (this.#bot !== null && this.isBotAlive) {
      await once(this.#bot, 'exit');
    }
  }

  /** Lets everything that is due within the horizon happen, in order. */
  async settle(): Promise<void> {
    for (;;) {
      const next = await this.#rest();
      const limit = (await this.control.now()).add(HORIZON);
      if (next === null || Temporal.Instant.compare(next, limit) > 0) {
        return;
      }
      await this.control.setClock(next);
    }
  }

  /** Moves the clock on, visiting every due instant in order. */
  async moveClock(duration: Temporal.Duration): Promise<void> {
    const target = (await this.control.now()).add(duration);
    for (;;) {
      const next = await this.#rest();
      if (next === null || Temporal.Instant.compare(next, target) >= 0) {
        break;
      }
      await this.control.setClock(next);
    }
    await this.control.setClock(target);
    await this.settle();
  }

  /** Waits until nothing is under way; answers the next due instant. A bot that died meanwhile is started again. */
  async #rest(): Promise<Temporal.Instant | null> {
    const deadline = performance.now() + PATIENCE_MS;
    let quiet = 0;
    for (;;) {
      if (!this.isBotAlive) {
        await this.startBot();
      }
      await this.control.idle();
      const now = await this.control.now();
      const backlog = await readBacklog(this.#pool, { replica: this.#instance, now });
      const isBusy = backlog.isBusy || (await this.#isBotWorking());
      quiet = isBusy ? 0 : quiet + 1;
      if (quiet >= 2) {
        return earlier(backlog.nextDueAt, await this.#nextUsefulLook(backlog));
      }
      if (performance.now() > deadline) {
        throw new Error(
          `The bot did not come to rest within ${PATIENCE_MS / 1000} seconds.\n${await this.#whatIsLeft()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /**
   * The bot looks at PIM's log every minute, for ever: only those looks are visited that will find something. They stay on the
   * minutes on which they would have come.
   */
  async #nextUsefulLook({ nextLookAt, lookedAt }: Backlog): Promise<Temporal.Instant | null> {
    const shownAt = nextLookAt === null ? null : await this.control.nextLogged(lookedAt);
    if (nextLookAt === null || shownAt === null) {
      return null;
    }
    const late = nextLookAt.until(shownAt).total('seconds');
    return late <= 0 ? nextLookAt : nextLookAt.add({ seconds: Math.ceil(late / LOOK_EVERY_S) * LOOK_EVERY_S });
  }

  /** For whoever must find out why a step does not end. */
  async #whatIsLeft(): Promise<string> {
    const { rows } = await this.#pool.query<{ what: string }>(`
      select 'job ' || key || ' attempts ' || attempts || ' locked ' || coalesce(locked_by, '-') ||
        ' ' || coalesce(left(last_error, 300), '') as what from graphile_worker.jobs
      union all select 'timer ' || kind || ' ' || subject || ' ' || due_at from pimlico.timers
      union all select 'outbox ' || card_id || ' look_at ' || look_at || ' claimed ' || coalesce(claimed_by, '-') ||
        ' until ' || coalesce(claimed_until::text, '-') || ' ' || coalesce(sending, 'reserved') ||
        ' attempts ' || attempts || ' ' || coalesce(reason, '') from pimlico.outbox where state = 'due'
      union all select 'lane ' || recipient || ' of ' || card_id || ' until ' || claimed_until from pimlico.lanes
      union all select 'request ' || id || ' ' || state || ' lease ' || coalesce(lease_by, '-')
        from pimlico.activation_requests where state = 'submitting'`);
    const { open } = await this.control.send('GET', '/teams/idle');
    const now = await this.control.now();
    const bot = `${this.#instance}, ${(await this.#isBotWorking()) ? 'working' : 'at rest'}`;
    const said = this.#lastLines().slice(-12).join('\n');
    return [`now ${now}, sandbox has ${open} open, bot ${bot}`, ...rows.map((row) => row.what), said].join('\n');
  }

  async #isBotWorking(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#botUrl}/healthz`);
      const { inFlight } = (await answer.json()) as { inFlight?: number };
      return (inFlight ?? 0) > 0;
    } catch {
      // Not answering means that it died; the next look starts it again.
      return true;
    }
  }

  /** What people saw since the last call. */
  async newSightings(): Promise<readonly Sighting[]> {
    const events = await this.control.seenAfter(this.#lastSeen);
    this.#lastSeen = events.at(-1)?.seq ?? this.#lastSeen;
    return events;
  }

  async close(): Promise<void> {
    if (this.#bot !== null) {
      await stopChild(this.#bot);
    }
    await this.#pool.end();
    await Promise.all([stopChild(this.#sandboxProcess), this.#database.close()]);
  }
}

interface Parts {
  readonly database: Database;
  readonly sandbox: { readonly info: SandboxInfo; readonly child: ChildProcess };
  readonly botPort: number;
}

interface Database {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

async function openDatabase(options: StageOptions): Promise<Database> {
  if (options.databaseUrl !== undefined) {
    return { url: options.databaseUrl, pid: 0, close: async () => undefined };
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'pimlico-'));
  // The database server may run as another user.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    durable: false,
    log: silentLog,
  });
  const close = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.url, pid: server.pid, close };
}

async function openSandbox(options: StageOptions): Promise<{ info: SandboxInfo; child: ChildProcess }> {
  const { process: child, ready } = await startChild({
    args: ['cli/sandbox.ts', '--now', options.now],
    isReady: (line) => 'control' in line,
  });
  return { info: ready as unknown as SandboxInfo, child };
}

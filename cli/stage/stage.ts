import type { ChildProcess } from 'node:child_process';
import type { Pool } from 'pg';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type Backlog, readBacklog } from '../../src/adapters/postgres/backlog.ts';
import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import { silentLog } from '../../src/ports/log.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { botEnvironment } from './bot-environment.ts';
import { startChild, stopChild } from './child.ts';
import { Control, type SandboxInfo } from './control.ts';
import { findLastingPort } from './ports.ts';
import { Replica } from './replica.ts';
import { openTemporaryPostgres } from './temporary-postgres.ts';

export interface StageOptions {
  /** Sandbox time at the start. */
  readonly now: string;
  /** A database to use instead of an embedded one of our own. */
  readonly databaseUrl?: string;
  /** Bots on the one database; 1 by default. */
  readonly replicas?: number;
  /** Settings of the bot beside those of the stage, or instead of them. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called once, when the sandbox is up and the bot is not yet. */
  prepare?(control: Control): Promise<void>;
  /** Gets every line that the bot prints, on either stream. */
  onBotLine?(line: string): void;
  /** Called after each start of the bot, or of all of its replicas. */
  onBoot(boot: Boot): void;
}

/** The first line of a script's output, printed again after each start. */
export interface Boot {
  readonly event: 'boot';
  readonly pids: {
    readonly bot: number;
    /** All of them, where there are several. */
    readonly bots?: readonly number[];
    readonly sandbox: number;
    readonly postgres: number;
  };
  readonly urls: Readonly<Record<string, string>>;
}

export interface Restart {
  /** All replicas at once, instead of the next in turn. */
  readonly isAll: boolean;
  /** They are asked to stop, instead of being killed. */
  readonly isGentle: boolean;
}

/** Nothing is due within this time: then a step of a script is over. */
const HORIZON = Temporal.Duration.from({ seconds: 60 });
/** Real time after which a step that does not come to rest is an error. */
const PATIENCE_MS = 30_000;
/** Looking takes processor time from what is waited for: what takes longer is looked at less often. */
const POLL_MS = 4;
const LONGEST_POLL_MS = 40;
/** How often the bot reads PIM's log unless it is told otherwise. */
const LOOK_EVERY_S = 60;

/** What comes next: something that is due, and a look at PIM's log that finds something, which no step waits for. */
interface Ahead {
  readonly now: Temporal.Instant;
  readonly next: Temporal.Instant | null;
  readonly look: Temporal.Instant | null;
}

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
  readonly #replicas: readonly Replica[];
  /** Stands before several replicas; one has the address to itself. */
  readonly #balancer: Balancer | null;
  #restarts = 0;
  #lastSeen = 0;

  private constructor(options: StageOptions, { database, sandbox, ports, balancer }: Parts) {
    this.#options = options;
    this.#database = database;
    this.#balancer = balancer;
    // Each keeps its port for as long as the stage stands: links on cards lead to it after a restart, too.
    this.#replicas = ports.map((port, index) => {
      const several = balancer && { PIMLICO_REPLICA: `stage-${index + 1}`, PIMLICO_PUBLIC_URL: balancer.url };
      const env = { ...botEnvironment(sandbox.info, database.url, port), ...several, ...options.env };
      return new Replica({ env, onLine: (line) => options.onBotLine?.(line) });
    });
    this.#pool = createPostgresPool({ url: database.url, log: silentLog, max: 2, name: 'stage' });
    this.#sandboxProcess = sandbox.child;
    this.sandbox = sandbox.info;
    this.control = new Control(sandbox.info.control);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { replicas = 1 } = options;
    const [database, sandbox, balancer, ports] = await Promise.all([
      openDatabase(options),
      openSandbox(options),
      replicas === 1 ? null : openBalancer(),
      Promise.all(Array.from({ length: replicas }, findLastingPort)),
    ]);
    const stage = new Stage(options, { database, sandbox, ports, balancer });
    try {
      await options.prepare?.(stage.control);
      await stage.startBot();
    } catch (thrown) {
      await stage.close();
      throw thrown;
    }
    return stage;
  }

  /** Where the bot is to be found: the balancer's address, when there are several replicas. */
  get botUrl(): string {
    return this.#balancer?.url ?? this.#replicas[0]?.url ?? '';
  }

  get isBotAlive(): boolean {
    return this.#replicas.every(({ isAlive }) => isAlive);
  }

  /** Starts every replica that is not running. */
  async startBot(): Promise<void> {
    await Promise.all(this.#replicas.filter(({ isAlive }) => !isAlive).map((replica) => replica.start()));
    const endpoints = this.#replicas.map(({ url }) => `${url}/api/messages`);
    await this.control.send('PUT', '/bot', { endpoints });
    this.#balancer?.lead(this.#replicas.map(({ url }) => url));
    const pids = this.#replicas.map(({ pid }) => pid);
    const { connector, graph, login, control } = this.sandbox;
    this.#options.onBoot({
      event: 'boot',
      pids: {
        bot: pids[0] ?? 0,
        ...(pids.length > 1 && { bots: pids }),
        sandbox: this.#sandboxProcess.pid ?? 0,
        postgres: this.#database.pid,
      },
      urls: { bot: this.botUrl, connector, graph, login, control, database: this.#database.url },
    });
  }

  /** Ends the bot at once, as a crash would: all replicas of it. */
  async killBot(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.end('SIGKILL')));
  }

  /** Tells the bot to stop, and waits until it has: all replicas of it. */
  async stopBot(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.end('SIGTERM')));
  }

  /** Ends the replica whose turn it is, or all, and starts what was ended. Fails when one that was asked to stop did not do so in order. */
  async restart({ isAll, isGentle }: Restart): Promise<void> {
    const next = this.#restarts % this.#replicas.length;
    this.#restarts += 1;
    const ending = this.#replicas.filter((_, index) => isAll || index === next);
    await Promise.all(ending.map((replica) => replica.end(isGentle ? 'SIGTERM' : 'SIGKILL')));
    const unruly = isGentle ? ending.find(({ exitCode }) => exitCode !== 0) : undefined;
    if (unruly !== undefined) {
      throw new Error(`A bot did not stop in order.\n${unruly.lastLines.slice(-12).join('\n')}`);
    }
    await this.startBot();
  }

  /** Resolves when every replica has ended by itself or was killed. */
  async botExit(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.exit()));
  }

  /** Lets everything that is due within the horizon happen, in order. */
  async settle(): Promise<void> {
    for (;;) {
      const { now, next } = await this.#rest();
      if (next === null || Temporal.Instant.compare(next, now.add(HORIZON)) > 0) {
        return;
      }
      await this.control.setClock(next);
    }
  }

  /** Moves the clock on, visiting every due instant in order; without `looks` those at PIM's log come when they come. */
  async moveClock(
    duration: Temporal.Duration,
    { looks }: { readonly looks: boolean } = { looks: true },
  ): Promise<void> {
    const target = (await this.control.now()).add(duration);
    for (;;) {
      const { look, next: due } = await this.#rest();
      const next = looks ? earlier(due, look) : due;
      if (next === null || Temporal.Instant.compare(next, target) >= 0) {
        break;
      }
      await this.control.setClock(next);
    }
    await this.control.setClock(target);
    await this.settle();
  }

  /** Moves the clock on at once, as after a long outage: what fell due meanwhile is late, and all of it comes now. */
  async leap(duration: Temporal.Duration): Promise<void> {
    await this.control.setClock((await this.control.now()).add(duration));
    await this.settle();
  }

  /** Waits until nothing is under way. A bot that died meanwhile is started again. */
  async #rest(): Promise<Ahead> {
    const deadline = performance.now() + PATIENCE_MS;
    let quiet = 0;
    let pollMs = POLL_MS;
    for (;;) {
      if (!this.isBotAlive) {
        await this.startBot();
      }
      const now = await this.control.idle();
      const backlog = await readBacklog(this.#pool, { replicas: this.#instances, now });
      const isBusy = backlog.isBusy || (await this.#isBotWorking());
      quiet = isBusy ? 0 : quiet + 1;
      if (quiet >= 2) {
        return { now, next: backlog.nextDueAt, look: await this.#nextUsefulLook(backlog) };
      }
      if (performance.now() > deadline) {
        throw new Error(
          `The bot did not come to rest within ${PATIENCE_MS / 1000} seconds.\n${await this.#whatIsLeft()}`,
        );
      }
      pollMs = Math.min(pollMs + 1, LONGEST_POLL_MS);
      await new Promise((resolve) => setTimeout(resolve, isBusy ? pollMs : POLL_MS));
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
    const bot = `${this.#instances.join(' and ')}, ${(await this.#isBotWorking()) ? 'working' : 'at rest'}`;
    const said = this.#replicas.flatMap(({ lastLines }) => lastLines.slice(-12));
    return [`now ${now}, sandbox has ${open} open, bot ${bot}`, ...rows.map((row) => row.what), ...said].join('\n');
  }

  get #instances(): readonly string[] {
    return this.#replicas.map(({ instance }) => instance);
  }

  async #isBotWorking(): Promise<boolean> {
    return (await Promise.all(this.#replicas.map((replica) => replica.isWorking()))).includes(true);
  }

  /** What people saw since the last call. */
  async newSightings(): Promise<readonly Sighting[]> {
    const events = await this.control.seenAfter(this.#lastSeen);
    this.#lastSeen = events.at(-1)?.seq ?? this.#lastSeen;
    return events;
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.end('SIGTERM')));
    await this.#pool.end();
    await this.#balancer?.close();
    await Promise.all([stopChild(this.#sandboxProcess), this.#database.close()]);
  }
}

interface Parts {
  readonly database: Database;
  readonly sandbox: { readonly info: SandboxInfo; readonly child: ChildProcess };
  /** One for each replica. */
  readonly ports: readonly number[];
  readonly balancer: Balancer | null;
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
  return openTemporaryPostgres({ prefix: 'pimlico-', durable: false });
}

async function openSandbox(options: StageOptions): Promise<{ info: SandboxInfo; child: ChildProcess }> {
  const { process: child, ready } = await startChild({
    args: ['cli/sandbox.ts', '--now', options.now],
    isReady: (line) => 'control' in line,
  });
  return { info: ready as unknown as SandboxInfo, child };
}

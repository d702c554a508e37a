import type { Pool } from 'pg';
import type { Stage } from '../stage/stage.ts';
import type { Random } from './random.ts';

/** Tables that a transaction of the bot writes to. */
const TABLES = [
  'pimlico.activation_requests',
  'pimlico.cards',
  'pimlico.outbox',
  'pimlico.timers',
  'pimlico.audit',
  'pimlico.inbox',
  'graphile_worker._private_jobs',
] as const;

/** When the bot is killed. Each holds from a beat of the story on, and comes with whatever is the first to fit. */
export type KillPoint =
  /** The sandbox gets, or has just carried out, the n-th call from then on. */
  | { readonly kind: 'call'; readonly at: 'before' | 'after'; readonly nth: number }
  /** In a transaction: at its first write to that table, which waits for a lock. A lone statement may still be carried out. */
  | { readonly kind: 'write'; readonly table: string }
  /** When the clock was moved for the n-th time: something is due. */
  | { readonly kind: 'timer'; readonly nth: number }
  | { readonly kind: 'rest' };

/** Draws where a run is killed, more often at calls than elsewhere. */
export function drawKillPoint(random: Random): KillPoint {
  return random.pick<() => KillPoint>([
    () => ({ kind: 'call', at: 'before', nth: random.between(1, 14) }),
    () => ({ kind: 'call', at: 'after', nth: random.between(1, 14) }),
    () => ({ kind: 'call', at: random.pick(['before', 'after']), nth: random.between(1, 4) }),
    () => ({ kind: 'write', table: random.pick(TABLES) }),
    () => ({ kind: 'timer', nth: random.between(1, 6) }),
    () => (random.chance(0.3) ? { kind: 'rest' } : { kind: 'write', table: random.pick(TABLES) }),
  ])();
}

export function describeKill(point: KillPoint): string {
  switch (point.kind) {
    case 'call':
      return `${point.at} call ${point.nth}`;
    case 'write':
      return `at a write to ${point.table.split('.')[1]}`;
    case 'timer':
      return `at clock move ${point.nth}`;
    case 'rest':
      return 'at rest';
  }
}

const LOOK_EVERY_MS = 2;

/** A trap that kills the bot once, where its point comes; {@link disarm} must be called in the end. */
export class Trap {
  readonly #stage: Stage;
  readonly #pool: Pool;
  readonly #stop = new AbortController();
  #watch: Promise<void> = Promise.resolve();
  #where: string | null = null;

  constructor(stage: Stage, pool: Pool) {
    this.#stage = stage;
    this.#pool = pool;
  }

  /** Where the bot was when it was killed; null while it was not. */
  get where(): string | null {
    return this.#where;
  }

  async arm(point: KillPoint): Promise<void> {
    switch (point.kind) {
      case 'call':
        await this.#armCall(point);
        return;
      case 'write':
        await this.#armWrite(point.table);
        return;
      case 'timer':
        await this.#armTimer(point.nth);
        return;
      case 'rest':
        await this.#kill('at rest');
        return;
    }
  }

  async disarm(): Promise<void> {
    this.#stop.abort();
    await this.#watch;
    await this.#stage.control.send('DELETE', '/faults?name=hold');
  }

  async #kill(where: string): Promise<void> {
    this.#where = where;
    await this.#stage.killBot();
  }

  async #armCall({ at, nth }: Extract<KillPoint, { kind: 'call' }>): Promise<void> {
    const { control } = this.#stage;
    const last = Math.max(0, ...((await control.send('GET', '/holds')).holds as readonly Held[]).map(({ id }) => id));
    await control.send('POST', '/faults', { name: 'hold', at, nth });
    this.#watch = this.#unlessStopped(async (signal) => {
      for (;;) {
        const answer = await control.send('GET', `/holds/next?after=${last}`, undefined, signal);
        const [held] = (answer.holds ?? []) as readonly Held[];
        if (held !== undefined) {
          // What is held stays so: let go, a call that was to die with the bot could still be carried out.
          await this.#kill(`${at} ${held.call.method} ${held.call.path.split('?')[0]?.slice(0, 120)}`);
          return;
        }
      }
    });
  }

  async #armWrite(table: string): Promise<void> {
    const client = await this.#pool.connect();
    await client.query(`begin; lock table ${table} in share mode`);
    const waiting = `select exists (select from pg_locks where not granted and relation = '${table}'::regclass) as is`;
    this.#watch = this.#unlessStopped(async (signal) => {
      try {
        while (!signal.aborted) {
          const { rows } = await client.query<{ is: boolean }>(waiting);
          if (rows[0]?.is) {
            await this.#kill(`at a write to ${table.split('.')[1]}`);
            return;
          }
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        }
      } finally {
        await client.query('rollback');
        client.release();
      }
    });
  }

  async #armTimer(nth: number): Promise<void> {
    const { control } = this.#stage;
    let { version } = (await control.send('GET', '/clock')) as { version?: unknown };
    this.#watch = this.#unlessStopped(async (signal) => {
      for (let moves = 0; moves < nth; ) {
        const answer = await control.send('GET', `/clock?after=${version}`, undefined, signal);
        if (answer.version !== undefined) {
          version = answer.version;
          moves += 1;
        }
      }
      await this.#kill(`at clock move ${nth}`);
    });
  }

  async #unlessStopped(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    try {
      await work(signal);
    } catch (thrown) {
      if (!signal.aborted) {
        throw thrown;
      }
    }
  }
}

interface Held {
  readonly id: number;
  readonly call: { readonly method: string; readonly path: string };
}

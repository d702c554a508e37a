import assert from 'node:assert/strict';
import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';

const MONDAY_MORNING = '2026-11-23T09:00:00Z';

interface TenantState {
  readonly requests: readonly { readonly kind: string; readonly action: string; readonly status: string }[];
}

/** A stage with a player, and what people saw; its bot is killed at a call of the test's choice. */
export class Theater {
  readonly stage: Stage;
  readonly database: FreshDatabase;
  readonly #player: Player;
  #seen: Sighting[] = [];

  private constructor(stage: Stage, database: FreshDatabase) {
    this.stage = stage;
    this.database = database;
    this.#player = new Player(stage, (sighting) => this.#seen.push(sighting));
  }

  static async open(): Promise<Theater> {
    const database = await freshDatabase();
    const stage = await Stage.open({ now: MONDAY_MORNING, databaseUrl: database.url, onBoot: () => undefined });
    return new Theater(stage, database);
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.database.drop();
  }

  /** Whatever was left open is over by then. In one leap, everything that is due would wait for the limit of the log's reports. */
  async letADayPass(): Promise<void> {
    await this.stage.moveClock(Temporal.Duration.from({ hours: 25 }), { looks: false });
  }

  async play(...lines: readonly string[]): Promise<readonly Sighting[]> {
    this.#seen = [];
    for (const source of lines) {
      await this.#player.playLine({ number: 1, source, step: readStep(source) });
    }
    return this.#seen;
  }

  /** Kills the bot when the sandbox gets, or has carried out, the next call of that name. */
  async playKilled(line: string, at: 'before' | 'after', match: string): Promise<readonly Sighting[]> {
    const { control } = this.stage;
    await control.send('POST', '/faults', { name: 'hold', at, nth: 1, match });
    const stop = new AbortController();
    const killed = this.#killWhenHeld(stop.signal);
    const seen = await this.play(line);
    stop.abort();
    assert.equal(await killed, true, `nothing called ${match}`);
    return seen;
  }

  async #killWhenHeld(signal: AbortSignal): Promise<boolean> {
    const { control } = this.stage;
    for (;;) {
      const answer = await control.send('GET', '/holds/next?after=0', undefined, signal).catch(() => null);
      const holds = (answer?.holds ?? []) as readonly unknown[];
      if (answer === null) {
        return false;
      }
      if (holds.length > 0) {
        await control.send('DELETE', '/faults?name=hold');
        // What is held stays so: let go, a call that was to die with the bot could still be carried out.
        await this.stage.killBot();
        return true;
      }
    }
  }

  async requests(): Promise<readonly string[]> {
    const { requests } = (await this.stage.control.send('GET', '/pim/state')) as unknown as TenantState;
    return requests.filter(({ kind }) => kind === 'assignment').map(({ action, status }) => `${action} ${status}`);
  }
}

import type { Pool } from 'pg';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type AuditVerdict, verifyAudit } from '../../src/adapters/postgres/audit-verify.ts';
import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import { silentLog } from '../../src/ports/log.ts';
import { Stage } from '../stage/stage.ts';
import { type Beginning, type Evidence, gatherEvidence, type TenantRequest } from './evidence.ts';
import { type Deeded, Hands } from './hands.ts';
import type { Deed } from './story.ts';

const MONDAY_MORNING = '2026-11-23T09:00:00Z';

interface Person {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
}

/** One stage for many stories, each a day later than the one before. */
export class Theater {
  readonly stage: Stage;
  readonly pool: Pool;
  readonly hands: Hands;
  /** Handles by id. */
  readonly people: ReadonlyMap<string, string>;
  /** Warnings and errors that the bot logged in this story. */
  readonly errors: string[] = [];
  #seen: Sighting[] = [];

  private constructor({ stage, pool, people, lines }: Parts) {
    this.stage = stage;
    this.pool = pool;
    this.people = new Map(people.map(({ id, handle }) => [id, handle]));
    this.hands = new Hands(stage.control, new Map(people.map(({ handle, displayName }) => [handle, displayName])));
    lines.onLine = (line) => this.#note(line);
  }

  /** Opens a stage on an empty, migrated or not yet migrated database. */
  static async open(databaseUrl: string): Promise<Theater> {
    const lines: Lines = { onLine: () => undefined };
    const stage = await Stage.open({
      now: MONDAY_MORNING,
      databaseUrl,
      onBotLine: (line) => lines.onLine(line),
      onBoot: () => undefined,
    });
    const pool = createPostgresPool({ url: databaseUrl, log: silentLog, max: 3, name: 'crash' });
    const { people } = (await stage.control.send('GET', '/')) as unknown as { people: readonly Person[] };
    return new Theater({ stage, pool, people, lines });
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.pool.end();
  }

  /** Whether the audit trail holds, killed bots or not. */
  async trail(): Promise<AuditVerdict> {
    return await verifyAudit(this.pool, []);
  }

  get handles(): readonly string[] {
    return [...this.people.values()];
  }

  /** A story begins: what was seen before is nobody's business any more. */
  async begin(): Promise<Beginning> {
    await this.#collect();
    this.#seen = [];
    this.errors.length = 0;
    const { control } = this.stage;
    const [at, { lastSeq }] = await Promise.all([control.now(), control.send('GET', '/calls?since=999999999')]);
    return { at, call: Number(lastSeq) };
  }

  /** Does all of these at once. */
  async doAll(deeds: readonly Deed[]): Promise<readonly Deeded[]> {
    return await Promise.all(deeds.map((deed) => this.hands.do(deed)));
  }

  /** Does all of these at once, and lets what follows come to rest. */
  async act(deeds: readonly Deed[]): Promise<readonly Deeded[]> {
    const done = await this.doAll(deeds);
    await this.stage.settle();
    return done;
  }

  /** What people saw since this was last asked. */
  async news(): Promise<readonly Sighting[]> {
    const before = this.#seen.length;
    await this.#collect();
    return this.#seen.slice(before);
  }

  async evidence(since: Beginning): Promise<Evidence> {
    await this.#collect();
    const { control } = this.stage;
    return await gatherEvidence({ control, pool: this.pool, people: this.people }, since, [...this.#seen]);
  }

  /** Everybody opens their chat: cards of the story that went astray ask the bot what they are. */
  async viewAll(since: Beginning): Promise<void> {
    const after = String(since.at.epochMilliseconds);
    for (const person of this.handles) {
      await this.stage.control.send('POST', '/teams/view', { person, after });
    }
    await this.stage.settle();
  }

  /** All that an old press could change, in one line. */
  async look(): Promise<string> {
    await this.stage.settle();
    const { requests } = (await this.stage.control.send('GET', '/pim/state')) as unknown as {
      requests: readonly TenantRequest[];
    };
    const { rows } = await this.pool.query<{ all: string }>(
      `select string_agg(concat_ws(' ', id, state, wish, intended_outcome, decided_by, reminded_approvers_at), '; '
         order by id) as all from pimlico.activation_requests`,
    );
    return `${requests.length} ${requests.map(({ status }) => status).join()} | ${rows[0]?.all}`;
  }

  async #collect(): Promise<void> {
    this.#seen.push(...(await this.stage.newSightings()));
  }

  #note(line: string): void {
    if (/"level":"?(?:error|warn|50|40)\b/.test(line)) {
      this.errors.push(line);
    }
  }
}

interface Lines {
  onLine(line: string): void;
}

interface Parts {
  readonly stage: Stage;
  readonly pool: Pool;
  readonly people: readonly Person[];
  readonly lines: Lines;
}

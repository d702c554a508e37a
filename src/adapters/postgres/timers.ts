import type { TimerDraft, TimerKind, Timers } from '../../ports/store.ts';
import type { NotingDatabase } from './database.ts';

const SET = {
  name: 'timers.set',
  text: `
    insert into pimlico.timers (kind, subject, due_at, attempt, traceparent) values ($1, $2, $3, $4, $5)
    on conflict (kind, subject) do update
      set due_at = excluded.due_at, attempt = excluded.attempt, traceparent = excluded.traceparent`,
};
const CLEAR = { name: 'timers.clear', text: 'delete from pimlico.timers where kind = $1 and subject = $2' };
const CLEAR_ALL = { name: 'timers.clear-all', text: 'delete from pimlico.timers where subject = $1' };
/** Parameters: kinds, subjects, instants (null: no such timer), attempts, traces. Each timer once. */
const CHANGE_MANY = {
  name: 'timers.change-many',
  text: `
    with asked as (
      select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::integer[], $5::text[])
        as asked (kind, subject, due_at, attempt, traceparent)
    ), cleared as (
      delete from pimlico.timers t using asked
      where t.kind = asked.kind and t.subject = asked.subject and asked.due_at is null
    )
    insert into pimlico.timers (kind, subject, due_at, attempt, traceparent)
    select kind, subject, due_at, attempt, traceparent from asked where due_at is not null order by kind, subject
    on conflict (kind, subject) do update
      set due_at = excluded.due_at, attempt = excluded.attempt, traceparent = excluded.traceparent`,
};

interface TimerSettings {
  /** Hears of each, so that the promoter of this replica need not wait for its next look. */
  onSet(dueAt: Temporal.Instant): void;
  /** The trace that goes on when it fires. */
  trace(): string | null;
}

/** Keeps timers in PostgreSQL. */
export function postgresTimers(database: NotingDatabase, { onSet, trace }: TimerSettings): Timers {
  return {
    async set(timer) {
      await database.note(SET, [timer.kind, timer.subject, timer.dueAt.toString(), timer.attempt ?? 0, trace()]);
      onSet(timer.dueAt);
    },
    async clear(kind, subject) {
      await database.note(CLEAR, [kind, subject]);
    },
    async clearAll(subject) {
      await database.note(CLEAR_ALL, [subject]);
    },
  };
}

interface TimerChange {
  readonly kind: TimerKind;
  readonly subject: string;
  /** Null: it is cleared. */
  readonly set: TimerDraft | null;
}

/**
 * The timers of a transaction, whose changes are written as one statement by `write`, before it commits: an activation changes
 * seven. Nothing in a transaction reads timers, so the last change of each is all that counts.
 */
export class HeldTimers implements Timers {
  readonly #database: NotingDatabase;
  readonly #settings: TimerSettings;
  readonly #changes = new Map<string, TimerChange>();

  constructor(database: NotingDatabase, settings: TimerSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  async set(timer: TimerDraft): Promise<void> {
    this.#note({ kind: timer.kind, subject: timer.subject, set: timer });
    this.#settings.onSet(timer.dueAt);
  }

  async clear(kind: TimerKind, subject: string): Promise<void> {
    this.#note({ kind, subject, set: null });
  }

  async clearAll(subject: string): Promise<void> {
    for (const [key, change] of this.#changes) {
      if (change.subject === subject) {
        this.#changes.delete(key);
      }
    }
    await this.#database.note(CLEAR_ALL, [subject]);
  }

  async write(): Promise<void> {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    const trace = this.#settings.trace();
    if (changes.length > 0) {
      await this.#database.note(CHANGE_MANY, [
        changes.map(({ kind }) => kind),
        changes.map(({ subject }) => subject),
        changes.map(({ set }) => set?.dueAt.toString() ?? null),
        changes.map(({ set }) => set?.attempt ?? 0),
        changes.map(() => trace),
      ]);
    }
  }

  #note(change: TimerChange): void {
    this.#changes.set(`${change.kind} ${change.subject}`, change);
  }
}

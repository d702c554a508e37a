import type { Timers } from '../../ports/store.ts';
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

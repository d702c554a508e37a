import { type PrincipalId, principalId } from '../../domain/ids.ts';
import type { People, PersonRecord } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { selected } from './selected.ts';

/** A row of `pimlico.people`. */
export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly teams_user_id: string | null;
  readonly time_zone: string;
  readonly locale: string;
  readonly reminder_minutes: number | null;
  /** A text in a row that came as JSON, as the outbox reads it. */
  readonly signed_out_at: Temporal.Instant | string | null;
}

const COLUMNS = selected<PersonRow>({
  id: true,
  name: true,
  teams_user_id: true,
  time_zone: true,
  locale: true,
  reminder_minutes: true,
  signed_out_at: true,
});
const FIND = { name: 'people.find', text: `select ${COLUMNS} from pimlico.people where id = $1` };
const LOCK = { name: 'people.lock', text: 'select from pimlico.people where id = $1 for no key update' };
const LIST_BY_NAME = {
  name: 'people.list-by-name',
  text: `select ${COLUMNS} from pimlico.people where lower(btrim(name)) = lower(btrim($1)) order by name, id`,
};
/** Where replicas hear of sign-outs; the payload is the person's id. */
export const SIGNED_OUT = 'pimlico_signed_out';
/** Where they hear that somebody they may remember is not as before. */
export const PERSON_CHANGED = 'pimlico_person_changed';

/*
 * Saved with every turn: an unchanged person costs no write. Another replica may save a person as it knew them before they
 * signed out: that is never undone. A sign-out that is newer than the one before, and any change, is told when it commits.
 */
const SAVE = {
  name: 'people.save',
  text: `
    with saved as (
      insert into pimlico.people as p (id, name, teams_user_id, time_zone, locale, reminder_minutes, signed_out_at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (id) do update set name = excluded.name, teams_user_id = excluded.teams_user_id,
        time_zone = excluded.time_zone, locale = excluded.locale, reminder_minutes = excluded.reminder_minutes,
        signed_out_at = greatest(p.signed_out_at, excluded.signed_out_at)
      where (p.name, p.teams_user_id, p.time_zone, p.locale, p.reminder_minutes, p.signed_out_at) is distinct from
        (excluded.name, excluded.teams_user_id, excluded.time_zone, excluded.locale, excluded.reminder_minutes,
          greatest(p.signed_out_at, excluded.signed_out_at))
      returning id, signed_out_at
    )
    -- The table is seen here as it was before: never later than the row that was changed, so nothing is missed.
    select
      case when saved.signed_out_at > coalesce(before.signed_out_at, '-infinity')
        then pg_notify('${SIGNED_OUT}', saved.id) end,
      case when before.id is not null then pg_notify('${PERSON_CHANGED}', saved.id) end
    from saved left join pimlico.people before on before.id = saved.id`,
};

/** Reads a person from a row. */
export function personOf(row: PersonRow): PersonRecord {
  return {
    id: principalId(row.id),
    name: row.name,
    teamsUserId: row.teams_user_id,
    timeZone: row.time_zone,
    locale: row.locale,
    reminderMinutes: row.reminder_minutes,
    signedOutAt: typeof row.signed_out_at === 'string' ? Temporal.Instant.from(row.signed_out_at) : row.signed_out_at,
  };
}

/** Keeps people in PostgreSQL. */
export function postgresPeople(database: Database): People {
  return {
    async find(id: PrincipalId) {
      const [row] = await database.run<PersonRow>(FIND, [id]);
      return row === undefined ? null : personOf(row);
    },
    async save(person) {
      await database.run(SAVE, [
        person.id,
        person.name,
        person.teamsUserId,
        person.timeZone,
        person.locale,
        person.reminderMinutes,
        person.signedOutAt?.toString() ?? null,
      ]);
    },
    async lock(id) {
      await database.run(LOCK, [id]);
    },
    async listByName(name) {
      return (await database.run<PersonRow>(LIST_BY_NAME, [name.trim()])).map(personOf);
    },
  };
}

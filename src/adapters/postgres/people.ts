import { type PrincipalId, principalId } from '../../domain/ids.ts';
import type { People, PersonRecord } from '../../ports/store.ts';
import type { Database } from './database.ts';

/** A row of `pimlico.people`. */
export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly teams_user_id: string | null;
  readonly time_zone: string;
  readonly locale: string;
  readonly reminder_minutes: number | null;
}

const FIND = { name: 'people.find', text: 'select * from pimlico.people where id = $1' };
// Saved with every turn: an unchanged person costs no write.
const SAVE = {
  name: 'people.save',
  text: `
    insert into pimlico.people as p (id, name, teams_user_id, time_zone, locale, reminder_minutes)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (id) do update set name = excluded.name, teams_user_id = excluded.teams_user_id,
      time_zone = excluded.time_zone, locale = excluded.locale, reminder_minutes = excluded.reminder_minutes
    where (p.name, p.teams_user_id, p.time_zone, p.locale, p.reminder_minutes) is distinct from
      (excluded.name, excluded.teams_user_id, excluded.time_zone, excluded.locale, excluded.reminder_minutes)`,
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
      ]);
    },
  };
}

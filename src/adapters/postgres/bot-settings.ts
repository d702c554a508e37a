import { z } from 'zod';
import {
  type ApprovalsChannel,
  type BotSettingName,
  type BotSettingValue,
  PAUSE_EXTENTS,
  type Pause,
  UNREADABLE_SETTINGS,
} from '../../domain/bot-setting.ts';
import { conversationId, principalId } from '../../domain/ids.ts';
import type { BotSettings } from '../../ports/bot-settings.ts';
import type { Log } from '../../ports/log.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import type { NotingDatabase } from './database.ts';

const storedInstant = z.iso.datetime({ offset: false }).transform((text) => Temporal.Instant.from(text));

const storedPause: z.ZodType<Pause> = z.strictObject({
  reason: z.string(),
  by: z.strictObject({ id: z.guid().transform(principalId), name: z.string() }),
  since: storedInstant,
  stops: z.enum(PAUSE_EXTENTS),
});

const storedApprovalsChannel: z.ZodType<ApprovalsChannel> = z.strictObject({
  conversationId: z.string().min(1).transform(conversationId),
  teamName: z.string(),
  channelName: z.string(),
});

const SCHEMAS: { readonly [Name in BotSettingName]: z.ZodType<BotSettingValue<Name>> } = {
  paused: storedPause,
  'approvals-channel': storedApprovalsChannel,
};

const FIND = { name: 'bot-settings.find', text: 'select value from pimlico.bot_settings where name = $1' };
const LOCK = ADVISORY_LOCKS['bot-settings'];
/*
 * A setting that is not set has no row to lock. The read is a statement of its own: one that waits for the lock itself would
 * see the table as it was before.
 */
const HOLD = {
  name: 'bot-settings.hold',
  text: `select pg_advisory_xact_lock_shared(${LOCK}, hashtext($1))`,
};
const SAVE = {
  name: 'bot-settings.save',
  text: `
    with alone as materialized (select pg_advisory_xact_lock(${LOCK}, hashtext($1)))
    insert into pimlico.bot_settings (name, value, changed_by, changed_at)
    select $1, $2::jsonb, $3, $4::timestamptz from alone
    on conflict (name) do update
      set value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
};
const REMOVE = {
  name: 'bot-settings.remove',
  text: `
    with alone as materialized (select pg_advisory_xact_lock(${LOCK}, hashtext($1)))
    delete from pimlico.bot_settings using alone where name = $1`,
};

/** Keeps settings of the whole bot in PostgreSQL. */
export function postgresBotSettings(database: NotingDatabase, log: Log): BotSettings {
  const find = async <Name extends BotSettingName>(name: Name): Promise<BotSettingValue<Name> | null> => {
    const [row] = await database.run<{ readonly value: unknown }>(FIND, [name]);
    if (row === undefined) {
      return null;
    }
    const read = SCHEMAS[name].safeParse(row.value);
    if (read.success) {
      return read.data;
    }
    // Not zod's own words: they could repeat what a person typed.
    const places = read.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`);
    log.error('bot-settings.unreadable', { setting: name, places });
    return UNREADABLE_SETTINGS[name];
  };
  return {
    find,
    async hold(name) {
      await database.note(HOLD, [name]);
      return await find(name);
    },
    async save(name, value, by, at) {
      await database.run(SAVE, [name, JSON.stringify(value), by, at.toString()]);
    },
    async remove(name) {
      await database.run(REMOVE, [name]);
    },
  };
}

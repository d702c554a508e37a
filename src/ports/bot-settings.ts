import type { BotSettingName, BotSettingValue } from '../domain/bot-setting.ts';
import type { PrincipalId } from '../domain/ids.ts';

/** Settings of the whole bot, shared by its replicas. Nothing remembers them: each replica reads what is committed. */
export interface BotSettings {
  /** Null when it is not set. A row that cannot be read is logged and counts as `UNREADABLE_SETTINGS` says. */
  find<Name extends BotSettingName>(name: Name): Promise<BotSettingValue<Name> | null>;
  /** The same; and whoever wants to change it waits until this transaction has ended. */
  hold<Name extends BotSettingName>(name: Name): Promise<BotSettingValue<Name> | null>;
  /** Replaces the one before, when no transaction holds it any more. */
  save<Name extends BotSettingName>(
    name: Name,
    value: BotSettingValue<Name>,
    by: PrincipalId,
    at: Temporal.Instant,
  ): Promise<void>;
  remove(name: BotSettingName): Promise<void>;
}

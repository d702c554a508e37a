import type { PrincipalId } from '../domain/ids.ts';

/**
 * How an installation ended. `already`: it was there. `not-allowed`: the tenant's app policy keeps it from this person.
 * `unknown-app`: the tenant's catalog does not have it. `unavailable`: not found out, such as for want of the permission.
 */
export type InstallOutcome = 'installed' | 'already' | 'not-allowed' | 'unknown-app' | 'unavailable';

/** Adds the bot to people's 1:1 chats, as the bot's own registration. */
export interface BotInstaller {
  /** Installs the bot for one person. Safe to repeat. Never throws: what went wrong is logged and is the outcome. */
  install(person: PrincipalId): Promise<InstallOutcome>;
}

/** That the bot was installed for somebody over Graph, or was to be; the last try of each person. */
export interface InstallationRecord {
  readonly principalId: PrincipalId;
  readonly outcome: InstallOutcome;
  readonly triedAt: Temporal.Instant;
}

export interface Installations {
  list(people: readonly PrincipalId[]): Promise<readonly InstallationRecord[]>;
  note(record: InstallationRecord): Promise<void>;
}

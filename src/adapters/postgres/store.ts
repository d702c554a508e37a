import type { Pool } from 'pg';
import { type AuditRecorder, auditOf } from '../../ports/audit.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Log, silentLog } from '../../ports/log.ts';
import type { Store, Stores, Timers } from '../../ports/store.ts';
import { postgresApprovals } from './approvals.ts';
import { type CommonFacts, HeldAudit, postgresAudit } from './audit.ts';
import { postgresBotSettings } from './bot-settings.ts';
import { postgresBundles } from './bundles.ts';
import { postgresCards } from './cards.ts';
import { postgresChannels } from './channels.ts';
import { postgresConversations } from './conversations.ts';
import { inTransaction, type NotingDatabase, poolDatabase } from './database.ts';
import { postgresEmergencyWatches } from './emergency-watches.ts';
import { postgresExports } from './exports.ts';
import { postgresFeed } from './feed.ts';
import { postgresInbox } from './inbox.ts';
import { postgresInstallations } from './installations.ts';
import { postgresPageSignIns } from './page-sign-ins.ts';
import { postgresPeople } from './people.ts';
import { postgresPulls } from './pulls.ts';
import { postgresRequests } from './requests.ts';
import { postgresSettingsChanges } from './settings-changes.ts';
import { postgresSignIns } from './sign-ins.ts';
import { HeldTimers, postgresTimers } from './timers.ts';

export interface PostgresStoreOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  /** Names this process; a new one with every start, so that leases of a killed process are not taken for one's own. */
  readonly replica: string;
  /** Hears, after the commit, of the earliest timer that was set: the promoter's `wake`. */
  readonly onTimer?: (dueAt: Temporal.Instant) => void;
  /** The trace of what is under way, kept with what goes on later: telemetry's. */
  readonly trace?: () => string | null;
  readonly auditFacts?: CommonFacts;
  /** Hears of rows that nobody can read. */
  readonly log?: Log;
}

/** What a transaction writes at its end, and what stands alone writes at once. */
interface Held {
  readonly timers: Timers;
  readonly audit: AuditRecorder;
}

/** Keeps everything in PostgreSQL; what a transaction wrote commits together with the jobs it caused. */
export function createPostgresStore({
  pool,
  clock,
  replica,
  onTimer,
  trace = () => null,
  auditFacts = () => ({}),
  log = silentLog,
}: PostgresStoreOptions): Store {
  const storesOn = (database: NotingDatabase, { timers, audit }: Held): Stores => ({
    requests: postgresRequests(database, replica),
    approvals: postgresApprovals(database),
    pulls: postgresPulls(database),
    cards: postgresCards(database, { clock, replica, trace }),
    timers,
    people: postgresPeople(database),
    conversations: postgresConversations(database),
    channels: postgresChannels(database),
    installations: postgresInstallations(database),
    signIns: postgresSignIns(database, { clock, trace }),
    pageSignIns: postgresPageSignIns(database, clock),
    inbox: postgresInbox(database, { clock, trace }),
    audit: auditOf(audit),
    bundles: postgresBundles(database),
    settingsChanges: postgresSettingsChanges(database),
    exports: postgresExports(database, clock),
    feed: postgresFeed(database),
    emergencyWatches: postgresEmergencyWatches(database),
    botSettings: postgresBotSettings(database, log),
  });
  const tell = onTimer ?? (() => undefined);
  const alone = poolDatabase(pool);
  return {
    now: storesOn(alone, {
      timers: postgresTimers(alone, { onSet: tell, trace }),
      audit: postgresAudit(alone, auditFacts),
    }),
    async transaction(work) {
      const dueAts: Temporal.Instant[] = [];
      const result = await inTransaction(pool, async (database) => {
        const held = {
          timers: new HeldTimers(database, { onSet: (dueAt) => dueAts.push(dueAt), trace }),
          audit: new HeldAudit(database, auditFacts),
        };
        const done = await work(storesOn(database, held));
        await held.timers.write();
        await held.audit.write();
        return done;
      });
      const [earliest] = dueAts.sort(Temporal.Instant.compare);
      if (earliest !== undefined) {
        tell(earliest);
      }
      return result;
    },
  };
}

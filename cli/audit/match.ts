import { createRemoteClock } from '../../src/adapters/clock/remote-clock.ts';
import { createSystemClock } from '../../src/adapters/clock/system-clock.ts';
import { type DeedRow, readDeeds } from '../../src/adapters/postgres/audit-deeds.ts';
import { AccessError } from '../../src/errors.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { TenantEvent, TenantFeed } from '../../src/ports/tenant-feed.ts';
import { type Deed, MARGIN, type Mismatch, matchLog } from '../../src/use-cases/reconcile/match-log.ts';
import { type CommandContext, tenantConfig, UsageError } from '../command.ts';
import { openFeed } from '../roles/tenant.ts';
import { type Asked, type AuditTools, demandNothingElse, periodOf } from './asked.ts';

const [SAME, DIFFERENT] = [0, 1];
/** A day less than Entra keeps its log. */
const KEPT = Temporal.Duration.from({ hours: 29 * 24 });
const PERIOD = Temporal.Duration.from({ hours: 24 });

/** PIM's answers by which a request was made. */
const MADE: ReadonlySet<string> = new Set(['provisioned', 'provisioning', 'scheduled', 'awaiting-approval']);

/** Compares Entra's log with the trail. */
export async function match(asked: Asked, { pool, context }: AuditTools): Promise<number> {
  demandNothingElse(asked.words);
  const period = periodOf(asked);
  const config = tenantConfig(context);
  const now = await readClock(config.clockUrl);
  const until = earlier(period.until ?? now, now);
  const since = period.since ?? until.subtract(PERIOD);
  if (Temporal.Instant.compare(since, until) >= 0) {
    throw new UsageError('--since must be in the past.');
  }
  if (Temporal.Instant.compare(since, now.subtract(KEPT)) < 0) {
    throw new UsageError(`Entra keeps its log for 30 days: --since must be ${now.subtract(KEPT)} or later.`);
  }
  const from = since.subtract(MARGIN);
  const warn = (event: string, fields: object = {}): void => context.err(`${event} ${JSON.stringify(fields)}\n`);
  const events = await readLog(openFeed(config, { clock: { now: () => now }, log: { ...silentLog, warn } }), from);
  const rows = await readDeeds(
    pool,
    from,
    events.flatMap(({ requestId }) => requestId ?? []),
  );
  const found = matchLog({ events, deeds: rows.flatMap(deedOf), since, until, now });
  for (const one of found) {
    context.out(asked.values.json ? `${JSON.stringify(one)}\n` : `${inWords(one)}\n`);
  }
  if (!asked.values.json) {
    tellSum(context, { found, events, since, until });
  }
  return found.length === 0 ? SAME : DIFFERENT;
}

async function readClock(clockUrl: string | null): Promise<Temporal.Instant> {
  if (clockUrl === null) {
    return createSystemClock().now();
  }
  const clock = await createRemoteClock({ url: clockUrl, subscriber: `audit-match:${process.pid}`, log: silentLog });
  const now = clock.now();
  await clock.close();
  return now;
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}

/** All of it, from an instant on; rows at an instant where two looks meet come once. */
async function readLog(feed: TenantFeed, since: Temporal.Instant): Promise<readonly TenantEvent[]> {
  const events = new Map<string, TenantEvent>();
  for (let from = since; ; ) {
    const page = await feed.read(from);
    for (const event of page.events) {
      events.set(event.id, event);
    }
    if (page.isWhole) {
      return [...events.values()];
    }
    if (page.newestAt === null || Temporal.Instant.compare(page.newestAt, from) <= 0) {
      throw new AccessError('graph.unavailable', `Entra's log gives no more than what was at ${from}`);
    }
    from = page.newestAt;
  }
}

/** What a record claims; none for one that tells what was found out about others' doings. */
function deedOf(row: DeedRow): readonly Deed[] {
  const deed = {
    at: row.at,
    requestId: row.request_id,
    scheduleRequestId: row.schedule_request_id,
    principalId: row.requester_id,
    roleKey: row.role_key,
    roleName: row.role_name,
    scopeId: row.scope_id,
    outcome: null,
    shownAt: null,
  };
  switch (row.event) {
    case 'activation.intended':
      return [{ ...deed, kind: 'activation' }];
    case 'activation.submitted': {
      const startsAt = row.starts_at ?? row.at;
      const shownAt = Temporal.Instant.compare(startsAt, row.at) > 0 ? startsAt : row.at;
      return [{ ...deed, kind: 'activation', shownAt: MADE.has(row.state ?? '') ? shownAt : null }];
    }
    case 'approval.decided': {
      const isOurs = row.found_by === null || (row.found_by === 'reader' && row.has_actor);
      const outcome = row.outcome === 'deny' ? 'deny' : 'approve';
      return isOurs ? [{ ...deed, kind: 'decision', outcome, shownAt: row.at }] : [];
    }
    case 'activation.deactivation_intended':
      return [{ ...deed, kind: 'deactivation' }];
    default:
      // What an administrator took away is `removed`: PIM's log has it as theirs.
      return row.reason === 'deactivated' && row.is_intended
        ? [{ ...deed, kind: 'deactivation', shownAt: row.at }]
        : [];
  }
}

const WORDS = {
  activation: 'activation',
  decision: 'decision',
  deactivation: 'deactivation',
  approve: 'approval',
  deny: 'denial',
} as const;

function inWords(one: Mismatch): string {
  const what = WORDS[one.outcome ?? one.kind];
  const role = `${one.roleName ?? 'a role'} on ${one.scopeId ?? 'a scope'}`;
  const by = one.by === null || one.by === one.principalId ? '' : ` by ${one.by}`;
  const names = [
    ...(one.requestId === null ? [] : [`#${one.requestId}`]),
    ...(one.scheduleRequestId === null ? [] : [`request ${one.scheduleRequestId}`]),
  ];
  const found = one.found === 'elsewhere' ? 'not through the bot' : 'claimed, not seen in Entra’s log';
  return `${one.at} ${what} of ${role} for ${one.principalId ?? 'somebody'}${by} (${names.join(', ')}): ${found}`;
}

interface Sum {
  readonly found: readonly Mismatch[];
  readonly events: readonly TenantEvent[];
  readonly since: Temporal.Instant;
  readonly until: Temporal.Instant;
}

function tellSum(context: CommandContext, { found, events, since, until }: Sum): void {
  const sum = found.length === 0 ? 'Nothing differs' : `${found.length} differ`;
  context.out(`${sum} between Entra’s log and the trail from ${since} to ${until}; ${events.length} rows were read.\n`);
}

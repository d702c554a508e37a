import type { Pool } from 'pg';
import { poolDatabase } from './database.ts';

/** A record that tells what the bot did in PIM, with what our record of the ask says of it. */
export interface DeedRow {
  readonly event: string;
  readonly at: Temporal.Instant;
  readonly request_id: string;
  readonly schedule_request_id: string | null;
  readonly requester_id: string | null;
  readonly role_key: string | null;
  readonly role_name: string | null;
  readonly scope_id: string | null;
  readonly starts_at: Temporal.Instant | null;
  /** Of the facts: what was decided, why it ended, what PIM answered. */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly state: string | null;
  /** Where it is known from, when it is not the bot's own doing. */
  readonly found_by: string | null;
  readonly has_actor: boolean;
  /** Whether giving it back was begun here. */
  readonly is_intended: boolean;
}

/** By its own id as PIM answered it; else as our record of the ask has it: an answer that was lost is found later. */
const DEEDS = {
  name: 'audit.deeds',
  text: `
    select a.event, a.at, a.request_id, coalesce(a.facts ->> 'scheduleRequestId', r.schedule_request_id) as schedule_request_id,
      r.requester_id, r.role_key, r.role_name, r.scope_id, r.starts_at,
      a.facts ->> 'outcome' as outcome, a.facts ->> 'reason' as reason, a.facts ->> 'state' as state,
      a.facts ->> 'foundBy' as found_by, (a.actor_id is not null or a.sealed ? 'actor') as has_actor,
      exists (
        select from pimlico.audit i
        where i.request_id = a.request_id and i.event = 'activation.deactivation_intended' and i.at <= a.at
      ) as is_intended
    from pimlico.audit a left join pimlico.activation_requests r on r.id = a.request_id
    where a.request_id is not null and a.event in ('activation.intended', 'activation.submitted', 'approval.decided',
        'activation.deactivation_intended', 'activation.ended')
      and (a.at >= $1 or a.request_id in (
        select id from pimlico.activation_requests where lower(schedule_request_id) = any($2::text[])
      ))
    order by a.position`,
};

/**
 * Reads what the bot did since an instant, and whatever belongs to these requests of Microsoft's.
 *
 * @throws {AccessError} internal.database_unavailable
 */
export async function readDeeds(
  pool: Pool,
  since: Temporal.Instant,
  scheduleRequestIds: readonly string[],
): Promise<readonly DeedRow[]> {
  const ids = scheduleRequestIds.map((id) => id.toLowerCase());
  return await poolDatabase(pool).run<DeedRow>(DEEDS, [since.toString(), ids]);
}

import type { Pool } from 'pg';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import type { Control } from '../stage/control.ts';

/** A request as the simulated tenant holds it; instants ISO 8601. */
export interface TenantRequest {
  readonly id: string;
  readonly person: string;
  readonly surface: string;
  readonly role: string;
  readonly scope: string;
  readonly kind: string;
  readonly action: string;
  readonly status: string;
  readonly createdAt: string;
  readonly customData: string | null;
  readonly reviewedBy: string | null;
}

/** Access that somebody has now. */
export interface Holding {
  readonly person: string;
  readonly role: string;
  readonly scope: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly requestId: string | null;
}

/** The bot's own record of one ask; people are handles. */
export interface Ask {
  readonly id: string;
  readonly requester: string;
  readonly surface: string;
  readonly role: string;
  readonly state: string;
  readonly requestedAt: string;
  readonly scheduleRequestId: string | null;
  readonly marker: string;
  readonly activeFrom: string | null;
  readonly activeUntil: string | null;
  readonly endReason: string | null;
  readonly intendedOutcome: string | null;
  readonly decidedBy: string | null;
  readonly continues: string | null;
  readonly wish: string;
  readonly approvers: readonly string[];
}

/** A card as the bot's database has it, and how it stands in the outbox. */
export interface Card {
  readonly id: string;
  readonly story: string;
  readonly recipient: string;
  readonly slot: string;
  readonly card: string;
  readonly isRetired: boolean;
  readonly isWithdrawn: boolean;
  readonly activityId: string | null;
  /** `due` or `dead`; null when nothing is left to be sent. */
  readonly outbox: string | null;
  readonly reason: string | null;
}

/** A card as a person sees it. */
export interface Face {
  readonly person: string;
  readonly activityId: string;
  readonly card: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly buttons: readonly string[];
}

export interface Call {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Everything that is known of a story at one instant. */
export interface Evidence {
  readonly now: string;
  readonly requests: readonly TenantRequest[];
  readonly active: readonly Holding[];
  readonly asks: readonly Ask[];
  readonly cards: readonly Card[];
  readonly faces: readonly Face[];
  readonly calls: readonly Call[];
  /** What people saw since the story began. */
  readonly seen: readonly Sighting[];
  /** Jobs that were given up, with what they said. */
  readonly failedJobs: readonly string[];
}

/** Where a story began. */
export interface Beginning {
  readonly at: Temporal.Instant;
  readonly call: number;
}

/** More cards than anybody gets in two hours. */
const FACES = 200;

const ASKS = `
  select r.id, r.requester_id as requester, r.surface, r.role_name as role, r.state,
    r.requested_at as "requestedAt", r.schedule_request_id as "scheduleRequestId", r.marker,
    r.active_from as "activeFrom", r.active_until as "activeUntil", r.end_reason as "endReason",
    r.intended_outcome as "intendedOutcome", r.decided_by as "decidedBy", r.continues, r.wish,
    coalesce((select json_agg(a.approver_id order by a.approver_id) from pimlico.approval_asks a
      where a.request_id = r.id and a.reach = 'asked'), '[]') as approvers
  from pimlico.activation_requests r where r.requested_at >= $1 order by r.requested_at, r.id`;

const CARDS = `
  select c.id, c.story, c.recipient, c.slot, c.notice ->> 'card' as card, c.is_retired as "isRetired",
    c.is_withdrawn as "isWithdrawn", c.activity_id as "activityId", o.state as outbox, o.reason
  from pimlico.cards c left join pimlico.outbox o on o.card_id = c.id
  where c.created_at >= $1 order by c.created_at, c.id`;

/** Without those that a newer job has taken the place of while their worker was dead: graphile leaves them without a key. */
const FAILED_JOBS = `
  select key || ': ' || coalesce(left(last_error, 200), '') as what from graphile_worker.jobs
  where attempts >= max_attempts and locked_at is null and key is not null`;

type Row = Readonly<Record<string, unknown>>;

/** Reads both sides: what the tenant holds and people see, and what the bot believes. */
export async function gatherEvidence(
  { control, pool, people }: { control: Control; pool: Pool; people: ReadonlyMap<string, string> },
  since: Beginning,
  seen: readonly Sighting[],
): Promise<Evidence> {
  const [state, { calls }, faces, asks, cards, jobs] = await Promise.all([
    control.send('GET', '/pim/state'),
    control.send('GET', `/calls?since=${since.call}`),
    Promise.all([...people.values()].map((person) => facesOf(control, person))),
    pool.query<Row>(ASKS, [since.at.toString()]),
    pool.query<Row>(CARDS, [since.at.toString()]),
    pool.query<{ what: string }>(FAILED_JOBS),
  ]);
  const nameOf = (id: unknown): string => people.get(String(id)) ?? String(id);
  const { now, requests, active } = state as unknown as Pick<Evidence, 'now' | 'requests' | 'active'>;
  const begun = since.at.epochMilliseconds;
  return {
    now,
    requests: requests.filter(({ createdAt }) => Temporal.Instant.from(createdAt).epochMilliseconds >= begun),
    active,
    asks: asks.rows.map((row) => ({
      ...(plain(row) as unknown as Ask),
      requester: nameOf(row.requester),
      decidedBy: row.decidedBy === null ? null : nameOf(row.decidedBy),
      approvers: (row.approvers as readonly string[]).map(nameOf),
    })),
    cards: cards.rows.map((row) => ({ ...(plain(row) as unknown as Card), recipient: nameOf(row.recipient) })),
    // Ids of messages are instants, in milliseconds.
    faces: faces.flat().filter(({ activityId }) => Number(activityId) >= begun),
    calls: calls as readonly Call[],
    seen,
    failedJobs: jobs.rows.map(({ what }) => what),
  };
}

/** What a person sees in their own chat now. */
export async function facesOf(control: Control, person: string): Promise<readonly Face[]> {
  const { cards } = await control.send('GET', `/teams/cards?person=${person}&limit=${FACES}`);
  return (cards as readonly (Omit<Face, 'person'> & { readonly chat: string })[])
    .filter(({ chat }) => chat === 'personal')
    .map((face) => ({ ...face, person }));
}

/** Instants as the tenant writes them. */
function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Temporal.Instant ? value.toString() : value]),
  );
}

/** The request that a card speaks of; null when it names none. */
export function requestNamedIn(text: string): string | null {
  return /^Request ([0-9A-Z]+)$/m.exec(text)?.[1] ?? null;
}

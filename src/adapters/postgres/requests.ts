import { randomInt } from 'node:crypto';
import type { ActivationRequest } from '../../domain/activation.ts';
import { roleKey } from '../../domain/assignment.ts';
import { principalId, requestId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Requests } from '../../ports/requests.ts';
import type { NotingDatabase, Statement } from './database.ts';
import { columnsOf, REQUEST_COLUMNS, type RequestRow, requestOf } from './request-rows.ts';

interface PastRow {
  readonly asked: number;
  readonly approved: number;
  readonly denied: number;
  readonly last_for_role: Temporal.Instant | null;
}

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHORT_CANDIDATES = 8;
const LONG_CANDIDATES = 8;

const OPEN = `('stepping-up', 'submitting', 'pending', 'provisioning', 'scheduled', 'active')`;

const FREE_ID = {
  name: 'requests.free-id',
  text: `
    select id from unnest($1::text[]) with ordinality as candidate (id, place)
    where not exists (select from pimlico.activation_requests r where r.id = candidate.id)
    order by place limit 1`,
};
const FIND = {
  name: 'requests.find',
  text: `select ${REQUEST_COLUMNS} from pimlico.activation_requests where id = $1`,
};
const LOCK = { name: 'requests.lock', text: `${FIND.text} for update` };
const LIST_OPEN = {
  name: 'requests.list-open',
  text: `
    select ${REQUEST_COLUMNS} from pimlico.activation_requests where requester_id = $1 and state in ${OPEN}
    order by requested_at, id`,
};
const FIND_OPEN_FOR_ROLE = {
  name: 'requests.find-open-for-role',
  text: `
    select ${REQUEST_COLUMNS} from pimlico.activation_requests
    where requester_id = $1 and role_key = $2 and state in ${OPEN}`,
};
const LIST_PENDING = {
  name: 'requests.list-pending-for',
  text: `
    select ${REQUEST_COLUMNS} from pimlico.activation_requests r
    join pimlico.approval_asks a on a.request_id = r.id
    where a.approver_id = $1 and r.state = 'pending' order by r.requested_at, r.id`,
};
const LIST_NEWEST = {
  name: 'requests.list-newest',
  text: `
    select ${REQUEST_COLUMNS} from pimlico.activation_requests where requester_id = $1 order by requested_at desc, id desc limit $2`,
};
/** Parameters: $1 requester, $2 since, $3 the request that does not count, $4 key of its role. */
const SUMMARIZE = {
  name: 'requests.summarize-before',
  text: `
    select count(*)::integer as asked,
      count(*) filter (where is_approval_required and decided_at is not null
        and state in ('provisioning', 'scheduled', 'active', 'ended', 'failed'))::integer as approved,
      count(*) filter (where state = 'denied')::integer as denied,
      max(requested_at) filter (where role_key = $4) as last_for_role
    from pimlico.activation_requests
    where requester_id = $1 and requested_at >= $2 and id <> $3
      and state not in ('stepping-up', 'submitting') and (state <> 'failed' or schedule_request_id is not null)`,
};
const LIST_ENDED = {
  name: 'requests.list-ended',
  text: `select ${REQUEST_COLUMNS} from pimlico.activation_requests where requester_id = $1 and ended_at > $2 order by ended_at`,
};
// Two lookups, each by its own index.
const LIST_DECIDERS = {
  name: 'requests.list-deciders',
  text: `
    with decided as (
      select decided_by, decided_at from pimlico.activation_requests
      where requester_id = $1 and requested_at > $3::timestamptz - interval '1 day'
        and decided_by is not null and decided_at > $3::timestamptz
      union all
      select decided_by, decided_at from pimlico.activation_requests
      where role_key = $2 and decided_by is not null and decided_at > $3::timestamptz
    )
    select decided_by from decided group by decided_by order by max(decided_at) desc, decided_by limit $4`,
};
const LIST_OF_PULL = {
  name: 'requests.list-of-pull',
  text: `select ${REQUEST_COLUMNS} from pimlico.activation_requests where pull_id = $1 order by requested_at, id`,
};
const FIND_BY_SCHEDULE = {
  name: 'requests.find-by-schedule-request',
  text: `select ${REQUEST_COLUMNS} from pimlico.activation_requests where schedule_request_id = $1 order by requested_at desc limit 1`,
};

// Two lookups, each by its own index. `failed` is an ask whose outcome nobody knew: the log may tell it.
const LIST_TOLD = {
  name: 'requests.list-told',
  text: `
    with told as (
      select * from unnest($1::text[], $2::text[], $3::text[]) as told (person, key, microsoft_id)
    ), found as (
      select r.id from told join pimlico.activation_requests r on r.schedule_request_id = told.microsoft_id
      union
      select r.id from told join pimlico.activation_requests r
        on r.requester_id = told.person and r.role_key = told.key and r.state in ${OPEN}
      union
      select r.id from told join pimlico.activation_requests r
        on r.requester_id = told.person and r.role_key = told.key
          and r.state = 'failed' and r.schedule_request_id is null
    )
    select ${REQUEST_COLUMNS} from pimlico.activation_requests where id in (select id from found)
    order by requested_at, id`,
};
const LIST_ALL_OPEN = {
  name: 'requests.list-all-open',
  text: `select ${REQUEST_COLUMNS} from pimlico.activation_requests where state in ${OPEN} order by requested_at, id`,
};

/** A random short code with a letter and a digit, so that it is neither a number nor a word. */
function shortCode(length: number): string {
  while (true) {
    const code = Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (/\d/.test(code) && /[A-Z]/.test(code)) {
      return code;
    }
  }
}

/** Keeps activation requests in PostgreSQL; `replica` holds the lease of those it is submitting. */
export function postgresRequests(database: NotingDatabase, replica: string): Requests {
  const one = async (statement: Statement, values: readonly unknown[]): Promise<ActivationRequest | null> => {
    const [row] = await database.run<RequestRow>(statement, values);
    return row === undefined ? null : requestOf(row);
  };
  const many = async (statement: Statement, values: readonly unknown[]): Promise<readonly ActivationRequest[]> =>
    (await database.run<RequestRow>(statement, values)).map(requestOf);
  return {
    async newId() {
      const candidates = [
        ...Array.from({ length: SHORT_CANDIDATES }, () => shortCode(4)),
        ...Array.from({ length: LONG_CANDIDATES }, () => shortCode(5)),
      ];
      const [row] = await database.run<{ id: string }>(FREE_ID, [candidates]);
      if (row === undefined) {
        throw new AccessError('internal.unexpected', 'No free request id was found', { retryable: true });
      }
      return requestId(row.id);
    },
    async insert(request) {
      const lease = request.state === 'submitting' ? replica : null;
      const pairs = [
        ['id', request.id],
        ['version', request.version],
        ['lease_by', lease],
        ...columnsOf(request),
      ] as const;
      const columns = pairs.map(([column]) => column).join(', ');
      const places = pairs.map((_, index) => `$${index + 1}`).join(', ');
      await database.note(
        { name: 'requests.insert', text: `insert into pimlico.activation_requests (${columns}) values (${places})` },
        pairs.map(([, value]) => value),
      );
    },
    find: (id) => one(FIND, [id]),
    lock: (id) => one(LOCK, [id]),
    change: (id, from, change) => {
      const pairs = columnsOf(change);
      const lease = change.state === 'submitting' ? replica : null;
      return one(changeStatement(pairs.map(([column]) => column)), [id, [...from], lease, ...pairs.map(([, v]) => v)]);
    },
    listOpenOf: (requester) => many(LIST_OPEN, [requester]),
    listNewestOf: (requester, limit) => many(LIST_NEWEST, [requester, limit]),
    listEndedOf: (requester, since) => many(LIST_ENDED, [requester, since.toString()]),
    async summarizeBefore({ id, role, requesterId }, since) {
      const [row] = await database.run<PastRow>(SUMMARIZE, [requesterId, since.toString(), id, roleKey(role)]);
      const { asked = 0, approved = 0, denied = 0, last_for_role: last = null } = row ?? {};
      return { asked, approved, denied, lastForRole: last?.toString({ smallestUnit: 'second' }) ?? null };
    },
    findOpenForRole: (requester, role) => one(FIND_OPEN_FOR_ROLE, [requester, roleKey(role)]),
    async listDeciders({ requesterId, role }, since, limit) {
      const values = [requesterId, roleKey(role), since.toString(), limit];
      const rows = await database.run<{ decided_by: string }>(LIST_DECIDERS, values);
      return rows.map((row) => principalId(row.decided_by));
    },
    listOfPull: (pull) => many(LIST_OF_PULL, [pull]),
    listPendingFor: (approver) => many(LIST_PENDING, [approver]),
    findByScheduleRequest: (id) => one(FIND_BY_SCHEDULE, [id]),
    listTold: (told) =>
      many(LIST_TOLD, [
        told.map(({ requesterId }) => requesterId),
        told.map(({ role }) => roleKey(role)),
        told.map(({ scheduleRequestId }) => scheduleRequestId),
      ]),
    listOpen: () => many(LIST_ALL_OPEN, []),
  };
}

const changeStatements = new Map<string, Statement>();

/** One prepared statement for each set of columns that is ever changed together. */
function changeStatement(columns: readonly string[]): Statement {
  const shape = columns.join(', ');
  const known = changeStatements.get(shape);
  if (known !== undefined) {
    return known;
  }
  const sets = columns.map((column, index) => `${column} = $${index + 4}`);
  const statement = {
    name: `requests.change.${changeStatements.size}`,
    text: `
      update pimlico.activation_requests
      set ${[...sets, 'lease_by = $3', 'version = version + 1'].join(', ')}
      where id = $1 and state = any($2::text[]) returning ${REQUEST_COLUMNS}`,
  };
  changeStatements.set(shape, statement);
  return statement;
}

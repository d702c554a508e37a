import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

import { atMost, type Bench, beside, median, percentile } from './figure.ts';
import { type BenchBot, Rig } from './rig.ts';
import { CROWD_ROLES, everybodyActivates } from './said.ts';
import { meet } from './turns.bench.ts';

const LATEST_MS = 1_000;
/** How much later with many pending than with few. */
const MOST = 1.5;

/** A reminder is two calls to Teams, which allows 50 a second: the new message, and the card before it losing its buttons. */
const REMINDERS_PER_SECOND = 20;
/** From the change of the rows to the first reminder: the bot looks for new ones once a second. */
const HEAD_START_MS = 4_000;

const FULL = { crowd: 200, roles: 2, few: 1_000, many: 1_000_000, atATime: 16, warmUps: 40 } as const;
const QUICK = { crowd: 3, roles: 1, few: 10, many: 1_000, atATime: 2, warmUps: 0 } as const;

/** People are reminded of running activations, first with few other timers pending, then with very many. */
const remindersBench: Bench = async ({ isQuick, profileDir }, print) => {
  const size = isQuick ? QUICK : FULL;
  const rig = await Rig.open({ crowd: size.crowd, profileDir });
  const pool = rig.database;
  try {
    const bot = await rig.startBot();
    await meet(rig);
    const phase = async (pending: number, roles: readonly string[]): Promise<readonly number[]> => {
      await activate(rig, bot, roles, size.atATime);
      await setPending(pool, pending);
      return (await lateness(rig, pool, roles)).slice(size.warmUps);
    };
    const few = await phase(size.few, CROWD_ROLES.slice(0, size.roles));
    const many = await phase(size.many, CROWD_ROLES.slice(size.roles, 2 * size.roles));
    const value = percentile(many, 0.99);
    print(atMost(1, { bench: 'reminders.lateness', unit: 'ms, p99', value, against: LATEST_MS }));
    print(atMost(MOST, { bench: 'reminders.growth', unit: 'ms, p99', value, against: percentile(few, 0.99) }));
    print(beside('reminders.few.median', median(few), 'ms'));
    print(beside('reminders.many.median', median(many), 'ms'));
  } finally {
    await rig.close();
  }
};

export default remindersBench;

async function activate(rig: Rig, bot: BenchBot, roles: readonly string[], atATime: number): Promise<void> {
  for (const role of roles) {
    await rig.load(bot, everybodyActivates(rig.crowd, role), atATime);
  }
  await rig.isQuiet();
}

/** Fills the table up with timers of the far future, spread over a month as real ends are. */
async function setPending(pool: Pool, pending: number): Promise<void> {
  await pool.query(
    `insert into pimlico.timers (kind, subject, due_at)
     select 'activation.end', 'far-' || n, now() + interval '7 days' + n * interval '2592 milliseconds'
     from generate_series((select count(*) + 1 from pimlico.timers), $1) as n
     on conflict do nothing`,
    [pending],
  );
  // As its own upkeep would have done while they came one by one.
  await pool.query('vacuum analyze pimlico.timers');
  await pool.query('checkpoint');
}

interface Reminded {
  readonly id: string;
  readonly requester_name: string;
  readonly role_name: string;
}

/** Makes one reminder due after the other; answers how many milliseconds after its instant each card reached the connector. */
async function lateness(rig: Rig, pool: Pool, roles: readonly string[]): Promise<readonly number[]> {
  const { rows } = await pool.query<Reminded>(
    `select id, requester_name, role_name from pimlico.activation_requests
     where state = 'active' and role_name = any($1) order by role_name, requester_name`,
    [roles],
  );
  const before = await rig.lastSighting();
  const first = (await rig.control.now()).add({ milliseconds: HEAD_START_MS });
  const due = rows.map((row, index) => ({
    ...row,
    at: first.add({ milliseconds: Math.round((index * 1_000) / REMINDERS_PER_SECOND) }),
  }));
  await pool.query(
    `update pimlico.timers t set due_at = asked.due_at
     from unnest($1::text[], $2::timestamptz[]) as asked (id, due_at)
     where t.kind = 'activation.remind' and t.subject = asked.id`,
    [due.map(({ id }) => id), due.map(({ at }) => at.toString())],
  );
  // Looking all the time would cost what is measured.
  const whole =
    first.since(await rig.control.now()).total('milliseconds') + (due.length * 1_000) / REMINDERS_PER_SECOND;
  await pause(whole);
  await rig.until('everybody is reminded', async () => (await remindersSeen(rig, before)).length === due.length);
  const seen = await remindersSeen(rig, before);
  return due.map(({ requester_name, role_name, at }) => {
    const card = seen.find(({ to, text }) => to === requester_name && text.includes(role_name));
    if (card === undefined) {
      throw new Error(`${requester_name} was not reminded of ${role_name}.`);
    }
    return Temporal.Instant.from(card.at).since(at).total('milliseconds');
  });
}

async function remindersSeen(rig: Rig, after: number) {
  const seen = await rig.control.seenAfter(after);
  return seen.filter(({ card, event }) => card === 'expiry-reminder' && event === 'send');
}

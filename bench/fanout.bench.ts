import type { Call } from '../sandbox/platform/types.ts';
import type { Sighting } from '../sandbox/teams/sightings.ts';
import { atMost, type Bench, beside, noMoreThan } from './figure.ts';
import { Rig, TEAMS_PER_SECOND } from './rig.ts';

const MOST_TIME = 1.1;

/** Two approvers are seeded; the crowd makes up the rest. */
const SEEDED = ['approver', 'approver2'] as const;
const FULL = 1_000;
const QUICK = 20;

const ASKS = {
  sound: 'activate Contoso-App-Assignment-Operator for 2h because a thousand approvers are asked',
  faulty: 'activate Contoso-App-Configuration-Administrator for 1h because a tenth of the sends fails',
} as const;

/** A tenth of all sends: half of it 429, a quarter 502 that was not carried out and a quarter that was. */
const FAULTS = [
  { name: 'throttle', every: 20 },
  { name: 'error', status: 502, every: 40 },
  { name: 'ambiguous', every: 40 },
] as const;
const A_SEND = { service: 'connector', match: 'POST /v3/conversations/' } as const;

/** Polling must not cost the sandbox what it should have for the bot. */
const POLL_MS = 500;
const PATIENCE_MS = 240_000;

/**
 * One request to a thousand approvers whose chats are known, all asked at once (waves are off), with Teams' limits enforced: from the sentence to the last card,
 * against what the limits allow for the cards alone. Then another with a tenth of the sends failing.
 */
const fanoutBench: Bench = async ({ isQuick, profileDir }, print) => {
  const approvers = isQuick ? QUICK : FULL;
  const rig = await Rig.open({ crowd: approvers - SEEDED.length, crowdIs: 'approvers', profileDir });
  try {
    await rig.startBot({ isPaced: true });
    await letEverybodyIn(rig);
    await rig.control.send('PUT', '/teams/limits', { on: true });

    const sound = await ask(rig, 'engineer', ASKS.sound, approvers);
    // The answer to the requester, and a card for each approver; the first fifty may go at once.
    const least = Math.max(1, Math.floor(approvers / TEAMS_PER_SECOND));
    print(atMost(MOST_TIME, { bench: 'fanout.time', unit: 's', value: sound.seconds, against: least }));
    print(noMoreThan(0, { bench: 'fanout.throttled', unit: 'calls', value: statuses(sound.calls, 429) }));
    print(noMoreThan(0, { bench: 'fanout.lost', unit: 'cards', value: approvers - sound.cards.size }));
    print(noMoreThan(0, { bench: 'fanout.doubled', unit: 'cards', value: doublesOf(sound.cards).length }));

    for (const fault of FAULTS) {
      await rig.control.send('POST', '/faults', { ...fault, ...A_SEND });
    }
    const faulty = await ask(rig, 'contractor', ASKS.faulty, approvers);
    await rig.control.send('DELETE', '/faults');
    const doubles = doublesOf(faulty.cards);
    const seen = faulty.cards.values().reduce((sum, copies) => sum + copies.length, 0);
    const arrivedAnyway = seen - statuses(faulty.calls, 201);
    print(noMoreThan(0, { bench: 'fanout.faulty-lost', unit: 'cards', value: approvers - faulty.cards.size }));
    print(noMoreThan(arrivedAnyway, { bench: 'fanout.faulty-doubled', unit: 'cards', value: doubles.length }));
    print(noMoreThan(0, { bench: 'fanout.faulty-acting', unit: 'cards', value: await actingOf(rig, faulty, doubles) }));
    print(beside('fanout.faulty-refused', statuses(faulty.calls, 429) + statuses(faulty.calls, 502), 'calls'));
    print(beside('fanout.faulty-time', faulty.seconds, 's'));
  } finally {
    await rig.close();
  }
};

export default fanoutBench;

/** Approvers have installed the bot; who asks has signed in. */
async function letEverybodyIn(rig: Rig): Promise<void> {
  const waiting = [...SEEDED, ...rig.crowd.map(({ name }) => name)];
  const installer = async (): Promise<void> => {
    for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) {
      await rig.control.send('POST', '/teams/install', { person });
    }
  };
  await Promise.all(Array.from({ length: 8 }, installer));
  for (const person of ['engineer', 'contractor']) {
    const before = await rig.lastSighting();
    await rig.say(person, 'my roles');
    await rig.until(`${person} has signed in`, async () =>
      (await rig.control.seenAfter(before)).some(({ card, to }) => card === 'my-roles' && to === person),
    );
  }
}

type Copies = ReadonlyMap<string, readonly Sighting[]>;

interface Asked {
  /** From the sentence to the last card that an approver got. */
  readonly seconds: number;
  /** By approver, each message once, in the order of sending. */
  readonly cards: Copies;
  /** Sends to approvers. */
  readonly calls: readonly Call[];
}

/** Says the sentence and waits until every approver has a card and nothing is left to be sent. */
async function ask(rig: Rig, person: string, text: string, approvers: number): Promise<Asked> {
  const [lastSeen, lastCall] = [await rig.lastSighting(), await rig.lastCall()];
  const chats = new Set(rig.approverChats(SEEDED));
  const start = Temporal.Now.instant();
  await rig.say(person, text);
  const isDone = async (): Promise<boolean> => {
    const { rows } = await rig.database.query<{ asked: number; open: number }>(`
        select (select count(*)::integer from pimlico.outbox where state = 'due') as open,
          (select count(*)::integer from pimlico.approval_asks where request_id =
            (select id from pimlico.activation_requests order by requested_at desc limit 1)) as asked`);
    return rows[0]?.asked === approvers && rows[0].open === 0;
  };
  await rig.until('every approver has a card', isDone, { patienceMs: PATIENCE_MS, pollMs: POLL_MS });
  const seen = (await rig.control.seenAfter(lastSeen)).filter(
    ({ card, event }) => card === 'approval-request' && event === 'send',
  );
  const last = Temporal.Instant.from(seen.at(-1)?.at ?? start.toString());
  const calls = (await rig.callsSince(lastCall)).filter(
    ({ service, method, path }) => service === 'connector' && method === 'POST' && chats.has(path.split('/')[3] ?? ''),
  );
  return { seconds: start.until(last).total('seconds'), cards: Map.groupBy(seen, ({ to }) => to), calls };
}

function statuses(calls: readonly Call[], status: number): number {
  return calls.filter((call) => call.status === status).length;
}

/** Every message but each person's newest. */
function doublesOf(cards: Copies): readonly Sighting[] {
  return cards
    .values()
    .flatMap((copies) => copies.slice(0, -1))
    .toArray();
}

/** Presses Approve on every double, then on one card that is none: answers how many of the doubles moved PIM. */
async function actingOf(rig: Rig, { cards }: Asked, doubles: readonly Sighting[]): Promise<number> {
  const decisions = async (after: number): Promise<number> =>
    (await rig.callsSince(after)).filter(({ method, path }) => method === 'PATCH' && /\/(?:stages|steps)\//.test(path))
      .length;
  const approve = async ({ to, activityId }: Sighting): Promise<void> => {
    await rig.control.send('POST', '/teams/press', {
      person: to,
      button: 'Approve',
      message: activityId,
      inputs: { justification: 'looks right' },
    });
    await rig.control.idle();
  };
  const before = await rig.lastCall();
  for (const double of doubles) {
    await approve(double);
  }
  const acted = await decisions(before);
  const good = cards.values().next().value?.at(-1);
  if (acted === 0 && good !== undefined) {
    await approve(good);
    await rig.until('the good card has moved PIM', async () => (await decisions(before)) === 1);
  }
  return acted;
}

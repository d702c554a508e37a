import type { Sighting } from '../sandbox/teams/sightings.ts';
import { countDelegated } from './calls.bench.ts';
import { atMost, type Bench, median } from './figure.ts';
import { Rig } from './rig.ts';
import { CROWD_ROLES } from './said.ts';
import { meet } from './turns.bench.ts';

const MOST = 1.2;
const SLOW_MS = 200;

const FULL = { crowd: 25, warmUps: 5 } as const;
const QUICK = { crowd: 3, warmUps: 1 } as const;

/** When a person saw something, in milliseconds after they spoke. */
interface Seen {
  readonly firstMs: number;
  readonly finalMs: number;
  readonly calls: number;
}

/** The same warm turn with and without a slow Graph, one after the other, each by a person of its own. */
const overheadBench: Bench = async ({ isQuick, profileDir }, print) => {
  const { crowd, warmUps } = isQuick ? QUICK : FULL;
  const rig = await Rig.open({ crowd, profileDir });
  try {
    const bot = await rig.startBot();
    await meet(rig);
    const [first = '', second = ''] = CROWD_ROLES;
    const plain: Seen[] = [];
    const slow: Seen[] = [];
    for (const { name } of rig.crowd) {
      plain.push(await activate(rig, name, first));
      await rig.control.send('POST', '/faults', { name: 'slow', service: 'graph', ms: SLOW_MS });
      slow.push(await activate(rig, name, second));
      await rig.control.send('DELETE', '/faults');
    }
    await bot.stop();
    const middle = (seen: readonly Seen[], of: (one: Seen) => number): number => median(seen.slice(warmUps).map(of));
    const calls = middle(slow, (one) => one.calls);
    print(
      atMost(MOST, {
        bench: 'overhead.first-answer',
        unit: 'ms',
        value: middle(slow, (one) => one.firstMs),
        against: middle(plain, (one) => one.firstMs),
      }),
    );
    print(
      atMost(MOST, {
        bench: 'overhead.final-card',
        unit: 'ms later',
        value: middle(slow, (one) => one.finalMs) - middle(plain, (one) => one.finalMs),
        against: SLOW_MS * calls,
      }),
    );
  } finally {
    await rig.close();
  }
};

export default overheadBench;

async function activate(rig: Rig, person: string, role: string): Promise<Seen> {
  const last = await rig.lastSighting();
  const before = await rig.lastCall();
  const saidAt = await rig.control.now();
  await rig.say(person, `activate ${role} for 2h because checking the sign-in alerts`);
  const seen = (await rig.control.seenAfter(last)).filter(({ to }) => to === person);
  const final = seen.findLast(({ card }) => card === 'activation-active');
  const [first] = seen;
  if (first === undefined || final === undefined) {
    throw new Error(`${person} was not told that ${role} is active.`);
  }
  const after = (one: Sighting): number => Temporal.Instant.from(one.at).since(saidAt).total('milliseconds');
  // Warm, the person's calls are one after another: there is only one.
  return { firstMs: after(first), finalMs: after(final), calls: countDelegated(await rig.callsSince(before)) };
}

import { atLeast, type Bench, median } from './figure.ts';
import { type BenchBot, Rig } from './rig.ts';
import { CROWD_ROLES, everybodyActivates, type Said, saidInTurn } from './said.ts';

const LEAST_ACTIVATE = 0.25;
const LEAST_HELP = 0.8;

const FULL = { crowd: 200, atATime: 16, rounds: 5, warmUps: 1_000 } as const;
const QUICK = { crowd: 4, atATime: 2, rounds: 1, warmUps: 4 } as const;

/**
 * Messages per second of the product against an echo bot of the SDK, both on the same tokens, sandbox and connector, in
 * rounds that take turns. Every activation is a real one: an eligible role, PIM's yes, a card that arrived.
 */
const turnsBench: Bench = async ({ isQuick, profileDir }, print) => {
  const { crowd: size, atATime, rounds, warmUps } = isQuick ? QUICK : FULL;
  const rig = await Rig.open({ crowd: size, profileDir });
  try {
    const bot = await rig.startBot();
    await meet(rig);
    const echo = await rig.startEchoBot();
    const help = saidInTurn(rig.crowd, 'help', size);
    const round = async (role: string) => ({
      echo: await checked(rig, echo, { said: help, atATime, activations: 0 }),
      help: await checked(rig, bot, { said: help, atATime, activations: 0 }),
      activate: await checked(rig, bot, { said: everybodyActivates(rig.crowd, role), atATime, activations: size }),
    });
    const [first, ...others] = CROWD_ROLES;
    for (const one of [bot, echo]) {
      await rig.load(one, saidInTurn(rig.crowd, 'help', warmUps), atATime);
    }
    await round(first);
    const measured = [];
    for (const role of others.slice(0, rounds)) {
      measured.push(await round(role));
    }
    const against = median(measured.map((one) => one.echo));
    for (const [name, least] of [
      ['help', LEAST_HELP],
      ['activate', LEAST_ACTIVATE],
    ] as const) {
      const value = median(measured.map((one) => one[name]));
      print(atLeast(least, { bench: `turns.${name}`, unit: 'messages/s', value, against }));
    }
  } finally {
    await rig.close();
  }
};

export default turnsBench;

/** Everybody signs in once, silently, and asks what they may activate: the bot then knows them. */
export async function meet(rig: Rig): Promise<void> {
  const before = await rig.lastSighting();
  for (const { name } of rig.crowd) {
    await rig.say(name, 'my roles');
  }
  // The sentence goes on by itself after the sign-in.
  await rig.until('everybody has seen their roles', async () => {
    const seen = await rig.control.seenAfter(before);
    const people = new Set(seen.filter(({ card }) => card === 'my-roles').map(({ to }) => to));
    return people.size === rig.crowd.length;
  });
}

interface Round {
  readonly said: Said;
  readonly atATime: number;
  readonly activations: number;
}

/**
 * Rates count only when every sentence got its message and PIM activated all that was asked for. An activation is looked at
 * again some seconds later, to say that it is usable: that is waited for, so that it does not slow the next round.
 */
async function checked(rig: Rig, bot: BenchBot, { said, atATime, activations }: Round): Promise<number> {
  const [before, lastSeen] = [await rig.lastCall(), await rig.lastSighting()];
  const rate = await rig.load(bot, said, atATime);
  await rig.isQuiet();
  const calls = (await rig.callsSince(before)).filter(({ method, status }) => method === 'POST' && status === 201);
  const sent = calls.filter(({ service }) => service === 'connector').length;
  const activated = calls.filter(({ path }) => path.endsWith('/roleAssignmentScheduleRequests')).length;
  if (sent !== said.length || activated !== activations) {
    const seen = [...new Set((await rig.control.seenAfter(lastSeen)).map(({ card, title }) => `${card}: ${title}`))];
    throw new Error(
      `${said.length} sentences led to ${sent} messages and ${activated} of ${activations} activations (${seen.join(', ')}).`,
    );
  }
  return rate;
}

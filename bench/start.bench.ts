import { atMost, type Bench, median } from './figure.ts';
import { type BenchBot, Rig } from './rig.ts';
import { CROWD_ROLES, everybodyActivates, type Said, saidInTurn } from './said.ts';
import { meet } from './turns.bench.ts';

const MOST = 2;

const FULL = { crowd: 200, atATime: 16, starts: 5, turns: 10_000 } as const;
const QUICK = { crowd: 2, atATime: 2, starts: 1, turns: 20 } as const;

/** Time to ready on a database that is already there, and resident memory after many turns, each against the echo bot's. */
const startBench: Bench = async ({ isQuick, profileDir }, print) => {
  const { crowd, atATime, starts, turns } = isQuick ? QUICK : FULL;
  const rig = await Rig.open({ crowd, profileDir });
  try {
    // Creates what later starts find.
    await startAndStop(() => rig.startBot());
    const times: { readonly bot: number; readonly echo: number }[] = [];
    for (let count = 0; count < starts; count += 1) {
      const echo = await startAndStop(() => rig.startEchoBot());
      times.push({ bot: await startAndStop(() => rig.startBot()), echo });
    }
    print(
      atMost(MOST, {
        bench: 'start.ready',
        unit: 'ms',
        value: median(times.map(({ bot }) => bot)),
        against: median(times.map(({ echo }) => echo)),
      }),
    );
    const echo = await rig.startEchoBot();
    const against = await memoryAfter(rig, echo, saidInTurn(rig.crowd, 'help', turns), atATime);
    await echo.stop();
    const bot = await rig.startBot();
    await meet(rig);
    const value = await memoryAfter(rig, bot, mixed(rig, turns), atATime);
    print(atMost(MOST, { bench: 'start.memory', unit: 'MiB', value, against }));
  } finally {
    await rig.close();
  }
};

export default startBench;

async function startAndStop(start: () => Promise<BenchBot>): Promise<number> {
  const bot = await start();
  await bot.stop();
  return bot.readyAfterMs;
}

async function memoryAfter(rig: Rig, bot: BenchBot, said: Said, atATime: number): Promise<number> {
  await rig.load(bot, said, atATime);
  return bot.residentMemory();
}

/** All that the crowd can activate, and the sentences people say most for the rest. */
function mixed({ crowd }: Rig, turns: number): Said {
  const activations = CROWD_ROLES.flatMap((role) => everybodyActivates(crowd, role)).slice(0, turns);
  const rest = turns - activations.length;
  const asked = Math.floor(rest / 2);
  return [...activations, ...saidInTurn(crowd, 'my roles', asked), ...saidInTurn(crowd, 'help', rest - asked)];
}

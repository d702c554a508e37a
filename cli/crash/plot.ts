import type { FaultName } from './faults.ts';
import { drawKillPoint, type KillPoint } from './kill.ts';
import { Random } from './random.ts';
import { type Beat, drawStory } from './story.ts';

/** What one run comes from: everything in it is drawn from these. */
export interface RunPlan {
  readonly seed: number;
  readonly point: number;
  readonly faults: readonly FaultName[];
}

/** A story, where the bot is killed in it, and what else goes wrong; `beat` counts from 0. */
export interface Plot {
  readonly beats: readonly Beat[];
  readonly kills: readonly { readonly beat: number; readonly point: KillPoint }[];
  readonly faults: readonly { readonly beat: number; readonly name: FaultName }[];
  /** Beats after which people press what they were offered before, as clients do that were asleep. */
  readonly oldPresses: readonly number[];
  /** Whether the bot is away in the day that follows. */
  readonly isAway: boolean;
  /** For whatever is drawn while it is played. */
  readonly random: Random;
}

/** Draws a plot: the same plan is the same plot. */
export function drawPlot({ seed, point, faults }: RunPlan): Plot {
  const random = new Random(seed, point);
  const beats = drawStory(random);
  const beat = (): number => random.between(0, beats.length - 1);
  const first = beat();
  const kills = [{ beat: first, point: drawKillPoint(random) }];
  if (random.chance(0.2)) {
    // While it recovers, or later.
    kills.push({ beat: random.chance(0.5) ? first + 1 : beat(), point: drawKillPoint(random) });
  }
  const chosen = random.shuffled(faults).slice(0, random.between(1, 3));
  const wrong = chosen.map((name) => ({ beat: beat(), name }));
  const swapped = wrong.filter(({ name }) => name === 'reorder').map((fault) => fault.beat);
  const isAway = random.chance(0.25);
  // Not before something is old.
  const later = (): number => random.between(Math.floor(beats.length / 3), beats.length - 1);
  const oldPresses = [later(), later(), later()];
  return { beats: swapped.reduce(swapWithNext, beats), kills, faults: wrong, oldPresses, isAway, random };
}

/** What two people, or one, did one after the other arrives the other way round. */
function swapWithNext(beats: readonly Beat[], index: number): readonly Beat[] {
  const [one, next] = [beats[index], beats[index + 1]];
  if (one === undefined || next === undefined) {
    return beats;
  }
  const swapped = { minute: next.minute, deeds: [...next.deeds, ...one.deeds] };
  return [...beats.slice(0, index), swapped, ...beats.slice(index + 2)];
}

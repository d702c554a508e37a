import { findOldOffers, newestOffer, pressDoubles, pressOldOffers } from './doubles.ts';
import type { Evidence } from './evidence.ts';
import type { FaultName } from './faults.ts';
import { findBreaches, INVARIANT_NAMES, type Known } from './invariants.ts';
import { Narrator } from './narrator.ts';
import { findAfterwards } from './outage.ts';
import { playStory } from './play.ts';
import { drawPlot, type RunPlan } from './plot.ts';
import type { Theater } from './theater.ts';

/** Those of {@link findBreaches}; that old copies do nothing, nor two of one; that a day later nothing is open. */
export const INVARIANTS_PER_RUN = INVARIANT_NAMES.length + 3;

export interface RunReport {
  readonly point: number;
  readonly kills: readonly string[];
  readonly faults: readonly FaultName[];
  /** What people did, and what the bot asked of the tenant in writing. */
  readonly deeds: number;
  readonly operations: number;
  readonly oldPresses: number;
  readonly breaches: readonly string[];
  /** The story as it was played, for whoever must find out why. */
  readonly story: readonly string[];
  readonly log: readonly string[];
}

/** Plays one story in which the bot is killed, and checks everything afterwards. */
export async function playRun(theater: Theater, plan: RunPlan): Promise<RunReport> {
  const { control } = theater.stage;
  const plot = drawPlot(plan);
  const offersBefore = await newestOffer(control, theater.handles);
  const beginning = await theater.begin();
  const narrator = new Narrator();
  const played = await playStory(theater, plot, { beginning, narrator, offersBefore });
  const evidence = await theater.evidence(beginning);
  const { portal, wanted, said } = narrator;
  const known: Known = { portal, wanted, said };
  const old = await findOldOffers(control, theater.handles, offersBefore);
  const look = (): Promise<string> => theater.look();
  const breaches = [
    ...played.breaches,
    ...findBreaches(evidence, known).map(({ invariant, what }) => `${invariant}: ${what}`),
    ...(await pressOldOffers(theater.hands, old, look)),
    ...(await pressDoubles(theater.hands, evidence.faces, look)),
    ...(await findAfterwards(theater, beginning, { isAway: plot.isAway })),
  ];
  return {
    point: plan.point,
    kills: played.kills,
    faults: plot.faults.map(({ name }) => name),
    deeds: narrator.deeds,
    operations: countOperations(evidence),
    oldPresses: played.oldPresses + old.length,
    breaches,
    story: narrator.lines,
    log: [...theater.errors],
  };
}

function countOperations({ requests, calls }: Evidence): number {
  const decisions = calls.filter(({ method, path, status }) => {
    return (method === 'PATCH' || method === 'PUT') && /pprovals\//.test(path) && status >= 200 && status < 300;
  });
  return requests.length + decisions.length;
}

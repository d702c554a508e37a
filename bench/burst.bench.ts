import { setTimeout as pause } from 'node:timers/promises';

import type { Call } from '../sandbox/platform/types.ts';
import type { Sighting } from '../sandbox/teams/sightings.ts';
import { atMost, type Bench, beside, median, none, percentile } from './figure.ts';
import { Rig, TEAMS_PER_SECOND } from './rig.ts';
import { CROWD_ROLES, everybodyActivates } from './said.ts';

const MOST = 1.1;
interface Size {
  readonly crowd: number;
  /** All of them speak within this, evenly spread; milliseconds. */
  readonly withinMs: number;
  readonly atATime: number;
  /** Graph answers everything with 429 for `stormMs`, again and again for as long as people speak. */
  readonly everyMs: number;
  readonly stormMs: number;
  readonly retryAfter: number;
  readonly patienceMs: number;
}

const FULL: Size = {
  crowd: 5_000,
  withinMs: 60_000,
  atATime: 1_000,
  everyMs: 15_000,
  stormMs: 3_000,
  retryAfter: 5,
  patienceMs: 1_200_000,
};
const QUICK: Size = { ...FULL, crowd: 6, withinMs: 900, atATime: 6, everyMs: 600, stormMs: 200, retryAfter: 1 };

const LOOK_EVERY_MS = 1_000;
const ASKED = '/roleAssignmentScheduleRequests';
const BUSY = 'Many people are asking at once';
const WAIT = 'Microsoft asks us to wait';

/**
 * Everybody says one sentence within a minute, nobody is signed in, Graph throttles in between, Teams' limits are on. All that
 * the bot sends until the last answer counts towards the least time in which Teams would take it.
 */
const burstBench: Bench = async ({ isQuick, profileDir }, print) => {
  const size = isQuick ? QUICK : FULL;
  const rig = await Rig.open({ crowd: size.crowd, rolesEach: 1, profileDir });
  try {
    const bot = await rig.startBot({ isPaced: true });
    await rig.control.send('PUT', '/teams/limits', { on: true });
    const tally = new Tally(await rig.lastCall(), await rig.lastSighting());
    const startedAt = await rig.control.now();
    const [role] = CROWD_ROLES;
    const said = everybodyActivates(rig.crowd, role);
    const speaking = { isOver: false };
    const storms = storm(rig, size, speaking);
    const spoken = rig.load(bot, said, { atATime: size.atATime, overMs: size.withinMs }).finally(() => {
      speaking.isOver = true;
    });
    const answered = waitForAnswers(rig, tally, size);
    await Promise.all([spoken, storms, answered]);
    // Whatever is sent twice has been sent by then.
    await pause(2 * LOOK_EVERY_MS);
    await tally.look(rig);
    const lateMs = said.map(({ by }, index) => {
      const saidAt = startedAt.add({ milliseconds: Math.floor((index * size.withinMs) / said.length) });
      return saidAt.until(tally.answers.get(by.name)?.first ?? saidAt).total('milliseconds');
    });
    const lastAt = startedAt.add({ milliseconds: tally.lastMs(startedAt) });
    const sent = tally.sentUntil(lastAt);
    const leastMs = Math.max(size.withinMs, (sent * 1_000) / TEAMS_PER_SECOND);
    print(atMost(MOST, { bench: 'burst.answered', unit: 'ms', value: tally.lastMs(startedAt), against: leastMs }));
    print(none('burst.lost', size.crowd - tally.answers.size, 'people'));
    print(none('burst.doubled', tally.doubled(), 'activations and answers'));
    print(beside('burst.sent', sent / size.crowd, 'sends and changes a person'));
    print(beside('burst.median', median(lateMs), 'ms'));
    print(beside('burst.p99', percentile(lateMs, 0.99), 'ms'));
    print(beside('burst.graph-throttled', tally.throttled.graph, 'calls'));
    print(beside('burst.teams-throttled', tally.throttled.connector, 'calls'));
    print(beside('burst.told-to-wait', tally.told.size, 'people'));
  } finally {
    await rig.close();
  }
};

export default burstBench;

async function storm(rig: Rig, size: Size, speaking: { readonly isOver: boolean }): Promise<void> {
  while (!speaking.isOver) {
    await pause(size.everyMs - size.stormMs);
    await rig.control.send('POST', '/faults', { name: 'throttle', service: 'graph', retryAfter: size.retryAfter });
    await pause(size.stormMs);
    await rig.control.send('DELETE', '/faults?name=throttle');
  }
}

/** Looks often enough that the sandbox has forgotten nothing. */
async function waitForAnswers(rig: Rig, tally: Tally, { crowd, patienceMs }: Size): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (tally.answers.size < crowd && performance.now() < deadline) {
    await pause(LOOK_EVERY_MS);
    await tally.look(rig);
  }
}

interface Answer {
  readonly first: Temporal.Instant;
  readonly times: number;
}

/** What the sandbox saw: who was answered when, what PIM took, what was sent, what was throttled. */
class Tally {
  readonly answers = new Map<string, Answer>();
  /** People who were told that they wait, for their turn or for Microsoft. */
  readonly told = new Set<string>();
  readonly throttled = { graph: 0, connector: 0 };
  readonly #sentAt: string[] = [];
  readonly #activated = new Map<string, number>();
  #lastCall: number;
  #lastSeen: number;

  constructor(lastCall: number, lastSeen: number) {
    this.#lastCall = lastCall;
    this.#lastSeen = lastSeen;
  }

  async look(rig: Rig): Promise<void> {
    for (const call of await rig.callsSince(this.#lastCall)) {
      this.#lastCall = call.seq;
      this.#takeCall(call);
    }
    for (const sighting of await rig.control.seenAfter(this.#lastSeen)) {
      this.#lastSeen = sighting.seq;
      this.#takeSighting(sighting);
    }
  }

  #takeCall({ service, method, path, status, at: calledAt, principalId }: Call): void {
    if (status === 429 && (service === 'graph' || service === 'connector')) {
      this.throttled[service] += 1;
    }
    if (service === 'connector' && path.startsWith('/v3/') && status < 300) {
      this.#sentAt.push(calledAt);
    }
    if (method === 'POST' && status === 201 && path.endsWith(ASKED)) {
      const who = principalId ?? '';
      this.#activated.set(who, (this.#activated.get(who) ?? 0) + 1);
    }
  }

  #takeSighting({ to, event, card, title, at: seenAt }: Sighting): void {
    if (event === 'send' && card === 'activation-active') {
      const before = this.answers.get(to);
      const first = before?.first ?? Temporal.Instant.from(seenAt);
      this.answers.set(to, { first, times: (before?.times ?? 0) + 1 });
    }
    if (title === BUSY || title === WAIT) {
      this.told.add(to);
    }
  }

  /** From the first sentence to the last answer. */
  lastMs(startedAt: Temporal.Instant): number {
    const times = [...this.answers.values()].map(({ first }) => startedAt.until(first).total('milliseconds'));
    return Math.ceil(Math.max(0, ...times));
  }

  sentUntil(end: Temporal.Instant): number {
    return this.#sentAt.filter((one) => Temporal.Instant.compare(Temporal.Instant.from(one), end) <= 0).length;
  }

  doubled(): number {
    const activations = [...this.#activated.values()].map((times) => times - 1);
    const answers = [...this.answers.values()].map(({ times }) => times - 1);
    return [...activations, ...answers].reduce((sum, one) => sum + one, 0);
  }
}

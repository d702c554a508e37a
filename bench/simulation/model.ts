import { createRateLimits } from '../../bot/rate-limits.ts';
import { createWaitingLine, LONGEST_LINE, PATIENCE, type Place, type WaitingLine } from '../../bot/waiting-line.ts';
import { principalId } from '../../src/domain/ids.ts';
import { AccessError } from '../../src/errors.ts';
import { randomOf } from './arrivals.ts';
import { createGraph, type Graph } from './microsoft.ts';
import { createTeams, type Teams } from './teams.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface Tenant {
  /** When activations are asked for, in milliseconds after the start, in order. */
  readonly arrivals: readonly number[];
  /** People who ask; each has a chat of their own. */
  readonly people: number;
  /** The part of activations that somebody must approve, from 0 to 1. */
  readonly approvalPart: number;
  /** How many approvers each of these is sent to, and of how many there are in all. */
  readonly approvers: number;
  readonly approverPool: number;
  readonly seed: number;
}

export interface Installation {
  readonly replicas: number;
  readonly turnsAtATime: number;
  readonly turnsPerMinute: number;
  readonly jobConcurrency: number;
  /** Processor time of one turn, in milliseconds: one core does one at a time. */
  readonly turnMs: number;
  /** What one answer of Graph takes, the middle one, in milliseconds. */
  readonly graphMs: number;
  /** Reads before the write, of somebody whose roles are not known yet. */
  readonly coldReads: number;
}

/** Where somebody can have to wait. */
export const STAGES = ['line', 'processor', 'microsoft', 'teams'] as const;
export type Stage = (typeof STAGES)[number];

/** Waiting times in milliseconds, one for each activation, or for each message. */
export interface Outcome {
  readonly answers: readonly Readonly<Record<Stage | 'whole', number>>[];
  readonly approverCards: readonly number[];
  readonly reminders: readonly number[];
  readonly refused: { readonly tooMany: number; readonly lineFull: number; readonly askAgain: number };
  readonly told: { readonly number: number; readonly microsoftBusy: number };
  readonly graphThrottled: number;
  readonly teamsCalls: number;
}

/** The bot asks somebody to say it again who would have been kept waiting for longer. */
const PATIENCE_MS = 300_000;
/** An activation lasts an hour, is reminded of a quarter of that before its end, and seen to be usable soon. */
const USABLE_AFTER_MS = 5_000;
const REMINDED_AFTER_MS = 45 * 60_000;
const ENDED_AFTER_MS = 60 * 60_000;
/** A token is kept for an hour; then the client is asked for one, which it gives by itself within this. */
const TOKEN_MS = 60 * 60_000;
const SIGN_IN_MS = 400;
/** An approver decides after this, on average. */
const DECIDED_AFTER_MS = 5 * 60_000;

interface World {
  readonly time: VirtualTime;
  readonly tenant: Tenant;
  readonly installation: Installation;
  readonly replicas: readonly Replica[];
  readonly graph: Graph;
  readonly teams: Teams;
  readonly outcome: {
    readonly answers: Readonly<Record<Stage | 'whole', number>>[];
    readonly approverCards: number[];
    readonly reminders: number[];
    readonly refused: { tooMany: number; lineFull: number; askAgain: number };
    readonly told: { number: number; microsoftBusy: number };
  };
  /** Until when a replica has the token of a person, and knows their roles. */
  readonly known: Map<string, number>;
}

interface Replica {
  readonly number: number;
  readonly line: WaitingLine;
  readonly limits: ReturnType<typeof createRateLimits>;
  /** When its processor has done what it was given. */
  freeAtMs: number;
}

/**
 * Plays arrivals through the product's own admission, waiting line, pace before Graph and pace before Teams, on a clock that
 * jumps. Processor, answers of Graph and people are modeled. The same input gives the same outcome.
 */
export async function simulate(tenant: Tenant, installation: Installation, start: Temporal.Instant): Promise<Outcome> {
  const time = createVirtualTime(start);
  const { replicas: count, turnsAtATime, turnsPerMinute, graphMs } = installation;
  const replicas = Array.from({ length: count }, (_, number) => ({
    number,
    line: createWaitingLine({ atATime: turnsAtATime, longest: LONGEST_LINE }),
    limits: createRateLimits(time.clock, turnsPerMinute),
    freeAtMs: 0,
  }));
  const world: World = {
    time,
    tenant,
    installation,
    replicas,
    graph: createGraph(time, count, graphMs),
    teams: createTeams(time, installation, randomOf(tenant.seed, -1)),
    outcome: {
      answers: [],
      approverCards: [],
      reminders: [],
      refused: { tooMany: 0, lineFull: 0, askAgain: 0 },
      told: { number: 0, microsoftBusy: 0 },
    },
    known: new Map(),
  };
  const failures: unknown[] = [];
  for (const [number, atMs] of tenant.arrivals.entries()) {
    void time
      .until(start.epochMilliseconds + atMs)
      .then(() => arrive(world, number))
      .catch((error: unknown) => failures.push(error));
  }
  await time.run();
  if (failures.length > 0) {
    throw failures[0];
  }
  return { ...world.outcome, graphThrottled: world.graph.throttled(), teamsCalls: world.teams.sent() };
}

interface Turn {
  readonly number: number;
  readonly person: ReturnType<typeof principalId>;
  readonly replica: Replica;
  readonly arrivedMs: number;
  readonly random: () => number;
  readonly waited: Record<Stage, number>;
  isTold: boolean;
}

async function arrive(world: World, number: number): Promise<void> {
  const { time, tenant, replicas, outcome } = world;
  const random = randomOf(tenant.seed + 1, number);
  const person = principalId(idOf(Math.floor(random() * tenant.people)));
  const replica = replicas[Math.floor(random() * replicas.length)] as Replica;
  const admission = replica.limits.admit(person, `turn-${number}`);
  if (admission.kind === 'refused') {
    outcome.refused.tooMany += 1;
    return;
  }
  const place = replica.line.join(person);
  if (place === null) {
    outcome.refused.lineFull += 1;
    admission.leave();
    return;
  }
  const waited = { line: 0, processor: 0, microsoft: 0, teams: 0 };
  const turn: Turn = {
    number,
    person,
    replica,
    arrivedMs: time.nowMs(),
    random,
    waited,
    isTold: false,
  };
  await carryOut(world, turn, place);
  admission.leave();
}

/** As the turn goes: until PIM has answered, or the person is asked to say it again. */
async function carryOut(world: World, turn: Turn, first: Place): Promise<void> {
  const { time, outcome } = world;
  let place = first;
  if (!hasToken(world, turn)) {
    await inLine(world, turn, place);
    await process(world, turn);
    place.leave();
    await signIn(world, turn);
    place = turn.replica.line.rejoin(turn.person);
  }
  while (true) {
    await inLine(world, turn, place);
    await process(world, turn);
    const busyForMs = await askMicrosoft(world, turn);
    if (busyForMs === null) {
      break;
    }
    place.leave();
    if (!turn.isTold) {
      turn.isTold = true;
      outcome.told.microsoftBusy += 1;
      void world.teams.send(turn.replica.number, turn.person);
    }
    if (time.nowMs() + busyForMs - turn.arrivedMs > PATIENCE_MS) {
      outcome.refused.askAgain += 1;
      return;
    }
    // A quarter later at most, so that not all come back at once.
    const pauseMs = busyForMs * (1 + turn.random() / 4);
    turn.waited.microsoft += pauseMs;
    await time.pause(pauseMs);
    place = turn.replica.line.rejoin(turn.person);
  }
  const answered = world.teams.send(turn.replica.number, turn.person);
  place.leave();
  turn.waited.teams += await answered;
  outcome.answers.push({ ...turn.waited, whole: time.nowMs() - turn.arrivedMs });
  afterwards(world, turn);
}

async function inLine({ time, outcome, teams }: World, turn: Turn, place: Place): Promise<void> {
  const beganMs = time.nowMs();
  void time.pause(PATIENCE.sentenceMs).then(async () => {
    if (place.number() > 0) {
      outcome.told.number += 1;
      await teams.send(turn.replica.number, turn.person);
      await place.begun;
      await teams.send(turn.replica.number, turn.person);
    }
  });
  await place.begun;
  turn.waited.line += time.nowMs() - beganMs;
}

async function process({ time, installation }: World, turn: Turn): Promise<void> {
  const { replica } = turn;
  const beginMs = Math.max(time.nowMs(), replica.freeAtMs);
  turn.waited.processor += beginMs - time.nowMs();
  replica.freeAtMs = beginMs + installation.turnMs;
  await time.until(replica.freeAtMs);
}

function hasToken({ time, known }: World, { replica, person }: Turn): boolean {
  return (known.get(`${replica.number} ${person}`) ?? 0) > time.nowMs();
}

/** Without a token the client is asked for one, by a message that is taken back; the sentence then goes on by itself. */
async function signIn({ time, teams }: World, turn: Turn): Promise<void> {
  turn.waited.teams += await teams.send(turn.replica.number, turn.person);
  await time.pause(SIGN_IN_MS);
  void teams.send(turn.replica.number, turn.person);
}

/** Null when PIM took it; else how long Microsoft, or the pace before it, asks to wait. */
async function askMicrosoft(world: World, turn: Turn): Promise<number | null> {
  const { time, known, installation } = world;
  const reads = hasToken(world, turn) ? 0 : installation.coldReads;
  for (let call = 0; call <= reads; call += 1) {
    const busyForMs = await askOnce(world, turn, call < reads ? 'read' : 'write');
    if (busyForMs !== null) {
      return busyForMs;
    }
  }
  known.set(`${turn.replica.number} ${turn.person}`, time.nowMs() + TOKEN_MS);
  return null;
}

async function askOnce({ time, graph }: World, turn: Turn, kind: 'read' | 'write'): Promise<number | null> {
  const askedMs = time.nowMs();
  const pace = graph.paces[turn.replica.number]?.people;
  try {
    const leave = await pace?.enter();
    turn.waited.microsoft += time.nowMs() - askedMs;
    const retryAfterS = await graph.call(kind, turn.replica.number, turn.random);
    leave?.();
    return retryAfterS === null ? null : retryAfterS * 1_000;
  } catch (thrown) {
    if (thrown instanceof AccessError && thrown.retryAfter !== null) {
      return thrown.retryAfter.total('milliseconds');
    }
    throw thrown;
  }
}

/** What an activation sends after its answer. */
function afterwards(world: World, turn: Turn): void {
  if (turn.random() < world.tenant.approvalPart) {
    void askApprovers(world, turn);
  } else {
    active(world, turn);
  }
}

async function askApprovers({ tenant, teams, outcome, time, ...world }: World, turn: Turn): Promise<void> {
  const approvers = Array.from({ length: tenant.approvers }, () =>
    idOf(1_000_000 + Math.floor(turn.random() * tenant.approverPool)),
  );
  await Promise.all(
    approvers.map(async (approver) => {
      outcome.approverCards.push(await teams.send(turn.replica.number, approver));
    }),
  );
  await time.pause(DECIDED_AFTER_MS * -Math.log(1 - turn.random()));
  for (const place of [...approvers, turn.person, turn.person]) {
    void teams.send(turn.replica.number, place);
  }
  active({ tenant, teams, outcome, time, ...world }, turn);
}

function active({ time, teams, outcome }: World, turn: Turn): void {
  const later = async (afterMs: number, messages: number): Promise<number> => {
    await time.pause(afterMs);
    const [waited = 0] = await Promise.all(
      Array.from({ length: messages }, () => teams.send(turn.replica.number, turn.person)),
    );
    return waited;
  };
  void later(USABLE_AFTER_MS, 1);
  // A new message each, and the card before it loses its buttons.
  void later(REMINDED_AFTER_MS, 2).then((waited) => outcome.reminders.push(waited));
  void later(ENDED_AFTER_MS, 2);
}

function idOf(number: number): string {
  return `5c0a1e00-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

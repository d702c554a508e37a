import type { ActivationRequest } from './activation.ts';
import type { RoleAtScope } from './assignment.ts';
import type { ProblemFacts } from './card-facts.ts';
import type { ConversationId, PrincipalId, PullId } from './ids.ts';

/**
 * Where one use of a pack stands.
 *
 * planned: read back, nothing has happened; pulling: confirmed, the alarm is out, PIM is being asked or its sign-in is awaited;
 * waiting: for the second on-call lead; active: gives access, or would in a drill; over: it gave access; dropped: it never did.
 */
export const PULL_STATES = ['planned', 'pulling', 'waiting', 'active', 'over', 'dropped'] as const;
export type PullState = (typeof PULL_STATES)[number];

/** Somebody with a part in it. */
export interface PullPerson {
  readonly id: PrincipalId;
  readonly name: string;
}

/** Somebody who is called by name in a channel. */
export interface AlarmedPerson extends PullPerson {
  /** As Teams names them, where that is known. */
  readonly teamsUserId?: string;
}

/** One use of a break-glass pack. */
export interface Pull {
  readonly id: PullId;
  readonly pack: string;
  readonly purpose: string;
  /** On-call source whose people may pull and confirm it. */
  readonly pulledBy: string;
  /** Version of the rulebook that it was planned under. */
  readonly rulebook: string;
  readonly roles: readonly RoleAtScope[];
  readonly puller: PullPerson;
  /** For how long. */
  readonly window: Temporal.Duration;
  readonly incident: string | null;
  readonly severity: string | null;
  /** What the puller said, with incident and severity. */
  readonly reason: string;
  /** The same path, and nothing is activated. */
  readonly isDrill: boolean;
  readonly needsSecondPerson: boolean;
  readonly state: PullState;
  readonly plannedAt: Temporal.Instant;
  /** When its puller confirmed. */
  readonly pulledAt: Temporal.Instant | null;
  /** Until when a second person may confirm; null while none is waited for. */
  readonly secondBy: Temporal.Instant | null;
  readonly second: PullPerson | null;
  readonly activeFrom: Temporal.Instant | null;
  readonly activeUntil: Temporal.Instant | null;
  readonly endedAt: Temporal.Instant | null;
  /** Why it gave no access, or not all of it. */
  readonly problem: ProblemFacts | null;
  /** The channel that was alarmed, and the people. */
  readonly alarmed: { readonly channel: ConversationId | null; readonly people: readonly AlarmedPerson[] };
  /** Who reviews it beside its puller. */
  readonly owner: PullPerson | null;
  readonly review: PullReview | null;
}

/** What is still to be said about a use, and by when. */
export interface PullReview {
  readonly dueAt: Temporal.Instant;
  /** What its puller said. */
  readonly account: ReviewStatement | null;
  /** What closed it: the owner's word, or the puller's where nobody else owns the pack. */
  readonly done: ReviewStatement | null;
}

export interface ReviewStatement {
  readonly by: PullPerson;
  readonly at: Temporal.Instant;
  readonly text: string;
}

/** How long a read-back may be confirmed, and how long a second person has. */
export const CONFIRM_PULL_WITHIN = Temporal.Duration.from({ minutes: 5 });

/** A client that has not answered by then is taken for one that cannot. */
export const SILENT_AFTER = Temporal.Duration.from({ seconds: 5 });

/** A use is to be reviewed this long after its end. */
export const REVIEW_WITHIN = Temporal.Duration.from({ hours: 24 });

const UNDER_WAY: ReadonlySet<PullState> = new Set(['pulling', 'waiting', 'active']);

/** Says whether it gives access, or may soon. */
export function isUnderWay({ state }: Pick<Pull, 'state'>): boolean {
  return UNDER_WAY.has(state);
}

/** What the activations of a use make of it. */
export type PullProgress = Pick<Pull, 'state' | 'second' | 'activeFrom' | 'activeUntil' | 'endedAt'>;

/** Reads the state of a use from its activations; without any, or in a drill, it stays as it is. */
export function progressOf(pull: Pull, requests: readonly ActivationRequest[]): PullProgress {
  const { state, second, activeFrom, activeUntil, endedAt } = pull;
  if (pull.isDrill || requests.length === 0) {
    return { state, second, activeFrom, activeUntil, endedAt };
  }
  const decided = requests.find(({ decidedBy, state: its }) => decidedBy !== null && its !== 'denied');
  return {
    state: stateOf(requests),
    second:
      decided?.decidedBy == null ? second : { id: decided.decidedBy, name: decided.decidedByName ?? 'somebody else' },
    activeFrom: earliest(requests.map((request) => request.activeFrom)),
    activeUntil: latest(requests.map((request) => request.activeUntil)),
    endedAt: latest(requests.map((request) => request.endedAt)),
  };
}

function stateOf(requests: readonly ActivationRequest[]): PullState {
  const states = new Set(requests.map(({ state }) => state));
  // What still waits for somebody comes first: until then it is not all there.
  if (states.has('pending')) {
    return 'waiting';
  }
  if (states.has('active')) {
    return 'active';
  }
  if (states.has('submitting') || states.has('stepping-up') || states.has('provisioning') || states.has('scheduled')) {
    return 'pulling';
  }
  return states.has('ended') ? 'over' : 'dropped';
}

function earliest(instants: readonly (Temporal.Instant | null)[]): Temporal.Instant | null {
  return sorted(instants)[0] ?? null;
}

/** Null where none is known. */
export function latest(instants: readonly (Temporal.Instant | null)[]): Temporal.Instant | null {
  return sorted(instants).at(-1) ?? null;
}

function sorted(instants: readonly (Temporal.Instant | null)[]): readonly Temporal.Instant[] {
  return instants.filter((instant) => instant !== null).toSorted(Temporal.Instant.compare);
}

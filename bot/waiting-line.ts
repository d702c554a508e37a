import type { PrincipalId } from '../src/domain/ids.ts';

/** A turn in the line, or under way. */
export interface Place {
  readonly hasBegun: boolean;
  /** Resolves when the turn may begin. It never does for one that left before. */
  readonly begun: Promise<void>;
  /** How many turns begin until this one has, itself included; 0 once it has begun. */
  number(): number;
  /** Ends the turn, or gives its place up. The second call does nothing. */
  leave(): void;
}

/** Lets a bounded number of turns be under way in this replica; the others wait for theirs, person by person. */
export interface WaitingLine {
  /** Takes a place behind the person's own earlier turns; null when too many wait. */
  join(person: PrincipalId): Place | null;
  /** The same for what was accepted before, such as a sentence that waited for a sign-in: there is always room for it. */
  rejoin(person: PrincipalId): Place;
}

export interface LineSizes {
  /** Turns under way at a time. */
  readonly atATime: number;
  /** Turns that may wait besides. */
  readonly longest: number;
}

/** What waits in one replica at most; each holds a few kilobytes. */
export const LONGEST_LINE = 5_000;

/** How long somebody waits before they are told, in milliseconds. */
export interface Patience {
  readonly sentenceMs: number;
  /** A button that does not come back looks broken: then nothing is done, and the person presses again. */
  readonly pressMs: number;
  /** A press is carried out for so long before its card says that it is under way. */
  readonly workMs: number;
  /** A press is answered by then, whatever happens: clients wait for five seconds or more and then say that the app is not there. */
  readonly answerMs: number;
}

export const PATIENCE: Patience = { sentenceMs: 2_000, pressMs: 1_200, workMs: 1_500, answerMs: 2_000 };

interface Waiting {
  readonly person: PrincipalId;
  readonly begun: PromiseWithResolvers<void>;
  state: 'waiting' | 'begun' | 'over';
}

/** Makes an empty line. Whoever comes next is the person who was served the longest ago, however much one of them asks. */
export function createWaitingLine({ atATime, longest }: LineSizes): WaitingLine {
  // Who is next stands in front; who was served and has more goes to the end.
  const queues = new Map<PrincipalId, Waiting[]>();
  let underWay = 0;
  let waiting = 0;

  const begin = (turn: Waiting): void => {
    underWay += 1;
    turn.state = 'begun';
    turn.begun.resolve();
  };
  const next = (): void => {
    for (const [person, queue] of queues) {
      if (underWay >= atATime) {
        return;
      }
      const [first, ...rest] = queue;
      queues.delete(person);
      if (rest.length > 0) {
        queues.set(person, rest);
      }
      if (first !== undefined) {
        waiting -= 1;
        begin(first);
      }
    }
  };
  const giveUp = (turn: Waiting): void => {
    const rest = (queues.get(turn.person) ?? []).filter((other) => other !== turn);
    waiting -= 1;
    if (rest.length > 0) {
      queues.set(turn.person, rest);
    } else {
      queues.delete(turn.person);
    }
  };
  const leave = (turn: Waiting): void => {
    if (turn.state === 'waiting') {
      giveUp(turn);
    } else if (turn.state === 'begun') {
      underWay -= 1;
      next();
    }
    turn.state = 'over';
  };
  const placeOf = (turn: Waiting): Place => ({
    get hasBegun() {
      return turn.state === 'begun';
    },
    begun: turn.begun.promise,
    number: () => (turn.state === 'waiting' ? numberOf(queues, turn) : 0),
    leave: () => leave(turn),
  });
  const enter = (person: PrincipalId): Place => {
    const turn: Waiting = { person, begun: Promise.withResolvers(), state: 'waiting' };
    if (underWay < atATime) {
      begin(turn);
    } else {
      waiting += 1;
      const queue = queues.get(person);
      if (queue === undefined) {
        queues.set(person, [turn]);
      } else {
        queue.push(turn);
      }
    }
    return placeOf(turn);
  };
  return {
    join: (person) => (underWay >= atATime && waiting >= longest ? null : enter(person)),
    rejoin: enter,
  };
}

/** In each round everybody in the line is served once, in the order in which they stand. */
function numberOf(queues: ReadonlyMap<PrincipalId, readonly Waiting[]>, turn: Waiting): number {
  const round = queues.get(turn.person)?.indexOf(turn) ?? 0;
  let number = round + 1;
  let isAhead = true;
  for (const [person, queue] of queues) {
    if (person === turn.person) {
      isAhead = false;
    } else {
      number += Math.min(queue.length, round + (isAhead ? 1 : 0));
    }
  }
  return number;
}

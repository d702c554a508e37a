import type { Log } from '../src/ports/log.ts';
import type { Store } from '../src/ports/store.ts';
import { type Background, createBackground } from './background.ts';
import { createTurnsInHand, type TurnsInHand } from './in-hand.ts';
import type { Resumption } from './resume-turn.ts';
import { whenBegun } from './turns-in-line.ts';
import { createWaitingLine, LONGEST_LINE, type WaitingLine } from './waiting-line.ts';

/** What is between the requests that come in and the turns that are under way in this replica. */
export interface Hall {
  readonly background: Background;
  readonly line: WaitingLine;
  readonly inHand: TurnsInHand;
  readonly resumption: Resumption;
  close(): void;
}

export function createHall({ store, log, atATime }: { store: Store; log: Log; atATime: number }): Hall {
  const background = createBackground(log);
  const line = createWaitingLine({ atATime, longest: LONGEST_LINE });
  const inHand = createTurnsInHand(store.now.inbox, log);
  const resumption: Resumption = {
    inHand,
    run: ({ id }, work) => background.run(() => whenBegun(line.rejoin(id), work)),
  };
  return {
    background,
    line,
    inHand,
    resumption,
    close: () => inHand.close(),
  };
}

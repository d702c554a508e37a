import type { CardId, PrincipalId } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import type { ErrorCode } from '../src/errors.ts';
import { WAITING } from '../src/use-cases/postpone-sentence.ts';
import { Lanes } from './lanes.ts';
import type { TurnServices } from './turn-services.ts';
import { beginsWithin } from './turns-in-line.ts';
import type { Patience, Place } from './waiting-line.ts';

/** Notes that are written at a time: telling people that the bot is busy must not be what keeps it busy. */
const AT_A_TIME = 4;
/** Refusals that are written down at a time; who comes on top of that is refused without a card. */
const MOST_REFUSALS = 20;
/** Refused turns that are remembered: Teams delivers again within seconds. */
const MOST_REFUSED = 5_000;

interface Waiter {
  readonly turnId: string;
  readonly recipient: PrincipalId;
  readonly place: Place;
}

/** What becomes of those who come while too much is under way. */
export interface BusyDesk {
  /**
   * Waits until the turn may begin; who waits for more than a moment is told which number they have. The function that is
   * given back takes that message away again.
   */
  turn(waiter: Waiter): Promise<() => Promise<void>>;
  /** Tells somebody for whom there is no room that nothing was done; false when even that is too much now. */
  refuse(turnId: string, recipient: () => Promise<PrincipalId>): Promise<boolean>;
  /** Whether the person was told that this turn is not carried out: it must not be, when Teams delivers it again. */
  wasRefused(turnId: string): boolean;
}

type DeskServices = Pick<TurnServices, 'store' | 'delivery' | 'background' | 'log'>;

export function createBusyDesk(services: DeskServices, { sentenceMs }: Patience): BusyDesk {
  const notes = new Lanes(AT_A_TIME);
  const refused = new Set<string>();
  let refusals = 0;

  const tell = ({ turnId, recipient, place }: Waiter): Promise<CardId | null> =>
    notes.run(async () => {
      const number = place.number();
      // Its turn may have come while others were told.
      return number === 0
        ? null
        : await post(services, { turnId, recipient, code: 'command.busy', facts: { number: String(number) } });
    });
  return {
    async turn(waiter) {
      const { place } = waiter;
      if (await beginsWithin(place, sentenceMs)) {
        return async () => undefined;
      }
      // Who cannot be told waits all the same.
      const told = tell(waiter).catch((error: unknown) => {
        services.log.warn('line.untold', { turnId: waiter.turnId, error });
        return null;
      });
      await place.begun;
      return async () => {
        const card = await told;
        if (card !== null) {
          await services.store.now.cards.withdraw(card);
          services.background.run(() => services.delivery.deliver([card]));
        }
      };
    },
    async refuse(turnId, recipient) {
      if (refusals >= MOST_REFUSALS) {
        return false;
      }
      refusals += 1;
      try {
        await post(services, { turnId, recipient: await recipient(), code: 'command.overloaded', facts: {} });
      } finally {
        refusals -= 1;
      }
      refused.add(turnId);
      const [oldest] = refused;
      if (refused.size > MOST_REFUSED && oldest !== undefined) {
        refused.delete(oldest);
      }
      return true;
    },
    wasRefused: (turnId) => refused.has(turnId),
  };
}

interface Note {
  readonly turnId: string;
  readonly recipient: PrincipalId;
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
}

async function post(services: DeskServices, { turnId, recipient, code, facts }: Note): Promise<CardId> {
  const notice: Notice = { card: 'error', code, facts, suggestions: [], reference: null };
  const story = `turn:${turnId}`;
  const id = await services.store.now.cards.post({ story, recipient, slot: WAITING, notice, delivery: 'now' });
  await services.delivery.deliver([id]);
  return id;
}

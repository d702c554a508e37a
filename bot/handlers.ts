import type { ErrorCode } from '../src/errors.ts';
import { asAccessError } from '../src/errors.ts';
import { refuseSignIn, takeSignIn } from '../src/use-cases/ask-to-sign-in.ts';
import { postError } from '../src/use-cases/error-card.ts';
import type { Asker, Services } from '../src/use-cases/services.ts';
import { answerPress } from './presses.ts';
import { answerSentence, goOnWith } from './sentences.ts';
import type { CommittedCards, TurnHandlers } from './turns.ts';

/** The product as the Teams edge sees it. */
export function createTurnHandlers(services: Services): TurnHandlers {
  return {
    sentence: async (turn) =>
      await orError(services, { ...turn, what: 'sentence' }, () => answerSentence(services, turn)),
    press: async (turn) => await answerPress(services, turn),
    signedIn: async (person, exchangeId) => {
      const asker: Asker = { person, turnId: `turn:${exchangeId}`, spend: null };
      const { record, cards } = await takeSignIn(services, asker, exchangeId);
      if (record === null) {
        return { cards };
      }
      const answered = await goOnWith(services, { turnId: exchangeId, person, ...record });
      return { cards: [...cards, ...answered] };
    },
    signInFailed: async (principalId, exchangeId, code: ErrorCode) => ({
      cards: await refuseSignIn(services, principalId, { exchangeId, code }),
    }),
  };
}

interface FailedTurn {
  readonly what: string;
  readonly turnId: string;
  readonly person: Asker['person'];
}

async function orError(
  services: Services,
  turn: FailedTurn,
  work: () => Promise<CommittedCards>,
): Promise<CommittedCards> {
  try {
    return await work();
  } catch (thrown) {
    const error = asAccessError(thrown);
    services.log.error('turn.failed', { what: turn.what, code: error.code, cause: error });
    const asker: Asker = { person: turn.person, turnId: `failed:${turn.turnId}`, spend: null };
    return { cards: await postError(services, asker, error) };
  }
}

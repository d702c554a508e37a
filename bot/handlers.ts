import type { PageSignIn } from '../src/domain/page-sign-in.ts';
import { AccessError, asAccessError } from '../src/errors.ts';
import { refuseSignIn, takeSignIn } from '../src/use-cases/ask-to-sign-in.ts';
import { goOnWithPull } from '../src/use-cases/break-glass/confirm-pull.ts';
import { completeStepUp } from '../src/use-cases/complete-step-up.ts';
import { postError } from '../src/use-cases/error-card.ts';
import { searchOwnRoles } from '../src/use-cases/own-roles.ts';
import type { Asker, Posted, Services } from '../src/use-cases/services.ts';
import { answerPress, findPressedCard, repeatPress } from './presses.ts';
import { answerSentence, goOnWith } from './sentences.ts';
import type { CommittedCards, TurnHandlers } from './turns.ts';

/** The product as the Teams edge sees it. */
export function createTurnHandlers(services: Services): TurnHandlers {
  return {
    sentence: async (turn) =>
      await orError(services, { ...turn, what: 'sentence' }, () => answerSentence(services, turn)),
    press: async (turn) => await answerPress(services, turn),
    pressedCard: async (turn) => await findPressedCard(services, turn),
    search: async (person, search) => await searchOwnRoles(services, person, search),
    signedIn: async (person, exchangeId) => {
      const asker: Asker = { person, turnId: `turn:${exchangeId}`, spend: null };
      const { record, cards } = await takeSignIn(services, asker, exchangeId);
      if (record === null) {
        return { cards };
      }
      const answered = await goOnWith(services, { turnId: exchangeId, person, ...record });
      return { cards: [...cards, ...answered] };
    },
    signInFailed: async (person, exchangeId, error) => {
      const asker: Asker = { person, turnId: `turn:${exchangeId}`, spend: null };
      return { cards: await refuseSignIn(services, asker, { exchangeId, error }) };
    },
    clientCannotSignIn: async (person) => {
      const waiting = await services.store.now.signIns.findNewest(person.id);
      if (waiting === null) {
        return { cards: [] };
      }
      const asker: Asker = { person, turnId: `turn:${waiting.id}`, spend: null };
      const error = new AccessError('identity.token_invalid', 'the client could not sign in');
      return { cards: await refuseSignIn(services, asker, { exchangeId: waiting.id, error }) };
    },
    signedInOnPage: async (person, signIn, steppedUp) =>
      await orError(services, { what: 'sign-in-page', turnId: signIn.id, person }, async () => ({
        cards: await goOnAfterPage(services, { person, turnId: `turn:${signIn.id}`, spend: null, steppedUp }, signIn),
      })),
  };
}

/** Goes on with what waited for the page, and drops the tokens that were kept for it. */
async function goOnAfterPage(services: Services, asker: Asker, signIn: PageSignIn): Promise<Posted> {
  try {
    const cards = await goOnWithPurpose(services, asker, signIn);
    // Nothing is left for the timer to find.
    await services.store.now.timers.clear('sign-in.expire', signIn.id);
    return cards;
  } finally {
    services.signIns.release(signIn.id);
  }
}

async function goOnWithPurpose(services: Services, asker: Asker, signIn: PageSignIn): Promise<Posted> {
  const { purpose } = signIn;
  switch (purpose.kind) {
    case 'requests':
      return await completeStepUp(services, asker, signIn);
    case 'pull':
      return await goOnWithPull(services, asker, purpose.pullId);
    case 'press':
      return await repeatPress(services, asker, purpose.press);
    case 'sentence': {
      const { record, cards } = await takeSignIn(services, asker, purpose.signInId);
      if (record === null) {
        return cards;
      }
      const { person, steppedUp } = asker;
      const turn = { turnId: purpose.signInId, person, ...record, ...(steppedUp !== undefined && { steppedUp }) };
      return [...cards, ...(await goOnWith(services, turn))];
    }
  }
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

import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import {
  databaseAwayAnswer,
  exchangeRefusedAnswer,
  failedAnswer,
  searchAnswer,
  sender,
  unsupportedAnswer,
} from './answers.ts';
import { handlePress, type PressDesk } from './press.ts';
import { readFailureCode } from './press-value.ts';
import { answerSearch } from './search.ts';
import type { TokenExchanges } from './token-exchange.ts';
import type { TurnServices } from './turn-services.ts';

/** What invokes are answered with, beside the services of every turn. */
export interface InvokeDesk extends PressDesk {
  readonly exchanges: TokenExchanges;
}

/** Heard, with nothing to say. */
const HEARD: Verdict = { status: 200, body: {} };

/**
 * Answers an invoke. None of the SDK's own handlers is used, which answer an empty search with 400 and what they do not know with
 * 501 (teams-platform §1.3). It is HTTP 200 in any case, with what happened inside (teams-platform §3.1): with another status clients
 * say that the app cannot be reached. `signin/tokenExchange` alone has a contract of its own, in which 412 brings the button.
 */
export function handleInvoke(services: TurnServices, desk: InvokeDesk, activity: Activity): Promise<Verdict> {
  const { log } = services;
  switch (activity.name) {
    case 'adaptiveCard/action':
      return handlePress(services, desk, activity);
    case 'application/search':
      return answerSearch(services, activity);
    case 'signin/tokenExchange':
      return desk.introduce().then(({ person }) => desk.exchanges.answer(activity, person));
    case 'signin/verifyState':
      // There is no token service that would hand out such codes; the client wants an answer all the same.
      log.info('sign-in.state-ignored', { principalId: activity.from.aadObjectId });
      return Promise.resolve(HEARD);
    case 'signin/failure':
      log.warn('sign-in.client-failed', {
        principalId: activity.from.aadObjectId,
        clientCode: readFailureCode(activity.value),
      });
      return offerPage(services, activity);
    default:
      log.warn('activity.refused', { reason: 'invoke-unknown', activityId: activity.id });
      return Promise.resolve(unsupportedAnswer());
  }
}

/** What is answered to an invoke that failed; nothing of it is known to have been done or not done. */
export function failedInvoke(activity: Activity, isDatabaseAway: boolean): Verdict {
  const { name, value } = activity;
  switch (name) {
    case 'adaptiveCard/action':
      return isDatabaseAway ? databaseAwayAnswer(sender(activity)) : failedAnswer();
    case 'application/search':
      return searchAnswer([]);
    case 'signin/tokenExchange':
      return exchangeRefusedAnswer(value, 'This cannot be checked now. Try again in a moment.');
    case 'signin/failure':
      return HEARD;
    default:
      return failedAnswer();
  }
}

/** The client cannot sign in by itself: the card that waits for it gets a link to the bot's own page. */
async function offerPage(
  { acquaintances, background, delivery, handlers }: TurnServices,
  activity: Activity,
): Promise<Verdict> {
  const person = await acquaintances.remember(activity);
  background.run(async () => {
    const { cards } = await handlers.clientCannotSignIn(person);
    await delivery.deliver(cards);
  });
  return HEARD;
}

import { asAccessError } from '../src/errors.ts';
import type { PersonRecord } from '../src/ports/store.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { CONNECTION_NAME, exchangeRefusedAnswer, malformedAnswer } from './answers.ts';
import { within } from './background.ts';
import { readExchange } from './press-value.ts';
import type { TurnServices } from './turn-services.ts';

/** Answers `signin/tokenExchange`: each client of a person sends its own for the same card. */
export interface TokenExchanges {
  answer(activity: Activity, person: PersonRecord): Promise<Verdict>;
}

const ANSWER_WITHIN_MS = 8_000;

/** Exchanges that went well and are remembered, so that a late client of the person changes nothing. */
const MOST = 2_000;

/** Makes the one place where token exchanges are answered: one at a time and one success for each exchange id. */
export function createTokenExchanges(services: TurnServices): TokenExchanges {
  const known = new Map<string, Promise<boolean>>();

  const exchange = (key: string, work: () => Promise<boolean>): Promise<boolean> => {
    const running = known.get(key);
    if (running !== undefined) {
      return running;
    }
    // A failed one may be tried again: by then the person may have consented.
    const settled = (isGood: boolean): boolean => {
      if (!isGood) {
        known.delete(key);
      }
      return isGood;
    };
    const outcome = work().then(settled, (thrown: unknown) => {
      settled(false);
      throw thrown;
    });
    known.set(key, outcome);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) {
      known.delete(oldest);
    }
    return outcome;
  };

  return {
    async answer(activity, person) {
      const value = readExchange(activity.value);
      if (value === null) {
        services.log.warn('sign-in.refused', { principalId: person.id, code: 'malformed' });
        return malformedAnswer('The token exchange cannot be read.');
      }
      const key = `${person.id}/${value.id}`;
      // The other clients of a person answer the same card: they add nothing, and cost nothing.
      const isCounted = !known.has(key);
      if (isCounted && !services.limits.mayExchange(person.id)) {
        services.log.warn('sign-in.refused', { principalId: person.id, code: 'command.too_many' });
        return exchangeRefusedAnswer(value, 'Too many sign-ins at once. Try again in a moment.');
      }
      const isGood = await exchange(key, () => signIn(services, person, value));
      if (isGood) {
        return { status: 200, body: { id: value.id, connectionName: CONNECTION_NAME } };
      }
      return exchangeRefusedAnswer(value, 'The token cannot be exchanged. Sign in to continue.');
    },
  };
}

/** True once the person is signed in; what waited for it goes on, in the background when it takes long. */
async function signIn(
  { signIns, handlers, delivery, background, log }: TurnServices,
  person: PersonRecord,
  { id, token }: { readonly id: string; readonly token: string },
): Promise<boolean> {
  try {
    await signIns.accept(person.id, token);
  } catch (thrown) {
    const error = asAccessError(thrown);
    log.warn('sign-in.refused', { principalId: person.id, code: error.code, error: thrown });
    // Before the answer: the client shows its button as soon as it has it, beside the card that explains it.
    const { cards } = await handlers.signInFailed(person, id, error);
    await delivery.deliver(cards);
    return false;
  }
  const goOn = async (): Promise<true> => {
    const { cards } = await handlers.signedIn(person, id);
    background.run(() => delivery.deliver(cards));
    return true;
  };
  const work = goOn();
  if ((await within(work, ANSWER_WITHIN_MS)) === null) {
    background.run(() => work);
  }
  return true;
}

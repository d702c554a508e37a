import { say } from '../cards/messages.ts';
import { signInLink } from '../cards/sign-in-link.ts';
import type { ErrorCode } from '../src/errors.ts';
import type { PersonRecord } from '../src/ports/store.ts';
import type { Verdict } from './adapter.ts';
import {
  busyAnswer,
  cardAnswer,
  databaseAwayAnswer,
  failedAnswer,
  messageAnswer,
  signInAnswer,
  signInFailedAnswer,
} from './answers.ts';
import type { TurnServices } from './turn-services.ts';
import type { PressAnswer } from './turns.ts';

/** What became of a press. Of those that are no answer of the product nothing was carried out, or nobody knows how far. */
export type PressOutcome =
  | PressAnswer
  /** The token that came with it is not accepted. */
  | { readonly kind: 'not-accepted'; readonly code: ErrorCode }
  /** Its turn did not come soon enough. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed' }
  /** The database was gone when it was carried out, or when its outcome was to be told. */
  | { readonly kind: 'away' };

/** What the clicker sees of it at once; cards to others leave after the answer. */
export function paint(services: TurnServices, person: PersonRecord, outcome: PressOutcome): Verdict {
  switch (outcome.kind) {
    case 'failed':
      return failedAnswer();
    case 'away':
      return databaseAwayAnswer(person);
    case 'busy':
      return busyAnswer(person);
    case 'not-accepted':
      return signInFailedAnswer();
    case 'sign-in-first':
      return signInAnswer(services.botAppId, signInLink(services.publicUrl(), outcome.pageSignInId) || null, person);
    case 'done': {
      const { cards, reply, toast } = outcome;
      services.background.run(() => services.delivery.deliver(cards));
      return reply === null
        ? messageAnswer(toast ?? say(person, 'press.done'))
        : cardAnswer(services.render(reply.card, person, reply.step, reply.isOwnView).card);
    }
  }
}

/** What the clicker is told of it in their chat, who has had an answer already; null when the cards tell. */
export function lateProblem(outcome: PressOutcome): ErrorCode | null {
  switch (outcome.kind) {
    case 'failed':
      return 'internal.unexpected';
    case 'away':
      return 'internal.database_unavailable';
    case 'busy':
      return 'command.overloaded';
    case 'not-accepted':
      return outcome.code;
    case 'sign-in-first':
      return 'identity.sign_in_required';
    case 'done':
      return null;
  }
}

import { pullId } from '../../src/domain/ids.ts';
import type { Verb } from '../../src/domain/notice.ts';
import { confirmPull } from '../../src/use-cases/break-glass/confirm-pull.ts';
import { dropPlanned } from '../../src/use-cases/break-glass/propose-pull.ts';
import { completeReview } from '../../src/use-cases/break-glass/review-pull.ts';
import { confirmSecond, refuseSecond } from '../../src/use-cases/break-glass/second-person.ts';
import { standDownFrom } from '../../src/use-cases/break-glass/stand-down.ts';
import { proposeStop } from '../../src/use-cases/break-glass/stop-access.ts';
import type { Posted, Services } from '../../src/use-cases/services.ts';
import type { Press } from '../pressed-request.ts';

/** What needs no token: own records, and what an administrator's own sign-in page stands before. */
export const TOKENLESS_BREAK_GLASS: readonly Verb[] = ['drop-pull', 'complete-review', 'stop-access'];

/** Does what a button of these cards says; null for every other verb. Throws what the use-cases throw. */
export function pressBreakGlass(services: Services, press: Press): Promise<Posted> | null {
  const { verb, card, inputs, asker } = press;
  switch (verb) {
    case 'confirm-pull':
      return confirmPull(services, asker, pullId(card.story));
    case 'drop-pull':
      return dropPlanned(services, asker, pullId(card.story));
    case 'confirm-second':
      return confirmSecond(services, asker, card);
    case 'refuse-second':
      return refuseSecond(services, asker, card);
    case 'stand-down':
      return standDownFrom(services, asker, pullId(card.story));
    case 'stop-access':
      return proposeStop(services, asker, pullId(card.story));
    case 'complete-review':
      return completeReview(services, asker, card, inputs.review ?? '');
    default:
      return null;
  }
}

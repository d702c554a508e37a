import type { AssignmentOrder } from '../../domain/administration.ts';
import type { PullId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import { findCurrent } from '../administration/assignment-outcome.ts';
import { confirmNotice } from '../administration/change-assignment.ts';
import { answer } from '../error-card.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { demandAdminSignIn } from '../settings/demand-admin.ts';

/**
 * Reads back to an administrator that what somebody pulled is taken from them, role by role, to be confirmed with the
 * administrator's own sign-in: PIM judges whether they may.
 *
 * @throws {AccessError} breakglass.pulled_nothing, identity.admin_sign_in_required, graph.*
 */
export async function proposeStop(services: Services, asker: Asker, id: PullId): Promise<Posted> {
  demandAdminSignIn(asker);
  const pull = await services.store.now.pulls.find(id);
  const requests = await services.store.now.requests.listOfPull(id);
  const active = requests.filter(({ state }) => state === 'active');
  if (pull === null || active.length === 0) {
    throw new AccessError('breakglass.pulled_nothing', 'nothing is active', {
      facts: pull === null ? {} : { pack: pull.pack },
    });
  }
  const person = await services.reader.findPerson(pull.puller.id);
  const cards: Posted[number][] = [];
  for (const [index, { role }] of active.entries()) {
    const order: AssignmentOrder = {
      action: 'remove',
      kind: 'active',
      role,
      principal: { ...pull.puller, kind: 'user', userPrincipalName: person?.userPrincipalName ?? null },
      startsAt: null,
      endsAt: null,
      justification: `Break-glass ${pull.pack} is stopped`,
      ticket: pull.incident,
    };
    const current = await findCurrent(services, asker, order);
    const part = { ...asker, turnId: `${asker.turnId}:${index}` };
    const notice = confirmNotice(services, part, order, current);
    cards.push(await services.store.now.cards.post(answer(part, notice)));
  }
  return cards;
}

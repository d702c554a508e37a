import type { ActivationRequest } from '../../domain/activation.ts';
import type { PullId } from '../../domain/ids.ts';
import { isUnderWay, type Pull } from '../../domain/pull.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import { cancelRequest } from '../cancel-request.ts';
import { deactivateRequest } from '../deactivate-role.ts';
import { postError } from '../error-card.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { holdFor } from './hold-for.ts';
import { closeSeconds } from './second-person.ts';
import { movePull, tellPull } from './tell-pull.ts';

/** Long enough for PIM to put it in place, and for its five minutes. */
const HELD_FOR = Temporal.Duration.from({ minutes: 20 });

/**
 * Ends what the asker has pulled: the pack of that name, or everything. What gives access is given back as soon as PIM's five minutes
 * allow, what waits is withdrawn.
 *
 * @throws {AccessError} breakglass.pulled_nothing, identity.sign_in_required, graph.*
 */
export async function standDown(services: Services, asker: Asker, words: string | null): Promise<Posted> {
  const underWay = await services.store.now.pulls.listUnderWayOf(asker.person.id);
  const named = words === null ? underWay : underWay.filter(({ pack }) => pack.toLowerCase() === words.toLowerCase());
  if (named.length === 0) {
    throw new AccessError('breakglass.pulled_nothing', 'nothing is pulled', {
      facts: words === null ? {} : { pack: words },
    });
  }
  const cards: Posted[] = [];
  for (const pull of named) {
    cards.push(await endPull(services, asker, pull));
  }
  return cards.flat();
}

/** The same by the button of one of them. @throws {AccessError} breakglass.pulled_nothing, card.stale */
export async function standDownFrom(services: Services, asker: Asker, id: PullId): Promise<Posted> {
  const pull = (await services.store.now.pulls.listUnderWayOf(asker.person.id)).find((one) => one.id === id);
  if (pull === undefined) {
    throw new AccessError('breakglass.pulled_nothing', 'not pulled by this person, or over');
  }
  return await endPull(services, asker, pull);
}

async function endPull(services: Services, asker: Asker, pull: Pull): Promise<Posted> {
  await services.store.now.audit.breakglassStoodDown({
    at: services.clock.now(),
    actorId: asker.person.id,
    facts: { pull: pull.id, pack: pull.pack },
  });
  const cards = await endWithoutPim(services, asker, pull);
  return cards ?? (await endRequests(services, asker, pull));
}

/** One that cannot be ended holds up no other; why is told when all were tried. */
async function endRequests(services: Services, asker: Asker, { id }: Pull): Promise<Posted> {
  const cards: Posted[] = [];
  const errors: AccessError[] = [];
  let { spend } = asker;
  for (const request of await services.store.now.requests.listOfPull(id)) {
    try {
      cards.push(await endRequest(services, { ...asker, spend }, request));
      spend = null;
    } catch (thrown) {
      const error = asAccessError(thrown);
      services.log.warn('breakglass.not_ended', { pullId: id, requestId: request.id, code: error.code });
      errors.push(error);
    }
  }
  const [error] = errors;
  if (error !== undefined && cards.length === 0) {
    throw error;
  }
  const told = error === undefined ? [] : await postError(services, { ...asker, spend: null }, error);
  return [...new Set([...cards.flat(), ...told])];
}

async function endRequest(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  switch (request.state) {
    case 'active':
      return await deactivateRequest(services, asker, request);
    case 'pending':
    case 'scheduled':
    case 'stepping-up':
      return await cancelRequest(services, asker, request);
    case 'submitting':
    case 'provisioning':
      return await endWhenThere(services, asker, request);
    default:
      return [];
  }
}

/** PIM has not put it in place yet, or its answer is not known: it is ended as soon as it is there. */
async function endWhenThere(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  const until = services.clock.now().add(HELD_FOR);
  await holdFor(services, asker, { id: request.id, until, roles: [request.role] });
  return await services.store.transaction(async (stores) => {
    const wished = await stores.requests.change(request.id, ['submitting', 'provisioning'], { wish: 'deactivate' });
    if (wished === null) {
      throw new AccessError('card.stale', 'it has moved on');
    }
    await asker.spend?.(stores);
    return wished.pull === null ? [] : await tellPull(stores, wished.pull, 'news');
  });
}

/** Null where PIM holds something that has to be ended there. */
async function endWithoutPim(services: Services, asker: Asker, { id, isDrill }: Pull): Promise<Posted | null> {
  return await services.store.transaction(async (stores) => {
    const pull = await stores.pulls.lock(id);
    if (pull === null || !isUnderWay(pull)) {
      throw new AccessError('card.stale', 'it is over');
    }
    if (!isDrill && (await stores.requests.listOfPull(id)).length > 0) {
      return null;
    }
    await claimClick(asker, stores);
    await closeSeconds(stores, pull, 'dropped');
    const state = pull.state === 'active' ? 'over' : 'dropped';
    return (await movePull(stores, id, [pull.state], { state, endedAt: services.clock.now() })) ?? [];
  });
}

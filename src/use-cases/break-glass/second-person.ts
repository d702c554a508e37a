import type { ActivationRequest } from '../../domain/activation.ts';
import type { BreakGlassConfirmNotice } from '../../domain/break-glass-notice.ts';
import { pullId, requestId } from '../../domain/ids.ts';
import type { Pull, PullPerson } from '../../domain/pull.ts';
import { AccessError } from '../../errors.ts';
import type { CardRecord, Stores } from '../../ports/store.ts';
import { decideRequest } from '../decide-request.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { demandSecond } from './demand-second.ts';
import { secondNotice } from './pull-facts.ts';
import { movePull } from './tell-pull.ts';

const SLOT = 'break-glass-second';

/** Asks the others on call to confirm a drill: PIM holds nothing that they could approve. */
export async function askSeconds(stores: Stores, pull: Pull, seconds: readonly PullPerson[]): Promise<void> {
  await stores.cards.postMany(
    seconds.map(({ id }) => ({ story: pull.id, recipient: id, slot: SLOT, notice: secondNotice(pull, pull.roles) })),
  );
}

/**
 * The second on-call lead confirms: that is the approval PIM waits for, given with their own token.
 *
 * @throws {AccessError} breakglass.confirm_over, breakglass.not_on_call, oncall.*, approval.*, identity.*, graph.*
 */
export async function confirmSecond(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  const found = await findConfirmed(services, card);
  if (found.kind === 'request') {
    const justification = approvalWords(found.pull, 'Confirmed');
    return await decideRequest(services, asker, found.request, { outcome: 'approve', justification });
  }
  const { pull } = found;
  await demandSecond(services, asker.person, pull);
  const { id, name } = asker.person;
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    const active = {
      state: 'active',
      second: { id, name },
      activeFrom: now,
      activeUntil: now.add(pull.window),
    } as const;
    return await answerDrill(stores, asker, pull, { change: active, phase: 'confirmed' });
  });
}

/** The second on-call lead says no. */
export async function refuseSecond(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  const found = await findConfirmed(services, card);
  if (found.kind === 'request') {
    const justification = approvalWords(found.pull, 'Refused');
    return await decideRequest(services, asker, found.request, { outcome: 'deny', justification });
  }
  const problem = { code: 'breakglass.refused', facts: { by: asker.person.name } } as const;
  return await services.store.transaction(async (stores) => {
    const dropped = { state: 'dropped', problem, endedAt: services.clock.now() } as const;
    return await answerDrill(stores, asker, found.pull, { change: dropped, phase: 'dropped' });
  });
}

interface Answer {
  readonly change: Partial<Pull>;
  readonly phase: BreakGlassConfirmNotice['phase'];
}

/** @throws {AccessError} card.stale */
async function answerDrill(stores: Stores, asker: Asker, pull: Pull, { change, phase }: Answer): Promise<Posted> {
  const told = await movePull(stores, pull.id, ['waiting'], change);
  if (told === null) {
    throw new AccessError('card.stale', 'it waits no more');
  }
  await claimClick(asker, stores);
  await closeSeconds(stores, { ...pull, ...change }, phase);
  return told;
}

/** Takes the buttons off what the others on call were asked in a drill. */
export async function closeSeconds(stores: Stores, pull: Pull, phase: BreakGlassConfirmNotice['phase']): Promise<void> {
  for (const { story, recipient, slot } of await stores.cards.findInStory(pull.id, SLOT)) {
    await stores.cards.revise(story, recipient, slot, { ...secondNotice(pull, pull.roles), phase });
  }
}

type Confirmed =
  | { readonly kind: 'request'; readonly request: ActivationRequest; readonly pull: Pull }
  | { readonly kind: 'drill'; readonly pull: Pull };

async function findConfirmed({ store }: Services, card: CardRecord): Promise<Confirmed> {
  const { requests, pulls } = store.now;
  const request = card.slot === SLOT ? null : await requests.find(requestId(card.story));
  const id = request === null ? pullId(card.story) : request.pull;
  const pull = id === null ? null : await pulls.find(id);
  if (pull === null) {
    throw new AccessError('card.malformed', 'about no pull');
  }
  return request === null ? { kind: 'drill', pull } : { kind: 'request', request, pull };
}

/** What PIM keeps with the approval. */
function approvalWords({ pack, incident, puller }: Pull, verb: string): string {
  return `${verb} as second on-call lead: break-glass ${pack} pulled by ${puller.name}${incident === null ? '' : ` for ${incident}`}`;
}

import type { CardId, PrincipalId } from '../domain/ids.ts';
import type { SignedOutNotice } from '../domain/notice.ts';
import { AccessError } from '../errors.ts';
import type { PersonRecord, Stores } from '../ports/store.ts';
import { demandAppRole } from './demand-app-role.ts';
import { settleSignIn } from './end-sign-in.ts';
import { answer } from './error-card.ts';
import type { Asker, Posted, Services } from './services.ts';

/** Forgets everything that lets the bot act as the asker: tokens, waiting tokens, links, sentences that wait for a sign-in. */
export async function signOut(services: Services, asker: Asker): Promise<Posted> {
  const { waiting, cards } = await forget(services, asker.person, asker.person.id);
  const notice: SignedOutNotice = { card: 'signed-out', personName: null, byName: null, waiting };
  return [await services.store.now.cards.post(answer(asker, notice)), ...cards];
}

/**
 * Does the same for somebody else, for administrators of the bot. The person is told who did it.
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.admin_required, directory.person_unknown,
 *   directory.person_ambiguous
 */
export async function signOutPerson(services: Services, asker: Asker, name: string): Promise<Posted> {
  demandAppRole(asker, 'Pimlico.Admin');
  const [person, other] = await services.store.now.people.listByName(name);
  if (person === undefined || other !== undefined) {
    const code = person === undefined ? 'directory.person_unknown' : 'directory.person_ambiguous';
    throw new AccessError(code, 'not exactly one person of that name', { facts: { words: name.slice(0, 200) } });
  }
  const { waiting, cards } = await forget(services, person, asker.person.id);
  const told: SignedOutNotice = { card: 'signed-out', personName: person.name, byName: null, waiting };
  const theirs: SignedOutNotice = { card: 'signed-out', personName: null, byName: asker.person.name, waiting };
  const { now } = services.store;
  const own = await now.cards.post(answer(asker, told));
  const story = `${asker.turnId}:signed-out`;
  const card = await now.cards.post({ story, recipient: person.id, notice: theirs, delivery: 'now' });
  return [own, card, ...cards];
}

interface Forgotten {
  /** Activations whose waiting token is gone. */
  readonly waiting: number;
  readonly cards: Posted;
}

async function forget(services: Services, person: PersonRecord, actorId: PrincipalId): Promise<Forgotten> {
  const now = services.clock.now();
  services.signIns.forget(person.id);
  services.eligibility.forget(person.id);
  return await services.store.transaction(async (stores) => {
    await stores.people.save({ ...person, signedOutAt: now });
    const cards = await endAll(services, stores, person.id);
    const dropped = await dropSentences(stores, person.id);
    const open = await stores.requests.listOpenOf(person.id);
    await stores.audit.personSignedOut({
      at: now,
      actorId,
      facts: { person: person.id },
    });
    return { waiting: open.filter(({ wish }) => wish !== 'none').length, cards: [...cards, ...dropped] };
  });
}

async function endAll(services: Services, stores: Stores, id: PrincipalId): Promise<Posted> {
  const cards: Posted[] = [];
  for (const ended of await stores.pageSignIns.endAll(id, 'cancelled')) {
    cards.push(await settleSignIn(services, stores, ended, { to: 'cancelled' }));
    // Nothing is left that a new link could go on with.
    cards.push(ended.story === null ? [] : await stores.cards.retire(ended.story, id));
  }
  return cards.flat();
}

/** Sentences that waited are forgotten, and so are the cards that asked for a sign-in. */
async function dropSentences(stores: Stores, id: PrincipalId): Promise<Posted> {
  const dropped: CardId[] = [];
  for (const sentence of await stores.signIns.dropAll(id)) {
    for (const card of await stores.cards.findInStory(sentence, 'sign-in')) {
      await stores.cards.withdraw(card.id);
      dropped.push(card.id);
    }
  }
  return dropped;
}

import type { AlarmRoute } from '../../domain/break-glass.ts';
import type { Mention } from '../../domain/card-facts.ts';
import { type ConversationId, isGuid, principalId, type RequestId } from '../../domain/ids.ts';
import type { Notice } from '../../domain/notice.ts';
import type { AlarmedPerson } from '../../domain/pull.ts';
import { asAccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';
import type { Services } from '../services.ts';

/** How long Teams has to take the channel's card. */
const SECOND_ROUTE_AFTER = Temporal.Duration.from({ seconds: 60 });

/** A route whose people were found. */
export interface ResolvedRoute {
  /** Null where nobody is to be told. */
  readonly channel: ConversationId | null;
  readonly people: readonly AlarmedPerson[];
}

export interface Alarm {
  readonly story: string;
  readonly notice: Notice;
  /** What each person is told instead; the same unless given. */
  readonly personal?: Notice;
  readonly to: ResolvedRoute;
  /** Tells apart the alarms of one story; the notice's card name unless given. */
  readonly slot?: string;
  readonly requestId?: RequestId;
}

/**
 * Finds the people of a route, each once. Whoever is unknown is left out, and an operator is told. Where the tenant does not
 * answer, those named by object id are taken as they are: an alarm waits for nobody.
 */
export async function resolveRoute(
  services: Pick<Services, 'reader' | 'store' | 'log'>,
  route: AlarmRoute | null,
): Promise<ResolvedRoute> {
  if (route === null) {
    return { channel: null, people: [] };
  }
  const { channel } = route;
  const people = await resolvePeople(services, route.people, channel);
  return { channel, people };
}

/** Finds people by object id or sign-in name, each once and in any order of theirs; whoever is unknown is left out and logged. */
export async function resolvePeople(
  services: Pick<Services, 'reader' | 'store' | 'log'>,
  named: readonly string[],
  channel: ConversationId | null = null,
): Promise<readonly AlarmedPerson[]> {
  const found = await Promise.all(
    // A sign-in name does not belong in a log: its place in the rulebook says which one it is.
    named.map(async (words, index) => await findRoutePerson(services, words, { channel, position: index + 1 })),
  );
  const people = new Map(found.flatMap((person) => (person === null ? [] : [[person.id, person]])));
  return await Promise.all([...people.values()].map((person) => withTeamsId(services, person)));
}

async function withTeamsId({ store }: Pick<Services, 'store'>, person: AlarmedPerson): Promise<AlarmedPerson> {
  const teamsUserId = (await store.now.people.find(person.id))?.teamsUserId ?? null;
  return teamsUserId === null ? person : { ...person, teamsUserId };
}

/** Calls the people of a route by name, on the card in its channel. */
export function mentionsOf({ people }: ResolvedRoute): readonly Mention[] {
  return people.map(({ id, name, teamsUserId }) => ({ id: teamsUserId ?? id, name }));
}

async function findRoutePerson(
  { reader, store, log }: Pick<Services, 'reader' | 'store' | 'log'>,
  words: string,
  place: { readonly channel: ConversationId | null; readonly position: number },
): Promise<AlarmedPerson | null> {
  try {
    const person = await reader.findPerson(words);
    if (person === null) {
      log.error('alarm.person_unknown', place);
      return null;
    }
    return { id: person.id, name: person.name };
  } catch (thrown) {
    log.error('alarm.person_unread', { ...place, code: asAccessError(thrown).code });
    if (!isGuid(words)) {
      return null;
    }
    const id = principalId(words);
    return { id, name: (await store.now.people.find(id))?.name ?? id };
  }
}

/**
 * Raises an alarm in the caller's transaction: a card for the channel and one for each person, brought by jobs, and a timer
 * that looks whether the channel has it. Raised again under the same story and slot it changes the cards that are there.
 */
export async function raiseAlarm(
  { clock, log }: Pick<Services, 'clock' | 'log'>,
  stores: Stores,
  { story, notice, personal = notice, to, slot = notice.card, requestId }: Alarm,
): Promise<void> {
  const now = clock.now();
  const { channel, people } = to;
  const told = [
    ...(channel === null ? [] : [{ recipient: channel, notice }]),
    ...people.map(({ id }) => ({ recipient: id, notice: personal })),
  ];
  await stores.audit.alarmRaised({
    at: now,
    actorId: null,
    requestId: requestId ?? null,
    facts: { story, slot, card: notice.card, channel: channel ?? '', people: String(people.length) },
  });
  const [first] = await stores.cards.postMany(told.map((one) => ({ ...one, story, slot })));
  if (first === undefined) {
    log.error('alarm.nobody_to_tell', { story, slot, card: notice.card });
    return;
  }
  await stores.timers.set({ kind: 'alarm.second-route', subject: first, dueAt: now.add(SECOND_ROUTE_AFTER) });
}

import type { Channel } from '../src/domain/channel.ts';
import { type ConversationId, isGuid, type PrincipalId, principalId, type RecipientId } from '../src/domain/ids.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ConversationRecord, Conversations, People, PersonRecord, Store, Stores } from '../src/ports/store.ts';
import { type Activity, regionOf } from './activity.ts';
import { channelOf } from './channel-of.ts';
import { withoutThread } from './connector.ts';
import { type Region, USUAL_REGION } from './rendering.ts';

/** How long another replica's change may stay unseen here when the line on which replicas hear of it is down. */
const FRESH = Temporal.Duration.from({ minutes: 1 });

const MOST = 20_000;

/** Whom and where the bot knows, kept in memory so that a sentence from somebody known costs no statement. */
export interface Acquaintances {
  /** The store to give to everybody else: what it writes about people and conversations is seen here. */
  readonly store: Store;
  /** Notes who wrote and where; preferences already known stay, a new person gets what the client says. */
  remember(activity: Activity): Promise<PersonRecord>;
  /** Notes the conversation of any activity, also of those without a person; `deadReason` when it is the last one from there. */
  rememberConversation(activity: Activity, deadReason?: string): Promise<ConversationRecord>;
  /** Another replica changed the person: what is known here is read again, also by whoever is reading it now. */
  forget(id: PrincipalId): void;
  /** The connector address that was heard from last; null before the first activity. */
  readonly latestServiceUrl: string | null;
}

/** `onReachable` hears of people, and of channels, who could not be written to before, or were never heard of. */
export function createAcquaintances(
  store: Store,
  clock: Clock,
  region: Region = USUAL_REGION,
  onReachable: (recipient: RecipientId) => Promise<void> = async () => undefined,
): Acquaintances {
  const people = new Shelf<PrincipalId, PersonRecord>(clock);
  const conversations = new Shelf<ConversationId, ConversationRecord>(clock);
  const channels = new Shelf<ConversationId, Channel>(clock);
  let latestServiceUrl: string | null = null;
  let forgotten = 0;

  return {
    store: watched(store, people, conversations),
    get latestServiceUrl() {
      return latestServiceUrl;
    },
    async remember(activity) {
      const id = principalId(activity.from.aadObjectId ?? '');
      const cached = people.get(id);
      if (cached !== null && isSame(met(activity, cached), cached)) {
        return cached;
      }
      const forgottenBefore = forgotten;
      // What is written back is read first: another replica may have changed it, or noted that the person signed out.
      const known = await store.now.people.find(id);
      const person = known === null ? introduced(activity, id, region) : met(activity, known);
      if (!isSame(person, known)) {
        await store.now.people.save(person);
      }
      if (forgotten === forgottenBefore) {
        people.put(id, person);
      }
      return person;
    },
    forget(id) {
      forgotten += 1;
      people.drop(id);
    },
    async rememberConversation(activity, deadReason) {
      const conversation = { ...placeOf(activity), deadReason: deadReason ?? null };
      latestServiceUrl = conversation.serviceUrl;
      const isNobodys = conversation.kind === 'personal' && conversation.principalId === null;
      if (!isNobodys && !isSame(conversation, conversations.get(conversation.id))) {
        const isOpened = await store.now.conversations.save(conversation);
        conversations.put(conversation.id, conversation);
        const recipient = conversation.kind === 'channel' ? conversation.id : conversation.principalId;
        if (isOpened && recipient !== null) {
          await onReachable(recipient);
        }
      }
      const channel = channelOf(activity);
      if (channel !== null && !isSame(channel, channels.get(channel.id))) {
        await store.now.channels.save(channel);
        channels.put(channel.id, channel);
      }
      return conversation;
    },
  };
}

/** What is known of somebody, under the name that they have now. */
function met({ from }: Activity, known: PersonRecord): PersonRecord {
  return { ...known, name: nameOf(from) || known.name, teamsUserId: from.id };
}

function introduced(activity: Activity, id: PrincipalId, region: Region): PersonRecord {
  const { locale, timeZone } = regionOf(activity);
  return {
    id,
    name: nameOf(activity.from) || 'Somebody',
    teamsUserId: activity.from.id,
    timeZone: timeZone ?? region.timeZone,
    locale: locale ?? region.locale,
    reminderMinutes: null,
    signedOutAt: null,
  };
}

function nameOf({ name }: Activity['from']): string {
  return name?.trim() ?? '';
}

function placeOf({ conversation, from, serviceUrl }: Activity): ConversationRecord {
  const id = withoutThread(conversation.id);
  const kind = kindOf(conversation);
  const person = kind === 'personal' && isGuid(from.aadObjectId ?? '') ? principalId(from.aadObjectId ?? '') : null;
  return { id, kind, principalId: person, serviceUrl, deadReason: null };
}

/** Whatever is not surely somebody's own chat is taken for a group: a card must not go where others read it. */
function kindOf({ conversationType, id }: Activity['conversation']): ConversationRecord['kind'] {
  if (conversationType === 'channel') {
    return 'channel';
  }
  return conversationType === 'personal' || (!conversationType && id.startsWith('a:')) ? 'personal' : 'groupChat';
}

function isSame<T extends object>(a: T, b: T | null): boolean {
  return b !== null && Object.entries(a).every(([key, value]) => b[key as keyof T] === value);
}

/** What was seen lately, oldest thrown out first. */
class Shelf<Id, Row> {
  readonly #rows = new Map<Id, { readonly row: Row; readonly until: Temporal.Instant }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(id: Id): Row | null {
    const entry = this.#rows.get(id);
    if (entry === undefined || Temporal.Instant.compare(entry.until, this.#clock.now()) <= 0) {
      this.#rows.delete(id);
      return null;
    }
    return entry.row;
  }

  put(id: Id, row: Row): void {
    const until = this.get(id) === null ? this.#clock.now().add(FRESH) : this.#rows.get(id)?.until;
    this.#rows.set(id, { row, until: until ?? this.#clock.now() });
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > MOST && oldest !== undefined) {
      this.#rows.delete(oldest);
    }
  }

  drop(id: Id): void {
    this.#rows.delete(id);
  }
}

type PeopleShelf = Shelf<PrincipalId, PersonRecord>;
type ConversationShelf = Shelf<ConversationId, ConversationRecord>;

/** Forgets whatever is written about, before and after: a turn in between may have put the old row back. */
function watched(store: Store, people: PeopleShelf, conversations: ConversationShelf): Store {
  const watch = (stores: Stores, written: (() => void)[]): Stores => {
    const writing = async <T>(forget: () => void, write: () => Promise<T>): Promise<T> => {
      forget();
      written.push(forget);
      const result = await write();
      forget();
      return result;
    };
    const watchedPeople: People = {
      find: (id) => stores.people.find(id),
      save: (person) =>
        writing(
          () => people.drop(person.id),
          () => stores.people.save(person),
        ),
      lock: (id) => stores.people.lock(id),
      listByName: (name) => stores.people.listByName(name),
    };
    const watchedConversations: Conversations = {
      listPersonal: (ids) => stores.conversations.listPersonal(ids),
      listReachable: (ids) => stores.conversations.listReachable(ids),
      listSomeReachable: (limit) => stores.conversations.listSomeReachable(limit),
      find: (id) => stores.conversations.find(id),
      findPersonal: (id) => stores.conversations.findPersonal(id),
      save: (conversation) =>
        writing(
          () => conversations.drop(conversation.id),
          () => stores.conversations.save(conversation),
        ),
      markDead: (id, reason) =>
        writing(
          () => conversations.drop(id),
          () => stores.conversations.markDead(id, reason),
        ),
    };
    return { ...stores, people: watchedPeople, conversations: watchedConversations };
  };
  return {
    now: watch(store.now, []),
    async transaction(work) {
      const written: (() => void)[] = [];
      const result = await store.transaction((stores) => work(watch(stores, written)));
      for (const forget of written) {
        forget();
      }
      return result;
    },
  };
}

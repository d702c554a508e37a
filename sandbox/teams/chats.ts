import type { SandboxClock } from '../platform/types.ts';
import type { Button, Face, Unfolding } from './card-face.ts';
import type { Channel, People, Person } from './people.ts';
import { asText, type Json } from './wire.ts';

export type Chat =
  | { readonly kind: 'personal'; readonly id: string; readonly person: Person }
  | { readonly kind: 'channel'; readonly id: string; readonly channel: Channel };

/** What a message carries: words, and one Adaptive Card or sign-in card. */
export interface Content {
  readonly text: string;
  readonly card: Json | null;
  readonly signIn: Json | null;
}

/** What one person sees of a message instead of what everybody sees, and what they opened on it. */
export interface View {
  readonly card: Json | null;
  /** A sign-in button that the client put under the card. */
  readonly prompt: Button | null;
  readonly unfolding: Unfolding;
  readonly refreshedAt: Temporal.Instant | null;
}

export interface Message {
  readonly id: string;
  readonly chat: Chat;
  /** The thread's first message; null in 1:1 chats. */
  readonly root: string | null;
  readonly isBots: boolean;
  content: Content;
  /** A sign-in card that clients answer silently is not shown. */
  hidden: boolean;
  deleted: boolean;
  changed: number;
  readonly views: Map<string, { view: View; changed: number }>;
}

export interface Offer {
  readonly message: Message;
  readonly button: Button;
  readonly changed: number;
}

/** Changes of messages in order. Entries of messages that changed again are stale and swept now and then. */
class Feed {
  #entries: { readonly changed: number; readonly message: Message }[] = [];
  #sweepAt = 64;
  readonly #isStale: (message: Message, changed: number) => boolean;

  constructor(isStale: (message: Message, changed: number) => boolean) {
    this.#isStale = isStale;
  }

  push(message: Message, changed: number): void {
    this.#entries.push({ message, changed });
    if (this.#entries.length < this.#sweepAt) return;
    this.#entries = this.#entries.filter((entry) => !this.#isStale(entry.message, entry.changed));
    this.#sweepAt = Math.max(64, this.#entries.length * 2);
  }

  *newestFirst(): Generator<{ readonly changed: number; readonly message: Message }> {
    const entries = this.#entries;
    for (let index = entries.length - 1; index >= 0; index -= 1) {
      const entry = entries[index];
      if (entry !== undefined && !this.#isStale(entry.message, entry.changed)) yield entry;
    }
  }
}

/** How many payloads of one button are remembered for each person: a phone that was asleep may still show the older ones. */
const KEPT_OFFERS = 40;

/** Where the bot's own pages are. */
const PAGES = '/auth/';

const NOTHING_OPENED = (): Unfolding => ({ opened: new Set(), visibility: new Map() });

/** Every conversation of the bot, what was written in it, and who sees which version of it. */
export class Chats {
  readonly #people: People;
  readonly #clock: SandboxClock;
  readonly #channels: readonly Chat[];
  readonly #messages = new Map<string, Message>();
  readonly #personal = new Map<string, Chat>();
  readonly #feeds = new Map<string, Feed>();
  /** Newest last. */
  readonly #offers = new Map<string, Offer[]>();
  /** Links to the bot's pages by who was offered them, with when that was first. */
  readonly #pageLinks = new Map<string, Map<string, number>>();
  #lastId = 0;
  #changes = 0;

  constructor(people: People, clock: SandboxClock) {
    this.#people = people;
    this.#clock = clock;
    this.#channels = people.team.channels.map((channel) => ({ kind: 'channel', id: channel.id, channel }));
  }

  /** Starts the 1:1 chat of a person, or finds it. */
  open(person: Person): Chat {
    const known = this.#personal.get(person.chatId);
    if (known !== undefined) return known;
    const chat: Chat = { kind: 'personal', id: person.chatId, person };
    this.#personal.set(chat.id, chat);
    return chat;
  }

  channel(nameOrId: string): Extract<Chat, { kind: 'channel' }> | null {
    const name = nameOrId.replace(/^#/, '');
    for (const chat of this.#openChannels()) {
      if (chat.kind === 'channel' && (chat.id === nameOrId || chat.channel.name === name)) return chat;
    }
    return null;
  }

  /** Finds a chat by the id of the wire; `;messageid=` names the thread, null an unknown one. */
  find(conversationId: string): { readonly chat: Chat; readonly root: string | null } | null {
    const [id = '', rest] = conversationId.split(';messageid=');
    const chat = this.#personal.get(id) ?? this.#openChannels().find((channel) => channel.id === id);
    if (chat === undefined) return null;
    if (rest === undefined) return { chat, root: null };
    const root = this.#messages.get(rest);
    return root === undefined || root.chat !== chat || chat.kind !== 'channel' ? null : { chat, root: root.id };
  }

  message(id: string): Message | null {
    return this.#messages.get(id) ?? null;
  }

  /** Milliseconds as Teams counts them, and never the same twice although the clock may stand still. */
  nextId(): string {
    this.#lastId = Math.max(this.#lastId + 1, this.#clock.now().epochMilliseconds);
    return String(this.#lastId);
  }

  write(chat: Chat, content: Content, options: { root?: string | null; isBots: boolean; hidden?: boolean }): Message {
    const id = this.nextId();
    const message: Message = {
      id,
      chat,
      root: chat.kind === 'channel' ? (options.root ?? id) : null,
      isBots: options.isBots,
      content,
      hidden: options.hidden ?? false,
      deleted: false,
      changed: 0,
      views: new Map(),
    };
    this.#messages.set(id, message);
    if (options.isBots) this.#touch(message);
    return message;
  }

  /** Replaces what everybody sees; views of single people end with it. */
  rewrite(message: Message, content: Content): void {
    message.content = content;
    message.hidden = false;
    message.views.clear();
    this.#touch(message);
  }

  reveal(message: Message): void {
    message.hidden = false;
    this.#touch(message);
  }

  remove(message: Message): void {
    message.deleted = true;
    message.views.clear();
  }

  /** Changes what one person sees of a message. A new card or prompt brings it to the top of what they see. */
  setView(message: Message, person: Person, change: Partial<View>): View {
    const before = message.views.get(person.id);
    const view: View = {
      card: null,
      prompt: null,
      refreshedAt: null,
      ...before?.view,
      ...change,
      unfolding: (change.card === undefined && before?.view.unfolding) || NOTHING_OPENED(),
    };
    const isNews = change.card !== undefined || change.prompt !== undefined;
    if (!isNews) {
      message.views.set(person.id, { view, changed: before?.changed ?? message.changed });
      return view;
    }
    this.#changes += 1;
    message.views.set(person.id, { view, changed: this.#changes });
    if (view.prompt !== null) this.#notePageLinks([view.prompt], person.id);
    this.#feed(person.id).push(message, this.#changes);
    return view;
  }

  view(message: Message, person: Person): View | null {
    return message.views.get(person.id)?.view ?? null;
  }

  /** Remembers the buttons that a card offers to a person, or to a channel. */
  offer(message: Message, { offers, buttons }: Pick<Face, 'offers' | 'buttons'>, to: string): void {
    this.#notePageLinks(buttons, to);
    for (const button of offers) {
      const key = `${to}|${button.title.trim().toLowerCase()}`;
      const known = this.#offers.get(key) ?? [];
      this.#offers.set(key, [...known, { message, button, changed: this.#changes }].slice(-KEPT_OFFERS));
    }
  }

  /** The last payload that a person was offered under that title, or the one of that change. */
  findOffer(person: Person, title: string, changed: number | null = null): Offer | null {
    let newest: Offer | null = null;
    for (const place of this.#placesOf(person)) {
      for (const offer of this.#offers.get(`${place}|${title.trim().toLowerCase()}`) ?? []) {
        const isMeant = changed === null || offer.changed === changed;
        if (isMeant && (newest === null || offer.changed > newest.changed)) newest = offer;
      }
    }
    return newest;
  }

  /** What a person was offered in their own chat, as far as it is remembered. */
  offersTo(person: Person): readonly Offer[] {
    return [...this.#offers].filter(([key]) => key.startsWith(`${person.id}|`)).flatMap(([, offers]) => offers);
  }

  /** The link to a page of the bot's own that this person was offered last, whether or not they still see it; null without one. */
  newestPageLink(person: Person): string | null {
    const links = this.#placesOf(person).flatMap((place) => [...(this.#pageLinks.get(place) ?? [])]);
    return links.reduce<[string | null, number]>((best, link) => (link[1] > best[1] ? link : best), [null, 0])[0];
  }

  #placesOf(person: Person): readonly string[] {
    return [person.id, ...(this.#people.isMember(person) ? this.#channels.map((chat) => chat.id) : [])];
  }

  /** A link that is shown again is as old as when it was first shown. */
  #notePageLinks(buttons: readonly Button[], to: string): void {
    const links = this.#pageLinks.get(to) ?? new Map<string, number>();
    this.#pageLinks.set(to, links);
    for (const { action } of buttons) {
      const url = pageLinkOf(action);
      if (url !== null && !links.has(url)) links.set(url, this.#changes);
    }
  }

  /** What a person can see, the last changed first. */
  *seenBy(person: Person, chats: 'all' | Chat = 'all'): Generator<Message> {
    const places = chats === 'all' ? [person.id, ...this.#channelsOf(person)] : [person.id, chats.id];
    const feeds = places.map((place) => this.#feed(place).newestFirst());
    const heads = feeds.map((feed) => feed.next());
    for (;;) {
      let best = -1;
      for (const [index, head] of heads.entries()) {
        const newest = best === -1 ? undefined : heads[best];
        if (!head.done && (newest === undefined || newest.done || head.value.changed > newest.value.changed))
          best = index;
      }
      const head = heads[best];
      const feed = feeds[best];
      if (head === undefined || feed === undefined || head.done) return;
      const message = head.value.message;
      heads[best] = feed.next();
      const isWanted = chats === 'all' || message.chat === chats;
      if (isWanted && !message.hidden && isNewestFor(message, person, head.value.changed)) yield message;
    }
  }

  #openChannels(): readonly Chat[] {
    return this.#people.isTeamDeleted ? [] : this.#channels;
  }

  #channelsOf(person: Person): readonly string[] {
    if (!this.#people.isMember(person)) return [];
    return this.#channels
      .filter((chat) => chat.kind === 'channel' && this.#people.isInChannel(person, chat.channel))
      .map(({ id }) => id);
  }

  #touch(message: Message): void {
    this.#changes += 1;
    message.changed = this.#changes;
    this.#feed(message.chat.kind === 'personal' ? message.chat.person.id : message.chat.id).push(
      message,
      this.#changes,
    );
  }

  #feed(place: string): Feed {
    const known = this.#feeds.get(place);
    if (known !== undefined) return known;
    const isPerson = !place.startsWith('19:');
    const feed = new Feed((message, changed) => {
      if (message.deleted) return true;
      if (message.changed === changed) return false;
      return !isPerson || message.views.get(place)?.changed !== changed;
    });
    this.#feeds.set(place, feed);
    return feed;
  }
}

/** A message is listed once: where the person's own view of it is, if there is one, else where the message is. */
function isNewestFor(message: Message, person: Person, changed: number): boolean {
  return (message.views.get(person.id)?.changed ?? message.changed) === changed;
}

/** The link behind a button when it leads to a page of the bot's own; null for all others. */
export function pageLinkOf(action: Json): string | null {
  const url = action.type === 'Action.OpenUrl' ? asText(action.url) : null;
  return url !== null && URL.canParse(url) && new URL(url).pathname.startsWith(PAGES) ? url : null;
}

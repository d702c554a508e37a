import type { Activities } from './activities.ts';
import type { BotLine, Delivery } from './bot-line.ts';
import type { Button } from './card-face.ts';
import type { Chat, Chats, Message } from './chats.ts';
import type { People, Person } from './people.ts';
import { Refusal } from './refusal.ts';
import type { Screen } from './screen.ts';
import type { SignIns } from './sign-ins.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

/** What came of something a person did. `status` is the bot's, null when the client never asked it. */
export interface Outcome {
  readonly status: number | null;
  readonly body: unknown;
  readonly outcome:
    | 'said'
    | 'card'
    | 'message'
    | 'submitted'
    | 'url'
    | 'opened'
    | 'sign-in'
    | 'error'
    | 'refused'
    | 'forbidden'
    | 'unreachable';
  readonly error?: string;
  readonly url?: string | null;
  readonly activityId?: string;
  /** Inputs that no card on the way had. */
  readonly unused?: readonly string[];
}

interface Parts {
  readonly people: People;
  readonly chats: Chats;
  readonly screen: Screen;
  readonly signIns: SignIns;
  readonly activities: Activities;
  readonly line: BotLine;
}

/** One Action.Execute: what is sent, and about which message. */
export interface Execution {
  readonly message: Message;
  readonly action: Json;
  readonly data: unknown;
  readonly trigger: 'manual' | 'automatic';
  /** A forged click comes from another chat and changes no message of the forger's. */
  readonly forgedFrom?: Chat;
}

const WENT_WRONG = 'Something went wrong. Please try again.';

type Reading =
  | { readonly kind: 'card'; readonly card: Json }
  | { readonly kind: 'message' | 'error'; readonly text: string }
  | { readonly kind: 'login'; readonly card: Json }
  | { readonly kind: 'precondition'; readonly text: string };

/** Reads the body of an answer to Action.Execute: status code and type must fit each other (teams-platform §3.1). */
function readAnswer(body: unknown): Reading {
  const answer = asRecord(body);
  const value = asRecord(answer?.value);
  const text = asText(value?.message) ?? WENT_WRONG;
  switch (`${String(answer?.statusCode)} ${String(answer?.type)}`) {
    case '200 application/vnd.microsoft.card.adaptive':
      return value?.type === 'AdaptiveCard' ? { kind: 'card', card: value } : { kind: 'error', text: WENT_WRONG };
    case '200 application/vnd.microsoft.activity.message':
      return { kind: 'message', text: asText(answer?.value) ?? '' };
    case '401 application/vnd.microsoft.activity.loginRequest':
      return value === null ? { kind: 'error', text: WENT_WRONG } : { kind: 'login', card: value };
    case '412 application/vnd.microsoft.error.preconditionFailed':
      return { kind: 'precondition', text };
    case '400 application/vnd.microsoft.error':
    case '500 application/vnd.microsoft.error':
    case '401 application/vnd.microsoft.error.invalidAuthCode':
      return { kind: 'error', text };
    default:
      return { kind: 'error', text: 'Unexpected response type' };
  }
}

/** One choice that a box offers while somebody types into it. */
export interface Found {
  readonly title: string;
  readonly value: string;
}

/** What was asked while somebody typed, about which message. `results` is null when the answer cannot be shown. */
export interface Search {
  readonly status: number;
  readonly body: unknown;
  readonly results: readonly Found[] | null;
}

/** What is typed into which set of data. */
export interface SearchText {
  readonly dataset: string;
  readonly queryText: string;
}

/** As many are asked for, and shown at most (teams-platform §3.8). */
const MOST_FOUND = 15;

/** Reads the body of an answer to `application/search`. */
function readFound(body: unknown): readonly Found[] | null {
  const answer = asRecord(body);
  const results = asRecord(answer?.value)?.results;
  const isSearch = answer?.statusCode === 200 && answer.type === 'application/vnd.microsoft.search.searchResponse';
  if (!isSearch || !Array.isArray(results)) return null;
  const found = asRecords(results).flatMap(({ title, value }) => {
    const [shown, sent] = [asText(title), asText(value)];
    return shown === null || sent === null ? [] : [{ title: shown, value: sent }];
  });
  return found.length === results.length ? found.slice(0, MOST_FOUND) : null;
}

/** What became of telling the bot. */
function told(delivery: Delivery): Outcome {
  return { ...delivery, outcome: delivery.status === 200 ? 'said' : 'unreachable' };
}

/** A person's Teams client: says things, sends clicks, and shows what the bot answers to a click. */
export class Client {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async say(person: Person, chat: Chat, said: { text: string; textFormat: string }): Promise<Outcome> {
    if (person.blocked !== null && chat.kind === 'personal') {
      throw new Refusal(409, `${person.handle} has blocked the bot and cannot write to it`);
    }
    if (chat.kind === 'personal' && !person.installed) {
      const installed = await this.install(person);
      if (installed.status === 0) return installed;
    }
    const { chats, activities, line, signIns } = this.#parts;
    const message = chats.write(chat, { text: said.text, card: null, signIn: null }, { isBots: false });
    const delivery = await line.post(activities.message(person, chat, { id: message.id, ...said }));
    await signIns.settled(person);
    return { ...told(delivery), activityId: message.id };
  }

  /** Adds the app to a person's chat: both activities arrive, in the order Teams mostly uses. */
  async install(person: Person): Promise<Outcome> {
    const { chats, activities, line, signIns } = this.#parts;
    const chat = chats.open(person);
    person.installed = true;
    const first = await line.post(activities.installation(person, chat, 'add'));
    if (first.status === 0) return { ...first, outcome: 'unreachable' };
    const second = await line.post(activities.membership(person, chat, 'membersAdded'));
    await signIns.settled(person);
    return told(second);
  }

  async uninstall(person: Person): Promise<Outcome> {
    const { chats, activities, line } = this.#parts;
    const chat = chats.open(person);
    person.installed = false;
    const delivery = await line.post(activities.installation(person, chat, 'remove'));
    return told(delivery);
  }

  /** An owner deletes the team: its channels are gone when the bot hears of it. */
  async deleteTeam(person: Person): Promise<Outcome> {
    const { chats, activities, line, people } = this.#parts;
    const general = chats.channel(people.team.id);
    if (general === null) throw new Refusal(409, 'the team is deleted already');
    const event = activities.teamEvent(person, general, 'teamDeleted');
    people.isTeamDeleted = true;
    const delivery = await line.post(event);
    return told(delivery);
  }

  /** An owner brings it back, with what was written there. */
  async restoreTeam(person: Person): Promise<Outcome> {
    const { chats, activities, line, people } = this.#parts;
    people.isTeamDeleted = false;
    const general = chats.channel(people.team.id);
    if (general === null) throw new Refusal(409, 'the team has no General channel');
    const delivery = await line.post(activities.teamEvent(person, general, 'teamRestored'));
    return told(delivery);
  }

  /** Action.Submit: an ordinary message whose `value` is the data. `data.msteams` changes what is sent. */
  async submit(person: Person, message: Message, data: unknown): Promise<Outcome> {
    const { chats, activities, line, signIns } = this.#parts;
    const special = asRecord(asRecord(data)?.msteams);
    const fields = submission(special, data);
    if (fields === null) {
      if (special?.type === 'signin') return { status: null, body: null, outcome: 'url', url: asText(special.value) };
      throw new Refusal(501, `The sandbox's clients do not know msteams type ${String(special?.type)}`);
    }
    const written = chats.write(message.chat, { text: '', card: null, signIn: null }, { isBots: false });
    const delivery = await line.post(activities.submission(person, message, written.id, fields));
    await signIns.settled(person);
    return { ...delivery, outcome: delivery.status === 200 ? 'submitted' : 'unreachable' };
  }

  /** Action.Execute, with the silent sign-in the bot may ask for, once. */
  async execute(person: Person, execution: Execution): Promise<Outcome> {
    let delivery = await this.#invoke(person, execution, null);
    let reading = readAnswer(delivery.body);
    if (delivery.status === 200 && reading.kind === 'login') {
      const login = reading.card;
      const exchange = await this.#parts.signIns.exchange(login, person);
      if (typeof exchange === 'string') return this.#askToSignIn(person, execution, { delivery, login, text: null });
      delivery = await this.#invoke(person, execution, { ...exchange });
      reading = readAnswer(delivery.body);
      if (delivery.status === 200 && (reading.kind === 'login' || reading.kind === 'precondition')) {
        const text = reading.kind === 'precondition' ? reading.text : null;
        return this.#askToSignIn(person, execution, { delivery, login, text });
      }
    }
    await this.#parts.signIns.settled(person);
    if (delivery.status !== 200) {
      this.#toast(person, execution, 'Unable to reach app. Please try again.');
      return { ...delivery, outcome: 'unreachable' };
    }
    return this.#present(person, execution, { delivery, reading });
  }

  /** What the client asks with each pause between two letters; nobody else sees the answer. */
  async search(person: Person, message: Message, { dataset, queryText }: SearchText): Promise<Search> {
    const { activities, line } = this.#parts;
    const value = { queryText, queryOptions: { skip: 0, top: MOST_FOUND }, dataset };
    const fields = { replyToId: message.id, value };
    const { status, body } = await line.post(activities.invoke(person, message, 'application/search', fields));
    return { status, body, results: status === 200 ? readFound(body) : null };
  }

  #invoke(person: Person, execution: Execution, authentication: Json | null): Promise<Delivery> {
    const { message, action, data, trigger, forgedFrom } = execution;
    const place = forgedFrom === undefined ? message : { chat: forgedFrom, root: null };
    const { id, verb } = action;
    const fields = {
      replyToId: message.id,
      value: {
        action: {
          type: 'Action.Execute',
          ...(id !== undefined && { id }),
          ...(verb !== undefined && { verb }),
          data,
        },
        trigger,
        ...(authentication !== null && { authentication }),
      },
    };
    return this.#parts.line.post(this.#parts.activities.invoke(person, place, 'adaptiveCard/action', fields));
  }

  #present(person: Person, execution: Execution, answer: { delivery: Delivery; reading: Reading }): Outcome {
    const { delivery, reading } = answer;
    if (reading.kind === 'card') {
      this.#showCard(person, execution, reading.card);
      return { ...delivery, outcome: 'card', activityId: execution.message.id };
    }
    if (reading.kind === 'precondition') {
      return this.#askToSignIn(person, execution, { delivery, login: {}, text: reading.text });
    }
    const text = reading.kind === 'login' ? WENT_WRONG : reading.text;
    this.#toast(person, execution, text);
    return { ...delivery, outcome: reading.kind === 'message' ? 'message' : 'error' };
  }

  #showCard(person: Person, execution: Execution, card: Json): void {
    const { chats, screen } = this.#parts;
    const { message, forgedFrom } = execution;
    if (forgedFrom !== undefined) {
      screen.replyElsewhere(message, person, card);
      return;
    }
    // The message may have been deleted while the bot was thinking: there is nothing to show the answer in.
    if (message.deleted) return;
    chats.setView(message, person, { card, prompt: null });
    screen.reply(message, person);
  }

  #askToSignIn(
    person: Person,
    execution: Execution,
    { delivery, login, text }: { delivery: Delivery; login: Json; text: string | null },
  ): Outcome {
    const button = asRecords(login.buttons)[0];
    if (execution.trigger === 'manual' && execution.forgedFrom === undefined && button !== undefined) {
      const prompt: Button = {
        title: asText(button.title) ?? 'Sign in',
        action: { type: 'Action.OpenUrl', url: asText(button.value) },
        scope: { inputs: [], parent: null },
      };
      this.#parts.chats.setView(execution.message, person, { prompt });
    }
    this.#toast(person, execution, text ?? asText(login.text) ?? 'Sign in to continue.');
    return { ...delivery, outcome: 'sign-in' };
  }

  /** Nobody is told that an automatic refresh failed. */
  #toast(person: Person, { message, trigger }: Execution, text: string): void {
    if (trigger === 'manual' && text !== '') this.#parts.screen.toast(message, person, text);
  }
}

function submission(special: Json | null, data: unknown): Json | null {
  switch (special?.type) {
    case undefined:
      return { value: data };
    case 'messageBack':
      return { value: special?.value ?? data, ...(asText(special?.text) !== null && { text: special?.text }) };
    case 'imBack':
      return { text: asText(special?.value) ?? '' };
    default:
      return null;
  }
}

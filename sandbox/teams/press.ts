import { isDeepStrictEqual } from 'node:util';
import type { Button, Face } from './card-face.ts';
import { type Chat, type Chats, type Message, pageLinkOf } from './chats.ts';
import type { Client, Outcome, Search } from './client.ts';
import { fillAction, type Inputs, partInputs, searchedIn } from './inputs.ts';
import type { Journal } from './journal.ts';
import type { Person } from './people.ts';
import { Refusal } from './refusal.ts';
import type { Screen } from './screen.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

/** Which button, and what was typed before pressing it. */
export interface Press {
  readonly button: string;
  readonly inputs?: Inputs;
  /** What is typed into boxes that search: the first that is found is chosen. */
  readonly typing?: Inputs;
  /** Picks among cards by their id. */
  readonly card?: string;
  /** Picks one message. */
  readonly message?: string;
  /** Of what was offered under the button, the one of that change. */
  readonly changed?: number;
  /** Only there. */
  readonly chat?: Chat;
}

/** When a chat is opened, and from which message on it is looked at. */
export interface Viewing {
  readonly now: Temporal.Instant;
  readonly after: number;
}

interface Target {
  readonly message: Message;
  readonly face: Face;
  readonly button: Button;
}

interface Parts {
  readonly chats: Chats;
  readonly screen: Screen;
  readonly client: Client;
  readonly journal: Journal;
}

/** How many cards a person looks back over when the chat is opened again, and when a button is nowhere. */
const LOOK_BACK = 200;
const LISTED = 12;
/** The entry in the menu of a message whose card can be drawn again. */
const MENU_REFRESH = 'refresh card';

const REFRESH_PAUSE = Temporal.Duration.from({ minutes: 1 });

/** What is filled into a card before a button is pressed. */
interface Filling {
  readonly inputs: Inputs;
  readonly typing: Inputs;
}

function datasetOf(button: Button, id: string): string {
  const dataset = searchedIn(button, id);
  if (dataset === null) throw new Refusal(409, `there is no input ${id} that searches`);
  return dataset;
}

const fold = (title: string): string => title.trim().toLowerCase();

/** A person's hand: finds buttons, fills inputs, presses, and opens chats. */
export class Hand {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Presses a button of the newest card that this person can see and that has it. */
  async press(person: Person, press: Press): Promise<Outcome> {
    const target = this.#find(person, press);
    return this.#perform(person, target, { inputs: press.inputs ?? {}, typing: press.typing ?? {} });
  }

  /** Types into a box that searches, on the newest card with that button, and looks at what is offered. */
  async search(person: Person, press: Press, { input, text }: { input: string; text: string }): Promise<Search> {
    const { message, button } = this.#find(person, press);
    return await this.#parts.client.search(person, message, { dataset: datasetOf(button, input), queryText: text });
  }

  /**
   * Sends, as one person, the last payload that another was ever offered under that button.
   * Given inputs are added to it. A link to the bot's page is only named: it is opened in a browser.
   */
  async forge(person: Person, victim: Person, press: Press): Promise<Outcome> {
    const offer = this.#parts.chats.findOffer(victim, press.button, press.changed);
    if (offer === null) throw new Refusal(409, `${victim.handle} was never offered a button "${press.button}"`);
    const { message, button } = offer;
    const data = asRecord(button.action.data);
    const payload = data === null ? (button.action.data ?? { ...press.inputs }) : { ...data, ...press.inputs };
    const chat = this.#parts.chats.open(person);
    if (button.action.type === 'Action.Submit')
      return this.#parts.client.submit(person, { ...message, chat, root: null }, payload);
    if (pageLinkOf(button.action) !== null) return this.#follow(person, { message, button });
    if (button.action.type !== 'Action.Execute') throw new Refusal(409, `"${press.button}" sends nothing to the bot`);
    const execution = { message, action: button.action, data: payload, trigger: 'manual', forgedFrom: chat } as const;
    return this.#parts.client.execute(person, execution);
  }

  /** Opens a chat again: cards that name this person for a refresh ask the bot, each at most once a minute. */
  async view(person: Person, chat: Chat, { now, after }: Viewing): Promise<readonly Outcome[]> {
    const due: { message: Message; action: Json }[] = [];
    for (const message of this.#newest(person, LOOK_BACK, chat)) {
      if (Number(message.id) < after) continue;
      const view = this.#parts.chats.view(message, person);
      const action = this.#refresh(person, view?.card ?? message.content.card);
      const before = view?.refreshedAt ?? null;
      const isFresh = before !== null && Temporal.Instant.compare(before.add(REFRESH_PAUSE), now) > 0;
      if (action !== null && !isFresh) due.push({ message, action });
    }
    for (const { message } of due) this.#parts.chats.setView(message, person, { refreshedAt: now });
    return Promise.all(
      due.map(({ message, action }) =>
        this.#parts.client.execute(person, { message, action, data: action.data ?? {}, trigger: 'automatic' }),
      ),
    );
  }

  /** The cards a person sees, the last changed first, with what can be pressed on them. */
  cards(person: Person, limit: number): readonly Json[] {
    return this.#newest(person, limit).map((message) => {
      const { card, title, text, buttons, inputs } = this.#parts.screen.face(message, person);
      return {
        activityId: message.id,
        chat: message.chat.kind === 'personal' ? 'personal' : `#${message.chat.channel.name}`,
        card,
        title,
        text,
        buttons: buttons.map((button) => button.title),
        inputs: inputs.map((input) => ({ ...input.element, id: input.id })),
      };
    });
  }

  /** What a person was ever offered in their own chat; live is what they can press now. */
  offers(person: Person): readonly Json[] {
    return this.#parts.chats.offersTo(person).map(({ message, button, changed }) => {
      const { buttons } = this.#parts.screen.face(message, person);
      const isShown = !message.deleted && buttons.some(({ action }) => isDeepStrictEqual(action, button.action));
      return { button: button.title, activityId: message.id, changed, type: button.action.type, isLive: isShown };
    });
  }

  #newest(person: Person, limit: number, chat: 'all' | Chat = 'all'): Message[] {
    return this.#parts.chats.seenBy(person, chat).take(limit).toArray();
  }

  #refresh(person: Person, card: Json | null): Json | null {
    const refresh = asRecord(card?.refresh);
    const action = asRecord(refresh?.action);
    if (action?.type !== 'Action.Execute') return null;
    const listed = refresh?.userIds;
    // Without a list every member of a chat of up to 60 is meant; a list counts up to 60 ids.
    if (!Array.isArray(listed)) return action;
    return listed.slice(0, 60).includes(person.teamsId) ? action : null;
  }

  /** Whoever sees a card with a refresh finds it in the menu of the message, named in `userIds` or not (teams-platform §3.2). */
  #menuRefresh(message: Message, person: Person): Button | null {
    const card = this.#parts.chats.view(message, person)?.card ?? message.content.card;
    const action = asRecord(asRecord(card?.refresh)?.action);
    return action === null ? null : { title: 'Refresh card', action, scope: { inputs: [], parent: null } };
  }

  #find(person: Person, { button: title, card, message: wanted, chat }: Press): Target {
    for (const message of this.#parts.chats.seenBy(person, chat ?? 'all')) {
      const face = this.#parts.screen.face(message, person);
      if (card !== undefined && face.card !== card) continue;
      if (wanted !== undefined && message.id !== wanted) continue;
      const button = face.buttons.find((candidate) => fold(candidate.title) === fold(title));
      if (button !== undefined) return { message, face, button };
      const menu = fold(title) === MENU_REFRESH ? this.#menuRefresh(message, person) : null;
      if (menu !== null) return { message, face, button: menu };
    }
    const cards = this.cards(person, LISTED).map(({ activityId, chat, card: id, title: heading, buttons }) => ({
      activityId,
      chat,
      card: id,
      title: heading,
      buttons,
    }));
    throw new Refusal(409, `${person.handle} sees no card with a button "${title}"`, { cards });
  }

  async #perform(person: Person, target: Target, { inputs, typing }: Filling): Promise<Outcome> {
    const { message, button } = target;
    switch (button.action.type) {
      case 'Action.OpenUrl':
      case 'Action.OpenUrlDialog':
        return this.#follow(person, target);
      case 'Action.ShowCard':
      case 'Action.Popover':
        return this.#open(person, target, inputs);
      case 'Action.ToggleVisibility':
        return this.#toggle(person, target);
      case 'Action.ResetInputs':
        return { status: null, body: null, outcome: 'opened', activityId: message.id };
      default:
        return this.#send(person, target, { inputs, typing });
    }
  }

  #follow(person: Person, { message, button }: Pick<Target, 'message' | 'button'>): Outcome {
    const url = asText(button.action.url);
    this.#parts.journal.note('opened', { person: person.handle, activityId: message.id, button: button.title, url });
    return { status: null, body: null, outcome: 'url', url, activityId: message.id };
  }

  async #send(person: Person, target: Target, { inputs, typing }: Filling): Promise<Outcome> {
    const { message, button } = target;
    if (message.chat.kind === 'personal' && (!person.installed || person.blocked !== null)) {
      const error = 'Invoke validation failed. User forbidden';
      this.#parts.screen.toast(message, person, error);
      return { status: 403, body: null, outcome: 'forbidden', error };
    }
    const { here, later } = partInputs(button, inputs);
    const filled = fillAction(button, here, await this.#choose(person, target, typing));
    if ('problems' in filled) {
      const error = Object.values(filled.problems).join('\n');
      this.#parts.screen.toast(message, person, error);
      return { status: null, body: filled.problems, outcome: 'refused', error };
    }
    const { client } = this.#parts;
    const { action } = button;
    const outcome =
      action.type === 'Action.Submit'
        ? await client.submit(person, message, filled.data)
        : await client.execute(person, { message, action, data: filled.data, trigger: 'manual' });
    const unused = Object.keys(later);
    if (unused.length === 0) return outcome;
    return outcome.outcome === 'card'
      ? this.#secondStep(person, message, { later, first: outcome })
      : { ...outcome, unused };
  }

  /** The answer may be the same card with the inputs that were meant: fill them and press Send. */
  async #secondStep(person: Person, message: Message, step: { later: Inputs; first: Outcome }): Promise<Outcome> {
    const face = this.#parts.screen.face(message, person);
    const ids = new Set(face.inputs.map((input) => input.id));
    const wanted = Object.keys(step.later).some((id) => ids.has(id));
    const button = face.buttons.find((candidate) => fold(candidate.title) === 'send');
    if (!wanted || button === undefined) return { ...step.first, unused: Object.keys(step.later) };
    return this.#send(person, { message, face, button }, { inputs: step.later, typing: {} });
  }

  /** As a person does: opens the box, which searches for nothing yet, types, and takes the first that is offered. */
  async #choose(person: Person, { message, button }: Target, typing: Inputs): Promise<Inputs> {
    const chosen: Record<string, string> = {};
    for (const [id, text] of Object.entries(typing)) {
      const dataset = datasetOf(button, id);
      const opened = await this.#parts.client.search(person, message, { dataset, queryText: '' });
      const found = await this.#parts.client.search(person, message, { dataset, queryText: text });
      const [first] = found.results ?? [];
      if (opened.results === null || first === undefined) {
        const why = opened.results === null || found.results === null ? 'cannot search' : `finds nothing for "${text}"`;
        throw new Refusal(409, `input ${id} ${why}`);
      }
      chosen[id] = first.value;
    }
    return chosen;
  }

  /** Shows what a button unfolds; given inputs then belong to the buttons that appeared. */
  async #open(person: Person, { message, button }: Target, inputs: Inputs): Promise<Outcome> {
    const { unfolding } = this.#parts.chats.setView(message, person, {});
    if (!unfolding.opened.delete(button.action)) unfolding.opened.add(button.action);
    const face = this.#parts.screen.face(message, person);
    const body = { buttons: face.buttons.map(({ title }) => title), inputs: face.inputs.map(({ id }) => id) };
    const outcome: Outcome = { status: null, body, outcome: 'opened', activityId: message.id };
    return this.#withUnused(outcome, inputs);
  }

  async #toggle(person: Person, { message, button, face }: Target): Promise<Outcome> {
    const { unfolding } = this.#parts.chats.setView(message, person, {});
    const card = this.#parts.chats.view(message, person)?.card ?? message.content.card;
    for (const target of targets(button.action.targetElements)) {
      const now = unfolding.visibility.get(target.id) ?? isShownAtFirst(card, target.id);
      unfolding.visibility.set(target.id, target.isVisible ?? !now);
    }
    const after = this.#parts.screen.face(message, person);
    const body = { buttons: after.buttons.map(({ title }) => title), inputs: after.inputs.map(({ id }) => id) };
    return {
      status: null,
      body: { ...body, changed: after.text !== face.text },
      outcome: 'opened',
      activityId: message.id,
    };
  }

  #withUnused(outcome: Outcome, inputs: Inputs): Outcome {
    const unused = Object.keys(inputs);
    return unused.length === 0 ? outcome : { ...outcome, unused };
  }
}

function targets(value: unknown): readonly { readonly id: string; readonly isVisible: boolean | null }[] {
  if (!Array.isArray(value)) return [];
  const named = value.filter((item) => typeof item === 'string').map((id) => ({ id, isVisible: null }));
  const explicit = asRecords(value).map(({ elementId, isVisible }) => ({
    id: String(elementId),
    isVisible: typeof isVisible === 'boolean' ? isVisible : null,
  }));
  return [...named, ...explicit];
}

function isShownAtFirst(node: unknown, id: string): boolean {
  if (Array.isArray(node)) return node.every((item) => isShownAtFirst(item, id));
  const record = asRecord(node);
  if (record === null) return true;
  if (record.id === id) return record.isVisible !== false;
  return Object.values(record).every((value) => isShownAtFirst(value, id));
}

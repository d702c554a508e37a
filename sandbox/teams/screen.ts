import type { Face } from './card-face.ts';
import type { Chats, Message } from './chats.ts';
import { readFace } from './content.ts';
import type { People, Person } from './people.ts';
import type { Sighting, Sightings } from './sightings.ts';
import type { Json } from './wire.ts';

const NOTHING: Face = { card: null, title: null, text: '', buttons: [], inputs: [], offers: [] };

/** Shows messages to people: notes what they saw, and which buttons they were offered. */
export class Screen {
  readonly #people: People;
  readonly #chats: Chats;
  readonly #sightings: Sightings;

  constructor(people: People, chats: Chats, sightings: Sightings) {
    this.#people = people;
    this.#chats = chats;
    this.#sightings = sightings;
  }

  /** What a person sees of a message now. */
  face(message: Message, person: Person): Face {
    const view = this.#chats.view(message, person);
    const content = view?.card ? { text: '', card: view.card, signIn: null } : message.content;
    const face = readFace(content, person, view?.unfolding);
    const prompt = view?.prompt ?? null;
    return prompt === null ? face : { ...face, buttons: [...face.buttons, prompt], offers: [...face.offers, prompt] };
  }

  /** Everybody in the chat sees the message, or that it changed. */
  show(message: Message, event: 'send' | 'update'): void {
    const chat = message.chat;
    const face = readFace(message.content, chat.kind === 'personal' ? chat.person : this.#people.channelViewer);
    this.#chats.offer(message, face, chat.kind === 'personal' ? chat.person.id : chat.id);
    this.#note(message, event, { to: placeOf(message), face });
  }

  showRemoval(message: Message): void {
    const viewer = message.chat.kind === 'personal' ? message.chat.person : this.#people.channelViewer;
    const { card, title } = readFace(message.content, viewer);
    this.#note(message, 'delete', { to: placeOf(message), face: { ...NOTHING, card, title } });
  }

  /** Only this person sees the answer, in place of the message. */
  reply(message: Message, person: Person): void {
    const face = this.face(message, person);
    this.#chats.offer(message, face, person.id);
    this.#note(message, 'reply', { to: person.handle, face });
  }

  /** A forged click shows its answer to the forger, in no message of theirs. */
  replyElsewhere(message: Message, person: Person, card: Json): void {
    const face = readFace({ text: '', card, signIn: null }, person);
    this.#note(message, 'reply', { to: person.handle, face });
  }

  toast(message: Message, person: Person, text: string): void {
    const buttons = this.#chats.view(message, person)?.prompt;
    this.#note(message, 'toast', { to: person.handle, face: { ...NOTHING, text, buttons: buttons ? [buttons] : [] } });
  }

  #note(message: Message, event: Sighting['event'], { to, face }: { to: string; face: Face }): void {
    this.#sightings.add({
      to,
      chat: message.chat.kind,
      event,
      card: face.card,
      title: face.title,
      text: face.text,
      buttons: face.buttons.map((button) => button.title),
      inputs: face.inputs.map((input) => input.id),
      activityId: message.id,
    });
  }
}

function placeOf(message: Message): string {
  return message.chat.kind === 'personal' ? message.chat.person.handle : `#${message.chat.channel.name}`;
}

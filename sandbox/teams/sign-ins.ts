import { setImmediate } from 'node:timers/promises';

import type { TokenIssuer } from '../platform/types.ts';
import type { Activities } from './activities.ts';
import type { BotLine, Work } from './bot-line.ts';
import type { Chats, Message } from './chats.ts';
import type { Person } from './people.ts';
import type { Screen } from './screen.ts';
import { asRecord, asText, type Json } from './wire.ts';

/** What a client sends along once it signed in by itself. */
export interface Exchange {
  readonly id: string;
  readonly connectionName: string;
  readonly token: string;
}

interface Parts {
  readonly issuer: Pick<TokenIssuer, 'ssoToken'>;
  readonly line: BotLine;
  readonly work: Work;
  readonly chats: Chats;
  readonly screen: Screen;
  readonly activities: Activities;
  /** The resource of the app manifest; a sign-in card for another one is not answered. Null: any. */
  readonly resource: string | null;
}

/** Answers sign-in requests the way Teams clients do: silently where they can, else the person sees a button. */
export class SignIns {
  readonly #parts: Parts;
  readonly #underWay = new Map<string, Set<Promise<void>>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether clients answer this card without showing it. In channels they never do. */
  isSilent(card: Json): boolean {
    return asRecord(card.tokenExchangeResource) !== null;
  }

  /** Begins once the bot has had the answer to its send. */
  start(message: Message, person: Person, card: Json): void {
    const all = this.#underWay.get(person.id) ?? new Set();
    this.#underWay.set(person.id, all);
    const job = this.#parts.work.track(async () => {
      await setImmediate();
      await this.#answer(message, person, card);
    });
    all.add(job);
    void job.finally(() => all.delete(job));
  }

  /** Waits until no silent sign-in of this person is under way. */
  async settled(person: Person): Promise<void> {
    const all = this.#underWay.get(person.id);
    while (all !== undefined && all.size > 0) await Promise.all(all);
  }

  /** Gets what `value.authentication` and `signin/tokenExchange` carry, or the code of `signin/failure`. */
  async exchange(card: Json, person: Person): Promise<Exchange | string> {
    const resource = asRecord(card.tokenExchangeResource);
    const [id, uri, connectionName] = [asText(resource?.id), asText(resource?.uri), asText(card.connectionName)];
    if (id === null || connectionName === null) return 'oauthcardnotvalid';
    if (this.#parts.resource !== null && uri !== this.#parts.resource) return 'resourcematchfailed';
    try {
      return { id, connectionName, token: await this.#parts.issuer.ssoToken(person.id) };
    } catch {
      return 'tokenmissing';
    }
  }

  async #answer(message: Message, person: Person, card: Json): Promise<void> {
    const { activities, line } = this.#parts;
    const place = { chat: message.chat, root: message.root };
    const exchange = await this.exchange(card, person);
    if (typeof exchange === 'string') {
      this.#reveal(message);
      const value = { code: exchange, message: 'The client could not sign in silently.' };
      await line.post(activities.invoke(person, place, 'signin/failure', { value }));
      return;
    }
    const ask = async (): Promise<boolean> => {
      const invoke = activities.invoke(person, place, 'signin/tokenExchange', { value: { ...exchange } });
      return (await line.post(invoke)).status === 200;
    };
    const answers = await Promise.all(Array.from({ length: person.clients }, ask));
    if (answers.includes(false)) this.#reveal(message);
  }

  #reveal(message: Message): void {
    if (!message.hidden || message.deleted || message.content.signIn === null) return;
    this.#parts.chats.reveal(message);
    this.#parts.screen.show(message, 'send');
  }
}

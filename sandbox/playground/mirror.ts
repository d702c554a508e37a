import { setTimeout as pause } from 'node:timers/promises';

import type { FeedEvent, Json, SandboxClient } from './sandbox-client.ts';

interface MirrorOptions {
  readonly client: SandboxClient;
  /** The Playground's address, and its id of the person's chat. */
  readonly playground: string;
  readonly conversationId: string;
  readonly bot: { readonly id: string; readonly name: string };
  onFailure(error: Error): void;
}

const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';
const RETRY_MS = 300;
/** After this many failures in a row the window is given up. */
const MOST_FAILURES = 20;

/**
 * Shows a person's chat of the sandbox in a Playground, in order, and knows which message is which. Nothing is sent
 * before a page is open: what the Playground keeps for later reaches the page before it can read it, and is lost.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #closing = new AbortController();
  /** The Playground's id of a message by ours, and back. */
  readonly #shown = new Map<string, string>();
  readonly #ours = new Map<string, string>();
  readonly #newest = new Map<string, FeedEvent>();
  readonly #waiting = new Set<{ readonly seq: number; readonly wake: () => void }>();
  #seen = 0;
  #isOpen = false;
  #drawing: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#follow();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    this.#wake(Number.POSITIVE_INFINITY);
  }

  /** The sandbox's id of a message of the Playground; null when there is none. */
  activityOf(shownId: string): string | null {
    return this.#ours.get(shownId) ?? null;
  }

  /** Waits until everything up to that number is shown. */
  caughtUp(seq: number): Promise<void> {
    if (this.#seen >= seq || this.#closing.signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add({ seq, wake: resolve });
    return promise;
  }

  /** Shows a message as it is again: the Playground keeps what a click was answered in its place, whatever it was. */
  repaint(activityId: string): Promise<void> {
    return this.#inTurn(async () => {
      const newest = this.#newest.get(activityId);
      if (newest !== undefined) await this.#show(newest);
    });
  }

  /** Shows the whole chat as it is by now to a page that was just opened and has nothing yet. */
  showAll(): Promise<void> {
    return this.#inTurn(async () => {
      this.#isOpen = true;
      this.#shown.clear();
      for (const event of this.#newest.values()) await this.#show(event);
    });
  }

  /** Says something that is no message of the bot, such as why nothing happened. */
  async say(conversationId: string, text: string): Promise<void> {
    await this.#send('POST', conversationId, '', { type: 'message', textFormat: 'plain', text });
  }

  async #follow(): Promise<void> {
    const { client, onFailure } = this.#options;
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const { events, last } = await client.feed(this.#seen, signal);
        for (const event of events) {
          await this.#inTurn(() => this.#take(event));
          this.#seen = event.seq;
        }
        this.#seen = Math.max(this.#seen, last);
        this.#wake(this.#seen);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures >= MOST_FAILURES) {
          this.#wake(Number.POSITIVE_INFINITY);
          onFailure(error as Error);
          return;
        }
        await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #wake(seen: number): void {
    for (const waiter of [...this.#waiting]) {
      if (waiter.seq > seen) continue;
      this.#waiting.delete(waiter);
      waiter.wake();
    }
  }

  /** One drawing after the other: else a page that is opened would see a message twice, or as it was before. */
  #inTurn(draw: () => Promise<void>): Promise<void> {
    const done = this.#drawing.then(draw);
    this.#drawing = done.catch(() => undefined);
    return done;
  }

  async #take(event: FeedEvent): Promise<void> {
    this.#newest.set(event.activityId, event);
    if (this.#isOpen) await this.#show(event);
  }

  async #show(event: FeedEvent): Promise<void> {
    const { activityId } = event;
    const shownId = this.#shown.get(activityId);
    const activity = { type: 'message', ...toFields(event) };
    const { conversationId } = this.#options;
    if (shownId !== undefined) {
      await this.#send('PUT', conversationId, `/${encodeURIComponent(shownId)}`, activity);
      return;
    }
    if (event.content === null) return;
    const { id } = await this.#send('POST', conversationId, '', activity);
    if (typeof id !== 'string') throw new Error('the Playground gave the message no id');
    this.#shown.set(activityId, id);
    this.#ours.set(id, activityId);
  }

  async #send(method: string, conversationId: string, path: string, activity: Json): Promise<Json> {
    const { playground, bot } = this.#options;
    const url = `${playground}/_connector/v3/conversations/${encodeURIComponent(conversationId)}/activities${path}`;
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: bot, ...activity }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the Playground answered ${answer.status} to ${method} ${url}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }
}

/** The Playground makes two messages of words and a card, and cannot remove one. */
function toFields({ content }: FeedEvent): Json {
  if (content === null) return { textFormat: 'plain', text: 'This message was removed.' };
  const card = content.card ?? (content.signIn === null ? null : signInCard(content.signIn));
  if (card === null) return { textFormat: 'plain', text: content.text };
  const words = content.text === '' ? [] : [{ type: 'TextBlock', text: content.text, wrap: true }];
  const shown = { ...toShown(card), body: [...words, ...((card.body ?? []) as readonly Json[])] };
  return { attachments: [{ contentType: ADAPTIVE, content: shown }] };
}

/** Without what the Playground cannot do and puts a warning about under the card: `refresh`, and full width. */
export function toShown(card: Json): Json {
  const { refresh: _, msteams, ...rest } = card;
  const { width: __, ...others } = (msteams ?? {}) as Json;
  return Object.keys(others).length === 0 ? rest : { ...rest, msteams: others };
}

/** A sign-in that the client could not do by itself, as a card that the Playground can show. */
function signInCard(signIn: Json): Json {
  const buttons = Array.isArray(signIn.buttons) ? (signIn.buttons as readonly Json[]) : [];
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [{ type: 'TextBlock', text: String(signIn.text ?? 'Sign in to continue.'), wrap: true }],
    actions: buttons.map(({ title, value }) => ({ type: 'Action.OpenUrl', title: title ?? 'Sign in', url: value })),
  };
}

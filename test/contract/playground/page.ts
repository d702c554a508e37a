import { once } from 'node:events';

import type { Loose } from '../sandbox/teams-fixture.ts';

/** What the page of a Playground does and sees, without a browser: its own HTTP calls and its stream of messages. */
export class Page {
  readonly events: Loose[] = [];
  readonly #url: string;
  readonly #userId: string;
  readonly #stream: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(url: string, userId: string, stream: WebSocket) {
    this.#url = url;
    this.#userId = userId;
    this.#stream = stream;
    stream.addEventListener('message', ({ data }) => {
      this.events.push(JSON.parse(String(data)));
      for (const wake of [...this.#waiting]) wake();
    });
  }

  static async open(url: string, userId: string, conversationId: string): Promise<Page> {
    const stream = new WebSocket(`${url.replace('http', 'ws')}/_ws_conversation/v1/conversations/stream`);
    const page = new Page(url, userId, stream);
    await once(stream, 'open');
    await page.#post(`_debug/conversation/${encodeURIComponent(conversationId)}/installation`, {});
    return page;
  }

  async close(): Promise<void> {
    const closed = once(this.#stream, 'close');
    this.#stream.close();
    await closed;
  }

  /** Waits for a message that was made or changed and fits; fails when the test's time is over. */
  async sees(action: 'createMessage' | 'updateMessage', fits: (message: Loose) => boolean): Promise<Loose> {
    for (;;) {
      const index = this.events.findIndex((event) => event.action === action && fits(event.message));
      if (index >= 0) return this.events.splice(index, 1)[0].message;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
    }
  }

  say(conversationId: string, text: string): Promise<Loose> {
    return this.#post(`_conversation/v1/conversations/${encodeURIComponent(conversationId)}/messages`, {
      from: { id: this.#userId },
      text,
      textFormat: 'plain',
    });
  }

  press(conversationId: string, messageId: string, action: object): Promise<Loose> {
    return this.#post('_conversation/v1/invoke', {
      name: 'adaptiveCard/action',
      value: { action, trigger: 'manual' },
      from: { id: this.#userId },
      conversation: { id: conversationId },
      replyToId: messageId,
    });
  }

  /** Any activity, as the editor for custom ones sends it. */
  forward(activity: object): Promise<Loose> {
    return this.#post('_internal/v1/customActivities', activity);
  }

  async #post(path: string, body: object): Promise<Loose> {
    const answer = await fetch(`${this.#url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the Playground answered ${answer.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

import type { Log } from '../../ports/log.ts';
import type { ChainHead } from '../postgres/audit-linker.ts';
import { ANCHOR_EVERY_MS, type Anchor } from './anchor-file.ts';

export interface AnchorSenderOptions {
  readonly log: Log;
  /** Where to, in words, for the log. */
  readonly to: string;
  /** Brings an anchor outside; the same one may come again. */
  send(anchor: Anchor): Promise<void>;
  /** Milliseconds between two anchors; ten minutes by default. */
  readonly everyMs?: number;
  /** Milliseconds after one that failed; a minute by default. */
  readonly againAfterMs?: number;
}

/**
 * Sends heads of the chain outside, every now and then and only what is new, one at a time and beside the work of whoever tells
 * of them. One that fails is logged; the next head is tried.
 */
export class AnchorSender {
  readonly #options: AnchorSenderOptions;
  #newest: Anchor | null = null;
  #sent = 0;
  #dueAt = 0;
  #sending: Promise<void> | null = null;

  constructor(options: AnchorSenderOptions) {
    this.#options = options;
  }

  take(head: ChainHead): void {
    this.#newest = { ...head, at: Temporal.Now.instant() };
    if (this.#sending === null && performance.now() >= this.#dueAt) {
      this.#sending = this.#send().finally(() => {
        this.#sending = null;
      });
    }
  }

  /** Sends the newest head that was not sent yet. Never rejects. */
  async flush(): Promise<void> {
    await this.#sending;
    await this.#send();
  }

  async #send(): Promise<void> {
    const head = this.#newest;
    if (head === null || head.place <= this.#sent) {
      return;
    }
    const { log, to, send, everyMs = ANCHOR_EVERY_MS, againAfterMs = 60_000 } = this.#options;
    try {
      await send(head);
      this.#sent = head.place;
      this.#dueAt = performance.now() + everyMs;
    } catch (error) {
      this.#dueAt = performance.now() + againAfterMs;
      log.warn('audit.not_anchored', { to, place: head.place, reason: String(error) });
    }
  }
}

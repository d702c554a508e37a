import type { SandboxClock } from '../platform/types.ts';
import type { Work } from './bot-line.ts';
import { Browser, BrowserFailure, type Visit, type VisitOptions } from './browser.ts';
import type { Chats } from './chats.ts';
import type { Journal } from './journal.ts';
import type { Person } from './people.ts';
import { Refusal } from './refusal.ts';

/** One sign-in on the bot's own page, as `POST /teams/sign-in-page` asks for it. */
export interface PageVisit {
  readonly person: Person;
  /** Who signs in in the browser; mostly the same. */
  readonly as: Person;
  readonly outcome: 'ok' | 'fail';
  /** Instead of a link that was offered. */
  readonly link: string | null;
  readonly stop: NonNullable<VisitOptions['stop']> | null;
  /** Opens the link again that this person opened last. */
  readonly isAgain: boolean;
  /** Keeps the cookies of this person's last visit. */
  readonly isSameBrowser: boolean;
}

interface Parts {
  readonly chats: Chats;
  readonly journal: Journal;
  readonly work: Work;
  readonly clock: SandboxClock;
  readonly caPem: string;
  readonly loginUrl: string;
}

/** People's browsers: they open the bot's sign-in links and sign in. */
export class SignInPages {
  readonly #parts: Parts;
  readonly #opened = new Map<string, { readonly link: string; readonly browser: Browser }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Opens the newest link that the person was ever offered, and goes through with it. */
  visit(wanted: PageVisit): Promise<Visit> {
    return this.#parts.work.track(() => this.#visit(wanted));
  }

  async #visit({ person, as, outcome, link: given, stop, isAgain, isSameBrowser }: PageVisit): Promise<Visit> {
    const last = this.#opened.get(person.id);
    const link = given ?? (isAgain ? last?.link : this.#parts.chats.newestPageLink(person));
    if (link === undefined || link === null) {
      const what = isAgain
        ? 'has not opened any link to the sign-in page'
        : 'was never offered a link to the sign-in page';
      throw new Refusal(409, `${person.handle} ${what}`);
    }
    const browser = isSameBrowser && last !== undefined ? last.browser : this.#newBrowser();
    this.#opened.set(person.id, { link, browser });
    this.#parts.journal.note('opened', { person: person.handle, as: as.handle, url: link });
    try {
      return await browser.visit(link, { answer: { handle: as.handle, outcome }, ...(stop !== null && { stop }) });
    } catch (error) {
      if (!(error instanceof BrowserFailure)) throw error;
      throw new Refusal(502, error.message, { visited: error.visited });
    }
  }

  #newBrowser(): Browser {
    const { caPem, loginUrl, clock } = this.#parts;
    return new Browser({ caPem, loginUrl, now: () => clock.now() });
  }
}

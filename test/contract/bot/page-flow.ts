import type {
  BrowserSecrets,
  LinkView,
  OpenLink,
  PageCallback,
  PageFlow,
  PageResult,
} from '../../../bot/pages/flow.ts';

export const LINK = '0123456789abcdef0123456789abcdef';
export const LOGIN = 'https://login.invalid';

/** A link that works: Alex's, for one role. */
export function anOpenLink(changes: Partial<OpenLink> = {}): OpenLink {
  return {
    kind: 'open',
    personName: 'Alex Wilber',
    purpose: 'activate',
    subjects: [
      { roleName: 'Privileged Role Administrator', scopeName: 'Contoso', duration: 'PT30M', requesterName: null },
    ],
    expiresAt: Temporal.Instant.from('2026-11-23T08:05:00Z'),
    timeZone: 'Europe/Madrid',
    locale: 'en-GB',
    ...changes,
  };
}

/** The sign-ins behind the pages, in memory: started once, finished once, and what reached it written down. */
export class FakeFlow implements PageFlow {
  link: LinkView = anOpenLink();
  result: PageResult = { kind: 'signed-in', purpose: 'activate' };
  /** Of whom the link was for, when it is over. */
  locale: string | null = null;
  authorizeUrl = `${LOGIN}/tenant/oauth2/v2.0/authorize?client_id=a&claims=%7B%22x%22%3A1%7D`;
  readonly looked: string[] = [];
  readonly started: BrowserSecrets[] = [];
  readonly finished: PageCallback[] = [];
  #isFinished = false;

  async look(id: string): Promise<LinkView> {
    this.looked.push(id);
    return id === LINK ? this.link : { kind: 'closed', why: 'unknown' };
  }

  async localeOf(id: string): Promise<string | null> {
    const own = this.link.kind === 'open' ? this.link.locale : this.locale;
    return id === LINK ? own : null;
  }

  async start(id: string, secrets: BrowserSecrets): ReturnType<PageFlow['start']> {
    if (id !== LINK || this.link.kind === 'closed') {
      return this.link.kind === 'closed' ? this.link : { kind: 'closed', why: 'unknown' };
    }
    if (this.started.length > 0) {
      return { kind: 'closed', why: 'used' };
    }
    this.started.push(secrets);
    return { kind: 'go', url: `${this.authorizeUrl}&state=${secrets.state}`, signInId: LINK };
  }

  async identify(state: string): Promise<{ readonly signInId: string } | null> {
    return this.started[0]?.state === state ? { signInId: LINK } : null;
  }

  async finish(callback: PageCallback): Promise<PageResult> {
    this.finished.push(callback);
    if (callback.nonce === null) {
      return { kind: 'closed', why: 'not-started' };
    }
    if (this.#isFinished) {
      return { kind: 'closed', why: 'used' };
    }
    this.#isFinished = true;
    return this.result;
  }
}

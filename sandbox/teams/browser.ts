import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';

import { CookieJar } from './cookie-jar.ts';
import { readPage, type WebForm, type WebPage } from './web-page.ts';

/** Who signs in at the sandbox's login, and whether they complete MFA (`ok`) or press Cancel (`fail`). */
export interface SignInAnswer {
  readonly handle: string;
  readonly outcome: 'ok' | 'fail';
}

export interface VisitOptions {
  readonly answer: SignInAnswer;
  /** `start`: looks at the first page only. `before-callback`: does not follow the way back from the login. */
  readonly stop?: 'start' | 'before-callback';
}

/** How a visit ended: the last page that was shown. */
export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  /** Every address that was asked, in order. */
  readonly visited: readonly string[];
  /** Where it would have gone on, when it was told to stop. */
  readonly next: string | null;
}

/** A visit that came to no page. */
export class BrowserFailure extends Error {
  override readonly name = 'BrowserFailure';
  readonly visited: readonly string[];

  constructor(message: string, visited: readonly string[]) {
    super(message);
    this.visited = visited;
  }
}

export interface BrowserOptions {
  /** The authority of the sandbox's certificates; no other is trusted. */
  readonly caPem: string;
  /** Origin of the login service. */
  readonly loginUrl: string;
  /** Cookies end by this clock. */
  now(): Temporal.Instant;
}

/** One request of a navigation. */
interface Step {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body: string | null;
  /** Origins from the page that began it to the last redirect. */
  readonly way: readonly string[];
  /** The `Origin` header of a form that is posted. */
  readonly origin: string;
  /** What the page allows its forms to be sent to, also by a redirect; Chromium holds to that. */
  readonly isAllowed: (target: URL) => boolean;
}

interface Shown {
  readonly status: number;
  readonly url: URL;
  readonly page: WebPage;
  readonly headers: IncomingMessage['headers'];
}

const MOST_HOPS = 12;
const PATIENCE_MS = 15_000;
const MAX_BODY_BYTES = 1024 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const AUTHORIZE = /^\/[^/]+\/oauth2\/v2\.0\/authorize$/;
/** Links are opened out of Teams, which is a web page of somebody else's. */
const TEAMS = 'https://teams.example';
const ANYWHERE = (): boolean => true;

/**
 * A browser without script, on loopback only: it keeps cookies, follows redirects and immediate refreshes, presses the one button
 * of the bot's page, and signs in at the sandbox's login. Two visits of one browser share its cookies.
 */
export class Browser {
  readonly #options: BrowserOptions;
  readonly #jar: CookieJar;

  constructor(options: BrowserOptions) {
    this.#options = options;
    this.#jar = new CookieJar(() => options.now());
  }

  /** Opens a link and goes on as far as the pages lead; throws {@link BrowserFailure}. */
  async visit(link: string, { answer, stop }: VisitOptions): Promise<Visit> {
    const visited: string[] = [];
    const walk = new Walk(this.#options.loginUrl, answer);
    let step: Step = {
      method: 'GET',
      url: walk.parse(link, visited),
      body: null,
      way: [TEAMS],
      origin: TEAMS,
      isAllowed: ANYWHERE,
    };
    let shown: Shown | null = null;
    for (;;) {
      if (stop === 'before-callback' && walk.isAnswered && !walk.isLogin(step.url)) {
        return visitOf(shown, visited, step.url);
      }
      this.#check(step, visited);
      visited.push(step.url.href);
      const response = await this.#send(step, visited);
      const redirect = redirected(step, response, visited);
      if (redirect !== null) {
        step = redirect;
        continue;
      }
      shown = response;
      const next = walk.next(shown);
      if (next === null || stop === 'start') return visitOf(shown, visited, next?.url ?? null);
      step = next;
    }
  }

  #check({ url, isAllowed }: Step, visited: readonly string[]): void {
    if (visited.length >= MOST_HOPS) {
      throw new BrowserFailure(`The browser gave up after ${MOST_HOPS} addresses.`, visited);
    }
    if (!isLoopback(url)) throw new BrowserFailure(`${url.origin} is not on loopback: not opened.`, visited);
    if (!isAllowed(url)) throw new BrowserFailure(`The page's form-action does not allow ${url.origin}.`, visited);
  }

  async #send(step: Step, visited: readonly string[]): Promise<Shown> {
    const { url, method, way, body, origin } = step;
    const isSameSite = way.every((passed) => passed === url.origin);
    const cookie = this.#jar.header({ url, method, isSameSite });
    const headers = {
      'user-agent': 'Mozilla/5.0 (sandbox browser)',
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': isSameSite ? 'same-origin' : 'cross-site',
      'sec-fetch-user': '?1',
      ...(cookie !== '' && { cookie }),
      ...(body !== null && {
        origin,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
      }),
    };
    try {
      const response = await exchange(url, { method, headers, body, ca: this.#options.caPem });
      for (const header of response.headers['set-cookie'] ?? []) this.#jar.store(url, header);
      return response;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new BrowserFailure(`${url.origin}${url.pathname} could not be opened: ${why}.`, visited);
    }
  }
}

/** Decides where a visit goes on from each page. */
class Walk {
  readonly #loginUrl: string;
  readonly #answer: SignInAnswer;
  #isPressed = false;
  isAnswered = false;

  constructor(loginUrl: string, answer: SignInAnswer) {
    this.#loginUrl = loginUrl;
    this.#answer = answer;
  }

  parse(link: string, visited: readonly string[]): URL {
    if (URL.canParse(link)) return new URL(link);
    throw new BrowserFailure(`"${link}" is no address.`, visited);
  }

  isLogin(url: URL): boolean {
    return url.origin === new URL(this.#loginUrl).origin;
  }

  next({ status, url, page, headers }: Shown): Step | null {
    const origin = headers['referrer-policy'] === 'no-referrer' ? 'null' : url.origin;
    const begin = { way: [url.origin], origin };
    if (page.refresh !== null) {
      return { ...begin, method: 'GET', url: page.refresh, body: null, isAllowed: ANYWHERE };
    }
    const [form, ...others] = page.forms;
    if (form === undefined || others.length > 0 || status !== 200) return null;
    const isAllowed = formPolicy(String(headers['content-security-policy'] ?? ''), url);
    if (this.isLogin(url)) {
      if (!AUTHORIZE.test(url.pathname) || this.isAnswered) return null;
      this.isAnswered = true;
      return { ...begin, ...submitted(form, this.#fill(form)), isAllowed };
    }
    // One button, once: what follows the sign-in is for the person to read.
    if (this.#isPressed || this.isAnswered) return null;
    this.#isPressed = true;
    return { ...begin, ...submitted(form, form.fields), isAllowed };
  }

  #fill(form: WebForm): WebForm['fields'] {
    const { handle, outcome } = this.#answer;
    const kept = form.fields.filter(([name]) => !name.startsWith('sandbox_'));
    return [...kept, ['sandbox_person', handle], [outcome === 'ok' ? 'sandbox_mfa' : 'sandbox_deny', '1']];
  }
}

function submitted(form: WebForm, fields: WebForm['fields']): Pick<Step, 'method' | 'url' | 'body'> {
  const query = new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
  if (form.method === 'POST') return { method: 'POST', url: form.action, body: query };
  const url = new URL(form.action);
  url.search = query;
  return { method: 'GET', url, body: null };
}

function redirected(step: Step, { status, url, headers }: Shown, visited: readonly string[]): Step | null {
  const { location } = headers;
  if (!REDIRECTS.has(status) || location === undefined) return null;
  if (!URL.canParse(location, url)) throw new BrowserFailure(`"${location}" is no address.`, visited);
  const isSame = status === 307 || status === 308 || step.method === 'GET';
  return {
    ...step,
    url: new URL(location, url),
    way: [...step.way, url.origin],
    ...(!isSame && { method: 'GET', body: null }),
  };
}

/** The `form-action` of a policy; without one, anywhere. */
function formPolicy(policy: string, page: URL): (target: URL) => boolean {
  const directives = policy.split(';').map((directive) => directive.trim().split(/\s+/));
  const sources = directives.find(([name]) => name?.toLowerCase() === 'form-action')?.slice(1);
  if (sources === undefined) return ANYWHERE;
  return (target) =>
    sources.some((source) => {
      if (source === "'self'") return target.origin === page.origin;
      return source === target.origin || source === target.protocol;
    });
}

function isLoopback({ protocol, hostname }: URL): boolean {
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function visitOf(shown: Shown | null, visited: readonly string[], next: URL | null): Visit {
  return {
    status: shown?.status ?? 0,
    url: shown?.url.href ?? '',
    title: shown?.page.title ?? '',
    text: shown?.page.text ?? '',
    visited,
    next: next?.href ?? null,
  };
}

interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | null;
  readonly ca: string;
}

function exchange(url: URL, { method, headers, body, ca }: Sending): Promise<Shown> {
  return new Promise((resolve, reject) => {
    // A connection of its own, closed afterwards: nothing is left open when a test ends.
    const options = {
      method,
      headers: { ...headers, connection: 'close' },
      agent: false,
      timeout: PATIENCE_MS,
    } as const;
    const outgoing = url.protocol === 'https:' ? secureRequest(url, { ...options, ca }) : request(url, options);
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('response', (response) => void read(url, response).then(resolve, reject));
    outgoing.end(body ?? undefined);
  });
}

async function read(url: URL, response: IncomingMessage): Promise<Shown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new Error('the page is too large');
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const { statusCode: status = 0, headers } = response;
  const isPage = headers['content-type']?.startsWith('text/html') ?? false;
  const page = isPage ? readPage(body, url) : { title: '', text: body.trim(), forms: [], refresh: null };
  return { status, url, page, headers };
}
